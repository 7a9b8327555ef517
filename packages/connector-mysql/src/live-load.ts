import {ErrorCode, PipelineError, type Omission} from '@sluice/core';
import {allOrProblems, columnChanges, quoteIdentifier, type ColumnRules, type LoadKind} from '@sluice/sql';
import {createTable, type CreatedTable} from './create-table.ts';
import type {TableDescription} from './describe-table.ts';
import {discover} from './discover.ts';
import {NATIVE_TYPES} from './native-types.ts';
import {viewSql, type LoadPlan} from './plan-load.ts';
import {foreignKeySql, NO_CONCESSIONS, type TablePlan} from './plan-table.ts';
import {writePosition} from './positions.ts';
import {columnSql, type TargetColumn} from './target-column.ts';
import type {Session} from './session.ts';
import {targetType, type TargetServer} from './target-type.ts';

/** The plan with the types that columns of the tables have already, where there are such; nothing is made. */
export async function asLive(session: Session, plan: LoadPlan, server: TargetServer, signal: AbortSignal): Promise<LoadPlan> {
  const {descriptions} = await discover(session, signal, name => plan.tables.some(({target}) => target === name));
  return {...plan, tables: plan.tables.map((table): TablePlan => {
    const columns = descriptions.get(table.target)?.schema.columns ?? [];
    return {...table, columns: table.columns.map(planned => {
      const now = columns.find(({name}) => name.toLowerCase() === planned.column.name.toLowerCase());
      const type = now && targetType({column: now, unique: false, rowBytesLeft: Infinity}, server, () => {});
      return now && type ? {...planned, type, column: {...planned.column, nullable: now.nullable}} : planned;
    })};
  })};
}

/**
 * Sees to it that every table is there and can take the rows: makes it, or adds nullable columns to
 * it. Throws SCHEMA when it would have to be narrowed; nothing was changed then.
 */
export async function prepareLive(session: Session, plan: LoadPlan, server: TargetServer, signal: AbortSignal): Promise<Map<string, CreatedTable>> {
  const {descriptions} = await discover(session, signal, name => plan.tables.some(({target}) => target === name));
  const additions = allOrProblems(plan.tables, table => {
    const there = descriptions.get(table.target);
    return {table, there, add: there ? columnChanges(table.schema, table.columns, there.schema, rulesOf(table.target)).add : []};
  }, problems => problems.map(({remedy}) => remedy).join('; '));
  const created = new Map<string, CreatedTable>();
  const made: TablePlan[] = [];
  for (const {table, there, add} of additions) {
    if (!there) {
      created.set(table.schema.table, await createTable(session, table, table.target, server, true, signal));
      // Somebody dropped it: what was said of its rows is not true any more.
      await writePosition(session, table.target, null, signal);
      made.push(table);
      continue;
    }
    if (add.length > 0) {
      const columns = table.columns.filter(({column}) => add.includes(column.name));
      await session.run(`ALTER TABLE ${quoteIdentifier('mysql', table.target)} ${columns.map(column => `ADD ${columnSql(column, NO_CONCESSIONS)}`).join(', ')}`,
        signal, {table: table.schema.table});
    }
    created.set(table.schema.table, {concessions: {...NO_CONCESSIONS, generated: !hasGenerated(there)}, omissions: []});
  }
  for (const table of made) {
    for (const key of table.foreignKeys) {
      const target = plan.tables.find(({schema}) => schema.table === key.table)?.target ?? key.table;
      const refused = await session.run(foreignKeySql(key, table.target, () => target, key.name, server.flavor), signal, {table: table.schema.table}).then(() => false, refusable);
      if (!refused) continue;
      const known = created.get(table.schema.table)!;
      created.set(table.schema.table, {...known, omissions: [...known.omissions, {table: table.schema.table, kind: 'foreign key', name: key.name, reason: 'the server refuses it'}]});
    }
  }
  return created;
}

/** `append` and `upsert`: each commit is live by itself. */
export function liveLoad(session: Session, plan: LoadPlan): LoadKind<Session> {
  const nameOf = (table: string) => plan.tables.find(({schema}) => schema.table === table)?.target ?? table;
  return {
    nameOf,
    async finish(signal) {
      const omissions: Omission[] = [];
      for (const view of plan.views) {
        const refused = await session.run(viewSql(view, nameOf), signal, `view ${view.name}`).then(() => false, refusable);
        if (refused) omissions.push({table: null, kind: 'view', name: view.name, reason: 'the server refuses its SQL'});
      }
      return omissions;
    },
    publish: async () => [],
    async abandon() {},
  };
}

function refusable(error: unknown): true {
  if (!(error instanceof PipelineError) || error.code === ErrorCode.CONNECT || error.code === ErrorCode.AUTH) throw error;
  return true;
}

function hasGenerated(there: TableDescription): boolean {
  return there.schema.columns.some(column => column.generated);
}

const rulesOf = (target: string): ColumnRules<TargetColumn> => ({
  fold: name => name.toLowerCase(),
  takes: (now, {column, type}) => now.type === typeRead(type.base, column.type),
  // A column is changed here by saying all of it again; what that would leave out nobody has looked at.
  widens: () => false,
  alter: `ALTER TABLE ${quoteIdentifier('mysql', target)}`,
  add: planned => `ADD ${columnSql({...planned, column: {...planned.column, nullable: true}}, NO_CONCESSIONS)}`,
  retype: (now, {type}) => `MODIFY ${quoteIdentifier('mysql', now.name)} ${type.sql}${now.nullable ? '' : ' NOT NULL'}`,
  drop: now => `DROP COLUMN ${quoteIdentifier('mysql', now.name)}`,
});

/** The canonical type a column of this native type is read as. */
function typeRead(base: string, wanted: string): string {
  return wanted === 'json' && (base === 'longtext' || base === 'json') ? 'json' : NATIVE_TYPES[base]?.type ?? 'bytes';
}
