import {ErrorCode, PipelineError, type Omission} from '@sluice/core';
import {allOrProblems, columnChanges, quoteIdentifier, saysItsWidth, type ColumnChanges, type ColumnRules, type LoadKind} from '@sluice/sql';
import {createTable, type CreatedTable} from './create-table.ts';
import type {TableDescription} from './describe-table.ts';
import {discover} from './discover.ts';
import {NATIVE_TYPES} from './native-types.ts';
import {viewSql, type LoadPlan} from './plan-load.ts';
import {foreignKeySql, NO_CONCESSIONS, type TablePlan} from './plan-table.ts';
import {writePosition} from './positions.ts';
import {columnSql, type TargetColumn} from './target-column.ts';
import type {Session} from './session.ts';
import {exchangeTables} from './table-locks.ts';
import {targetType, type TargetServer} from './target-type.ts';
import {keyedColumns, widened, widenSql} from './widening.ts';

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
 * Sees to it that every table is there and can take the rows: makes it, or adds nullable columns to it and makes others wider, which is told to `changed`; what is made is put into `made`.
 * Throws SCHEMA when something of what it holds could be lost by that; nothing was changed then.
 */
export async function prepareLive(session: Session, plan: LoadPlan, server: TargetServer, changed: string[], made: TablePlan[], signal: AbortSignal): Promise<Map<string, CreatedTable>> {
  const {descriptions} = await discover(session, signal, name => plan.tables.some(({target}) => target === name));
  const keyed = new Map<string, ReadonlySet<string>>();
  for (const {target} of plan.tables) if (descriptions.has(target)) keyed.set(target, await keyedColumns(session, target, signal));
  const additions = allOrProblems(plan.tables, table => {
    const there = descriptions.get(table.target);
    return {table, there, changes: there ? columnChanges(table.schema, table.columns, there.schema, rulesOf(table.target, keyed.get(table.target))) : null};
  }, problems => problems.map(({remedy}) => remedy).join('; '));
  const created = new Map<string, CreatedTable>();
  for (const {table, there, changes} of additions) {
    if (!there || !changes) {
      created.set(table.schema.table, await createTable(session, table, table.target, server, true, signal));
      made.push(table);
      // Somebody dropped it: what was said of its rows is not true any more.
      await writePosition(session, table.target, null, signal);
      continue;
    }
    changed.push(...await applyChanges(session, table, changes, signal));
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

/** Alters a table in one statement; a column that cannot be made wider stays as it is: what does not fit is refused then, row by row. Resolves with what was done, and what was not. */
async function applyChanges(session: Session, {schema: {table}, target, columns}: TablePlan, {add, widen}: ColumnChanges, signal: AbortSignal): Promise<string[]> {
  const added = columns.filter(({column}) => add.includes(column.name));
  const wider = columns.filter(({column}) => widen.includes(column.name));
  const adding = added.map(column => `ADD ${columnSql(column, NO_CONCESSIONS)}`);
  const widening = await widenSql(session, target, wider, signal);
  const alter = (parts: readonly string[]) => `ALTER TABLE ${quoteIdentifier('mysql', target)} ${parts.join(', ')}`;
  const told = added.map(({column, type}) => `table ${table} of the destination has a new column ${column.name} (${type.base})`);
  if (adding.length + widening.length === 0) return [];
  try {
    await exchangeTables(session, alter([...adding, ...widening]), signal, {table});
    return [...told, ...wider.map(({column, type}) => `column ${column.name} of table ${table} of the destination was made wider (${type.base})`)];
  } catch (error) {
    if (widening.length === 0 || !(error instanceof PipelineError) || (error.code !== ErrorCode.SCHEMA && error.code !== ErrorCode.VALUE)) throw error;
    if (adding.length > 0) await exchangeTables(session, alter(adding), signal, {table});
    return [...told, ...wider.map(({column}, i) => (
      `column ${column.name} of table ${table} of the destination stays narrower than the source's, because the server refuses to change it: ${alter([widening[i]!])}`))];
  }
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

const rulesOf = (target: string, keyed: ReadonlySet<string> = new Set()): ColumnRules<TargetColumn> => ({
  fold: name => name.toLowerCase(),
  takes: (now, {column, type}) => now.type === typeRead(type.base, column.type),
  widens: (now, {column, type}) => !now.generated && saysItsWidth(column) && !keyed.has(now.name.toLowerCase()) && now.native !== undefined && widened(now.native.sql, type) !== null,
  alter: `ALTER TABLE ${quoteIdentifier('mysql', target)}`,
  add: planned => `ADD ${columnSql({...planned, column: {...planned.column, nullable: true}}, NO_CONCESSIONS)}`,
  retype: (now, {type}) => `MODIFY ${quoteIdentifier('mysql', now.name)} ${type.sql}${now.nullable ? '' : ' NOT NULL'}`,
  drop: now => `DROP COLUMN ${quoteIdentifier('mysql', now.name)}`,
});

/** The canonical type a column of this native type is read as. */
function typeRead(base: string, wanted: string): string {
  return wanted === 'json' && (base === 'longtext' || base === 'json') ? 'json' : NATIVE_TYPES[base]?.type ?? 'bytes';
}
