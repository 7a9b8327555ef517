import type {Schema, Source, Value} from '@sluice/core';
import {isSsn} from '@sluice/identifiers';
import {innermost} from './method-use.ts';
import {keep} from './methods/plain.ts';
import {zip3Areas} from './methods/zip3-areas.ts';
import type {TableDecision} from './resolve.ts';
import type {ColumnDecision, DecidedTable} from './table-plan.ts';

/** How many rows of a table are looked at. */
const ROWS = 1000;
/** Bounds of a batch while looking: rows, bytes. */
const limits = {maxRows: 500, maxBytes: 4 << 20};
/** Fewer different numbers prove nothing: many numbers have these forms by chance. */
const LEAST_DISTINCT = 20;
/** So many of the numbers have to fit, 0 to 1. */
const LEAST_SHARE = 0.97;

/**
 * Warnings about columns of numbers that are kept as `class: none` by a rule without a reason, although their values look like
 * social security numbers, ZIP codes or moments. Such numbers have no mark that a later scan could find them by. Looks at the
 * first rows only; says kinds, never a value. Throws what reading throws.
 */
export async function inspectNumbers(tables: Iterable<TableDecision>, source: Source, signal: AbortSignal): Promise<readonly string[]> {
  const warnings: string[] = [];
  for (const one of tables) {
    if (one.kind !== 'decided') continue;
    const asked = keptNumbers(one);
    if (asked.length === 0) continue;
    const schema = (await source.discover(signal, {wants: name => name === one.source.table})).tables.find(({table}) => table === one.source.table);
    const there = asked.filter(name => schema?.columns.some(column => column.name === name));
    if (schema === undefined || there.length === 0) continue;
    const seen = await distinctNumbers(source, schema, there, signal);
    for (const name of there) {
      const what = looksLike(seen.get(name)!);
      if (what !== null) warnings.push(`${schema.table}.${name} is kept as \`class: none\`, and its numbers look like ${what}: say what it is, or give a reason`);
    }
  }
  return warnings;
}

function keptNumbers({source, decisions}: DecidedTable): string[] {
  const isSuspect = ({use, class: named, reason}: ColumnDecision) => use !== null && innermost(use).method.name === keep.name && named === 'none' && reason === undefined;
  return decisions.filter((decision, i) => isSuspect(decision) && ['int', 'decimal', 'float', 'any'].includes(source.columns[i]!.type)).map(({column}) => column);
}

async function distinctNumbers(source: Source, schema: Schema, names: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const wanted = new Set([...names, ...schema.primaryKey]);
  const read: Schema = {...schema, columns: schema.columns.filter(({name}) => wanted.has(name))};
  const at = names.map(name => read.columns.findIndex(column => column.name === name));
  const seen = new Map(names.map(name => [name, new Set<string>()]));
  let rows = 0;
  for await (const batch of source.read({schema: read, after: null, limit: ROWS, ...limits}, signal)) {
    for (const row of batch.rows) for (const [i, name] of names.entries()) if (isNumber(row[at[i]!]!)) seen.get(name)!.add(String(row[at[i]!]));
    if ((rows += batch.rows.length) >= ROWS) break;
  }
  return seen;
}

const isNumber = (value: Value): boolean => value !== null && typeof value !== 'boolean' && !(value instanceof Uint8Array);

/** What numbers are that have lost their marks and leading zeros; null when nothing speaks for it. */
function looksLike(numbers: ReadonlySet<string>): string | null {
  if (numbers.size < LEAST_DISTINCT || isDense(numbers) || isRound(numbers)) return null;
  const share = (fits: (number: string) => boolean) => [...numbers].filter(fits).length / numbers.size >= LEAST_SHARE;
  // Areas up to 099 begin with zeros: most numbers have all nine digits, and none has fewer than seven.
  if (mostly(numbers, 9) && share(number => /^\d{7,9}$/u.test(number) && isSsn(number.padStart(9, '0')))) return 'social security numbers';
  if (mostly(numbers, 5) && share(number => /^\d{3,5}$/u.test(number) && zip3Areas.has(number.padStart(5, '0').slice(0, 3)))) return 'ZIP codes';
  // From 2001-09-09 on, when seconds took their tenth digit, to 2038.
  if (share(number => /^1\d{9}(?:\d{3}|\d{6})?$/u.test(number) || /^20\d{8}(?:\d{3}|\d{6})?$/u.test(number))) return 'moments, counted from 1970';
  return null;
}

const mostly = (numbers: ReadonlySet<string>, digits: number): boolean => [...numbers].filter(({length}) => length === digits).length >= 0.7 * numbers.size;

/** Counted up one by one, or nearly: the number of a row. */
function isDense(numbers: ReadonlySet<string>): boolean {
  const values = [...numbers].map(Number);
  return Math.max(...values) - Math.min(...values) < 4 * numbers.size;
}

/** Amounts are round more often than numbers that name something, of which one in ten ends in zero. */
const isRound = (numbers: ReadonlySet<string>): boolean => [...numbers].filter(number => number.endsWith('0')).length > 0.4 * numbers.size;
