import type {Column, ColumnType, Value} from '@sluice/core';
import {printedJson} from './exact-json.ts';

/** Canonical types, 64-bit integers without a sign apart. */
type Type = Exclude<ColumnType, 'any'> | 'unsigned';
type Print = (value: NonNullable<Value>) => Value;
type Prints = Readonly<Record<Type, Print>>;

const same: Print = value => value;
const text: Print = value => String(value);
const integer: Print = value => BigInt(value as number | bigint);
const oneOrZero: Print = value => (value === true ? '1' : '0');
const encoded = (encoding: 'base64' | 'hex', prefix = ''): Print => value => prefix + Buffer.from(value as Uint8Array).toString(encoding);
const jsonString: Print = value => JSON.stringify(value);

/** Types whose canonical form is text, which is what stands in most places. */
const texts = {decimal: same, text: same, date: same, time: same, timestamp: same, timestamptz: same, json: same, uuid: same};
const csv: Prints = {...texts, bool: text, int: text, unsigned: text, float: text, bytes: encoded('base64')};
const mysql: Prints = {...texts, bool: oneOrZero, int: text, unsigned: text, float: same, bytes: same};

/** How each system prints a value of each type, as its plain driver gives it: see the readers beside this file. */
const SYSTEMS = {
  // An integer above 2^63 - 1 is text of 20 digits.
  sqlite: {...texts, bool: value => BigInt(value as boolean), int: integer, unsigned: value => (BigInt.asIntN(64, BigInt(value as number)) < 0n ? String(value).padStart(20, '0') : integer(value)), float: same, bytes: same},
  csv, 'csv.gz': csv,
  jsonl: {
    bool: text, int: text, unsigned: text, float: text, bytes: value => jsonString(encoded('base64')(value)!), decimal: jsonString, text: jsonString, date: jsonString, time: jsonString,
    timestamp: jsonString, timestamptz: jsonString, uuid: jsonString, json: value => (/^[[{]/u.test(String(value)) ? printedJson(String(value)) : jsonString(value)),
  },
  mariadb: mysql, mysql,
  postgres: {...texts, bool: value => (value === true ? 't' : 'f'), int: text, unsigned: text, float: same, bytes: encoded('hex', '\\x'), timestamptz: value => `${String(value)}+00`},
} satisfies Record<string, Prints>;
export type SystemName = keyof typeof SYSTEMS;

/** What a system has instead of a type: a column that is read from it is of that one. */
const READ_AS: Readonly<Partial<Record<SystemName, Partial<Record<Type, Type>>>>> = {
  mariadb: {bool: 'int', timestamptz: 'timestamp', uuid: 'text'},
  mysql: {bool: 'int', timestamptz: 'timestamp', uuid: 'text'},
  postgres: {unsigned: 'decimal'},
};

/** How the value of a column must stand in one system after it was read from another: to the letter, the bit and the byte. */
export function printed(column: Column, value: Value, {from, to}: {readonly from: SystemName; readonly to: SystemName}): Value {
  if (value === null) return null;
  if (column.type === 'any') throw new Error('the hostile tables have no column without a type');
  const type = column.unsigned64 ? 'unsigned' : column.type;
  const stored = READ_AS[from]?.[type] ?? type;
  if (type === 'bool' && stored === 'int') return SYSTEMS[to].int(Number(value));
  return SYSTEMS[to][stored](stored === 'decimal' ? String(value) : value);
}
