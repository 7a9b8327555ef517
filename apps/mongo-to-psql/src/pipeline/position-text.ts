import type {Position} from '@sluice/core';
import {parseTimestamps, timestampsText, type OplogTime} from '../status/timestamps.ts';

interface OplogPosition {
  readonly oplog: Readonly<Record<string, {readonly t: number; readonly i: number}>>;
}

/** A position in oplogs as the status table has it, in the order of the shards' names; null for one in change streams. */
export function positionText(position: Position): string | null {
  // Made by a feed of this program: JSON with one key that says of what kind it is.
  const parsed = JSON.parse(position) as Partial<OplogPosition>;
  if (!parsed.oplog) return null;
  const times = Object.entries(parsed.oplog).sort(([one], [other]) => (one < other ? -1 : 1));
  return timestampsText(times.map(([, {t, i}]): OplogTime | null => (t === 0 && i === 0 ? null : {seconds: t, increment: i})));
}

/** The opposite, with the names of the shards, in their order; null when the text does not have as many places. */
export function positionFromText(text: string, shards: readonly string[]): Position | null {
  const times = parseTimestamps(text);
  if (!times || times.length !== shards.length) return null;
  const names = [...shards].sort();
  return JSON.stringify({oplog: Object.fromEntries(names.map((name, i) => [name, {t: times[i]?.seconds ?? 0, i: times[i]?.increment ?? 0}]))}) as Position;
}
