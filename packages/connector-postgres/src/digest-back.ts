import {encodedDigester} from '@sluice/checksum';
import {ErrorCode, PipelineError, type Column, type RowOrder, type Schema, type TableDigest} from '@sluice/core';
import {formOf, type Form} from './copy-binary/canonical-field.ts';
import {CanonicalRows, Unsure} from './copy-binary/canonical-rows.ts';
import type {TableDescription} from './describe-table.ts';
import {discover} from './discover.ts';
import type {TablePlan} from './plan-table.ts';
import {pullCopy} from './pull-copy.ts';
import {planColumns} from './read-plan.ts';
import type {Session} from './session.ts';

/**
 * The digest of what `readBack` would give, from the bytes of COPY's binary format, in which no value becomes an object: a third of the
 * work. Null where a type or a value is one whose text only the server knows; then rows are read back. Throws as `readBack` does.
 */
export async function digestBack(
  session: Session, plan: TablePlan, schema: Schema, name: string, order: RowOrder, signal: AbortSignal, onRows: (rows: number) => void,
): Promise<TableDigest | null> {
  const {table} = schema;
  const description = (await discover(session, signal, undefined, name)).descriptions.get(name);
  if (!description) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is gone from the destination`, {table});
  const digitsOf = ({name}: Column) => {
    const type = plan.columns.find(target => target.column.name === name)?.type;
    return type?.family === 'interval' ? type.scale ?? 0 : 0;
  };
  const steps = digesting(session, schema, description, digitsOf, order, signal);
  for (;;) {
    const {done, value} = await steps.next();
    if (done) return value;
    onRows(value);
  }
}

/**
 * Digests the rows of a table that is described, and gives how many there were in between. Returns null where a type or a value is one whose
 * text only the server knows. `digitsOf`: fraction digits of a column that is an interval; null where nobody knows.
 */
export async function* digesting(
  session: Session, schema: Schema, description: TableDescription, digitsOf: (column: Column) => number | null, order: RowOrder, signal: AbortSignal,
): AsyncGenerator<number, TableDigest | null> {
  const {table} = schema;
  if (session.server.encoding === 'SQL_ASCII') return null;
  const names = schema.columns.map(column => column.name);
  // Key columns that are not the schema's would be read as well.
  if (order === 'written' && description.schema.primaryKey.some(key => !names.includes(key))) return null;
  const forms: Form[] = [];
  for (const column of schema.columns) {
    const native = description.natives.get(column.name);
    const digits = digitsOf(column);
    const form = native && (digits !== null || native.base !== 'interval') ? formOf(column, native, digits ?? 0) : null;
    if (!form) return null;
    forms.push(form);
  }
  const digester = encodedDigester(schema.columns, order);
  const rows = new CanonicalRows(forms, digester);
  // Where their order does not matter rows come as they lie: an index is not walked, and nothing sorted.
  const described = order === 'any' ? {...description, schema: {...description.schema, primaryKey: []}} : description;
  const sql = planColumns(names, described, table).copy(null, null, 'binary');
  try {
    yield* pullCopy<number>(session, {sql, where: {table}}, {
      add(bytes, messages, ready) {
        rows.push(bytes);
        ready(messages);
      },
      last: () => null,
      place: error => error,
    }, signal);
    rows.finish();
  } catch (error) {
    if (error instanceof Unsure) return null;
    throw error;
  }
  return digester.finish();
}
