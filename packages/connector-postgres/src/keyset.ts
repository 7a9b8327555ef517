import {assert, type KeyRange, type Position} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import type {NativeColumn} from './describe-column.ts';
import type {TableDescription} from './describe-table.ts';

/**
 * A position is the primary key of the last row, as a JSON list of the server's own texts. Comparing is
 * left to the server, by the types of the columns; text compares by its bytes, whatever the locale of
 * the database, so that a new version of a locale moves no position.
 */
export interface Keyset {
  readonly columns: readonly NativeColumn[];
  /** `ORDER BY` of the key. The index serves it, unless text has another order there: then the server sorts. */
  readonly orderBy: string;
  position(texts: readonly (string | null)[]): Position;
}

/** Null when the table has no primary key to resume by. */
export function keyset({schema, natives}: TableDescription): Keyset | null {
  const columns = schema.primaryKey.map(name => {
    const native = natives.get(name);
    assert(native, 'a key column is described');
    return native;
  });
  if (columns.length === 0) return null;
  return {
    columns,
    orderBy: columns.map(operand).join(', '),
    position(texts) {
      assert(texts.every(text => text !== null), 'a primary key holds no NULL');
      return JSON.stringify(texts) as Position;
    },
  };
}

/** Rows of a range as a condition; null when it is open at both ends. Throws a plain Error for a position that is not of this table. */
export function rangeCondition(keys: Keyset | null, {after, until}: KeyRange, table: string): string | null {
  if (after === null && until === null) return null;
  if (keys === null) throw new Error(`table ${table} has no primary key: it has no ranges`);
  const side = (operator: string, position: Position) =>
    // The comparison of rows is one that an index serves.
    `(${keys.columns.map(operand).join(', ')}) ${operator} (${literals(keys, position).join(', ')})`;
  return [...(after === null ? [] : [side('>', after)]), ...(until === null ? [] : [side('<=', until)])].join(' AND ');
}

function operand({name, ordersByLocale}: NativeColumn): string {
  return `t.${quoteIdentifier('postgres', name)}${ordersByLocale ? ' COLLATE "C"' : ''}`;
}

function literals({columns}: Keyset, position: Position): string[] {
  const texts: unknown = JSON.parse(position);
  assert(Array.isArray(texts) && texts.length === columns.length && texts.every(text => typeof text === 'string'), 'the position is one of this table');
  return columns.map(({sqlType}, i) => `${quoteText('postgres', texts[i] as string)}::${sqlType}`);
}
