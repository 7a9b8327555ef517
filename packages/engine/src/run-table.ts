import {unpackRows} from '@sluice/checksum';
import {must, type Batch, type KeyRange, type Load, type PackedBatch, type PackedWriting, type Position, type ReadRequest, type Source} from '@sluice/core';
import {startCourse, type Ground} from './course.ts';
import type {CopyPlan} from './plan.ts';
import {prefetch} from './prefetch.ts';
import {fitOrSayRules} from './refused-value.ts';
import type {CopyRequest, Limits} from './request.ts';
import type {Stopwatch} from './stopwatch.ts';
import type {TableRun} from './table-run.ts';

/** What the copy of any table needs. */
export interface CopyContext {
  readonly request: CopyRequest;
  readonly plan: CopyPlan;
  readonly load: Load;
  readonly limits: Limits;
}

/** Rows of a table that are read in one go. */
export interface Part {
  /** 0-based; the only one of a table that is copied as a whole. */
  readonly number: number;
  /** Null: all rows that the copy reads. */
  readonly range: KeyRange | null;
  readonly ground: Ground;
  read(request: ReadRequest, signal: AbortSignal): AsyncIterable<Batch>;
  /** Who reads this part alone, and may give its rows packed; null where rows of several tables come together. */
  readonly reader: Source | null;
}

/**
 * Moves one table, or a part of it: read, transform, fit, digest, write, commit with position. Everything that
 * matters about delivery stands in this function. Throws what failed.
 */
export async function runPart(run: TableRun, part: Part, context: CopyContext, watch: Stopwatch, signal: AbortSignal, moved: (rows: number) => void): Promise<void> {
  try {
    await movePart(run, part, context, watch, signal, moved);
  } catch (error) {
    throw run.told(error, part.number);
  }
}

async function movePart(
  run: TableRun, {range, ground, read: reading, reader}: Part, {request, plan: {mode, beside}, load, limits}: CopyContext, watch: Stopwatch, signal: AbortSignal, moved: (rows: number) => void,
): Promise<void> {
  const {state, steps, texts} = run;
  const {table} = state;
  await using writer = await load.open(table.out, signal);
  watch.lap('write');

  const digester = run.digester(writer.order);
  const course = await startCourse(table, mode, request, writer, ground, signal);
  if (range !== null && (course.after !== null || course.by !== null)) throw new Error('a table that goes on from a position is read as a whole');
  // Rows up to a bound are read in another order: nothing less than all of them has a position.
  const commitRows = beside || course.by !== null ? Infinity : limits.commitRows;
  // Where no row comes it stays: a new bound may even lie before the last one, when rows were deleted since.
  let position: Position | null = course.after;
  let pending = 0;
  let fitted = 0;
  const commit = async () => {
    // Where rows were set aside, they are safe before anybody can believe that the others are all.
    if (state.rowsQuarantined > 0) await request.quarantine?.sync();
    const {rows} = await writer.commit(course.keep(position));
    // Only now: another part may have committed meanwhile.
    state.rowsCommitted += rows;
    pending = 0;
    watch.lap('write');
  };

  /** Rows that are fitted one by one. Resolves with how many are sent on. */
  const sendRows = async (batch: Batch) => {
    const given = fitOrSayRules(table.out, batch, each => writer.fit(each));
    const rows = given.batch.rows.length;
    const handed = rows + given.quarantined.length;
    const quarantined = run.placed(given.quarantined, fitted, handed);
    fitted += handed;
    // Before anything waits: rows of other parts come in between then.
    digester?.update(given.batch.rows);
    watch.lap('digest');
    if (quarantined.length > 0) {
      await must(request.quarantine, 'a place for rows that are set aside').keep(table.out, quarantined);
      state.rowsQuarantined += quarantined.length;
    }
    await writer.write(given.batch);
    return rows;
  };
  /** Packed rows; where one of them has to be looked at, all of them as values. */
  const sendPacked = async ({packed: rows, position: after}: PackedBatch, writing: PackedWriting) => {
    const given = writing.fit(rows);
    if (given === null) return await sendRows({rows: unpackRows(table.read.columns, rows, {table: table.read.table, before: fitted}), position: after});
    run.placed([], fitted, rows.rows);
    fitted += rows.rows;
    digester?.updatePacked(rows);
    watch.lap('digest');
    await writing.write(given);
    return rows.rows;
  };

  const asked: ReadRequest = {schema: table.read, after: position, ...range, ...course.by, maxRows: limits.maxRows, maxBytes: limits.maxBytes};
  const packed = beside && course.by === null && steps.length === 0 && !texts.any && writer.packed && await reader?.packs?.(table.read, signal) ? writer.packed : null;
  const read: AsyncIterable<Batch | PackedBatch> = packed && reader?.readPacked ? reader.readPacked(asked, signal) : reading(asked, signal);
  for await (const incoming of prefetch(read)) {
    signal.throwIfAborted();
    watch.lap('read');
    let rows: number;
    if ('packed' in incoming) {
      state.rowsRead += incoming.packed.rows;
      rows = await sendPacked(incoming, must(packed, 'a way for packed rows'));
    } else {
      course.take(incoming);
      state.rowsRead += incoming.rows.length;
      let batch = incoming;
      for (const step of steps) batch = step.apply(batch);
      texts.apply(batch);
      watch.lap('transform');
      rows = await sendRows(batch);
    }
    watch.lap('write');
    position = course.by ? course.by.until : incoming.position;
    state.rowsSent += rows;
    pending += rows;
    moved(state.rowsSent);
    if (pending >= commitRows && position !== null) await commit();
  }
  await commit();
  run.done(writer);
}
