import type Database from 'better-sqlite3';
import type {BaseStore, PendingBase, StoredBase} from './stored-base.ts';

/** Bases in a state file. `guarded` classifies what SQLite throws. */
export function baseStore(db: Database.Database, guarded: <T>(act: () => T) => T): BaseStore {
  const statements = guarded(() => ({
    head: db.prepare<[string], {head: string}>('select head from base where target = ?'),
    tables: db.prepare<[string], {name: string; content: string}>('select name, content from base_table where target = ?'),
    saveHead: db.prepare<[string, string]>('insert into base values (?, ?) on conflict do update set head = excluded.head'),
    saveTable: db.prepare<[string, string, string]>('insert into base_table values (?, ?, ?)'),
    forgetHead: db.prepare<[string]>('delete from base where target = ?'),
    forgetTables: db.prepare<[string]>('delete from base_table where target = ?'),
    pendingHead: db.prepare<[string], {head: string; only: number}>('select head, only from pending_base where target = ?'),
    savePendingHead: db.prepare<[string, string, number]>('insert into pending_base values (?, ?, ?)'),
    savePendingTable: db.prepare<[string, string, string | null]>(
      // Those that go come after those that stay: a name in both stays.
      'insert into pending_table values (?, ?, ?) on conflict do nothing'),
    forgetPendingHead: db.prepare<[string]>('delete from pending_base where target = ?'),
    forgetPendingTables: db.prepare<[string]>('delete from pending_table where target = ?'),
    adoptHead: db.prepare<[string]>(
      'insert into base select target, head from pending_base where target = ? on conflict do update set head = excluded.head'),
    adoptTables: db.prepare<[string]>(
      `insert into base_table select target, name, content from pending_table where target = ? and content is not null
        on conflict do update set content = excluded.content`),
    removeNamed: db.prepare<{target: string}>(
      'delete from base_table where target = @target and name in (select name from pending_table where target = @target and content is null)'),
    removeOthers: db.prepare<{target: string}>(
      'delete from base_table where target = @target and name not in (select name from pending_table where target = @target)'),
  }));

  const load = db.transaction((target: string): StoredBase | null => {
    const row = statements.head.get(target);
    return row ? {head: row.head, tables: new Map(statements.tables.all(target).map(({name, content}) => [name, content]))} : null;
  });
  const dropPending = (target: string) => {
    statements.forgetPendingHead.run(target);
    statements.forgetPendingTables.run(target);
  };
  const forget = (target: string) => {
    statements.forgetHead.run(target);
    statements.forgetTables.run(target);
    dropPending(target);
  };
  const save = (target: string, {head, tables}: StoredBase) => {
    forget(target);
    statements.saveHead.run(target, head);
    for (const [name, content] of tables) statements.saveTable.run(target, name, content);
  };
  const savePending = (target: string, {head, tables, removed}: PendingBase) => {
    dropPending(target);
    statements.savePendingHead.run(target, head, removed === 'others' ? 1 : 0);
    for (const [name, content] of tables) statements.savePendingTable.run(target, name, content);
    if (removed !== 'others') for (const name of removed) statements.savePendingTable.run(target, name, null);
  };
  const adopt = (target: string) => {
    const pending = statements.pendingHead.get(target);
    if (!pending) return false;
    (pending.only === 1 ? statements.removeOthers : statements.removeNamed).run({target});
    statements.adoptHead.run(target);
    statements.adoptTables.run(target);
    dropPending(target);
    return true;
  };
  // `immediate`: two processes that both begin by reading could never both go on to write.
  const atomically = <A extends unknown[], R>(act: (...args: A) => R) => {
    const transaction = db.transaction(act).immediate;
    return async (...args: A): Promise<R> => guarded(() => transaction(...args));
  };

  return {
    loadBase: async target => guarded(() => load(target)),
    saveBase: atomically(save),
    forgetBase: atomically(forget),
    savePending: atomically(savePending),
    loadPending: async target => guarded(() => statements.pendingHead.get(target)?.head ?? null),
    adoptPending: atomically(adopt),
    dropPending: atomically(dropPending),
  };
}
