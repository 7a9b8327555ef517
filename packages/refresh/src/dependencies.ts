import type {DigestRequest, RangeDigest, ReadLimits, Schema, Transform, TransformPlan} from '@sluice/core';
import {planTable, type PlannedTable} from '@sluice/engine';
import type {Dependency} from './base.ts';
import type {RefreshJob} from './request.ts';
import {digestRanges, everything, folded, readDigest} from './source-digests.ts';

export interface DependencySchema {
  readonly id: string;
  readonly schema: Schema;
}

/** The columns of other tables that values of this one come from, each once. */
export const dependenciesOf = (read: Schema, transforms: readonly Transform[]): DependencySchema[] => dependenciesIn(planTable(read, transforms)?.steps ?? []);

/** The same, of a table that is planned already. */
export function dependenciesIn(steps: readonly TransformPlan[]): DependencySchema[] {
  const found = new Map<string, Schema>();
  for (const {dependsOn = []} of steps) {
    for (const {schema, columns} of dependsOn) {
      const wanted = new Set(columns);
      const names = schema.columns.map(({name}) => name).filter(name => wanted.has(name));
      const key = new Set(schema.primaryKey);
      found.set(idOf({table: schema.table, columns: names}), {...schema, columns: schema.columns.filter(({name}) => wanted.has(name) || key.has(name))});
    }
  }
  return [...found].map(([id, schema]) => ({id, schema}));
}

export const idOf = ({table, columns}: Pick<Dependency, 'table' | 'columns'>): string => JSON.stringify([table, columns]);

/** What the values of tables come from, as the snapshot has it: a digest by id. */
export async function digestDependencies(job: RefreshJob, tables: readonly PlannedTable[], limits: ReadLimits, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map(tables.flatMap(({read}) => dependenciesOf(read, job.transforms ?? [])).map(({id, schema}) => [id, schema]));
  const requests = [...wanted.values()].map((schema): DigestRequest => ({schema, ranges: [everything]}));
  const digests = await digestRanges(job.source, requests, limits, signal);
  const found = new Map<string, string>();
  for (const [i, id] of [...wanted.keys()].entries()) found.set(id, await foldedOrRead(job, requests[i]!, digests[i]!, limits, signal));
  return found;
}

/** One digest for a table; read where its source cannot tell. */
export async function foldedOrRead(job: RefreshJob, {schema, ranges}: DigestRequest, digests: readonly RangeDigest[], limits: ReadLimits, signal: AbortSignal): Promise<string> {
  const digest = folded(digests);
  if (digest !== null) return digest;
  const read: RangeDigest[] = [];
  for (const range of ranges) read.push(await readDigest(job.source, schema, range, limits, signal));
  return folded(read)!;
}
