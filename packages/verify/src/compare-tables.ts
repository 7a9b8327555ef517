import {setImmediate} from 'node:timers/promises';
import {ErrorCode, PipelineError, type Batch, type Schema} from '@sluice/core';
import {BUCKETS, Buckets} from './buckets.ts';
import {CountedRows} from './counted-rows.ts';
import {noDifferences, type Differences} from './differences.ts';
import {heldBytes, HeldRows} from './held-rows.ts';
import {pairColumns, type TablePairing} from './pair-columns.ts';
import {rowHasher, type RowHasher} from './row-hasher.ts';

/** A table that can be read again and again, each time the same rows in the same order. */
export interface TableSide {
  readonly schema: Schema;
  read(signal: AbortSignal): AsyncIterable<Batch>;
}

export interface TableQuestion {
  /** What ought to be. */
  readonly left: TableSide;
  /** What is. */
  readonly right: TableSide;
  /**
   * Columns, by the names of the left side, that identify a row. Default: the primary key of the left
   * side, else of the right one; else whole rows are compared, as often as they occur.
   */
  readonly key?: readonly string[];
  /** Columns, by the names of the left side, whose values are other ones whenever they are made: they must be there, and are not compared. */
  readonly random?: readonly string[];
  /** Most bytes of digests held at a time, beside 4.5 MiB that are always. More differences take more readings. */
  readonly maxHeldBytes?: number;
  /** Keep every row number, not only those that are listed: 8 bytes each. */
  readonly keepAll?: boolean;
  /** Hears of progress. */
  readonly onRows?: (side: 'left' | 'right', rows: number) => void;
}

/** How two tables differ. Rows are numbered from 0 in the reading order of the side that has them. */
export interface TableDifference {
  readonly pairing: TablePairing;
  /** Null where nothing could be compared, and so nothing was read. */
  readonly rows: {readonly left: number; readonly right: number} | null;
  readonly found: Differences;
  /** How often either side was read. */
  readonly passes: number;
  readonly warnings: readonly string[];
}

/** What a different row costs in `CountedRows`, about. */
const COUNTED_BYTES = 500;
const DEFAULT_HELD_BYTES = 64 << 20;

/**
 * Compares two tables, in whatever order their rows come. One reading of each side puts the rows into
 * buckets by a hash of their key; buckets with the same number of rows and the same sum of SHA-256
 * are equal. Only rows of the others are looked at again. Throws CONFIG for a key that is not there,
 * VERIFY when a side reads differently the second time, and what reading throws.
 */
export async function compareTables(question: TableQuestion, signal: AbortSignal): Promise<TableDifference> {
  const {left, right, key, random, maxHeldBytes = DEFAULT_HELD_BYTES, keepAll = false} = question;
  const pairing = pairColumns(left.schema, right.schema, key, random);
  const found = noDifferences(pairing.pairs.length, keepAll);
  const warnings = [...pairing.warnings];
  if (pairing.pairs.length === 0) return {pairing, rows: null, found, passes: 0, warnings};

  const comparison = new Comparison(question, pairing, signal);
  const keyed = pairing.key !== null;
  const roomFor = (bytes: number) => Math.max(2, Math.floor(maxHeldBytes / bytes));
  const room = {keys: roomFor(heldBytes(pairing.pairs.length)), rows: roomFor(COUNTED_BYTES)};
  // Buckets that are too large to be held are split by another hash of the key, and at last by the rows themselves.
  const levels = keyed ? [byKey(0), byKey(1), byRow] : [byRow];
  let rows: {readonly left: number; readonly right: number} | null = null;
  let within: Within | null = null;
  for (const level of levels) {
    const sums: Sums = await comparison.sums(level, within);
    rows ??= {left: sums.left.rows, right: sums.right.rows};
    const {groups, tooLarge} = groupsOf(sums, level === byRow ? room.rows : room.keys);
    for (const group of groups) await (level === byRow ? comparison.compareRows(group.buckets, within, found) : comparison.compareKeys(level, group, within, found));
    if (tooLarge.size === 0) break;
    // That many rows in one bucket of their own SHA-256 are the same row again and again.
    if (level === byRow) await comparison.compareRows(tooLarge, within, found);
    if (level !== byRow && level === levels.at(-2)) {
      warnings.push(`table ${left.schema.table}: more rows have one key than are held at a time, so those were compared as whole rows`);
    }
    within = narrowed(within, level, tooLarge);
  }
  return {pairing, rows, found, passes: comparison.passes, warnings};
}

/** Puts a row into one of the buckets. */
type Level = (row: RowHasher) => number;
const byKey = (seed: number): Level => row => row.scatter(seed) % BUCKETS;
const byRow: Level = row => row.digest().readUInt32LE(0) % BUCKETS;

/** Whether a row is looked at. */
type Within = (row: RowHasher) => boolean;

function narrowed(before: Within | null, level: Level, buckets: ReadonlySet<number>): Within {
  return row => (before === null || before(row)) && buckets.has(level(row));
}

interface Sums {
  readonly left: Buckets;
  readonly right: Buckets;
}

interface Group {
  readonly buckets: ReadonlySet<number>;
  readonly left: number;
  readonly right: number;
}

/** Differing buckets, as many together as there is room for. */
function groupsOf({left, right}: Sums, room: number): {readonly groups: Group[]; readonly tooLarge: ReadonlySet<number>} {
  const groups: Group[] = [];
  const tooLarge = new Set<number>();
  let current = {buckets: new Set<number>(), left: 0, right: 0};
  for (const bucket of left.differing(right)) {
    const rows = left.count(bucket) + right.count(bucket);
    if (rows > room) {
      tooLarge.add(bucket);
      continue;
    }
    if (current.left + current.right + rows > room) {
      groups.push(current);
      current = {buckets: new Set(), left: 0, right: 0};
    }
    current.buckets.add(bucket);
    current.left += left.count(bucket);
    current.right += right.count(bucket);
  }
  if (current.buckets.size > 0) groups.push(current);
  return {groups, tooLarge};
}

/** The readings of one comparison. */
class Comparison {
  readonly #question: TableQuestion;
  readonly #pairing: TablePairing;
  readonly #signal: AbortSignal;
  passes = 0;

  constructor(question: TableQuestion, pairing: TablePairing, signal: AbortSignal) {
    this.#question = question;
    this.#pairing = pairing;
    this.#signal = signal;
  }

  async sums(level: Level, within: Within | null): Promise<Sums> {
    const sums = {left: new Buckets(), right: new Buckets()};
    await this.#read((side, row) => {
      if (within === null || within(row)) sums[side].add(level(row), row.digest());
    });
    return sums;
  }

  async compareKeys(level: Level, {buckets, left, right}: Group, within: Within | null, found: Differences): Promise<void> {
    const held = new HeldRows(this.#pairing.pairs.length, left, right);
    await this.#read((side, row, ordinal) => {
      if (within !== null && !within(row)) return;
      if (buckets.has(level(row)) && !held.add(side, ordinal, row)) throw this.#changed();
    });
    if (!held.isFull) throw this.#changed();
    held.compare(found);
  }

  async compareRows(buckets: ReadonlySet<number>, within: Within | null, found: Differences): Promise<void> {
    const counted = new CountedRows();
    await this.#read((side, row, ordinal) => {
      if (within !== null && !within(row)) return;
      if (buckets.has(byRow(row))) counted.add(side, ordinal, row.digest());
    });
    counted.compare(found);
  }

  /** Both sides at once: while one waits for its server, the other works. */
  async #read(look: (side: 'left' | 'right', row: RowHasher, ordinal: number) => void): Promise<void> {
    this.passes++;
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    const scan = async (side: 'left' | 'right') => {
      const row = rowHasher(this.#pairing, side);
      let ordinal = 0;
      try {
        for await (const {rows} of this.#question[side].read(signal)) {
          for (const values of rows) {
            row.look(values);
            look(side, row, ordinal++);
          }
          this.#question.onRows?.(side, rows.length);
          await setImmediate(); // a source that never waits would keep the other one from its turn
          signal.throwIfAborted();
        }
      } catch (error) {
        stop.abort(error);
        throw error;
      }
    };
    const ends = await Promise.allSettled([scan('left'), scan('right')]);
    this.#signal.throwIfAborted();
    if (stop.signal.aborted) throw stop.signal.reason;
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  #changed(): PipelineError {
    const {table} = this.#question.left.schema;
    return new PipelineError(ErrorCode.VERIFY, `table ${table} changed while it was compared`, {
      table, retryable: true, remedy: 'run again; compare systems that keep a snapshot, or when nobody writes',
    });
  }
}
