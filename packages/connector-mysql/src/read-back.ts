import type {Batch, Column, Row, Schema, Value} from '@sluice/core';
import {discover} from './discover.ts';
import {planColumns} from './read-plan.ts';
import {gatherRows, streamBatches} from './stream-batches.ts';
import type {Session} from './session.ts';
import type {TablePlan} from './plan-table.ts';
import {ErrorCode, PipelineError} from '@sluice/core';

/**
 * Reads a table of the destination in the canonical form of the schema it was made from: by key when
 * there is one, else in the order in which InnoDB keeps the rows, which is that of their writing. The values
 * of `chunk`, a column of integers, follow those of the schema.
 */
export async function* readBack(
  session: Session, plan: TablePlan, schema: Schema, name: string, limits: {readonly maxRows: number; readonly maxBytes: number}, signal: AbortSignal, chunk?: string,
): AsyncGenerator<Batch> {
  const {table} = schema;
  const {descriptions} = await discover(session, signal, it => it === name, name);
  const description = descriptions.get(name);
  if (!description) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is gone from the destination`, {table});
  const read = planColumns([...schema.columns.map(column => column.name), ...(chunk === undefined ? [] : [chunk])], description, name, session.server.flavor, table);
  const canonical = canonicalForm(plan, schema.columns);
  for await (const rows of streamBatches(session, {query: read.select(null), where: {table}}, gatherRows({...limits, measure: read.measure}), signal)) {
    read.convert(rows);
    read.trim(rows);
    canonical(rows);
    yield {rows, position: null};
  }
}

/** Makes rows of these columns, as they are read from a table of the plan, what they were before they were written, in place. */
export function canonicalForm(plan: TablePlan, columns: readonly Column[]): (rows: readonly Row[]) => void {
  const converters = columns.flatMap((column, at) => {
    const convert = converterOf(plan, column);
    return convert ? [{at, convert}] : [];
  });
  return rows => { for (const {at, convert} of converters) convertColumn(rows, at, convert); };
}

/** Whether every value of these columns is read in the form in which it was written. */
export const comesAsWritten = (plan: TablePlan, columns: readonly Column[]): boolean => columns.every(column => converterOf(plan, column) === null);

function converterOf(plan: TablePlan, {name, type}: Column): ((value: Value) => Value) | null {
  if (type === 'bool') return toBoolean;
  if (type !== 'time' && type !== 'timestamp' && type !== 'timestamptz') return null;
  const target = plan.columns.find(({column}) => column.name === name)?.type;
  return target?.scale === null && target.base !== 'varchar' && target.base !== 'longtext' ? trimFraction : null;
}

function convertColumn(rows: readonly Row[], at: number, convert: (value: Value) => Value): void {
  for (const row of rows) {
    const value = row[at]!;
    if (value !== null) row[at] = convert(value);
  }
}

const toBoolean = (value: Value): Value => value === 1 ? true : value === 0 ? false : value;

/** The source says nothing of fraction digits: trailing zeros are left out, as `fit` does. */
const trimFraction = (value: Value): Value => typeof value === 'string' && value.includes('.') ? value.replace(/\.?0+$/, '') : value;
