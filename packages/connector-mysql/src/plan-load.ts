import type {Catalog, LoadRequest, Omission, TargetPlan, ViewTarget} from '@sluice/core';
import {dialectNamed, nameTables, planEach, quoteIdentifier, translateSelect} from '@sluice/sql';
import {withoutIntroducers} from './introducers.ts';
import {createTableSql, foreignKeySql, indexStatements, mappings, NO_CONCESSIONS, planTable, type TablePlan} from './plan-table.ts';
import {nameProblem, possibleName} from './target-names.ts';
import type {TargetServer} from './target-type.ts';
import {renameTables} from './rename-tables.ts';

/** A view as it will be made, and the same over tables under other names, to try it out. */
export interface ViewPlan {
  readonly name: string;
  /** The SELECT, given the name each table has. */
  select(nameOf: (table: string) => string): string;
}

export interface LoadPlan {
  readonly tables: readonly TablePlan[];
  readonly views: readonly ViewPlan[];
  readonly target: TargetPlan;
}

/** Throws SCHEMA when a table cannot be made, with every such table. */
export function planLoad({catalog, mode}: LoadRequest, server: TargetServer): LoadPlan {
  const omissions: Omission[] = [];
  const fold = server.foldsNames ? (name: string) => name.toLowerCase() : (name: string) => name;
  const names = nameTables(catalog.tables, {
    fold, problem: nameProblem, possible: (name, taken) => possibleName(name, taken, fold), why: 'the server cannot have this name beside the others',
  }, omissions);
  const tables = planEach({catalog, mode}, schema => planTable(schema, names.get(schema.table)!, server, table => names.has(table)));
  const views = planViews(catalog, server, names, omissions);
  const nameOf = (table: string) => names.get(table) ?? table;
  return {
    tables, views,
    target: {
      tables: tables.map(plan => ({
        table: plan.schema.table, target: plan.target, columns: mappings(plan),
        ddl: [
          createTableSql(plan, plan.target, server, NO_CONCESSIONS, false),
          ...indexStatements(plan, plan.target).map(({sql}) => sql),
          ...plan.foreignKeys.map(key => foreignKeySql(key, plan.target, nameOf, key.name, server.flavor)),
        ],
      })),
      views: views.map((view): ViewTarget => ({name: view.name, ddl: viewSql(view, nameOf)})),
      omissions: [...omissions, ...tables.flatMap(plan => plan.omissions)],
    },
  };
}

export function viewSql(view: ViewPlan, nameOf: (table: string) => string, name = view.name): string {
  return `CREATE OR REPLACE VIEW ${quoteIdentifier('mysql', name)} AS ${view.select(nameOf)}`;
}

function planViews(catalog: Catalog, server: TargetServer, names: ReadonlyMap<string, string>, omissions: Omission[]): ViewPlan[] {
  return catalog.views.flatMap((view): ViewPlan[] => {
    const omit = (reason: string) => {
      omissions.push({table: null, kind: 'view', name: view.name, reason});
      return [];
    };
    const problem = nameProblem(view.name);
    if (problem !== null) return omit(problem);
    if (names.has(view.name)) return omit('a table has its name');
    const from = dialectNamed(view.dialect)?.name;
    if (from === undefined || from === 'postgres') return omit(`the SQL of ${view.dialect} is not known here`);
    if (from !== 'sqlite') {
      const sql = from === 'mysql' && server.flavor === 'mariadb' ? withoutIntroducers(view.sql) : view.sql;
      return [{name: view.name, select: nameOf => renameTables(sql, new Map([...names.keys()].map(table => [table, nameOf(table)])))}];
    }
    const translated = (nameOf: (table: string) => string) => translateSelect(view.sql, from, server.flavor, {
      tables: catalog.tables.map(schema => ({name: schema.table, target: nameOf(schema.table), columns: schema.columns.map(column => ({column}))})),
    });
    const result = translated(table => names.get(table) ?? table);
    if ('reason' in result) return omit(result.reason);
    if (result.assumes.length > 0) return omit('it would mean something else here for some values');
    return [{
      name: view.name,
      select(nameOf) {
        const again = translated(nameOf);
        if ('reason' in again) throw new Error('a view that was translated once is translated again');
        return again.sql;
      },
    }];
  });
}
