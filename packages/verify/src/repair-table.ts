import {ErrorCode, PipelineError, type Batch, type Destination, type Operation, type ReadLimits, type Row, type Schema, type Source, type Value} from '@sluice/core';
import type {TableDifference} from './compare-tables.ts';
import {conversionFor, type Conversion} from './repair-value.ts';
import type {TableRepair} from './verification.ts';

/** What to change in one table of the right side, known before anything is written. */
export interface RepairPlan {
  readonly left: Schema;
  readonly right: Schema;
  /** Per column of the right side: where its value stands in a row of the left side, and what becomes of it. */
  readonly columns: readonly {readonly at: number; readonly convert: Conversion}[];
  /** Row numbers of the left side, ascending. */
  readonly write: Float64Array;
  /** Rows of the right side with nothing but their keys. */
  readonly remove: readonly Row[];
}

/** Most rows to be deleted whose keys are held at a time. */
const MAX_REMOVED = 1_000_000;

/**
 * Plans the repair of one table, and reads the keys of its extra rows. Resolves with a sentence when
 * a repair is refused.
 */
export async function planRepair(
  difference: TableDifference, leftSchema: Schema, rightSchema: Schema, destination: Destination, right: Source, limits: ReadLimits, signal: AbortSignal,
): Promise<RepairPlan | string> {
  const {pairing, found, warnings} = difference;
  const {pairs, key} = pairing;
  if (!destination.capabilities.modes.includes('upsert')) return `${destination.label} cannot change single rows`;
  if (pairing.onlyLeft.length + pairing.onlyRight.length > 0) return 'the two sides have different columns';
  if (pairing.incomparable.length > 0) return 'columns cannot be compared';
  const primary = new Set(rightSchema.primaryKey);
  if (primary.size === 0) return 'the table has no primary key at the destination';
  if (key === null || key.length !== primary.size || !key.every(i => primary.has(pairs[i]!.right.name))) return 'it was not compared by the primary key of the destination';
  if (warnings.length > 0) return 'rows share a key';
  const columns: {at: number; convert: Conversion}[] = [];
  for (const column of rightSchema.columns) {
    const pair = pairs.find(({right: {name}}) => name === column.name)!;
    const convert = conversionFor(pair);
    if (convert === undefined) return `column ${column.name} is ${pair.left.type} at the source and ${column.type} at the destination: it would have to be converted`;
    columns.push({at: pair.leftAt, convert});
  }
  if (found.extra.count > MAX_REMOVED) return `${found.extra.count} rows would have to be deleted: copy the table anew`;

  const remove: Row[] = [];
  const extra = found.extra.sorted();
  if (extra.length > 0) {
    for await (const row of rowsAt(right.read({schema: rightSchema, after: null, ...limits}, signal), extra)) {
      remove.push(rightSchema.columns.map(({name}, i): Value => (primary.has(name) ? row[i]! : null)));
    }
  }
  return {left: leftSchema, right: rightSchema, columns, write: merged(found.differing.sorted(), found.missing.sorted()), remove};
}

/** Writes and deletes what the plan says, in one commit. A failure leaves the table as it was. */
export async function repairTable(plan: RepairPlan, left: Source, destination: Destination, limits: ReadLimits, signal: AbortSignal): Promise<TableRepair> {
  const {right, columns, write, remove} = plan;
  try {
    // The table is there: nothing of it is to be made.
    const {table, columns: described, primaryKey, order} = right;
    const schema: Schema = {table, columns: described, primaryKey, ...(order && {order})};
    await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'upsert'}, signal);
    await using writer = await load.open(schema, signal);
    const send = async (rows: Row[], op: Operation) => {
      const batch: Batch = {rows, position: null, ops: rows.map(() => op)};
      writer.fit(batch);
      await writer.write(batch);
    };
    // Deletes first: what the destination takes for the same key may be a row to be written.
    for (let i = 0; i < remove.length; i += limits.maxRows) await send(remove.slice(i, i + limits.maxRows), 'delete');
    let pending: Row[] = [];
    if (write.length > 0) {
      for await (const row of rowsAt(left.read({schema: plan.left, after: null, ...limits}, signal), write)) {
        pending.push(columns.map(({at, convert}) => {
          const value = row[at]!;
          return value === null || !convert ? value : convert(value);
        }));
        if (pending.length < limits.maxRows) continue;
        await send(pending, 'update');
        pending = [];
      }
    }
    if (pending.length > 0) await send(pending, 'update');
    // Where a copy would go on reading stays as it was.
    await writer.commit(writer.resumeAfter);
    return {status: 'repaired', written: write.length, deleted: remove.length, reason: null};
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PipelineError) || error.code === ErrorCode.AUTH) throw error;
    return {status: 'failed', written: 0, deleted: 0, reason: error.message};
  }
}

/** The rows of these numbers, ascending; stops reading behind the last one. */
async function* rowsAt(batches: AsyncIterable<Batch>, wanted: Float64Array): AsyncGenerator<Row> {
  let next = 0;
  let ordinal = 0;
  for await (const {rows} of batches) {
    for (; next < wanted.length && wanted[next]! < ordinal + rows.length; next++) yield rows[wanted[next]! - ordinal]!;
    if (next === wanted.length) return;
    ordinal += rows.length;
  }
}

function merged(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all.sort();
}
