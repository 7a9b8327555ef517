import {rowDigester} from '@sluice/checksum';
import {must, type Adjustment, type Batch, type Fitted, type KeyRange, type Place, type RangeDigest, type RefreshLoad, type RefreshWriter, type RowOrder, type Schema} from '@sluice/core';
import {fitOrSayRules, planTable, prefetch, TextColumns, type Limits, type PlannedTable, type RunLedger, type TableState} from '@sluice/engine';
import type {Chunk} from './base.ts';
import {isRuled, lossesOf, ruledSince, type ChunkLosses} from './chunk-losses.ts';
import {batchLimits, chunkLimits} from './chunk-rows.ts';
import type {RefreshJob} from './request.ts';
import {wholeDigest, withSourceDigests, type Progress} from './progress.ts';
import {digestRanges, everything, orderOf} from './source-digests.ts';
import {segmentRows} from './table-size.ts';

/** What to do with one table: which rows go, which ranges of the source come. */
export interface Work {
  readonly table: PlannedTable;
  /** `stay`: it is whole as it is. */
  readonly how: 'anew' | 'patch' | 'stay';
  /** Places known to be whole; everything else in the table goes. Null: everything in it is. */
  readonly retain: readonly Place[] | null;
  readonly remove: readonly Place[];
  readonly ranges: readonly KeyRange[];
  /** Rows that stay before each range, those that were set aside among them. */
  readonly before: readonly number[];
  /** The source reads it in ranges. */
  readonly keyed: boolean;
  /** Of a table that stays: what was found out about it when it was made. */
  readonly stays?: Pick<Moved, 'placed' | 'whole'>;
}

/** What a table was made of. */
export interface Moved {
  /** Per range of the work, what now stands for it. */
  readonly pieces: readonly (readonly Chunk[])[];
  readonly placed: boolean;
  /** Digest of the whole table at the source, where that is all there is. */
  readonly whole: string | null;
}

export interface MoveContext {
  readonly job: RefreshJob;
  readonly load: RefreshLoad;
  readonly limits: Limits;
  readonly ledger: RunLedger;
  readonly state: TableState;
  readonly signal: AbortSignal;
  readonly onRows: (rows: number) => void;
  /** Hears of rows that are committed: from here a crashed run can go on. Null when nobody could. */
  readonly progress: Pick<Progress, 'told' | 'due' | 'segment'> | null;
}

/** Moves the ranges of one table. Throws what failed. */
export async function moveTable(work: Work, context: MoveContext): Promise<Moved> {
  try {
    if (work.how === 'stay') return {pieces: [], placed: true, whole: null, ...work.stays};
    if (context.load.placed?.(work.table.out) === false) return await moveWhole(work, context);
    return await movePlaced(work, work.how, context);
  } catch (error) {
    if (error !== withoutPlaces) throw error;
    Object.assign(context.state, {rowsRead: 0, rowsSent: 0, rowsCommitted: 0, rowsQuarantined: 0});
    return await moveWhole(work, context);
  }
}

/** The destination cannot say where rows of this table lie. */
const withoutPlaces = new Error('the rows of this table have no places');

async function movePlaced(work: Work, how: 'anew' | 'patch', context: MoveContext): Promise<Moved> {
  const {load, ledger: {watch}, state, signal, progress, job, limits} = context;
  const {out, read} = work.table;
  await using writer = await load.open(out, how, signal);
  if (work.retain) await writer.retain(work.retain);
  if (work.remove.length > 0) await writer.remove(work.remove);
  watch.lap('write');
  const mover = new Mover(work.table, writer, context);
  const pieces: Chunk[][] = [];
  for (const [i, range] of work.ranges.entries()) {
    const piece: Chunk[] = [];
    pieces.push(piece);
    let {after} = range;
    mover.before = work.before[i] ?? 0;
    for (;;) {
      const most = work.keyed && progress?.told !== false ? segmentRows(work.table.source, limits.commitRows) : Infinity;
      const segment = await mover.move({...range, after}, most, () => work.keyed && progress?.due === true);
      const {ended} = segment;
      let {chunks} = segment;
      // The last one reaches to the end of the range, whatever row it ends with.
      const last = chunks.at(-1);
      if (ended && last) chunks = [...chunks.slice(0, -1), {...last, until: range.until}];
      else if (ended && range.until === null) chunks = [{until: null, sourceRows: 0, sourceDigest: emptyDigest(read, orderOf(read)), place: null, rows: 0, digest: emptyDigest(out, mover.order)}];
      await mover.commit();
      watch.lap('write');
      if (work.keyed && progress) chunks = await progress.segment({read, after, chunks, done: ended && i === work.ranges.length - 1});
      watch.lap('digest');
      piece.push(...chunks);
      if (ended) break;
      after = chunks.at(-1)!.until;
    }
  }
  await mover.commit();
  mover.conclude();
  state.rowsCommitted = state.rowsSent;
  // Nobody goes on with an update that crashed, so that they can be asked for all at once: one by one they took a third of its time.
  const digested = work.keyed && !progress ? await withSourceDigests(job, read, work.ranges.map(({after}, i) => ({after, chunks: pieces[i]!})), limits, signal) : pieces;
  const whole = work.keyed || !isCompared(context) ? null : await wholeDigest(job, read, limits, signal);
  watch.lap('digest');
  return {pieces: digested, placed: true, whole};
}

/** Whether somebody will ask what the source had: the next run, or the one that goes on with this. */
const isCompared = ({job, progress}: MoveContext) => job.store !== null || progress?.told === true;

/** Tables whose rows have no places: one chunk, digested without regard to order. */
async function moveWhole(work: Work, context: MoveContext): Promise<Moved> {
  const {load, ledger: {watch}, state, signal, job: {source}, limits} = context;
  const {out, read} = work.table;
  await using writer = await load.open(out, 'anew', signal);
  const digester = rowDigester(out.columns, 'any');
  const mover = new Mover(work.table, writer, context, digester);
  const {chunks} = await mover.move(everything, Infinity, () => false);
  await mover.commit();
  watch.lap('write');
  mover.conclude();
  state.rowsCommitted = state.rowsSent;
  const {rows, digest} = digester.finish();
  let found: RangeDigest = {rows: state.rowsRead, digest: null};
  if (isCompared(context)) [found = found] = (await digestRanges(source, [{schema: read, ranges: [everything]}], limits, signal))[0]!;
  watch.lap('digest');
  const losses = chunks.flatMap(each => each.losses ?? []);
  const chunk: Chunk = {until: null, sourceRows: found.rows, sourceDigest: found.digest, place: null, rows, digest, ...(losses.length > 0 && {losses: together(losses)})};
  return {pieces: [[chunk]], placed: false, whole: found.digest};
}

const emptyDigest = ({columns}: Schema, order: RowOrder) => rowDigester(columns, order).finish().digest;

/** Takes batches from the source through the transforms to the writer, a chunk each. */
class Mover {
  readonly #table: PlannedTable;
  readonly #writer: RefreshWriter;
  readonly #context: MoveContext;
  readonly #steps;
  readonly #anyOrder: ReturnType<typeof rowDigester> | null;
  readonly #texts: TextColumns;
  /** Whether a rule for losses is for any column. */
  readonly #ruled: boolean;
  /** Rows of the table before those that it was given to move. */
  before = 0;
  /** In which the rows of a chunk are digested. */
  readonly order: RowOrder;

  /** `anyOrder` takes the rows of a table that is one chunk. */
  constructor(table: PlannedTable, writer: RefreshWriter, context: MoveContext, anyOrder: ReturnType<typeof rowDigester> | null = null) {
    const planned = planTable(table.read, context.job.transforms ?? []);
    if (planned === null) throw new Error(`the plan of table ${table.read.table} changed between planning and running`);
    this.#table = table;
    this.#writer = writer;
    this.#context = context;
    this.#steps = planned.steps;
    this.#anyOrder = anyOrder;
    const {rules, asText} = must(context.ledger.plan, 'plan').losses;
    this.#texts = new TextColumns(table.out, asText);
    this.#ruled = rules.has(table.out.table) || this.#texts.any;
    this.order = context.load.order?.(table.out) ?? 'written';
  }

  /** Moves a range, at most about `most` rows of it, or until it is `enough`. */
  async move({after, until}: KeyRange, most: number, enough: () => boolean): Promise<{readonly chunks: readonly Chunk[]; readonly ended: boolean}> {
    const {job, limits, signal, ledger: {watch}, state} = this.#context;
    const {read} = this.#table;
    const {maxRows, maxBytes} = job.store === null ? batchLimits(limits, read) : chunkLimits(limits, read);
    const chunks: Chunk[] = [];
    let rows = 0;
    const batches = job.source.read({schema: read, after, until, maxRows, maxBytes, ...(most < Infinity && {limit: most})}, signal);
    for await (const incoming of prefetch(batches)) {
      signal.throwIfAborted();
      watch.lap('read');
      state.rowsRead += incoming.rows.length;
      rows += incoming.rows.length;
      chunks.push(await this.#moveBatch(incoming));
      if (rows >= most || enough()) return {chunks, ended: false};
    }
    watch.lap('read');
    return {chunks, ended: true};
  }

  /** Makes durable what was written, and before that what was set aside: nobody is to believe that the others are all. */
  async commit(): Promise<void> {
    const {job: {quarantine}, state} = this.#context;
    if (state.rowsQuarantined > 0) await quarantine?.sync();
    await this.#writer.commit();
  }

  /** What the transforms and the writer noticed; what rules did is told of the chunks. */
  conclude(): void {
    const {state} = this.#context;
    state.notes = this.#steps.flatMap(step => step.notes?.() ?? []);
    state.adjustments = this.#writer.adjustments.filter(each => !isRuled(each));
  }

  async #moveBatch(incoming: Batch): Promise<Chunk> {
    const {job, ledger: {watch}, state, onRows} = this.#context;
    const {read, out} = this.#table;
    const sourceRows = incoming.rows.length;
    let sourceDigest: string | null = null;
    if (!job.source.digestRanges) {
      const digester = rowDigester(read.columns, orderOf(read));
      digester.update(incoming.rows);
      sourceDigest = digester.finish().digest;
      watch.lap('digest');
    }
    let batch = incoming;
    for (const step of this.#steps) batch = step.apply(batch);
    const ruledBefore = this.#ruled ? this.#counts() : [];
    this.#texts.apply(batch);
    watch.lap('transform');
    // Only a copy that keeps nothing for later runs is told of rules by whoever made it.
    const fitted = job.store === null ? fitOrSayRules(out, batch, each => this.#writer.fit(each)) : this.#writer.fit(batch);
    ({batch} = fitted);
    const digester = this.#anyOrder ?? rowDigester(out.columns, this.order);
    digester.update(batch.rows);
    watch.lap('digest');
    const rows = batch.rows.length;
    const place = rows === 0 ? null : await this.#writer.write(batch);
    watch.lap('write');
    if (place === null && rows > 0 && !this.#anyOrder) throw withoutPlaces;
    const losses = await this.#keepAside(fitted, ruledBefore);
    state.rowsSent += rows;
    onRows(state.rowsSent);
    return {until: incoming.position, sourceRows, sourceDigest, place, rows, digest: this.#anyOrder ? '' : digester.finish().digest, ...(losses && {losses})};
  }

  #counts(): readonly Adjustment[] {
    return [...this.#texts.adjustments, ...this.#writer.adjustments];
  }

  /** Keeps what rules set aside of a batch, once the rest of it has its place. Resolves with what they did to it; null for nothing. */
  async #keepAside({quarantined}: Fitted, before: readonly Adjustment[]): Promise<ChunkLosses | null> {
    if (!this.#ruled) return null;
    const {job, state} = this.#context;
    const adjustments = ruledSince(before, this.#counts());
    if (adjustments.length === 0) return null;
    if (quarantined.length === 0) return {adjustments};
    const quarantine = must(job.quarantine, 'a place for rows that are set aside');
    await quarantine.keep(this.#table.out, quarantined.map(each => ({...each, ordinal: each.ordinal + this.before})));
    state.rowsQuarantined += quarantined.length;
    return {adjustments, aside: {rows: quarantined.length, place: quarantine.place}};
  }
}

/** Of one run: its rows are in one file. */
function together(losses: readonly ChunkLosses[]): ChunkLosses {
  const {adjustments, aside} = lossesOf(losses.map(each => ({losses: each})));
  const [first] = aside;
  return {adjustments, ...(first && {aside: {place: first[0], rows: first[1]}})};
}
