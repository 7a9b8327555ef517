import Database from 'better-sqlite3';
import {createTable, noParts, type ProvenParts} from './ddl.ts';
import {codeOf} from './errors.ts';
import type {Omit} from './plan-load.ts';
import {quote} from './quote.ts';
import type {ForeignKeyPlan, TablePlan} from './table-plan.ts';

/**
 * Adds the proven parts to tables that are loaded already, by exchanging the text of their CREATE
 * TABLE (https://www.sqlite.org/lang_altertable.html, 7: for changes that leave what is stored as it
 * is). Constraints store nothing, and a stored generated column lies in its row as a plain one does.
 */
export function rewriteTables(db: Database.Database, proven: ReadonlyMap<TablePlan, ProvenParts>, omit: Omit): void {
  const changed = new Map([...proven].filter(([, {generated, checks, foreignKeys}]) => generated.size + checks.length + foreignKeys.length > 0));
  if (changed.size === 0) return;
  for (const [plan, parts] of changed) changed.set(plan, combinable(plan, parts, omit));
  exchangeTables(db, changed);

  const violated = new Map<TablePlan, ProvenParts>();
  for (const [plan, parts] of changed) {
    const bad = violatedKeys(db, plan, parts.foreignKeys);
    for (const [{key}, rows] of bad) {
      omit(plan.schema.table, 'foreign key', key.name, rows === null ? 'SQLite cannot use it' : `${rows} ${rows === 1 ? 'row refers' : 'rows refer'} to a row that is not in the load`);
    }
    if (bad.size > 0) violated.set(plan, {...parts, foreignKeys: parts.foreignKeys.filter(key => !bad.has(key))});
  }
  if (violated.size > 0) exchangeTables(db, violated);
}

/** The parts, or none of the generated columns when SQLite takes each of them but not all together. */
function combinable(plan: TablePlan, parts: ProvenParts, omit: Omit): ProvenParts {
  const scratch = new Database(':memory:');
  try {
    scratch.exec(createTable(plan, parts));
    return parts;
  } catch (error) {
    if (codeOf(error) === null) throw error;
    for (const {column} of parts.generated) omit(plan.schema.table, 'generated', column.name, 'kept as plain values: SQLite does not accept it beside the others');
    return {...parts, generated: noParts.generated};
  } finally {
    scratch.close();
  }
}

/** Gives tables another text of their CREATE TABLE; what is stored must mean the same by it. */
export function exchangeTables(db: Database.Database, tables: ReadonlyMap<TablePlan, ProvenParts>): void {
  db.unsafeMode(true);
  db.pragma('writable_schema = ON');
  try {
    db.exec('BEGIN IMMEDIATE');
    const update = db.prepare("UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?");
    for (const [plan, parts] of tables) update.run(createTable(plan, parts), plan.name);
    const version = Number(db.pragma('schema_version', {simple: true}));
    db.pragma(`schema_version = ${version + 1}`);
    db.exec('COMMIT');
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
    db.pragma('writable_schema = RESET');
    db.unsafeMode(false);
  }
  for (const plan of tables.keys()) db.prepare(`SELECT * FROM ${quote(plan.name)} LIMIT 0`);
}

/** The foreign keys that rows break, with their number; null for one that SQLite refuses to check. */
function violatedKeys(db: Database.Database, plan: TablePlan, keys: readonly ForeignKeyPlan[]): Map<ForeignKeyPlan, number | null> {
  const bad = new Map<ForeignKeyPlan, number | null>();
  if (keys.length === 0) return bad;
  const parts = db.prepare('SELECT id, "from" FROM pragma_foreign_key_list(?) ORDER BY id, seq').raw().all(plan.name) as [number, string][];
  const columnsOf = new Map<number, string[]>();
  for (const [id, column] of parts) columnsOf.set(id, [...(columnsOf.get(id) ?? []), column]);
  // SQLite numbers the keys of a table from its last one to its first.
  const keyOf = (id: number) => keys[keys.length - 1 - id]!;
  try {
    const rows = db.prepare('SELECT fkid, count(*) FROM pragma_foreign_key_check(?) GROUP BY fkid').raw().all(plan.name) as [number, number][];
    for (const [id, count] of rows) bad.set(keyOf(id), count);
  } catch (error) {
    if (codeOf(error) === null) throw error;
    for (const key of keys) bad.set(key, null);
  }
  for (const [id, columns] of columnsOf) {
    if (columns.join('\n') !== keyOf(id).columns.join('\n')) throw new Error('SQLite numbers foreign keys in another way');
  }
  return bad;
}
