import {KeyTable} from './key-table.ts';
import type {ClassSizes} from './population.ts';
import type {SizeBand} from './risk.ts';

/** Members put into classes by a 64-bit key. */
export interface Classes {
  /** The class of each member. */
  readonly of: Int32Array;
  /** How many members each class has. */
  readonly counts: Int32Array;
}

/** `words`: two a member and lane; members that are equal in this lane are of one class. */
export function classesOf(words: Uint32Array, members: number, lanes: number, lane: number): Classes {
  const table = new KeyTable();
  const of = new Int32Array(members);
  for (let i = 0; i < members; i++) {
    const at = (i * lanes + lane) * 2;
    of[i] = table.add(words[at]!, words[at + 1]!);
  }
  const counts = new Int32Array(table.size);
  for (const id of of) counts[id]!++;
  return {of, counts};
}

export function sizesOf({counts}: Classes): ClassSizes {
  const sizes = new Map<number, number>();
  for (const size of counts) sizes.set(size, (sizes.get(size) ?? 0) + 1);
  return sizes;
}

// The borders are those that are asked for: 5 is a usual least size, 11 that of the Centers for Medicare & Medicaid Services for published cells.
const bands: readonly (readonly [number, number | null])[] = [[1, 1], [2, 2], [3, 4], [5, 10], [11, 19], [20, 49], [50, 99], [100, 999], [1000, null]];

export function histogramOf(sizes: ClassSizes): SizeBand[] {
  return bands.map(([from, to]) => {
    const inside = [...sizes].filter(([size]) => size >= from && (to === null || size <= to));
    return {from, to, classes: inside.reduce((sum, [, classes]) => sum + classes, 0), members: inside.reduce((sum, [size, classes]) => sum + size * classes, 0)};
  });
}
