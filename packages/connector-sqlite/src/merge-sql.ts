import {quote} from './quote.ts';

/** A table that is live, and one of the same name in the attached file, with rows for it. */
export interface MergePair {
  readonly name: string;
  /** All columns that rows of the load have. */
  readonly columns: readonly string[];
  /** Those that are given values: SQLite computes the others. */
  readonly filled: readonly string[];
  readonly key: readonly string[];
}

/** Under this name the file with the new rows is attached. */
export const BESIDE = '_sluice_beside';

const live = ({name}: MergePair) => `main.${quote(name)}`;
const staged = ({name}: MergePair) => `${BESIDE}.${quote(name)}`;
const sameKey = ({key}: MergePair) => key.map(name => `t.${quote(name)} = s.${quote(name)}`).join(' AND ');
/** Nothing tells two values apart, neither the class they are stored in nor what a collation folds. */
const same = ({columns}: MergePair) => allOf(columns.map(name => `typeof(t.${quote(name)}) = typeof(s.${quote(name)}) AND t.${quote(name)} IS s.${quote(name)} COLLATE BINARY`));

/** Conditions that all hold, in halves of halves: SQLite takes no expression that is deeper than 1,000, and a chain is as deep as it is long. */
function allOf(conditions: readonly string[]): string {
  if (conditions.length < 3) return conditions.join(' AND ');
  const middle = conditions.length >> 1;
  return `(${allOf(conditions.slice(0, middle))}) AND (${allOf(conditions.slice(middle))})`;
}

/** Rows that are not in the load. */
export const deleteSql = (pair: MergePair) => `DELETE FROM ${live(pair)} AS t WHERE NOT EXISTS (SELECT 1 FROM ${staged(pair)} AS s WHERE ${sameKey(pair)})`;

/** Rows that differ in anything. */
export const updateSql = (pair: MergePair) =>
  `UPDATE ${live(pair)} AS t SET ${pair.filled.map(name => `${quote(name)} = s.${quote(name)}`).join(', ')} FROM ${staged(pair)} AS s WHERE ${sameKey(pair)} AND NOT (${same(pair)})`;

/** Rows that are not there, or all of them where rows are only appended; in their order. */
export const insertSql = (pair: MergePair, onlyNew: boolean) =>
  `INSERT INTO ${live(pair)} (${pair.filled.map(quote).join(', ')}) SELECT ${pair.filled.map(name => `s.${quote(name)}`).join(', ')} FROM ${staged(pair)} AS s`
  + (onlyNew ? ` WHERE NOT EXISTS (SELECT 1 FROM ${live(pair)} AS t WHERE ${sameKey(pair)})` : '');

/** Rows of older snapshots than the last so many; those of the load stay, whatever the clock said. */
export const retireSql = (pair: MergePair, {column, keep}: {readonly column: string; readonly keep: number}) =>
  `DELETE FROM ${live(pair)} WHERE ${quote(column)} < (SELECT min(x) FROM (SELECT DISTINCT ${quote(column)} AS x FROM ${live(pair)} ORDER BY 1 DESC LIMIT ${keep}))`
  + ` AND ${quote(column)} NOT IN (SELECT s.${quote(column)} FROM ${staged(pair)} AS s)`;

/** How many rows of the load are not in the live table exactly as they are. */
export const differingSql = (pair: MergePair) =>
  `SELECT count(*) FROM ${staged(pair)} AS s WHERE NOT EXISTS (SELECT 1 FROM ${live(pair)} AS t WHERE ${sameKey(pair)} AND ${same(pair)})`;

export const countSql = (pair: MergePair, which: 'live' | 'staged') => `SELECT count(*) FROM ${which === 'live' ? live(pair) : staged(pair)}`;
