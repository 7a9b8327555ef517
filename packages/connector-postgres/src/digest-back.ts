import {encodedDigester} from '@sluice/checksum';
import {ErrorCode, PipelineError, type RowOrder, type Schema, type TableDigest} from '@sluice/core';
import {formOf, type Form} from './copy-binary/canonical-field.ts';
import {CanonicalRows, Unsure} from './copy-binary/canonical-rows.ts';
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
  if (session.server.encoding === 'SQL_ASCII') return null;
  const description = (await discover(session, signal, undefined, name)).descriptions.get(name);
  if (!description) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is gone from the destination`, {table});
  const names = schema.columns.map(column => column.name);
  // Key columns that are not the schema's would be read as well.
  if (description.schema.primaryKey.some(key => !names.includes(key))) return null;
  const forms: Form[] = [];
  for (const column of schema.columns) {
    const native = description.natives.get(column.name);
    const type = plan.columns.find(target => target.column.name === column.name)?.type;
    const form = native && formOf(column, native, type?.family === 'interval' ? type.scale ?? 0 : 0);
    if (!form) return null;
    forms.push(form);
  }
  const digester = encodedDigester(schema.columns, order);
  const rows = new CanonicalRows(forms, digester);
  // Where their order does not matter rows come as they lie: an index is not walked, and nothing sorted.
  const described = order === 'any' ? {...description, schema: {...description.schema, primaryKey: []}} : description;
  const sql = planColumns(names, described, table).copy(null, null, 'binary');
  try {
    const read = pullCopy<number>(session, {sql, where: {table}}, {
      add(bytes, messages, ready) {
        rows.push(bytes);
        ready(messages);
      },
      last: () => null,
      place: error => error,
    }, signal);
    for await (const some of read) onRows(some);
    rows.finish();
  } catch (error) {
    if (error instanceof Unsure) return null;
    throw error;
  }
  return digester.finish();
}
