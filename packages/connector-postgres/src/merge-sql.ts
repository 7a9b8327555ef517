import {quoteIdentifier} from '@sluice/sql';

/** A table that is live, and one beside it with rows for it, both with the same columns. */
export interface MergePair {
  readonly live: string;
  readonly staged: string;
  /** All columns, in one order. */
  readonly columns: readonly string[];
  /** Those that are given values: the server computes the others. */
  readonly filled: readonly string[];
  /** Of those, what an UPDATE may set. */
  readonly settable: readonly string[];
  /** Empty for a table that is only appended to. */
  readonly key: readonly string[];
}

const quote = (name: string) => quoteIdentifier('postgres', name);
const list = (names: readonly string[], alias: string) => names.map(name => `${alias}.${quote(name)}`).join(', ');

/**
 * The text of a record, in which NULL, the empty text and every separator are kept apart, and each value as it is
 * printed: two rows have the same one when nothing tells them apart, be it a zero at the end of a number.
 */
const rowText = ({columns}: Pick<MergePair, 'columns'>, alias: string) => `(ROW(${list(columns, alias)})::text COLLATE "C")`;
const sameKey = ({key}: MergePair) => key.map(name => `t.${quote(name)} = s.${quote(name)}`).join(' AND ');

/** Of a live row (`t`): it is not in the load. */
export const isGone = (pair: MergePair) => `NOT EXISTS (SELECT FROM ${quote(pair.staged)} s WHERE ${sameKey(pair)})`;

/** Of a live row (`t`): the load gives it other values in these columns. */
export const isRenamed = (pair: MergePair, columns: readonly string[]) =>
  `EXISTS (SELECT FROM ${quote(pair.staged)} s WHERE ${sameKey(pair)} AND ${rowText({columns}, 't')} <> ${rowText({columns}, 's')})`;

/** Of a live row (`t`): it is of an older snapshot than the last so many; those of the load stay, whatever the clock said. */
export const isRetired = ({live, staged}: MergePair, {column, keep}: {readonly column: string; readonly keep: number}) =>
  `t.${quote(column)} < (SELECT min(x) FROM (SELECT DISTINCT ${quote(column)} AS x FROM ${quote(live)} ORDER BY 1 DESC LIMIT ${keep}) k)`
  + ` AND t.${quote(column)} NOT IN (SELECT s.${quote(column)} FROM ${quote(staged)} s)`;

export const deleteSql = ({live}: MergePair, condition: string) => `DELETE FROM ${quote(live)} t WHERE ${condition}`;

/** Keeps others from referring to rows that are to be deleted or changed. */
export const lockSql = ({live}: MergePair, condition: string) => `SELECT count(*) FROM (SELECT FROM ${quote(live)} t WHERE ${condition} FOR UPDATE) x`;

/** A foreign key of another table, and what it does when a row it refers to is deleted, or gets another key. */
export interface OutsideReference {
  readonly name: string;
  readonly space: string;
  readonly table: string;
  readonly action: string;
  readonly columns: readonly string[];
  readonly referenced: readonly string[];
}

/** Whether rows of another table refer to live ones that meet the condition. */
export const referringSql = ({live}: MergePair, condition: string, {space, table, columns, referenced}: OutsideReference) =>
  `SELECT EXISTS (SELECT FROM ${quote(space)}.${quote(table)} c JOIN ${quote(live)} t ON ${columns.map((name, i) => `c.${quote(name)} = t.${quote(referenced[i]!)}`).join(' AND ')} WHERE ${condition})`;

/** Rows that differ in anything. Null when there is nothing but a key that cannot differ. */
export const updateSql = (pair: MergePair) => pair.settable.length === 0 ? null
  : `UPDATE ${quote(pair.live)} t SET ${pair.settable.map(name => `${quote(name)} = s.${quote(name)}`).join(', ')} FROM ${quote(pair.staged)} s`
    + ` WHERE ${sameKey(pair)} AND ${rowText(pair, 't')} <> ${rowText(pair, 's')}`;

/**
 * Rows that are not there. Gives one row: how many came in, and how many differ from what was to come in or are
 * too many of a kind: a trigger may have changed or dropped them.
 */
export const insertSql = (pair: MergePair) => {
  const chosen = `${quote(pair.staged)} s${pair.key.length === 0 ? '' : ` WHERE NOT EXISTS (SELECT FROM ${quote(pair.live)} t WHERE ${sameKey(pair)})`}`;
  return `WITH wanted AS MATERIALIZED (SELECT ${rowText(pair, 's')} AS r FROM ${chosen}),
    came AS (INSERT INTO ${quote(pair.live)} AS t (${pair.filled.map(quote).join(', ')}) OVERRIDING SYSTEM VALUE SELECT ${list(pair.filled, 's')} FROM ${chosen} RETURNING ${rowText(pair, 't')} AS r)
    SELECT (SELECT count(*) FROM came), count(*) FROM (SELECT r FROM (SELECT r, 1 AS n FROM wanted UNION ALL SELECT r, -1 FROM came) b GROUP BY r HAVING sum(n) <> 0) d`;
};

/** How many rows of the load are not in the live table exactly as they are. */
export const differingSql = (pair: MergePair) =>
  `SELECT count(*) FROM ${quote(pair.staged)} s WHERE NOT EXISTS (SELECT FROM ${quote(pair.live)} t WHERE ${sameKey(pair)} AND ${rowText(pair, 't')} = ${rowText(pair, 's')})`;

/** How many rows the live table has beyond those of the load, or lacks. */
export const surplusSql = (pair: MergePair) => `SELECT (SELECT count(*) FROM ${quote(pair.live)}) - (SELECT count(*) FROM ${quote(pair.staged)})`;

/** An empty table of the same columns, which takes and computes what the live one does. Whoever crashes loses it. */
export const stageSql = ({live, staged, key}: Pick<MergePair, 'live' | 'staged' | 'key'>) =>
  `CREATE UNLOGGED TABLE ${quote(staged)} (LIKE ${quote(live)} INCLUDING GENERATED)`
  + (key.length === 0 ? '' : `; ALTER TABLE ${quote(staged)} ADD PRIMARY KEY (${key.map(quote).join(', ')})`);
