import {PipelineError, type Catalog, type Destination, type LiveTables, type ReadLimits, type StoredObject} from '@sluice/core';
import {placesOf, rowsOf, type Base, type TableBase} from './base.ts';
import type {Decision} from './detect.ts';

/** Somebody changed what the last run left. */
export interface Drift {
  /** What is different, in sentences; empty when the bytes differ and every table and object is as it was. */
  readonly found: readonly string[];
  /** Nothing of the file can be built on; then tables were not compared. */
  readonly damaged: boolean;
}

interface Suspicion {
  readonly destination: Destination;
  readonly catalog: Catalog;
  readonly base: Base;
  readonly decisions: readonly Decision[];
  readonly limits: ReadLimits;
  readonly signal: AbortSignal;
}

/** Compares the live file, table by table, with what the last run left. Tables that differ are to be made anew. */
export async function findDrift({destination, catalog, base, decisions, limits, signal}: Suspicion): Promise<Drift> {
  await using live = await destination.openLive!(catalog, signal);
  const {damage, hidden} = await live.integrity?.(signal) ?? {damage: [], hidden: []};
  if (damage.length > 0) return {found: damage, damaged: true};
  const found = [...hidden];
  const objects = await live.objects(signal);
  const was = new Map(base.objects.map(object => [keyOf(object), object]));
  const is = new Map(objects.map(object => [keyOf(object), object]));
  const touched = new Map<string, string[]>();
  const note = ({table}: StoredObject, what: string) => {
    found.push(what);
    touched.set(table, [...(touched.get(table) ?? []), what]);
  };
  for (const [key, object] of was) {
    const now = is.get(key);
    if (!now) note(object, `${object.type} ${object.name} was taken out of the file`);
    else if (now.digest !== object.digest) note(object, `${object.type} ${object.name} was altered in the file`);
  }
  for (const [key, object] of is) if (!was.has(key)) note(object, `${object.type} ${object.name} was added to the file`);

  for (const decision of decisions) {
    const {base: table} = decision;
    if (table === null || (decision.kind !== 'unchanged' && decision.kind !== 'patched')) continue;
    const changes = touched.get(table.target) ?? await rowsDiffer(live, table, limits, signal);
    if (changes.length === 0) continue;
    if (!touched.has(table.target)) found.push(...changes.map(change => `table ${table.target}: ${change}`));
    decision.kind = 'rewritten';
    decision.reasons.push(...changes);
  }
  return {found, damaged: false};
}

const keyOf = ({type, name}: StoredObject) => `${type} ${name}`;

async function rowsDiffer(live: LiveTables, table: TableBase, limits: ReadLimits, signal: AbortSignal): Promise<string[]> {
  if (!table.placed) return ['the file was edited, and its rows have no places to be compared by'];
  try {
    const rows = await live.countRows(table.out, signal);
    const expected = rowsOf(table.chunks);
    if (rows !== expected) return [`it holds ${rows.toLocaleString('en')} rows in the file, ${expected.toLocaleString('en')} were written`];
    const digests = await live.digestPlaces(table.out, placesOf(table.chunks), limits, signal);
    const written = table.chunks.filter(({place}) => place !== null).map(({digest}) => digest);
    return digests.every((digest, i) => digest === written[i]) ? [] : ['its rows were edited in the file'];
  } catch (error) {
    // What cannot be read as it was written is not as it was written.
    if (error instanceof PipelineError && !signal.aborted) return [`it cannot be read as it was written: ${error.message}`];
    throw error;
  }
}
