import type {Catalog, Omission, View} from '@sluice/core';
import type {Database} from 'better-sqlite3';
import {COUNT_CHARACTERS} from './claims.ts';
import {describeTable, type DescribedTable} from './describe-table.ts';
import {codeOf} from './errors.ts';
import {POSITION_TABLE} from './naming.ts';
import {parseView} from './parse-create.ts';

export interface Discovery {
  readonly catalog: Catalog;
  readonly tables: ReadonlyMap<string, DescribedTable>;
}

/** Makes the functions that descriptions use known to a connection. */
export function addFunctions(db: Database): void {
  db.function(COUNT_CHARACTERS, {deterministic: true}, text => {
    let count = 0;
    for (const _ of String(text)) count++;
    return count;
  });
}

/** Describes what the file holds; tables that are not wanted are not looked at. */
export function discover(db: Database, wants: (name: string) => boolean, signal: AbortSignal): Discovery {
  const list = db.prepare("SELECT name, type FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'")
    .raw().all() as [string, 'table' | 'view' | 'virtual' | 'shadow'][];
  // In the order in which they were made.
  const order = new Map((db.prepare('SELECT name FROM sqlite_schema ORDER BY rowid').pluck().all() as string[]).map((name, i) => [name, i]));
  list.sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0));

  const others: Omission[] = [];
  const tables = new Map<string, DescribedTable>();
  const views: View[] = [];
  for (const [name, type] of list) {
    if (type === 'virtual') others.push({table: null, kind: 'table', name, reason: 'a virtual table keeps its rows elsewhere'});
    if (type === 'shadow') others.push({table: null, kind: 'table', name, reason: 'a part of a virtual table'});
    if (name === POSITION_TABLE) others.push({table: null, kind: 'table', name, reason: 'the positions that Sluice keeps for the file'});
    if ((type !== 'table' && type !== 'view') || name === POSITION_TABLE || !wants(name)) continue;
    signal.throwIfAborted();
    if (type === 'table') {
      const described = describeTable(db, name, true);
      tables.set(name, described);
      others.push(...described.omissions);
    } else {
      const view = describeView(db, name);
      if ('reason' in view) others.push({table: null, kind: 'view', name, reason: view.reason});
      else views.push(view);
    }
  }
  const triggers = db.prepare("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger'").raw().all() as [string, string][];
  for (const [name, table] of triggers) if (wants(table)) others.push({table, kind: 'trigger', name, reason: 'triggers do not travel'});
  return {catalog: {tables: [...tables.values()].map(({schema}) => schema), views, others}, tables};
}

function describeView(db: Database, name: string): View | {readonly reason: string} {
  const sql = parseView(db.prepare("SELECT sql FROM sqlite_schema WHERE type = 'view' AND name = ?").pluck().get(name) as string);
  try {
    const columns = db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(name) as string[];
    return sql === null || columns.length === 0 ? {reason: 'its SQL cannot be read'} : {name, columns, dialect: 'sqlite', sql};
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return {reason: 'it does not work in its own file'};
  }
}
