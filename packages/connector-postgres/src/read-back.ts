import {ErrorCode, PipelineError, type Batch, type Column, type Row, type Schema, type Value} from '@sluice/core';
import {discover} from './discover.ts';
import type {TablePlan} from './plan-table.ts';
import {planColumns} from './read-plan.ts';
import type {Session} from './session.ts';
import {streamBatches} from './stream-batches.ts';

interface Limits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/**
 * Reads a table of the destination in the canonical form of the schema it was made from: by key when there is one, else as the rows lie.
 * The values of `chunk`, a column of integers, follow those of the schema.
 */
export async function* readBack(session: Session, plan: TablePlan, schema: Schema, name: string, limits: Limits, signal: AbortSignal, chunk?: string): AsyncGenerator<Batch> {
  const {table} = schema;
  const description = (await discover(session, signal, undefined, name)).descriptions.get(name);
  if (!description) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is gone from the destination`, {table});
  const read = planColumns([...schema.columns.map(column => column.name), ...(chunk === undefined ? [] : [chunk])], description, table);
  const canonical = canonicalForm(plan, schema.columns);
  for await (const fields of streamBatches(session, {sql: read.copy(null, null), where: {table}, ...limits}, signal)) {
    const rows = fields.map(read.convert);
    canonical(rows);
    yield {rows, position: null};
  }
}

/** Makes rows of these columns, as they are read from a table of the plan, what they were before they were written, in place. */
export function canonicalForm(plan: TablePlan, columns: readonly Column[]): (rows: readonly Row[]) => void {
  const converters = columns.flatMap((column, at) => {
    const type = plan.columns.find(target => target.column.name === column.name)?.type;
    const convert = type?.family === 'numeric' && column.type === 'int' ? toInteger
      : type?.family === 'interval' && type.scale !== null && type.scale > 0 ? padded(type.scale) : null;
    return convert ? [{at, convert}] : [];
  });
  return rows => { for (const {at, convert} of converters) convertColumn(rows, at, convert); };
}

function convertColumn(rows: readonly Row[], at: number, convert: (text: string) => Value): void {
  for (const row of rows) {
    const value = row[at]!;
    if (typeof value === 'string') row[at] = convert(value);
  }
}

function toInteger(text: string): Value {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** An interval has no fraction digits of its own: the zeros at the end are those that `fit` saw to. */
const padded = (digits: number) => (text: string): Value => {
  const dot = text.lastIndexOf('.');
  return dot < 0 ? `${text}.${'0'.repeat(digits)}` : text.padEnd(dot + 1 + digits, '0');
};
