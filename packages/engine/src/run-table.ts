import {rowDigester, type TableDigest} from '@sluice/checksum';
import {ErrorCode, must, PipelineError, type Load, type Position} from '@sluice/core';
import {TextColumns} from './as-text.ts';
import type {TableState} from './ledger.ts';
import {startCourse, type Ground} from './course.ts';
import {planTable, type CopyPlan, type PlannedTable} from './plan.ts';
import {prefetch} from './prefetch.ts';
import {fitOrSayRules} from './refused-value.ts';
import type {CopyRequest, Limits} from './request.ts';
import type {Stopwatch} from './stopwatch.ts';

/**
 * Moves one table: read, transform, fit, digest, write, commit with position. Everything that
 * matters about delivery stands in this function. Resolves with the digest of what was written, when it
 * is wanted. Throws what failed.
 */
export async function runTable(
  table: PlannedTable, {mode, beside, losses}: CopyPlan, load: Load, request: CopyRequest, limits: Limits,
  state: TableState, watch: Stopwatch, signal: AbortSignal, ground: Ground, moved: (rows: number) => void,
): Promise<TableDigest | null> {
  const planned = planTable(table.read, request.transforms ?? []);
  if (planned === null) throw new Error(`the plan of table ${table.read.table} changed between planning and running`);
  const {steps} = planned;
  const texts = new TextColumns(table.out, losses.asText);
  await using writer = await load.open(table.out, signal);
  watch.lap('write');

  const digester = beside && request.verify !== false ? rowDigester(table.out.columns, writer.order) : null;
  const course = await startCourse(table, mode, request, writer, ground, signal);
  // Rows up to a bound are read in another order: nothing less than all of them has a position.
  const commitRows = beside || course.by !== null ? Infinity : limits.commitRows;
  // Where no row comes it stays: a new bound may even lie before the last one, when rows were deleted since.
  let position: Position | null = course.after;
  let pending = 0;
  const commit = async () => {
    // Where rows were set aside, they are safe before anybody can believe that the others are all.
    if (state.rowsQuarantined > 0) await request.quarantine?.sync();
    state.rowsCommitted += (await writer.commit(course.keep(position))).rows;
    pending = 0;
    watch.lap('write');
  };

  const read = request.source.read({schema: table.read, after: position, ...course.by, maxRows: limits.maxRows, maxBytes: limits.maxBytes}, signal);
  for await (const incoming of prefetch(read)) {
    signal.throwIfAborted();
    watch.lap('read');
    course.take(incoming);
    state.rowsRead += incoming.rows.length;
    let batch = incoming;
    for (const step of steps) batch = step.apply(batch);
    texts.apply(batch);
    watch.lap('transform');
    const fitted = fitOrSayRules(table.out, batch, each => writer.fit(each));
    batch = fitted.batch;
    if (fitted.quarantined.length > 0) {
      await must(request.quarantine, 'a place for rows that are set aside').keep(table.out, fitted.quarantined);
      state.rowsQuarantined += fitted.quarantined.length;
    }
    const rows = batch.rows.length;
    if (digester) digester.update(batch.rows);
    watch.lap('digest');
    await writer.write(batch);
    watch.lap('write');
    position = course.by ? course.by.until : incoming.position;
    state.rowsSent += rows;
    pending += rows;
    moved(state.rowsSent);
    if (pending >= commitRows && position !== null) await commit();
  }
  await commit();
  state.notes = steps.flatMap(step => step.notes?.() ?? []);
  state.adjustments = [...texts.adjustments, ...writer.adjustments];
  const written = digester?.finish() ?? null;
  watch.lap('digest');
  if (state.rowsCommitted < state.rowsSent) {
    throw new PipelineError(ErrorCode.WRITE, `${state.rowsSent} rows were written to table ${table.out.table}, but ${state.rowsCommitted} arrived`, {
      table: table.out.table, remedy: 'nothing was published; run again',
    });
  }
  return written;
}
