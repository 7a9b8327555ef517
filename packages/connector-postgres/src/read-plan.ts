import {assert, ErrorCode, PipelineError, type Position, type Row, type Schema, type Value} from '@sluice/core';
import {postgresBytes} from '@sluice/csv-staging';
import {quoteIdentifier} from '@sluice/sql';
import type {NativeColumn} from './describe-column.ts';
import type {TableDescription} from './describe-table.ts';
import {keyset, type Keyset} from './keyset.ts';

/** A row as COPY gives it. */
export type Fields = (string | null)[];

/** Everything about reading one table, decided once: the loop only applies it. */
export interface ReadPlan {
  readonly keyset: Keyset | null;
  /** The COPY statement. `limit` null is without. The format is `text` when absent. */
  copy(where: string | null, limit: number | null, format?: 'binary'): string;
  /** The resume point of a row as it was read. Null without a key. */
  position(fields: Fields): Position | null;
  /** Makes a row of the server's texts canonical, in place, and cuts off key columns nobody asked for. */
  convert(fields: Fields): Row;
}

/** Plans reading `schema`, a table as `description` knows it or part of it. Throws SCHEMA when the table is not as the schema says. */
export function planRead(schema: Schema, description: TableDescription): ReadPlan {
  const {table} = schema;
  for (const {name, type} of schema.columns) {
    const now = description.schema.columns.find(column => column.name === name);
    if (now && now.type !== type) throw otherTable(table, name, 'of another type');
  }
  return planColumns(schema.columns.map(({name}) => name), description, table);
}

/** The same for columns of whatever types they have; `shown` is the table's name for people. */
export function planColumns(names: readonly string[], description: TableDescription, shown: string): ReadPlan {
  const wanted = names.map(name => {
    const native = description.natives.get(name);
    if (!native) throw otherTable(shown, name, 'gone');
    return native;
  });
  const keys = keyset(description);
  const all = [...wanted];
  const keyAt = (keys?.columns ?? []).map(native => {
    const at = all.findIndex(each => each.name === native.name);
    return at >= 0 ? at : all.push(native) - 1;
  });
  const converters = wanted.flatMap((native, at) => {
    const convert = converter(native);
    return convert ? [{at, convert}] : [];
  });
  const list = all.map(({name}) => `t.${quoteIdentifier('postgres', name)}`).join(', ');
  const from = `${description.only}${quoteIdentifier('postgres', description.schema.table)} t`;
  return {
    keyset: keys,
    copy: (where, limit, format) => `COPY (SELECT ${list} FROM ${from}${where === null ? '' : ` WHERE ${where}`}${keys ? ` ORDER BY ${keys.orderBy}` : ''}`
      + `${limit === null ? '' : ` LIMIT ${limit}`}) TO STDOUT${format === undefined ? '' : ` (FORMAT ${format})`}`,
    position: fields => keys ? keys.position(keyAt.map(at => fields[at]!)) : null,
    convert(fields) {
      assert(fields.length === all.length, 'a row has as many fields as were asked for');
      const row: Row = fields;
      for (const {at, convert} of converters) {
        const text = fields[at];
        if (text !== null) row[at] = convert(text!);
      }
      row.length = wanted.length;
      return row;
    },
  };
}

function otherTable(table: string, column: string, what: string): PipelineError {
  return new PipelineError(ErrorCode.SCHEMA, `column ${column} of table ${table} is ${what}`, {
    table, column, remedy: 'run again: the table was changed meanwhile',
  });
}

/** Digits of an integer that is always safe. */
const SAFE_DIGITS = 15;

/** Makes the server's text of a column canonical; null where it is. */
export function converter({reading, fraction}: Pick<NativeColumn, 'reading' | 'fraction'>): ((text: string) => Value) | null {
  switch (reading) {
    case 'plain': return fraction === null || fraction === 0 ? null : text => padded(text, fraction);
    case 'int': return text => {
      if (text.length <= SAFE_DIGITS) return Number(text);
      const number = Number(text);
      return Number.isSafeInteger(number) ? number : BigInt(text);
    };
    case 'float': return text => Number(text);
    case 'float4': return text => Math.fround(Number(text));
    case 'bool': return text => text === 't';
    case 'bytes': return postgresBytes;
    case 'utc': return fraction === null || fraction === 0 ? withoutZone : text => padded(withoutZone(text), fraction);
  }
}

/** `2020-01-01 00:00:00+00`, and with ` BC` behind it; infinity has no zone. */
function withoutZone(text: string): string {
  if (text.endsWith('+00')) return text.slice(0, -3);
  return text.endsWith('+00 BC') ? `${text.slice(0, -6)} BC` : text;
}

/** `YYYY-MM-DD HH:MM:SS.` */
const SECONDS_LENGTH = 20;
const DOT = 46, NINE = 57;

/** The server leaves out zeros at the end of a fraction; a column with so many digits has them. */
function padded(text: string, digits: number): string {
  // The common case: a year of four digits, no era, and all the digits.
  const {length} = text;
  if (length === SECONDS_LENGTH + digits && text.charCodeAt(length - 1) <= NINE && text.charCodeAt(SECONDS_LENGTH - 1) === DOT) return text;
  if (text.endsWith('infinity')) return text;
  const era = text.endsWith(' BC') ? ' BC' : '';
  const moment = era === '' ? text : text.slice(0, -3);
  const dot = moment.lastIndexOf('.');
  return (dot < 0 ? `${moment}.${'0'.repeat(digits)}` : moment.padEnd(dot + 1 + digits, '0')) + era;
}
