import type {Documents} from '@sluice/connector-mongodb';
import type {CommandContext} from '@sluice/cli-kit';
import {ErrorCode, PipelineError} from '@sluice/core';
import {Profiler, type DocumentSchema} from '@sluice/relational';
import {chosen} from './chosen.ts';

export interface ProfileRequest {
  readonly documents: Documents;
  /** Patterns; empty: all. */
  readonly collections: readonly string[];
  /** How many documents of each collection are looked at; null: all. */
  readonly sample: number | null;
}

/** What the documents of each collection hold, one collection after the other; views and time series, which no load takes, are not looked at. Throws CONFIG when there is none of these names, and as reading does. */
export async function profileDocuments({documents, collections, sample}: ProfileRequest, {progress, signal}: Pick<CommandContext, 'progress' | 'signal'>): Promise<readonly DocumentSchema[]> {
  const there = await documents.collections(signal);
  const wanted = there.filter(({name, kind}) => kind === 'collection' && chosen(name, collections));
  if (wanted.length === 0) {
    throw new PipelineError(ErrorCode.CONFIG, there.length === 0 ? `${documents.label} has no collections` : `${documents.label} has no collection of these names${there.some(({name, kind}) => kind !== 'collection' && chosen(name, collections)) ? ', but views or time series, which have no log and are left out' : ''}`, {remedy: 'look at the name of the database in the URL, and at --collections'});
  }
  const schemas: DocumentSchema[] = [];
  for (const [done, {name}] of wanted.entries()) {
    const profiler = new Profiler(name);
    const groups = sample === null ? documents.read({collection: name, after: null, until: null}, signal) : documents.sample(name, sample, signal);
    for await (const group of groups) {
      for (const document of group) profiler.add(document);
      progress({stage: 'read', table: name, rows: profiler.documents, tablesDone: done, tables: wanted.length});
    }
    schemas.push(profiler.schema(sample === null ? 'all' : 'sample'));
  }
  return schemas;
}
