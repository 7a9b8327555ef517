import type {Catalog, LoadRequest, Omission, TargetPlan, ViewTarget} from '@sluice/core';
import {nameTables, planEach, quoteIdentifier} from '@sluice/sql';
import type {Known, NewType} from './known-types.ts';
import {indexSql} from './plan-indexes.ts';
import {commentStatements, createTableSql, foreignKeySql, mappings, planTable, type TablePlan} from './plan-table.ts';
import {ownSql} from './target-column.ts';
import {nameProblem, possibleName} from './target-names.ts';

export interface ViewPlan {
  readonly name: string;
  readonly sql: string;
}

export interface LoadPlan {
  /** Made before the tables. */
  readonly types: readonly NewType[];
  readonly tables: readonly TablePlan[];
  readonly views: readonly ViewPlan[];
  readonly target: TargetPlan;
}

/**
 * Throws SCHEMA when a table cannot be made, with every such table. `relations` are the names in the
 * schema that do not belong to tables of this load: indexes cannot have them.
 */
export function planLoad({catalog, mode}: LoadRequest, known: Known, relations: ReadonlySet<string>): LoadPlan {
  const omissions: Omission[] = [];
  const names = nameTables(catalog.tables, {fold: name => name, problem: nameProblem, possible: possibleName, why: 'the server cannot have this name'}, omissions);
  const taken = new Set([...names.values(), ...relations, ...catalog.views.map(view => view.name)]);
  for (const name of names.values()) taken.add(`${name}_pkey`);
  const tables = planEach({catalog, mode}, schema => planTable(schema, names.get(schema.table)!, known, taken, table => names.has(table)));
  const views = planViews(catalog, names, omissions);
  const nameOf = (table: string) => names.get(table) ?? table;
  return {
    tables, views, types: known.made,
    target: {
      tables: tables.map((plan, i) => ({
        table: plan.schema.table, target: plan.target, columns: mappings(plan),
        ddl: [
          ...(i === 0 ? known.made.map(({sql}) => sql) : []),
          createTableSql(plan, plan.target, false),
          ...plan.indexes.map(index => indexSql(index, index.name, plan.target)),
          ...plan.foreignKeys.map(key => foreignKeySql(key, plan.target, nameOf)),
          ...commentStatements(plan, plan.target),
        ],
      })),
      views: views.map((view): ViewTarget => ({name: view.name, ddl: viewSql(view)})),
      omissions: [...omissions, ...tables.flatMap(plan => plan.omissions)],
    },
  };
}

export function viewSql({name, sql}: ViewPlan): string {
  return `CREATE OR REPLACE VIEW ${quoteIdentifier('postgres', name)} AS ${sql}`;
}

function planViews(catalog: Catalog, names: ReadonlyMap<string, string>, omissions: Omission[]): ViewPlan[] {
  return catalog.views.flatMap((view): ViewPlan[] => {
    const omit = (reason: string) => {
      omissions.push({table: null, kind: 'view', name: view.name, reason});
      return [];
    };
    const problem = nameProblem(view.name);
    if (problem !== null) return omit(problem);
    if (names.has(view.name)) return omit('a table has its name');
    let reason = '';
    const sql = ownSql(view, why => { reason = why; });
    if (sql === null) return omit(reason);
    if ([...names].some(([table, name]) => table !== name)) return omit('a table has another name here');
    return [{name: view.name, sql}];
  });
}
