import {ErrorCode, PipelineError} from '@sluice/core';
import type {RunMode, RunRow} from '../runs/run-row.ts';
import {columnChanges, placesOf} from './columns.ts';

/** What is known before a run. */
export interface Ground {
  readonly topic: string;
  readonly table: string;
  readonly initialize: boolean;
  readonly deletions: boolean;
  /** The last run that ended well; null where there is none. */
  readonly last: RunRow | null;
  /** Whether a run of the topic began to bring rows, however it ended: the table may be of its making. */
  readonly hasBegun: boolean;
  /** Whether the table is at the target. */
  readonly isThere: boolean;
  readonly columns: string;
  readonly filter: string | null;
  readonly rowsPublished: number;
  readonly watermark: string | null;
  readonly sourceStamp: string | null;
}

export interface Decision {
  readonly mode: RunMode;
  /** Why, in sentences. */
  readonly reasons: readonly string[];
}

/**
 * How a run brings the rows. Throws SCHEMA when columns that the table has were renamed, retyped or taken away, or when
 * a table stands there that no run of the topic made: it stays as it is.
 */
export function decide({topic, table, initialize, deletions, last, hasBegun, isThere, columns, filter, rowsPublished, watermark, sourceStamp}: Ground): Decision {
  if (initialize) return {mode: 'full', reasons: ['--initialize was given']};
  if (!isThere) return {mode: 'full', reasons: [last ? `there is no table ${table}: everything is read` : 'nothing was loaded yet']};
  if (!last && hasBegun) return {mode: 'full', reasons: ['no run before this one came to its end']};
  if (!last) {
    throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is there, and no run of topic ${topic} is recorded that made it`, {table, remedy: 'let --initialize replace it, or name another table'});
  }
  const [then, now] = [placesOf(last.columns), placesOf(columns)];
  if (then.to !== undefined && now.to !== undefined && then.to !== now.to) {
    throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is there, and the run of ${last.startedAt} made that of ${then.to}, not this one`, {table, remedy: 'let --initialize replace it, or name another table'});
  }
  if (then.from !== undefined && then.from !== now.from) return {mode: 'full', reasons: [`the topic names another data set than at the run of ${last.startedAt}, ${then.from}: everything is read again`]};
  const {added, lost} = columnChanges(last.columns, columns);
  if (lost.length > 0) {
    throw new PipelineError(ErrorCode.SCHEMA, `the columns of topic ${topic} are others than at the run of ${last.startedAt}: ${lost.join('; ')}`, {table, remedy: 'the table stays as it was; look at it, then let --initialize make it anew'});
  }
  if (added.length > 0) return {mode: 'full', reasons: [`the publisher has added ${added.length === 1 ? 'column' : 'columns'} ${added.join(', ')}: everything is read again`]};
  if (filter !== last.filter) return {mode: 'full', reasons: ['the filter is another one: everything is read again']};
  if (deletions) return {mode: 'deletions', reasons: ['--deletions was given']};
  if (sourceStamp !== null && sourceStamp === last.sourceStamp && watermark === last.watermark && rowsPublished === last.rowsPublished) {
    return {mode: 'unchanged', reasons: [`nothing was published since the run of ${last.startedAt}`]};
  }
  return {mode: 'incremental', reasons: []};
}
