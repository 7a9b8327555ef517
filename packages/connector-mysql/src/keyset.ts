import {assert, type Position, type Row, type Value} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';
import type {TableDescription} from './describe-table.ts';

/**
 * A position is the primary key of the last row, as a JSON list of texts: numbers as they are,
 * bytes as hex, everything else itself. Its comparison is left to the server, so that collations,
 * time types and decimals order as their index does.
 */
export interface Keyset {
  /** The key's columns, in index order. */
  readonly columns: readonly string[];
  /** `ORDER BY` of the key, following its index: the server needs no sort for it. The table is called `t`. */
  readonly orderBy: string;
  position(row: Row, at: readonly number[]): Position;
  /** The condition for rows after the position. Throws a plain Error for a position that is not of this table. */
  after(position: Position): string;
}

/** Null when the table has no primary key to resume by. */
export function keyset(description: TableDescription): Keyset | null {
  const {key, natives} = description;
  if (key.length === 0) return null;
  const parts = key.map(({name, descending}) => {
    const native = natives.get(name);
    assert(native, 'a key column is described');
    return {name, column: `t.${quoteIdentifier('mysql', name)}`, descending, ...comparison(native.base, native.labels)};
  });
  return {
    columns: key.map(part => part.name),
    orderBy: parts.map(({column, descending}) => column + (descending ? ' DESC' : '')).join(', '),
    position: (row, at) => JSON.stringify(at.map(i => toText(row[i]!))) as Position,
    after(position) {
      const texts: unknown = JSON.parse(position);
      assert(Array.isArray(texts) && texts.length === parts.length && texts.every(text => typeof text === 'string'), 'the position is one of this table');
      const values = parts.map((part, i) => part.literal(texts[i] as string));
      const side = (i: number, operator: '>' | '=') =>
        `${parts[i]!.operand(parts[i]!.column)} ${operator === '>' && parts[i]!.descending ? '<' : operator} ${values[i]}`;
      // (a, b) > (x, y) written out: servers use an index for this form, not for the row comparison.
      const alternatives = parts.map((_, i) =>
        `(${[...Array.from({length: i}, (__, k) => side(k, '=')), side(i, '>')].join(' AND ')})`);
      const first = parts[0]!;
      const range = `${first.operand(first.column)} ${first.descending ? '<=' : '>='} ${values[0]}`;
      return parts.length === 1 ? alternatives[0]! : `${range} AND (${alternatives.join(' OR ')})`;
    },
  };
}

function toText(value: Value): string {
  assert(value !== null, 'a primary key holds no NULL');
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex') : String(value);
}

interface Comparison {
  /** The side of the column. */
  operand(column: string): string;
  literal(text: string): string;
}

const itself = (column: string) => column;
const NUMERIC: Comparison = {
  operand: itself,
  literal(text) {
    assert(/^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text), 'a number stands in the position');
    return text;
  },
};
/** Hex, so that no character set or escape can matter; the comparison uses the column's collation. */
const TEXT: Comparison = {operand: itself, literal: text => `_utf8mb4 x'${Buffer.from(text).toString('hex')}'`};
const BYTES: Comparison = {
  operand: itself,
  literal(text) {
    assert(/^([0-9a-f]{2})*$/.test(text), 'hex stands in the position');
    return `x'${text}'`;
  },
};

function comparison(base: string, labels: readonly string[]): Comparison {
  switch (base) {
    case 'tinyint': case 'smallint': case 'mediumint': case 'int': case 'bigint': case 'year': case 'decimal': case 'float': case 'double': case 'bit':
      return NUMERIC;
    case 'binary': case 'varbinary': case 'tinyblob': case 'blob': case 'mediumblob': case 'longblob':
      return BYTES;
    // These are sorted by their number, but compared by their text.
    case 'enum':
      return {operand: column => `${column} + 0`, literal: text => String(labels.indexOf(text) + 1)};
    case 'set':
      return {operand: column => `${column} + 0`, literal: text => text.split(',').reduce((bits, label) => bits | (label === '' ? 0n : 1n << BigInt(labels.indexOf(label))), 0n).toString()};
    default:
      return TEXT;
  }
}
