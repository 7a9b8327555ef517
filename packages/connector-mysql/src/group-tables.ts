import {must, type Fitting, type GroupTable, type Row, type Value} from '@sluice/core';
import {quoteIdentifier, type KeptTable} from '@sluice/sql';
import type {NativeColumn} from './describe-column.ts';
import type {TableDescription} from './describe-table.ts';
import {insertRows, loadData, type FillTarget} from './fill-table.ts';
import {comparison} from './keyset.ts';
import type {TablePlan} from './plan-table.ts';
import {canonicalForm} from './read-back.ts';
import {planColumns, selected} from './read-plan.ts';
import type {Session} from './session.ts';
import {gatherRows, streamBatches} from './stream-batches.ts';

/** A table of a store, as it is planned and as it is there. */
export interface GroupsTable {
  readonly group: GroupTable;
  readonly plan: TablePlan;
  readonly description: TableDescription;
  /** Its generated columns are ordinary ones. */
  readonly isPlain: boolean;
  /** Text columns whose collation takes different texts for the same: there, bytes are compared, too. */
  readonly loose: ReadonlySet<string>;
  readonly fitting: Fitting;
}

const quote = (name: string) => quoteIdentifier('mysql', name);
/** A store's pages are read whole. */
const WHOLE = {maxRows: 10_000, maxBytes: 16 * 1024 * 1024};

export function keptTable(session: Session, it: GroupsTable): KeptTable {
  const {group: {schema}, plan, description, isPlain, fitting} = it;
  const {table} = schema;
  const where = {table};
  const name = quote(plan.target);
  const computed = isPlain ? [] : plan.columns.flatMap(({column, generated}) => (generated ? [column.name] : []));
  const target: FillTarget = {
    table, name: plan.target, computed,
    columns: plan.columns.flatMap(({column, type, generated}, at) => (generated && !isPlain ? [] : [{name: column.name, at, encoding: type.encoding}])),
  };
  const fill = session.server.localInfile ? loadData : insertRows;
  const read = planColumns(schema.columns.map(column => column.name), description, plan.target, session.server.flavor, table);
  const canonical = canonicalForm(plan, schema.columns);
  return {
    table, fitting,
    async remove(groups, signal) {
      return (await session.run(groups === 'all' ? `DELETE FROM ${name}` : `DELETE t FROM ${name} AS t WHERE ${among(it, groups)}`, signal, where)).affectedRows;
    },
    insert: (rows, signal) => fill(session, target, rows, signal),
    async read(groups, signal) {
      const all: Row[] = [];
      for await (const rows of streamBatches(session, {query: read.select(among(it, groups), true), where}, gatherRows({...WHOLE, measure: read.measure}), signal)) {
        read.convert(rows);
        read.trim(rows);
        for (const row of rows) all.push(row);
      }
      canonical(all);
      return all;
    },
    async keyless(signal) {
      const [row] = await session.rows(`SELECT COUNT(*) FROM ${name} AS t WHERE ${keyColumns(it).map(column => `t.${quote(column.name)} IS NULL`).join(' OR ')}`, signal, where);
      return Number(row![0]);
    },
  };
}

/** Keys of any of the tables after one, in the order of their columns. */
export async function pageOfKeys(session: Session, tables: readonly GroupsTable[], after: Row | null, limit: number, signal: AbortSignal): Promise<readonly Row[]> {
  const first = must(tables[0], 'a first table');
  const {group: {schema, group}, plan, description} = first;
  const {flavor} = session.server;
  const list = (parts: readonly string[]) => parts.join(', ');
  const order = list(group.map((_, i) => `k${i}`));
  // MariaDB's own sorting takes a text and the same with NULs behind it for the same, which its indexes do not.
  const byBytes = new Set(keyColumns(first).flatMap(({base}, i) => (
    TEXT.has(base) && tables.some(it => it.loose.has(it.group.group[i]!) || (flavor === 'mariadb' && !isIndexed(it))) ? [i] : [])));
  const operands = (it: GroupsTable) => keyColumns(it).map(({name}, i) => (byBytes.has(i) ? bytesOf(`t.${quote(name)}`) : `t.${quote(name)}`));
  // Of each table so many keys are enough; an index that begins with them gives them one by one.
  const selects = tables.map(it => {
    const sides = operands(it);
    const beyond = after === null ? keyColumns(it).map(({name}) => `t.${quote(name)} IS NOT NULL`).join(' AND ')
      : beyondKey(sides, keyColumns(it).map((column, i) => (byBytes.has(i) ? bytesLiteral(after[i]!) : literal(column, after[i]!))));
    return `(SELECT DISTINCT ${list(sides.map((side, i) => `${side} AS k${i}`))} FROM ${quote(it.plan.target)} AS t WHERE ${beyond} ORDER BY ${order} LIMIT ${limit})`;
  });
  // Numbers become texts last of all: on the way they would lose digits.
  const asked = keyColumns(first).map((column, i) => (byBytes.has(i) ? `CONVERT(k${i} USING utf8mb4)` : selected({...column, name: `k${i}`}, flavor)));
  const sql = `SELECT ${list(asked.map((side, i) => `${side} AS c${i}`))} FROM (${selects.join(' UNION ')}) AS k ORDER BY ${order} LIMIT ${limit}`;
  // Without its primary key: nothing but the columns that were asked for is read.
  const read = planColumns(group, {...description, schema: {...description.schema, primaryKey: []}}, plan.target, flavor, schema.table);
  const canonical = canonicalForm(plan, group.map(name => must(schema.columns.find(column => column.name === name), 'column of the group')));
  const keys: Row[] = [];
  for await (const rows of streamBatches(session, {query: {sql}, where: {table: schema.table}}, gatherRows({...WHOLE, measure: read.measure}), signal)) {
    read.convert(rows);
    for (const row of rows) keys.push(row);
  }
  canonical(keys);
  return keys;
}

const TEXT = new Set(['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'enum', 'set']);

/** Whether an index begins with the columns of the group, whole and in their order. */
function isIndexed({group: {group}, description: {schema: {primaryKey, indexes = []}}}: GroupsTable): boolean {
  const starts = (names: readonly (string | null)[]) => group.every((name, i) => names[i] === name);
  return starts(primaryKey) || indexes.some(({parts}) => starts(parts.map(({column, prefix}) => (prefix === undefined ? column : null))));
}

function keyColumns({group: {group}, description}: GroupsTable): NativeColumn[] {
  return group.map(name => must(description.natives.get(name), 'a described column'));
}

const bytesOf = (side: string) => `CAST(CONVERT(${side} USING utf8mb4) AS BINARY)`;
const bytesLiteral = (value: Value) => `x'${Buffer.from(String(value)).toString('hex')}'`;

/** Spelled out: servers use no index for the comparison of whole rows. */
function beyondKey(sides: readonly string[], literals: readonly string[]): string {
  const alternatives = sides.map((side, i) => [...sides.slice(0, i).map((before, k) => `${before} = ${literals[k]!}`), `${side} > ${literals[i]!}`].join(' AND '));
  return alternatives.length === 1 ? alternatives[0]! : `${sides[0]!} >= ${literals[0]!} AND (${alternatives.map(each => `(${each})`).join(' OR ')})`;
}

/** Whether a row is of one of these groups. */
function among(it: GroupsTable, groups: readonly Row[]): string {
  const columns = keyColumns(it);
  const sides = columns.map(column => ({
    column,
    is: (value: Value) => `t.${quote(column.name)} = ${literal(column, value)}${it.loose.has(column.name) ? ` AND ${bytesOf(`t.${quote(column.name)}`)} = ${bytesLiteral(value)}` : ''}`,
  }));
  const [only] = sides;
  if (sides.length > 1 || !only || it.loose.size > 0) return `(${groups.map(key => `(${sides.map(({is}, i) => is(key[i]!)).join(' AND ')})`).join(' OR ')})`;
  return `t.${quote(only.column.name)} IN (${groups.map(key => literal(only.column, key[0]!)).join(', ')})`;
}

function literal(column: NativeColumn, value: Value): string {
  const text = value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex') : typeof value === 'boolean' ? String(Number(value)) : String(value);
  return comparison(column, undefined).literal(text);
}
