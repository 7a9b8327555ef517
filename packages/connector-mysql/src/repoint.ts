import type {ReferentialAction} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import {movingName} from './plan-indexes.ts';
import {foreignKeySql} from './plan-table.ts';
import type {Session} from './session.ts';

/** A table that went out of the way, and the one that took its place. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/**
 * Foreign keys of other tables followed the old table under its new name; they belong to the one that
 * took its place. Each statement exchanges a key at once, so that a crash leaves none missing.
 */
export async function repoint(session: Session, moves: readonly Move[], signal: AbortSignal): Promise<void> {
  if (moves.length === 0) return;
  const rows = await session.rows(`
    SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME, r.UPDATE_RULE, r.DELETE_RULE
    FROM information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r
      ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
    WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_SCHEMA = DATABASE()
      AND k.REFERENCED_TABLE_NAME IN (${moves.map(({from}) => quoteText('mysql', from)).join(', ')})
    ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`, signal);
  const keys = new Map<string, string[][]>();
  for (const row of rows) {
    const texts = row.map(String);
    const id = JSON.stringify([texts[0], texts[1]]);
    keys.set(id, [...keys.get(id) ?? [], texts]);
  }
  for (const parts of keys.values()) {
    const [table = '', name = '', , from = '', , onUpdate = '', onDelete = ''] = parts[0]!;
    // The retired tables' own keys go with them.
    if (moves.some(move => move.from === table)) continue;
    const key = {
      name, table: moves.find(move => move.from === from)!.to, columns: parts.map(part => part[2]!), referencedColumns: parts.map(part => part[4]!),
      onUpdate: onUpdate as ReferentialAction, onDelete: onDelete as ReferentialAction,
    };
    // The servers refuse to drop and to make a key of one name in one statement: it goes by another name in between.
    const between = movingName(table, 'ibfk', name.slice(0, 16)) ?? `_sluice_${name.slice(0, 48)}`;
    const add = (constraint: string) => foreignKeySql(key, table, it => it, constraint, session.server.flavor).replace(/^ALTER TABLE (?:`(?:[^`]|``)*`)/, '');
    const exchange = (old: string, next: string) => session.run(
      `ALTER TABLE ${quoteIdentifier('mysql', table)} DROP FOREIGN KEY ${quoteIdentifier('mysql', old)},${add(next)}`, signal, {table});
    await exchange(name, between);
    if (between !== name) await exchange(between, name);
  }
}
