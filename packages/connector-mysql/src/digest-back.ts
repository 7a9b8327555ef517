import {rowDigester} from '@sluice/checksum';
import {ErrorCode, PipelineError, type RowOrder, type Schema, type TableDigest} from '@sluice/core';
import {discover} from './discover.ts';
import {waysOf} from './packed/packed-plan.ts';
import {PackedGatherer} from './packed/packed-rows.ts';
import type {TablePlan} from './plan-table.ts';
import {comesAsWritten} from './read-back.ts';
import {planColumns} from './read-plan.ts';
import type {Session} from './session.ts';
import {streamBatches} from './stream-batches.ts';

/** Bounds of what is gathered at a time: rows, bytes. */
const LIMITS = {maxRows: 2000, maxBytes: 4 << 20};

/**
 * The digest of what `readBack` would give, from the fields of the text protocol as they came: no value becomes an object. Null where a
 * value has to be looked at to know what was written; then rows are read back. Throws as `readBack` does.
 */
export async function digestBack(
  session: Session, plan: TablePlan, schema: Schema, name: string, order: RowOrder, signal: AbortSignal, onRows: (rows: number) => void,
): Promise<TableDigest | null> {
  const {table, columns} = schema;
  if (!comesAsWritten(plan, columns)) return null;
  const {descriptions} = await discover(session, signal, it => it === name, name);
  const description = descriptions.get(name);
  if (!description) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is gone from the destination`, {table});
  const read = planColumns(columns.map(column => column.name), description, name, session.server.flavor, table);
  const ways = waysOf(columns, description, read);
  if (ways === null) return null;
  const digester = rowDigester(columns, order);
  for await (const packed of streamBatches(session, {query: read.select(null), where: {table}}, new PackedGatherer(ways, LIMITS), signal)) {
    digester.updatePacked(packed);
    onRows(packed.rows);
  }
  return digester.finish();
}
