import {must, type KeyRange, type Omission, type RefreshLoad, type Schema} from '@sluice/core';
import type {PlannedTable} from '@sluice/engine';
import {rangesOf, type Base, type Chunk, type Dependency, type TableBase} from './base.ts';
import {dependenciesOf, foldedOrRead} from './dependencies.ts';
import type {Decision} from './detect.ts';
import {settled} from './fingerprint.ts';
import type {Moved} from './move-table.ts';
import {isKeyed} from './plan-work.ts';
import type {RefreshJob} from './request.ts';
import {digestRanges, everything} from './source-digests.ts';

/** What the next run has to know of a table that was made or patched; dependencies and late omissions come at the end of the load. */
export function tableBase({source}: RefreshJob, {table, rules, form}: Decision, load: RefreshLoad, chunks: readonly Chunk[], {placed, whole}: Moved): TableBase {
  const {source: schema, read, out} = table;
  const keyed = placed && isKeyed(source, read);
  return {
    schema: settled(schema), out: settled(out), read: read.columns.map(({name}) => name),
    target: must(load.target.tables.find(target => target.table === out.table), 'target of the table').target,
    rules: rules ?? '', form, dependencies: [], keyed, whole: keyed ? null : whole, placed, chunks, late: [],
    patchable: keyed && load.patchable(out), verified: false,
  };
}

/** With what could not be made of it after all: what was left out once might be possible now, so it is made anew when it changes. */
export function withLate(table: TableBase, late: readonly Omission[]): TableBase {
  const own = late.filter(omission => omission.table === table.out.table);
  return {...table, late: own, patchable: table.patchable && own.length === 0};
}

/** With what the values of the tables came from, digested in the snapshot they came from. */
export async function withDependencies(
  job: RefreshJob, planned: readonly PlannedTable[], made: ReadonlyMap<string, TableBase>, before: Base | null, limits: {readonly maxRows: number; readonly maxBytes: number}, signal: AbortSignal,
): Promise<Map<string, TableBase>> {
  const {source, transforms = []} = job;
  const wanted = new Map<string, {readonly schema: Schema; readonly ranges: readonly KeyRange[]}>();
  const ofTable = new Map(planned.filter(({source: {table}}) => made.has(table)).map(({source: {table}, read}) => [table, dependenciesOf(read, transforms)]));
  for (const dependencies of ofTable.values()) {
    for (const {id, schema} of dependencies) {
      const base = made.get(schema.table) ?? before?.tables.get(schema.table);
      wanted.set(id, {schema, ranges: base?.keyed ? rangesOf(base.chunks) : [everything]});
    }
  }
  const requests = [...wanted.values()];
  const digests = await digestRanges(source, requests, limits, signal);
  const noted = new Map<string, Dependency>();
  for (const [i, id] of [...wanted.keys()].entries()) {
    const [table, columns] = JSON.parse(id) as [string, string[]];
    noted.set(id, {table, columns, ranges: requests[i]!.ranges, digest: await foldedOrRead(job, requests[i]!, digests[i]!, limits, signal)});
  }
  return new Map([...made].map(([name, table]) => [name, {...table, dependencies: must(ofTable.get(name), 'dependencies').map(({id}) => noted.get(id)!)}]));
}
