import {assert, type Position, type Row, type Value} from '@sluice/core';
import {keyPosition, keyTexts, quoteIdentifier, type KeySides} from '@sluice/sql';
import type {NativeColumn} from './describe-column.ts';
import type {TableDescription} from './describe-table.ts';

/**
 * A position is the primary key of the last row, as a JSON list of texts: numbers as they are (an
 * ENUM's and a SET's too), bytes as hex, everything else itself. Its comparison is left to the server,
 * so that collations, time types and decimals order as their index does.
 */
export interface Keyset extends KeySides {
  readonly parts: readonly KeyPart[];
  /** `ORDER BY` of the key, following its index: the server needs no sort for it. The table is called `t`. */
  readonly orderBy: string;
  position(row: Row, at: readonly number[]): Position;
}

/** A column of the key, in index order. */
export interface KeyPart {
  readonly name: string;
  /**
   * How a position holds it: as it is read, or else as a number or as bytes read beside it, because
   * what is read does not tell all keys apart (a character with two codes, a label and the empty error value).
   */
  readonly form: 'value' | 'number' | 'bytes';
}

/** Null when the table has no primary key to resume by. */
export function keyset(description: TableDescription): Keyset | null {
  const {key, natives, schema} = description;
  if (key.length === 0) return null;
  const parts = key.map(({name, descending}) => {
    const native = natives.get(name);
    assert(native, 'a key column is described');
    const collation = / collate (\w+)$/.exec(schema.columns.find(column => column.name === name)?.native?.sql ?? '')?.[1];
    return {name, column: `t.${quoteIdentifier('mysql', name)}`, descending, ...comparison(native, collation)};
  });
  const literals = (position: Position) => {
    const texts = keyTexts(position, parts.length);
    return parts.map((part, i) => part.literal(texts[i]!));
  };
  /** (a, b) > (x, y) written out: servers use an index for this form, not for the row comparison. `last` is the operator of the last part. */
  const beyond = (position: Position, operator: '>' | '<', last: '>' | '<=') => {
    const values = literals(position);
    const side = (i: number, sign: string) => `${parts[i]!.operand(parts[i]!.column)} ${parts[i]!.descending ? REVERSED[sign]! : sign} ${values[i]}`;
    const alternatives = parts.map((_, i) =>
      `(${[...Array.from({length: i}, (__, k) => side(k, '=')), side(i, i === parts.length - 1 ? last : operator)].join(' AND ')})`);
    return parts.length === 1 ? alternatives[0]! : `${side(0, `${operator}=`)} AND (${alternatives.join(' OR ')})`;
  };
  return {
    parts,
    orderBy: parts.map(({column, descending}) => column + (descending ? ' DESC' : '')).join(', '),
    position: (row, at) => keyPosition(at.map(i => toText(row[i]!))),
    after: position => beyond(position, '>', '>'),
    until: position => beyond(position, '<', '<='),
  };
}

const REVERSED: Readonly<Record<string, string>> = {'=': '=', '>': '<', '<': '>', '>=': '<=', '<=': '>='};

function toText(value: Value): string | null {
  if (value === null) return null;
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex') : String(value);
}

/** How a column is compared with a text of its value. */
export interface Comparison {
  readonly form: KeyPart['form'];
  /** The side of the column. */
  operand(column: string): string;
  literal(text: string): string;
}

const itself = (column: string) => column;
const NUMERIC: Comparison = {
  form: 'value', operand: itself,
  literal(text) {
    assert(/^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text), 'a number stands in the position');
    return text;
  },
};
/** Hex, so that no character set or escape can matter; the comparison uses the column's collation. */
const TEXT: Comparison = {form: 'value', operand: itself, literal: text => `_utf8mb4 x'${Buffer.from(text).toString('hex')}'`};
const BYTES: Comparison = {
  form: 'value', operand: itself,
  literal(text) {
    assert(/^([0-9a-f]{2})*$/.test(text), 'hex stands in the position');
    return `x'${text}'`;
  },
};
/** These are sorted by their number, but compared by their text. No server uses an index for it: each range looks at the whole table. */
const LABELS: Comparison = {...NUMERIC, form: 'number', operand: column => `${column} | 0`};

export function comparison({base, doubt}: Pick<NativeColumn, 'base' | 'doubt'>, collation: string | undefined): Comparison {
  switch (base) {
    case 'tinyint': case 'smallint': case 'mediumint': case 'int': case 'bigint': case 'year': case 'decimal': case 'float': case 'double': case 'bit':
      return NUMERIC;
    case 'binary': case 'varbinary': case 'tinyblob': case 'blob': case 'mediumblob': case 'longblob':
      return BYTES;
    case 'enum': case 'set':
      return LABELS;
    default:
      // In some older character sets a character has two codes, of which Unicode knows one: only the bytes say which key it is.
      return doubt === 'unmapped' && collation !== undefined
        ? {...BYTES, form: 'bytes', literal: text => `_${collation.split('_', 1)[0]!} ${BYTES.literal(text)}` } : TEXT;
  }
}
