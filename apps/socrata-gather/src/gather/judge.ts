import {unlikeText} from '@sluice/connector-socrata';
import {ErrorCode, PipelineError} from '@sluice/core';
import type {RunRow} from '../runs/run-row.ts';
import type {Topic} from '../topics/topic-file.ts';
import type {Prospect} from './look-ahead.ts';
import type {Proof} from './prove.ts';

const count = (rows: number) => rows.toLocaleString('en-US');

/**
 * What is to be said of a table that is not what the portal says of the data set now; null where it is. Throws VERIFY where nothing explains that:
 * the publisher did not change anything meanwhile, and it is not rows alone that were taken away there.
 */
export function judge({table, filter}: Pick<Topic, 'table' | 'filter'>, {mode}: Pick<RunRow, 'mode'>, {rowsPublished, changedAt}: Pick<Prospect, 'rowsPublished' | 'changedAt'>, {table: {rows}, published, columns}: Proof): string | null {
  if (published === null) return 'the publisher changed the data set while it was counted: the table is not compared with it; the next run sees to it';
  const unlike = unlikeText(columns.map(each => ({name: each.published.name, unlike: each.unlike})));
  const refused = published.columns === null ? 'the portal refuses to count and sum columns: the rows alone were compared' : null;
  if (rows === published.rows && unlike.length === 0) return refused;
  // Rows that do not meet the filter any more are no less there.
  if (mode === 'incremental' && rows > published.rows) return `${count(rows - published.rows)} rows of the table are not published any more${filter === undefined ? '' : ', or do not meet the filter'}: --deletions takes them away`;
  const facts = [...rows === published.rows ? [] : [`${count(rows)} rows, and the portal counts ${count(published.rows)}`], ...unlike];
  if (published.rows !== rowsPublished || published.lastUpdated !== changedAt) return `the table is not what the portal has now (${facts.join('; ')}): the publisher changed the data set meanwhile, and the next run sees to it`;
  throw new PipelineError(ErrorCode.VERIFY, `table ${table} is not what the portal says it has: ${facts.join('; ')}`, {table, remedy: '--deletions reads everything and makes it so, --initialize makes the table anew'});
}
