import type {View} from '@sluice/core';
import {dialectNamed, translateSelect, type TranslatableTable} from '@sluice/sql';
import Database from 'better-sqlite3';
import {createTable, createView, noParts} from './ddl.ts';
import {translatableColumns, type Omit} from './plan-load.ts';
import {quote} from './quote.ts';
import type {TablePlan, ViewPlan} from './table-plan.ts';

/**
 * The views that can be translated, each after those it reads, proved on empty tables in memory.
 * The others are listed with the reason.
 */
export function planViews(views: readonly View[], names: readonly string[], tables: readonly TablePlan[], omit: Omit): ViewPlan[] {
  if (views.length === 0) return [];
  const plans: ViewPlan[] = [];
  const known: TranslatableTable[] = tables.map(({schema, name, columns}) => ({
    name: schema.table, ...(name !== schema.table && {target: name}), columns: translatableColumns(columns),
  }));
  const scratch = new Database(':memory:');
  try {
    for (const plan of tables) scratch.exec(createTable(plan, noParts));
    let waiting = views.map((view, i) => ({view, name: names[i]!, reason: ''}));
    // Views may read views: whatever failed is tried again as long as another one succeeded.
    for (let before = -1; before !== waiting.length;) {
      before = waiting.length;
      waiting = waiting.flatMap(({view, name}) => {
        const made = planView(view, name, known, scratch);
        if ('reason' in made) return [{view, name, reason: made.reason}];
        plans.push(made.plan);
        known.push(made.table);
        return [];
      });
    }
    for (const {view, reason} of waiting) omit(null, 'view', view.name, reason);
    for (const {name, source} of plans) {
      if (name !== source) omit(null, 'rename', source, `SQLite cannot tell the name from another one, or keeps it for itself: the view is called "${name}"`);
    }
    return plans;
  } finally {
    scratch.close();
  }
}

function planView(view: View, name: string, known: readonly TranslatableTable[], scratch: Database.Database):
  {readonly plan: ViewPlan; readonly table: TranslatableTable} | {readonly reason: string} {
  const from = dialectNamed(view.dialect);
  if (!from) return {reason: `SQL of ${view.dialect} is not translated`};
  const translation = translateSelect(view.sql, from.name, 'sqlite', {tables: known});
  if ('reason' in translation) return translation;
  const plan: ViewPlan = {name, source: view.name, columns: view.columns, sql: translation.sql, assumes: translation.assumes};
  const reason = proveView(scratch, plan);
  if (reason !== null) return {reason};
  const columns = translation.columns.map((one, i) => ({...one, column: {...one.column, name: view.columns[i] ?? one.column.name}}));
  return {plan, table: {name: view.name, ...(name !== view.name && {target: name}), columns}};
}

/** Makes the view and looks at it; takes it away again and says why when it is not what was planned. */
export function proveView(db: Database.Database, plan: ViewPlan): string | null {
  db.exec('SAVEPOINT prove_view');
  let reason: string | null = null;
  try {
    db.exec(createView(plan));
    const columns = db.prepare(`SELECT * FROM ${quote(plan.name)} LIMIT 0`).columns().map(({name}) => name);
    if (columns.length !== plan.columns.length || columns.some((name, i) => name !== plan.columns[i])) reason = 'its columns would be others';
  } catch {
    // The message would quote SQL, which may hold values.
    reason = 'SQLite does not accept its SQL';
  }
  if (reason !== null) db.exec('ROLLBACK TO prove_view');
  db.exec('RELEASE prove_view');
  return reason;
}
