import {ErrorCode, PipelineError, type Catalog, type LoadRequest, type Omission, type TargetPlan, type ViewTarget} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';
import type {Known, NewType} from './known-types.ts';
import {indexSql} from './plan-indexes.ts';
import {commentStatements, createTableSql, foreignKeySql, mappings, planTable, type TablePlan} from './plan-table.ts';
import {ownSql} from './target-column.ts';
import {nameProblem, POSITION_TABLE, possibleName, STAGING_NAME} from './target-names.ts';

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
  const names = targetNames(catalog, omissions);
  const problems: PipelineError[] = [];
  const taken = new Set([...names.values(), ...relations, ...catalog.views.map(view => view.name)]);
  for (const name of names.values()) taken.add(`${name}_pkey`);
  const tables = catalog.tables.flatMap((schema): TablePlan[] => {
    try {
      if (mode === 'upsert' && schema.primaryKey.length === 0) {
        throw new PipelineError(ErrorCode.SCHEMA, `table ${schema.table} has no primary key to upsert by`, {
          table: schema.table, remedy: 'use replace or append for it',
        });
      }
      return [planTable(schema, names.get(schema.table)!, known, taken, table => names.has(table))];
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      problems.push(error);
      return [];
    }
  });
  if (problems.length === 1) throw problems[0]!;
  if (problems.length > 1) {
    throw new PipelineError(ErrorCode.SCHEMA, problems.map(problem => problem.message).join('; '), {
      problems: problems.map(problem => ({...(problem.context.table !== undefined && {path: problem.context.table}), message: problem.message})),
      remedy: 'change the tables on the way, or leave them out',
    });
  }
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

/** A name for each table: its own where the server can have it. */
function targetNames(catalog: Catalog, omissions: Omission[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>([POSITION_TABLE]);
  const isPossible = (table: string) => nameProblem(table) === null && table !== POSITION_TABLE && !STAGING_NAME.test(table);
  for (const {table} of catalog.tables) {
    if (!isPossible(table)) continue;
    names.set(table, table);
    taken.add(table);
  }
  for (const {table} of catalog.tables) {
    if (isPossible(table)) continue;
    const name = possibleName(STAGING_NAME.test(table) ? `copy_of${table}` : table, taken);
    names.set(table, name);
    taken.add(name);
    omissions.push({table, kind: 'rename', name: table, reason: `the server cannot have this name: the table is called ${name}`});
  }
  return names;
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
