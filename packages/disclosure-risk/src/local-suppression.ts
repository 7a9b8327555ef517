import {ErrorCode, PipelineError, type Row} from '@sluice/core';
import {hashValue, mix, type Hash} from './hash-value.ts';
import {KeyTable} from './key-table.ts';

export interface LocalSuppressionOptions {
  /** Least size of every class once the cells are blank; at least 2. */
  readonly k: number;
  /** Quasi columns in a tuple, at most 30. */
  readonly columns: number;
  /** Most distinct tuples; default 2 million. Memory: about 8 bytes x columns + 100 bytes a tuple, 4 more a tuple and person where persons are told. */
  readonly maxTuples?: number;
}

/** Learns tuples, then says which cells to blank. */
export interface LocalSuppression {
  /**
   * Takes tuples: the quasi columns of rows, in one order. `persons`: a number for each, whose row it is; then a class counts persons instead of rows.
   * Throws VALUE beyond `maxTuples`.
   */
  add(tuples: readonly Row[], persons?: readonly number[]): void;
  solve(): Suppression;
}

export interface Suppression {
  /** Every class has k members; false only where all of them together are fewer than k: then everything is blank. */
  readonly reached: boolean;
  /** Cells to blank, and rows that have one. Cells that are null already count as well. */
  readonly cells: number;
  readonly rows: number;
  /** By column of the tuple, how many of its cells. */
  readonly byColumn: readonly number[];
  /** Which positions of this tuple to blank; every one of a tuple that was not learned. */
  blanks(tuple: Row): readonly number[];
}

const DEFAULT_MOST = 2_000_000;
const MOST_COLUMNS = 30;

/**
 * Local suppression: finds cells which, once blank, leave no class of equal tuples with fewer than k members; a blank equals only a blank.
 *
 * Greedy, in rounds. In each, every class that is too small blanks one more column, all its rows alike: the one that brings it together
 * with the most others, of those that have to move as well or need not; of two the first. A class is never taken apart, so those that
 * are large enough stay so. After as many rounds as there are columns only the class of all blanks can be too small: then the smallest
 * of the others, the one that was learned first among equals, is blanked as a whole. The fewest cells are not found: that is NP-hard
 * (Meyerson and Williams, PODS 2004). The same tuples in the same order give the same cells.
 */
export function localSuppression({k, columns, maxTuples = DEFAULT_MOST}: LocalSuppressionOptions): LocalSuppression {
  if (!Number.isSafeInteger(k) || k < 2) throw new RangeError('k must be an integer of at least 2');
  if (!Number.isSafeInteger(columns) || columns < 1 || columns > MOST_COLUMNS) throw new RangeError(`columns must be 1 to ${MOST_COLUMNS}`);
  const cells = new Cells(columns);
  const table = new KeyTable();
  const parts: Uint32Array[] = [];
  const counts: number[] = [];
  const persons: Set<number>[] = [];
  let byPerson: boolean | null = null;

  const idOf = (tuple: Row, add: boolean): number => {
    const words = cells.of(tuple);
    const [high, low] = keyOf(words, 0);
    return add ? table.add(high, low) : table.find(high, low);
  };

  return {
    add(tuples, whose) {
      if (tuples.length === 0) return;
      if (byPerson !== null && byPerson !== (whose !== undefined)) throw new Error('either all tuples are told with their persons, or none');
      byPerson = whose !== undefined;
      for (const [i, tuple] of tuples.entries()) {
        const id = idOf(tuple, true);
        if (id === parts.length) {
          if (id >= maxTuples) {
            throw new PipelineError(ErrorCode.VALUE, `cells to suppress are looked for among at most ${maxTuples} distinct combinations of values, and there are more`, {
              remedy: 'generalise the columns first, which also leaves more of them',
            });
          }
          parts.push(cells.of(tuple).slice());
          counts.push(0);
          if (whose) persons.push(new Set());
        }
        counts[id]!++;
        if (whose) persons[id]!.add(whose[i]!);
      }
    },
    solve() {
      const masks = solved({k, columns, parts, sizeOf: byPerson === true ? ids => union(ids, persons) : ids => ids.reduce((sum, id) => sum + counts[id]!, 0)});
      const byColumn = Array.from({length: columns}, () => 0);
      let rows = 0;
      for (const [id, mask] of masks.entries()) {
        if (mask !== 0) rows += counts[id]!;
        for (const column of positionsOf(mask, columns)) byColumn[column]! += counts[id]!;
      }
      const all = Array.from({length: columns}, (_, i) => i);
      const every = Array.from(parts, (_, id) => id);
      const whole = byPerson === true ? union(every, persons) : counts.reduce((sum, count) => sum + count, 0);
      return {
        reached: whole >= k || whole === 0, rows, byColumn, cells: byColumn.reduce((sum, count) => sum + count, 0),
        blanks(tuple) {
          const id = idOf(tuple, false);
          return id < 0 || id >= masks.length ? all : positionsOf(masks[id]!, columns);
        },
      };
    },
  };
}

interface Task {
  readonly k: number;
  readonly columns: number;
  /** By tuple, two words a cell. */
  readonly parts: readonly Uint32Array[];
  /** Members that tuples have together. */
  readonly sizeOf: (ids: readonly number[]) => number;
}

/** By tuple, a bit for each column to blank. */
function solved({k, columns, parts, sizeOf}: Task): Int32Array {
  const masks = new Int32Array(parts.length);
  const full = 2 ** columns - 1;
  for (;;) {
    const classes = grouped(parts, masks);
    const small = classes.filter(ids => sizeOf(ids) < k);
    const moving = small.filter(ids => masks[ids[0]!] !== full);
    if (moving.length === 0) {
      const [rest] = small;
      if (rest === undefined || classes.length === 1) return masks;
      const others = classes.filter(ids => ids !== rest);
      const next = others.reduce((least, ids) => sizeOf(ids) < sizeOf(least) ? ids : least);
      for (const id of next) masks[id] = full;
      continue;
    }
    // How many would meet at each place where somebody could go; those that are there already included.
    const places = new KeyTable();
    const meeting: number[] = [];
    const meet = (words: Uint32Array, mask: number, size: number) => {
      const id = places.add(...keyOf(words, mask));
      meeting[id] = (meeting[id] ?? 0) + size;
    };
    const moves = new Set(moving);
    for (const ids of classes) {
      const first = ids[0]!;
      const size = sizeOf(ids);
      if (!moves.has(ids)) meet(parts[first]!, masks[first]!, size);
      else for (let column = 0; column < columns; column++) if ((masks[first]! & 1 << column) === 0) meet(parts[first]!, masks[first]! | 1 << column, size);
    }
    for (const ids of moving) {
      const first = ids[0]!;
      let best = -1;
      let most = -1;
      for (let column = 0; column < columns; column++) {
        if ((masks[first]! & 1 << column) !== 0) continue;
        const met = meeting[places.find(...keyOf(parts[first]!, masks[first]! | 1 << column))]!;
        if (met > most) [best, most] = [column, met];
      }
      for (const id of ids) masks[id]! |= 1 << best;
    }
  }
}

/** Tuples that are equal once their cells are blank, by the first of them. */
function grouped(parts: readonly Uint32Array[], masks: Int32Array): number[][] {
  const table = new KeyTable();
  const classes: number[][] = [];
  for (const [id, words] of parts.entries()) {
    const at = table.add(...keyOf(words, masks[id]!));
    (classes[at] ??= []).push(id);
  }
  return classes;
}

function union(ids: readonly number[], persons: readonly ReadonlySet<number>[]): number {
  if (ids.length === 1) return persons[ids[0]!]!.size;
  const all = new Set<number>();
  for (const id of ids) for (const person of persons[id]!) all.add(person);
  return all.size;
}

/** The key of a tuple some of whose cells are blank; a blank is what null is. */
function keyOf(words: Uint32Array, mask: number): [number, number] {
  let high = 0;
  let low = 0;
  for (let i = 0; i * 2 < words.length; i++) {
    const blank = (mask & 1 << i) !== 0;
    high = high + mix((blank ? NULL.high : words[i * 2]!) + Math.imul(i + 1, 0x9e3779b1)) | 0;
    low = low + mix((blank ? NULL.low : words[i * 2 + 1]!) + Math.imul(i + 1, 0x85ebca77)) | 0;
  }
  const upper = mix(high);
  return [upper, mix(low ^ Math.imul(upper, 0x27d4eb2f))];
}

const NULL: Hash = {high: 0, low: 0};
hashValue(null, NULL);

class Cells {
  readonly #words: Uint32Array;
  readonly #value: Hash = {high: 0, low: 0};

  constructor(columns: number) {
    this.#words = new Uint32Array(columns * 2);
  }

  /** Two words a cell; the next call writes over them. */
  of(tuple: Row): Uint32Array {
    const words = this.#words;
    for (let i = 0; i * 2 < words.length; i++) {
      hashValue(tuple[i]!, this.#value);
      words[i * 2] = this.#value.high;
      words[i * 2 + 1] = this.#value.low;
    }
    return words;
  }
}

const positionsOf = (mask: number, columns: number): number[] => Array.from({length: columns}, (_, i) => i).filter(i => (mask & 1 << i) !== 0);
