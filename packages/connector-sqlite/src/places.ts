import type {Place, Position} from '@sluice/core';
import {positionOf} from './page-reader.ts';

/** Rowids from one to another, both of them included. */
export interface Interval {
  readonly from: bigint;
  readonly to: bigint;
}

const FORM = /^\[(\[(-?\d+|"-?\d+"),(-?\d+|"-?\d+")\](,(?=\[)|(?=\]$)))*\]$/;

/** A place is a list of intervals as JSON, `[[1,2000]]`; a number that JSON's readers would round is a string. */
export function placeOf(intervals: readonly Interval[]): Place {
  return JSON.stringify(intervals.map(({from, to}) => [plain(from), plain(to)])) as Place;
}

/** Throws a plain Error for what `placeOf` did not make. */
export function intervalsOf(place: Place): Interval[] {
  if (!FORM.test(place)) throw new Error('this is no place in a SQLite file');
  return (JSON.parse(place) as [number | string, number | string][]).map(([from, to]) => ({from: BigInt(from), to: BigInt(to)}));
}

/** The same rowids, in ascending order, as few intervals as possible. */
export function joined(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const next of [...intervals].sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0))) {
    const last = result.at(-1);
    if (last && next.from <= last.to + 1n) result[result.length - 1] = {from: last.from, to: next.to > last.to ? next.to : last.to};
    else result.push(next);
  }
  return result;
}

export const FIRST_ROWID = -(2n ** 63n);
export const LAST_ROWID = 2n ** 63n - 1n;

/** The interval as `readPages` takes it. */
export function boundsOf({from, to}: Interval): {readonly after: Position | null; readonly until: Position} {
  return {after: from === FIRST_ROWID ? null : positionOf(from - 1n), until: positionOf(to)};
}

function plain(rowid: bigint): number | string {
  const number = Number(rowid);
  return Number.isSafeInteger(number) ? number : String(rowid);
}
