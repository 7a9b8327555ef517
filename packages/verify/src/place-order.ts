import type {Place} from '@sluice/core';

/** `[place, rows, digest]`: where rows lie, how many, and their digest. The place is null where rows have none. */
export type PlaceRecord = readonly [place: Place | null, rows: number, digest: string];

/**
 * Places in the order in which a reading of the whole table meets their rows. Places that are lists of
 * intervals of row numbers go by their first one; when others are among them, all stay as they are.
 */
export function inOrder(places: readonly PlaceRecord[]): readonly PlaceRecord[] {
  const starts = new Map<PlaceRecord, bigint>();
  for (const record of places) {
    const start = record[0] === null ? null : startOf(record[0]);
    if (start === null) return places;
    starts.set(record, start);
  }
  return places.toSorted((a, b) => (starts.get(a)! < starts.get(b)! ? -1 : 1));
}

/** `[[1,2000],[4001,4100]]`: first and last row number; those that JSON's readers would round are strings. Null for anything else. */
function startOf(place: Place): bigint | null {
  if (!/^\[\[(-?\d+|"-?\d+"),/.test(place)) return null;
  const [[from]] = JSON.parse(place) as [[number | string, number | string]];
  return BigInt(from);
}
