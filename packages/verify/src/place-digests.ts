import {rowDigester, type RowDigester} from '@sluice/checksum';
import {assert, type LiveTables, type Place, type ReadLimits, type Row} from '@sluice/core';
import type {PlaceRecord, ReceiptTable} from './receipt.ts';

/** Whether each place holds what the receipt says; null when some rows have no place of their own. */
export async function digestByPlace(
  {schema, places, order}: ReceiptTable, live: LiveTables, limits: ReadLimits, onRows: (rows: number) => void, signal: AbortSignal,
): Promise<boolean[] | null> {
  const named = places.map(([place]) => place).filter(place => place !== null);
  if (order !== 'written' || named.length < places.length) return null;
  if (named.length === 0) return [];
  const digests = await live.digestPlaces(schema, named, limits, signal, onRows);
  assert(digests.length === places.length, 'a digest for every place');
  return places.map(([, , digest], i) => digest === digests[i]);
}

/**
 * The same with places taken for ranks: the rows come in the order in which they lie, and each place
 * gets as many of them as it had. Places that are lists of intervals of row numbers are taken in the
 * order of those; all others in the order of the receipt.
 */
export async function digestByRank(
  {schema, places, order}: ReceiptTable, live: LiveTables, limits: ReadLimits, onRows: (rows: number) => void, signal: AbortSignal,
): Promise<boolean[]> {
  const shares = sharesOf(places);
  const digesters = new Map<number, RowDigester>();
  const left = places.map(([, rows]) => rows);
  const equal = places.map(() => false);
  let share = 0;
  let inShare = 0;
  let surplus = 0;
  for await (const {rows} of live.readPlace(schema, null, limits, signal)) {
    onRows(rows.length);
    for (let at = 0; at < rows.length;) {
      const next = shares[share];
      if (next === undefined) {
        surplus += rows.length - at;
        break;
      }
      const taken: readonly Row[] = rows.slice(at, at + next.rows - inShare);
      const digester = digesters.get(next.place) ?? rowDigester(schema.columns, order);
      digesters.set(next.place, digester);
      digester.update(taken);
      at += taken.length;
      left[next.place]! -= taken.length;
      if ((inShare += taken.length) === next.rows) {
        share++;
        inShare = 0;
      }
      if (left[next.place] === 0) {
        equal[next.place] = digester.finish().digest === places[next.place]![2];
        digesters.delete(next.place);
      }
    }
  }
  // Without an order the digest is of the table as a whole, and rows beyond it make it another one.
  return order === 'any' && surplus > 0 ? equal.map(() => false) : equal;
}

interface Share {
  readonly place: number;
  readonly rows: number;
}

function sharesOf(places: readonly PlaceRecord[]): Share[] {
  const shares: (Share & {readonly from: number})[] = [];
  for (const [i, [place, rows]] of places.entries()) {
    const intervals = place === null ? null : intervalsOf(place);
    if (intervals === null || intervals.reduce((sum, [from, to]) => sum + to - from + 1, 0) !== rows) {
      return places.map(([, count], other) => ({place: other, rows: count}));
    }
    for (const [from, to] of intervals) shares.push({place: i, rows: to - from + 1, from});
  }
  return shares.sort((a, b) => a.from - b.from);
}

/** `[[1,2000],[4001,4100]]`: first and last row number, both included. Null for anything else. */
function intervalsOf(place: Place): [number, number][] | null {
  let value: unknown;
  try {
    value = JSON.parse(place);
  } catch {
    return null;
  }
  const isInterval = (item: unknown): item is [number, number] =>
    Array.isArray(item) && item.length === 2 && item.every(Number.isSafeInteger) && (item[0] as number) <= (item[1] as number);
  return Array.isArray(value) && value.every(isInterval) ? value : null;
}
