import {ErrorCode, PipelineError, type Row, type Schema, type Value} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';
import type {QueryOptions} from 'mysql2';
import type {NativeColumn} from './describe-column.ts';
import type {TableDescription} from './describe-table.ts';
import {keyset, type Keyset} from './keyset.ts';
import type {DoubtfulColumn} from './malformed-text.ts';
import type {Flavor} from './server.ts';

/** Everything about reading one table, decided once: the loop only applies it. */
export interface ReadPlan {
  readonly keyset: Keyset | null;
  /** Where the key's columns stand in the rows as they are read. */
  readonly keyAt: readonly number[];
  readonly doubtful: readonly DoubtfulColumn[];
  /** `chosen`: the condition is somebody's choice of rows, not only a range of the key. */
  select(where: string | null, chosen?: boolean): QueryOptions;
  /** What follows the table's name in that statement: the same rows in the same order. */
  tail(where: string | null, chosen?: boolean): string;
  /** About how many bytes a row takes. */
  measure(row: Row): number;
  /** Makes the driver's values canonical, in place. */
  convert(rows: Row[]): void;
  /** Cuts off key columns nobody asked for. */
  trim(rows: Row[]): void;
}

type Convert = (value: Value) => Value;

/** A column of the table, or a key column once more: an ENUM or SET as its number, a text as its bytes. */
type SelectedColumn = Omit<NativeColumn, 'reading'> & {readonly reading: NativeColumn['reading'] | 'number' | 'cast'};

/**
 * Plans reading `schema`, a table as `description` knows it or part of it. Throws SCHEMA when the
 * table is not as the schema says.
 */
export function planRead(schema: Schema, description: TableDescription, table: string, flavor: Flavor): ReadPlan {
  expectTypes(schema, description, table);
  return planColumns(schema.columns.map(({name}) => name), description, table, flavor);
}

/** Throws SCHEMA when a column is of another type than the schema says. */
export function expectTypes(schema: Schema, description: TableDescription, table: string): void {
  for (const {name, type} of schema.columns) {
    const now = description.schema.columns.find(column => column.name === name);
    if (now && now.type !== type) throw otherTable(table, name, 'of another type');
  }
}

/** What is known of the columns, in their order. Throws SCHEMA when one is gone. */
export function nativeColumns(names: readonly string[], description: TableDescription, shown: string): NativeColumn[] {
  return names.map(name => {
    const native = description.natives.get(name);
    if (!native) throw otherTable(shown, name, 'gone');
    return native;
  });
}

/** The same for columns of whatever types they have; `shown` is the table's name for people. */
export function planColumns(names: readonly string[], description: TableDescription, table: string, flavor: Flavor, shown = table): ReadPlan {
  const natives = nativeColumns(names, description, shown);
  const keys = keyset(description);
  const width = natives.length;
  const all: SelectedColumn[] = [...natives];
  const keyAt = (keys?.parts ?? []).map(({name, form}) => {
    const native = description.natives.get(name)!;
    if (form !== 'value') return all.push({...native, reading: form === 'number' ? 'number' : 'cast'}) - 1;
    const at = all.findIndex(each => each.name === name);
    return at >= 0 ? at : all.push(native) - 1;
  });

  const converters = all.flatMap((native, at) => {
    const convert = converter(native);
    return convert ? [{at, convert}] : [];
  });
  const sized = all.flatMap((native, at) => SIZED.has(native.reading) && !SHORT.has(native.base) ? [at] : []);
  const fixed = (all.length - sized.length) * SHORT_BYTES;

  // Names of our own: the driver refuses a column called __proto__. The order is by `t`.`column`, which is never one of them.
  const list = all.map((native, i) => `${selected(native, flavor)} AS c${i}`).join(', ');
  // InnoDB keeps rows in key order: with the hint nothing is sorted, whatever other indexes could cover the columns.
  // Without a key no index may be used: the rows come in the order InnoDB keeps them in, and no other index's.
  // Where somebody's condition chooses among them, the server may know a better way to find them.
  const hint = description.engine !== 'InnoDB' ? '' : keys ? ' FORCE INDEX (PRIMARY)' : ' USE INDEX ()';
  const tail = (where: string | null, chosen = false) => ` AS t${chosen ? '' : hint}` + (where === null ? '' : ` WHERE ${where}`) + (keys ? ` ORDER BY ${keys.orderBy}` : '');
  const raw = all.some(native => native.reading === 'raw');
  return {
    keyset: keys,
    keyAt,
    doubtful: natives.flatMap(({name, doubt}, at) => doubt === 'none' ? [] : [{at, name, doubt}]),
    select: (where, chosen) => ({
      sql: `SELECT ${list} FROM ${quoteIdentifier('mysql', table)}${tail(where, chosen)}`,
      ...(raw && {typeCast: (field, next) => RAW.has(field.type) ? field.buffer() : next()}),
    }),
    tail,
    measure(row) {
      let bytes = fixed;
      for (let i = 0; i < sized.length; i++) {
        const value = row[sized[i]!] as string | Uint8Array | null;
        if (value !== null) bytes += value.length;
      }
      return bytes;
    },
    convert(rows) {
      for (const {at, convert} of converters) {
        for (const row of rows) {
          const value = row[at]!;
          if (value !== null) row[at] = convert(value);
        }
      }
    },
    trim(rows) {
      if (all.length > width) for (const row of rows) row.length = width;
    },
  };
}

function otherTable(table: string, column: string, what: string): PipelineError {
  return new PipelineError(ErrorCode.SCHEMA, `column ${column} of table ${table} is ${what}`, {
    table, column, remedy: 'run again: the table was changed meanwhile',
  });
}

/** Types whose values are strings or bytes of any length. */
const SIZED = new Set(['plain', 'bytes', 'raw']);
/** Types whose values are numbers or short text: not worth measuring. */
const SHORT = new Set(['tinyint', 'decimal', 'smallint', 'mediumint', 'int', 'year', 'date', 'time', 'datetime', 'timestamp', 'uuid', 'inet4', 'inet6']);
const SHORT_BYTES = 12;
/** Types the driver would take apart, under its own names. */
const RAW = new Set(['GEOMETRY', 'VECTOR']);

/** A column as it is asked for, so that the driver gives every digit. */
export function selected(native: SelectedColumn, flavor: Flavor): string {
  const column = quoteIdentifier('mysql', native.name);
  switch (native.reading) {
    case 'bit': return `${column} + 0`;
    case 'number': return `${column} | 0`;
    case 'cast': return `CAST(${column} AS BINARY)`;
    case 'float': return `${column} * 1e0`;
    case 'double':
      if (!native.fixedDecimals) return `CONCAT(${column})`;
      // An expression loses digits in MySQL's CONCAT (22 characters), but not in its JSON; MariaDB's has no such limit.
      return flavor === 'mysql' ? `CAST(${column} * 1e0 AS JSON)` : `CONCAT(${column} * 1e0)`;
    default: return column;
  }
}

function converter(native: SelectedColumn): Convert | null {
  switch (native.reading) {
    case 'plain': return null;
    case 'bigint': case 'bit': case 'number': return value => typeof value === 'string' ? BigInt(value) : value;
    case 'float': return value => Math.fround(value as number);
    case 'double': return value => Number(value);
    case 'zerofill': return value => (value as string).replace(/^0+(?=\d)/, '');
    // A plain view: consumers compare and transfer Uint8Arrays, not Buffers.
    case 'bytes': case 'raw': case 'cast':
      return value => value instanceof Uint8Array ? new Uint8Array(value.buffer, value.byteOffset, value.length) : new TextEncoder().encode(String(value));
  }
}
