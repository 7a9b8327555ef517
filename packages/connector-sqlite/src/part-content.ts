import type {Database} from 'better-sqlite3';
import {fold, POSITION_TABLE} from './naming.ts';
import type {LoadPlan} from './plan-load.ts';
import {quote} from './quote.ts';

/** Sets a part up to be filled fast. */
export function prepare(db: Database): void {
  for (const pragma of [
    // Nobody else sees the part: after a crash it is thrown away. In memory, so that a writer can be rolled back.
    'journal_mode = MEMORY', 'synchronous = OFF',
    // Nothing of a dropped table stays readable in free pages.
    'secure_delete = ON',
    // Or dropping a table that is replaced would delete the rows that refer to it.
    'foreign_keys = OFF',
    // 16 MiB: more made no load faster (1M rows x 15 columns).
    'cache_size = -16384',
  ]) db.pragma(pragma);
}

/** Takes out of the copied file what the load replaces. */
export function clear(db: Database, plan: LoadPlan, former: ReadonlySet<string>): void {
  const existing = db.prepare("SELECT type, name FROM sqlite_schema WHERE type IN ('table', 'view')").raw().all() as ['table' | 'view', string][];
  const replaced = new Set([...plan.tables, ...plan.views].map(({name}) => fold(name)));
  for (const {name} of plan.target.views) replaced.add(fold(name));
  for (const [type, name] of existing) if (replaced.has(fold(name)) || former.has(name)) db.exec(`DROP ${type === 'view' ? 'VIEW' : 'TABLE'} ${quote(name)}`);
  if (existing.some(([, name]) => name === POSITION_TABLE)) {
    const forget = db.prepare(`DELETE FROM ${quote(POSITION_TABLE)} WHERE "table" = ?`);
    for (const {schema} of plan.tables) forget.run(schema.table);
  }
}
