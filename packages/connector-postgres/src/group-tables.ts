import {must, type Fitting, type GroupTable, type Row, type Value} from '@sluice/core';
import {quoteIdentifier, quoteText, type KeptTable} from '@sluice/sql';
import {BinaryRows} from './copy-binary/binary-rows.ts';
import type {NativeColumn} from './describe-column.ts';
import type {TableDescription} from './describe-table.ts';
import {copyRows} from './fill-table.ts';
import {filledColumns, type TablePlan} from './plan-table.ts';
import {canonicalForm} from './read-back.ts';
import {planColumns} from './read-plan.ts';
import type {Session} from './session.ts';
import {streamBatches} from './stream-batches.ts';

/** A table of a store, as it is planned and as it is there. */
export interface GroupsTable {
  readonly group: GroupTable;
  readonly plan: TablePlan;
  readonly description: TableDescription;
  /** Its generated columns are ordinary ones. */
  readonly isPlain: boolean;
  /** Columns whose collation takes different texts for the same: there, bytes are compared, which no index serves. */
  readonly loose: ReadonlySet<string>;
  readonly fitting: Fitting;
}

const quote = (name: string) => quoteIdentifier('postgres', name);
/** A store's pages are read whole. */
const WHOLE = {maxRows: 10_000, maxBytes: 16 * 1024 * 1024};

export function keptTable(session: Session, it: GroupsTable): KeptTable {
  const {group: {schema}, plan, description, isPlain, fitting} = it;
  const {table} = schema;
  const where = {table};
  const from = fromOf(it);
  const columns = filledColumns(plan, isPlain);
  const target = {table, name: plan.target, columns, binary: BinaryRows.of(columns)};
  const read = planColumns(schema.columns.map(({name}) => name), description, table);
  const canonical = canonicalForm(plan, schema.columns);
  return {
    table, fitting,
    remove: (groups, signal) => session.run(`DELETE FROM ${from}${groups === 'all' ? '' : ` WHERE ${among(it, groups)}`}`, signal, where),
    insert: (rows, signal) => copyRows(session, target, rows, signal),
    async read(groups, signal) {
      const rows: Row[] = [];
      for await (const fields of streamBatches(session, {sql: read.copy(among(it, groups), null), where, ...WHOLE}, signal)) for (const each of fields) rows.push(read.convert(each));
      canonical(rows);
      return rows;
    },
    async keyless(signal) {
      const [row] = await session.rows(`SELECT count(*) FROM ${from} WHERE ${keyColumns(it).map(({name}) => `t.${quote(name)} IS NULL`).join(' OR ')}`, signal, where);
      return Number(row![0]);
    },
  };
}

/** Keys of any of the tables after one, in the order of the first table's columns. */
export async function pageOfKeys(session: Session, tables: readonly GroupsTable[], after: Row | null, limit: number, signal: AbortSignal): Promise<readonly Row[]> {
  const first = must(tables[0], 'a first table');
  const {group: {schema, group}, plan, description} = first;
  const list = (names: readonly string[]) => names.join(', ');
  const aliases = group.map((_, i) => `k${i}`);
  const order = list(group.map((_, i) => String(i + 1)));
  // Of each table so many keys are enough; an index that begins with them gives them one by one.
  const selects = tables.map(it => {
    const operands = keyColumns(it).map(native => operandOf(it, native));
    const beyond = after === null ? operands.map(operand => `${operand} IS NOT NULL`).join(' AND ')
      : `(${list(operands)}) > (${list(keyColumns(it).map(({sqlType}, i) => `${quoteText('postgres', textOf(after[i]!))}::${sqlType}`))})`;
    return `(SELECT DISTINCT ${list(operands.map((operand, i) => `${operand} AS ${aliases[i]!}`))} FROM ${fromOf(it)} WHERE ${beyond} ORDER BY ${order} LIMIT ${limit})`;
  });
  const sql = `COPY (SELECT ${list(aliases)} FROM (${selects.join(' UNION ')}) AS k ORDER BY ${order} LIMIT ${limit}) TO STDOUT`;
  // Without its primary key: nothing but the columns that were asked for is read.
  const read = planColumns(group, {...description, schema: {...description.schema, primaryKey: []}}, schema.table);
  const canonical = canonicalForm(plan, group.map(name => must(schema.columns.find(column => column.name === name), 'column of the group')));
  const rows: Row[] = [];
  for await (const fields of streamBatches(session, {sql, where: {table: schema.table}, ...WHOLE}, signal)) for (const each of fields) rows.push(read.convert(each));
  canonical(rows);
  return rows;
}

const fromOf = ({description, plan}: GroupsTable) => `${description.only}${quote(plan.target)} t`;

function keyColumns({group: {group}, description}: GroupsTable): NativeColumn[] {
  return group.map(name => must(description.natives.get(name), 'a described column'));
}

function operandOf({loose}: GroupsTable, {name}: NativeColumn): string {
  return `t.${quote(name)}${loose.has(name) ? ' COLLATE "C"' : ''}`;
}

/** Whether a row is of one of these groups. The keys are arrays, so that the server knows how many there are. */
function among(it: GroupsTable, groups: readonly Row[]): string {
  const columns = keyColumns(it);
  const arrays = columns.map(({sqlType}, i) => `${quoteText('postgres', arrayOf(groups.map(key => key[i]!)))}::${sqlType}[]`);
  const operands = columns.map(column => operandOf(it, column));
  return columns.length === 1 ? `${operands[0]!} = ANY(${arrays[0]!})` : `(${operands.join(', ')}) IN (SELECT * FROM unnest(${arrays.join(', ')}))`;
}

function arrayOf(values: readonly Value[]): string {
  return `{${values.map(value => `"${textOf(value).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

function textOf(value: Value): string {
  return value instanceof Uint8Array ? `\\x${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}` : String(value);
}
