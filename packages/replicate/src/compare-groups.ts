import {hash} from 'node:crypto';
import {groupColumns, groupText, must, type GroupTable, type Row, type Value} from '@sluice/core';

/** A group whose rows at the destination are not what they should be. */
export interface GroupDifference {
  /** Its place in the keys that were compared. */
  readonly at: number;
  /** The tables that differ, by their place in the family. */
  readonly tables: readonly number[];
  /** There is no row of it in any table, and there should be. */
  readonly missing: boolean;
  /** There are rows of it, and there should be none. */
  readonly extra: boolean;
  /** A digest of its rows as they should be and as they are: when nothing changes it is the same the next time. */
  readonly state: string;
}

/** Compares rows as they should be, after `GroupStore.fit`, with rows as they were read. Their order does not matter. */
export function compareGroups(tables: readonly GroupTable[], keys: readonly Row[], wanted: readonly (readonly Row[])[], found: readonly (readonly Row[])[]): GroupDifference[] {
  const places = tables.map(groupColumns);
  const byKey = (rows: readonly (readonly Row[])[]) => rows.map((some, i) => grouped(some, must(places[i], 'columns of the group')));
  const [should, are] = [byKey(wanted), byKey(found)];
  const differences: GroupDifference[] = [];
  for (const [at, key] of keys.entries()) {
    const text = keyText(key);
    const differing = tables.flatMap((_, i) => (sameRows(should[i]!.get(text) ?? NONE, are[i]!.get(text) ?? NONE) ? [] : [i]));
    if (differing.length === 0) continue;
    const isNone = (groups: typeof should) => groups.every(rows => !rows.has(text));
    differences.push({
      at, tables: differing, missing: isNone(are), extra: isNone(should),
      state: hash('sha256', [should, are].map(groups => groups.map(rows => bagText(rows.get(text) ?? NONE)).join('|')).join('\n'), 'base64'),
    });
  }
  return differences;
}

const NONE: readonly Row[] = [];

function grouped(rows: readonly Row[], at: readonly number[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  const only = at.length === 1 ? at[0]! : null;
  let last: Value | undefined;
  let current: Row[] | undefined;
  for (const row of rows) {
    // Most rows of a group come one after the other.
    const value = only === null ? undefined : row[only]!;
    if (current && value !== undefined && Object.is(value, last)) {
      current.push(row);
      continue;
    }
    const text = keyText(only === null ? at.map(i => row[i]!) : [value!]);
    current = groups.get(text);
    if (current) current.push(row);
    else groups.set(text, current = [row]);
    last = value;
  }
  return groups;
}

/** Nearly all keys are one text. */
function keyText(key: readonly Value[]): string {
  const [first] = key;
  return key.length === 1 && typeof first === 'string' ? `"${first}` : groupText(key);
}

function sameRows(a: readonly Row[], b: readonly Row[]): boolean {
  if (a.length !== b.length) return false;
  // Mostly they come in the same order.
  return a.every((row, i) => sameRow(row, b[i]!)) || bagText(a) === bagText(b);
}

function sameRow(a: Row, b: Row): boolean {
  for (let i = 0; i < a.length; i++) if (!sameValue(a[i]!, b[i]!)) return false;
  return a.length === b.length;
}

function sameValue(a: Value, b: Value): boolean {
  return Object.is(a, b) || (a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0);
}

/** Two lists hold the same rows equally often exactly when their texts are the same. */
function bagText(rows: readonly Row[]): string {
  return rows.map(row => row.map(valueText).join('')).sort().join('\n');
}

function valueText(value: Value): string {
  if (value === null) return '_';
  if (value instanceof Uint8Array) return `b${value.length}:${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}`;
  const text = Object.is(value, -0) ? '-0' : String(value);
  return `${(typeof value)[0]}${text.length}:${text}`;
}
