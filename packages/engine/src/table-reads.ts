import {ErrorCode, PipelineError, type Destination, type Problem, type Schema, type Source} from '@sluice/core';
import type {CopyMode} from './request.ts';
import {changedSource} from './changed-source.ts';

/** Which rows of one table are read. */
export interface TableRead {
  /** Conditions in the source's own SQL; rows meet all of them. */
  readonly where?: readonly string[];
  /** Only rows whose value in this column is greater than all that were copied before. */
  readonly cursor?: string;
  /** Its rows are identified by columns that were named for this copy, which the destination has to enforce. */
  readonly keyed?: true;
}

/** By the table's name at the source. */
export type TableReads = (table: string) => TableRead;

/** The conditions of a table as one; undefined when there is none. */
export function conditionOf({where = []}: TableRead): string | undefined {
  return where.length === 0 ? undefined : where.length === 1 ? where[0] : where.map(condition => `(${condition})`).join(' AND ');
}

/**
 * The source without the rows that no condition lets through: whatever reads from it, a rule that counts over
 * a whole table or a gate too, sees only what is copied.
 */
export function filteredSource(source: Source, reads: TableReads): Source {
  const where = (schema: Schema) => {
    const condition = conditionOf(reads(schema.table));
    return condition === undefined ? {} : {where: condition};
  };
  const {digestRanges, fork, readTogether} = source;
  const changes: Partial<Source> = {
    read: (request, signal) => source.read({...request, ...where(request.schema)}, signal),
    ...(digestRanges && {
      digestRanges: (requests, signal, onTable) => digestRanges.call(source, requests.map(request => ({...request, ...where(request.schema)})), signal, onTable),
    }),
    ...(fork && {fork: async (count, signal) => (await fork.call(source, count, signal)).map(each => filteredSource(each, reads))}),
    ...(readTogether && {
      readTogether(requests, signal) {
        if (requests.some(({schema}) => conditionOf(reads(schema.table)) !== undefined)) throw new Error('tables of one read have no conditions of their own');
        return readTogether.call(source, requests, signal);
      },
    }),
  };
  return changedSource(source, changes);
}

/** Everything that keeps tables from being read or identified as asked; reads no row. Throws CONNECT, AUTH. */
export async function problemsOfReads(source: Source, destination: Destination, mode: CopyMode, schemas: readonly Schema[], reads: TableReads, signal: AbortSignal): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const schema of schemas) {
    const {where = [], keyed, cursor} = reads(schema.table);
    const path = schema.table;
    if (cursor !== undefined) {
      if (mode !== 'append' && mode !== 'upsert') problems.push({path, message: `mode ${mode} copies all rows: a cursor is for append and upsert`});
      if (!source.settleCursors) problems.push({path, message: `${source.kind} has no cursors: it cannot tell which rows may still come`});
      if (!destination.capabilities.positions) problems.push({path, message: `${destination.kind} keeps no position together with the rows: a cursor would lose or repeat some`});
      if (!schema.columns.some(({name}) => name === cursor)) problems.push({path: `${path}.${cursor}`, message: 'cannot be a cursor: there is no such column'});
    }
    if (keyed && !destination.capabilities.keys) problems.push({path, message: `${destination.kind} enforces no key: nobody would see whether its columns identify the rows`});
    for (const condition of where) {
      const why = source.checkFilter ? await source.checkFilter(schema, condition, signal) : `${source.kind} takes no conditions`;
      if (why !== null) problems.push({path, message: `its condition cannot be used: ${why}`});
    }
  }
  return problems;
}

/** Throws CONFIG for a mode that the destination does not have. */
export function refuseMode({capabilities: {modes, beside}, label}: Destination, mode: CopyMode, verify: boolean): void {
  if (mode === 'snapshot' && !verify && beside) throw new PipelineError(ErrorCode.CONFIG, 'mode snapshot makes all rows live at once, and so verifies them', {remedy: 'do not switch verification off'});
  if (mode === 'snapshot' ? beside && modes.includes('append') : modes.includes(mode)) return;
  throw new PipelineError(ErrorCode.CONFIG, `${label} cannot be written in mode ${mode}`, {remedy: `use mode ${modes.join(' or ')}`});
}
