import {assert, type Position} from '@sluice/core';
import {keyPosition, keyTexts, quoteIdentifier, quoteText, type KeySides} from '@sluice/sql';
import type {NativeColumn} from './describe-column.ts';
import type {TableDescription} from './describe-table.ts';

/**
 * A position is the primary key of the last row, as a JSON list of the server's own texts. Comparing is
 * left to the server, by the types of the columns; text compares by its bytes, whatever the locale of
 * the database, so that a new version of a locale moves no position.
 */
export interface Keyset extends KeySides {
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
  // The comparison of rows is one that an index serves.
  const side = (operator: string, position: Position) => `(${columns.map(operand).join(', ')}) ${operator} (${literals(columns, position).join(', ')})`;
  return {
    columns,
    orderBy: columns.map(operand).join(', '),
    position: keyPosition,
    after: position => side('>', position),
    until: position => side('<=', position),
  };
}

function operand({name, ordersByLocale}: NativeColumn): string {
  return `t.${quoteIdentifier('postgres', name)}${ordersByLocale ? ' COLLATE "C"' : ''}`;
}

function literals(columns: readonly NativeColumn[], position: Position): string[] {
  const texts = keyTexts(position, columns.length);
  return columns.map(({sqlType}, i) => `${quoteText('postgres', texts[i]!)}::${sqlType}`);
}
