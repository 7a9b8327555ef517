import {quoteIdentifier} from '@sluice/sql';

/** A table that is live, and one beside it with rows for it, both with the same columns. */
export interface MergePair {
  readonly live: string;
  readonly staged: string;
  /** Columns that are given values: the server computes the others. */
  readonly filled: readonly string[];
  readonly key: readonly string[];
  /** A text of all columns of the table of that alias (`rowExpression`): two rows have the same one when nothing tells them apart. */
  row(alias: 't' | 's'): string;
}

const quote = (name: string) => quoteIdentifier('mysql', name);
const sameKey = ({key}: MergePair) => key.map(name => `t.${quote(name)} = s.${quote(name)}`).join(' AND ');
const missing = ({key}: MergePair, alias: 't' | 's') => `${alias}.${quote(key[0]!)} IS NULL`;

/** Rows that are not in the load. */
export const deleteSql = (pair: MergePair) =>
  `DELETE t FROM ${quote(pair.live)} AS t LEFT JOIN ${quote(pair.staged)} AS s ON ${sameKey(pair)} WHERE ${missing(pair, 's')}`;

/** Rows that differ in anything. */
export const updateSql = (pair: MergePair) =>
  `UPDATE ${quote(pair.live)} AS t JOIN ${quote(pair.staged)} AS s ON ${sameKey(pair)}`
  + ` SET ${pair.filled.map(name => `t.${quote(name)} = s.${quote(name)}`).join(', ')} WHERE ${pair.row('t')} <> ${pair.row('s')}`;

/** Rows that are not there, or all of them where rows are only appended. */
export const insertSql = (pair: MergePair, onlyNew: boolean) =>
  `INSERT INTO ${quote(pair.live)} (${pair.filled.map(quote).join(', ')}) SELECT ${pair.filled.map(name => `s.${quote(name)}`).join(', ')} FROM ${quote(pair.staged)} AS s`
  + (onlyNew ? ` LEFT JOIN ${quote(pair.live)} AS t ON ${sameKey(pair)} WHERE ${missing(pair, 't')}` : '');

/** Rows of older snapshots than the last so many; those of the load stay, whatever the clock said. */
export const retireSql = ({live, staged}: MergePair, {column, keep}: {readonly column: string; readonly keep: number}) =>
  `DELETE FROM ${quote(live)} WHERE ${quote(column)} < (SELECT MIN(x) FROM (SELECT DISTINCT ${quote(column)} AS x FROM ${quote(live)} ORDER BY 1 DESC LIMIT ${keep}) AS k)`
  + ` AND ${quote(column)} NOT IN (SELECT s.${quote(column)} FROM ${quote(staged)} AS s)`;

// Reads that lock see what is there now, and keep it so until the transaction ends.
export const NOW = ' LOCK IN SHARE MODE';

/** How many rows of the load are not in the live table exactly as they are. */
export const differingSql = (pair: MergePair) =>
  `SELECT COUNT(*) FROM ${quote(pair.staged)} AS s LEFT JOIN ${quote(pair.live)} AS t ON ${sameKey(pair)} AND ${pair.row('t')} = ${pair.row('s')} WHERE ${missing(pair, 't')}${NOW}`;

export const countSql = (table: string) => `SELECT COUNT(*) FROM ${quote(table)}${NOW}`;
