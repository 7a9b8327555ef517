import {quoteIdentifier} from '@sluice/sql';
import {movingName} from './plan-indexes.ts';
import {foreignKeySql} from './plan-table.ts';
import {referencesTo} from './references.ts';
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
  // The retired tables' own keys go with them.
  for (const {table, key: old} of await referencesTo(session, moves.map(({from}) => from), signal)) {
    const {name} = old;
    const key = {...old, table: moves.find(move => move.from === old.table)!.to};
    // The servers refuse to drop and to make a key of one name in one statement: it goes by another name in between.
    const between = movingName(table, 'ibfk', name.slice(0, 16)) ?? `_sluice_${name.slice(0, 48)}`;
    const add = (constraint: string) => foreignKeySql(key, table, it => it, constraint, session.server.flavor).replace(/^ALTER TABLE (?:`(?:[^`]|``)*`)/, '');
    const exchange = (dropped: string, next: string) => session.run(
      `ALTER TABLE ${quoteIdentifier('mysql', table)} DROP FOREIGN KEY ${quoteIdentifier('mysql', dropped)},${add(next)}`, signal, {table});
    await exchange(name, between);
    if (between !== name) await exchange(between, name);
  }
}
