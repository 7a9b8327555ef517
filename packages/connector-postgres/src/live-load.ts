import {ErrorCode, must, PipelineError, type Column, type Omission, type TargetPlan} from '@sluice/core';
import {allOrProblems, columnChanges, quoteIdentifier, saysItsWidth, type ColumnChanges, type LoadKind} from '@sluice/sql';
import {createTable, isRefusal} from './create-table.ts';
import type {TableDescription} from './describe-table.ts';
import {discover} from './discover.ts';
import {nativeType} from './native-types.ts';
import {indexSql} from './plan-indexes.ts';
import {viewSql, type LoadPlan} from './plan-load.ts';
import type {TablePlan} from './plan-table.ts';
import {writePosition} from './positions.ts';
import {addForeignKeys} from './replace-load.ts';
import {setCounters} from './sequences.ts';
import {exchanging} from './table-locks.ts';
import type {Session} from './session.ts';
import {columnSql, type TargetColumn} from './target-column.ts';
import {typeOf} from './target-type.ts';
import {widens} from './widening.ts';

export interface LivePlan {
  /** As the tables are, or were made. */
  readonly plan: LoadPlan;
  readonly plain: ReadonlySet<string>;
  readonly omissions: readonly Omission[];
  /** What was changed in tables that were there, as sentences. */
  readonly changes: readonly string[];
}

const quote = (name: string) => quoteIdentifier('postgres', name);

/** The plan with the columns that the tables will have: as they are there, some made wider. Throws as `planLive` does, and touches nothing. */
export async function asLive(session: Session, plan: LoadPlan, signal: AbortSignal): Promise<LoadPlan> {
  const tables = (await compareLive(session, plan, signal)).map(({table, there, changes}): TablePlan => (
    there ? {...table, columns: table.columns.map(column => asItIs(column, there, changes?.widen))} : table));
  return {...plan, tables};
}

/**
 * Sees to it that every table is there and can take the rows: makes it, which is put into `made`, or adds nullable columns to it and makes others wider.
 * Throws SCHEMA when something of what it holds could be lost by that; nothing was changed then.
 */
export async function prepareLive(session: Session, plan: LoadPlan, made: TablePlan[], signal: AbortSignal): Promise<LivePlan> {
  const additions = await compareLive(session, plan, signal);
  const changed: string[] = [];
  const plain = new Set<string>();
  const omissions: Omission[] = [];
  const adapted: TablePlan[] = [];
  for (const {table, there, changes} of additions) {
    const {table: name} = table.schema;
    if (there && changes) {
      const {widened, told} = await applyChanges(session, table, changes, signal);
      changed.push(...told);
      adapted.push({...table, columns: table.columns.map(column => asItIs(column, there, widened))});
      continue;
    }
    const created = await createTable(session, table, table.target, signal);
    made.push(table);
    // Somebody dropped it: what was said of its rows is not true any more.
    await writePosition(session, table.target, null, signal);
    if (created.plain) plain.add(name);
    omissions.push(...created.omissions);
    for (const index of table.indexes) {
      if (await refused(session, indexSql(index, index.name, table.target), name, signal)) {
        omissions.push({table: name, kind: index.unique ? 'unique' : 'index', name: index.name, reason: 'the server refuses it'});
      }
    }
    adapted.push(table);
  }
  const targetOf = (table: string) => plan.tables.find(({schema}) => schema.table === table)?.target ?? table;
  for (const {table, there} of additions) if (!there) omissions.push(...await addForeignKeys(session, table, targetOf, signal));
  return {plan: {...plan, tables: adapted}, plain, omissions, changes: changed};
}

/** What will be made, and what changed of what is there. Throws as `prepareLive` does, and touches nothing. */
export async function planLive(session: Session, plan: LoadPlan, signal: AbortSignal): Promise<TargetPlan> {
  const ddl = new Map((await compareLive(session, plan, signal)).map(({table, changes}) => [table.target, changes && alteration(table, changes)]));
  return {
    ...plan.target,
    tables: plan.target.tables.map(table => {
      const altered = ddl.get(table.target);
      return altered ? {...table, ddl: altered.sql === null ? [] : [altered.sql]} : table;
    }),
  };
}

interface Compared {
  readonly table: TablePlan;
  /** Null where it is not there. */
  readonly there: TableDescription | null;
  readonly changes: ColumnChanges | null;
}

async function compareLive(session: Session, plan: LoadPlan, signal: AbortSignal): Promise<Compared[]> {
  const tables = new Map<string, TableDescription>();
  for (const {target} of plan.tables) {
    const description = (await discover(session, signal, undefined, target)).descriptions.get(target);
    if (description) tables.set(target, description);
  }
  return allOrProblems(plan.tables, table => {
    const there = tables.get(table.target) ?? null;
    return {table, there, changes: there && changesOf(table, there)};
  }, problems => problems.map(({remedy}) => remedy).join('; '));
}

function alteration({columns, target}: TablePlan, {add, widen}: ColumnChanges) {
  // Rows that are there get NULL: nothing that would count or compute a value for them.
  const added = columns.filter(({column}) => add.includes(column.name)).map(column => ({...column, identity: false, default: null}));
  const wider = columns.filter(({column}) => widen.includes(column.name));
  const parts = [...added.map(column => `ADD ${columnSql(column, true)}`), ...wider.map(retypeSql)];
  return {added, wider, sql: parts.length === 0 ? null : `ALTER TABLE ${quote(target)} ${parts.join(', ')}`};
}

/**
 * Alters a table in one statement, so that it is taken once, and never queued for for long. A column that something else depends on (a view does) stays as
 * narrow as it is: what does not fit is refused then, row by row. Resolves with what was done, and with what was not.
 */
async function applyChanges(session: Session, plan: TablePlan, changes: ColumnChanges, signal: AbortSignal): Promise<{readonly widened: readonly string[]; readonly told: readonly string[]}> {
  const {table} = plan.schema;
  const {added, wider, sql} = alteration(plan, changes);
  if (sql === null) return {widened: [], told: []};
  const told = added.map(({column, type}) => `table ${table} of the destination has a new column ${column.name} (${type.sql})`);
  try {
    await exchanging(session, () => session.run(sql, signal, {table}), signal);
    return {widened: changes.widen, told: [...told, ...wider.map(({column, type}) => `column ${column.name} of table ${table} of the destination was made wider (${type.sql})`)]};
  } catch (error) {
    if (!isRefusal(error) || wider.length === 0) throw error;
    if (added.length > 0) await exchanging(session, () => session.run(must(alteration(plan, {...changes, widen: []}).sql, 'columns to add'), signal, {table}), signal);
    return {widened: [], told: [...told, ...wider.map(column => (
      `column ${column.column.name} of table ${table} of the destination stays narrower than the source's, because something depends on it: `
      + `ALTER TABLE ${quote(plan.target)} ${retypeSql(column)}`))]};
  }
}

const retypeSql = ({column, type}: TargetColumn) => `ALTER COLUMN ${quote(column.name)} TYPE ${type.sql}`;

/** `append` and `upsert`: each commit is live by itself. */
export function liveLoad(session: Session, plan: LoadPlan): LoadKind<Session> {
  const nameOf = (table: string) => plan.tables.find(({schema}) => schema.table === table)?.target ?? table;
  return {
    nameOf,
    async finish(signal) {
      const omissions: Omission[] = [];
      for (const table of plan.tables) omissions.push(...await setCounters(session, table, table.target, {raise: true}, signal));
      for (const view of plan.views) {
        if (await refused(session, viewSql(view), null, signal)) omissions.push({table: null, kind: 'view', name: view.name, reason: 'the server refuses its SQL'});
      }
      return omissions;
    },
    publish: async () => [],
    async abandon() {},
  };
}

async function refused(session: Session, sql: string, table: string | null, signal: AbortSignal): Promise<boolean> {
  try {
    await session.run(sql, signal, table === null ? undefined : {table});
    return false;
  } catch (error) {
    if (isRefusal(error) || (error instanceof PipelineError && error.code === ErrorCode.WRITE)) return true;
    throw error;
  }
}

/** A column with the type, the NULLs and the expression it has in the table that is there. */
function asItIs(planned: TargetColumn, {schema, natives}: TableDescription, widened: readonly string[] = []): TargetColumn {
  const now = schema.columns.find(({name}) => name === planned.column.name);
  const native = natives.get(planned.column.name);
  if (!now || !native) return {...planned, generated: null, identity: false};
  const type = widened.includes(now.name) ? planned.type : typeOf(now, native.base, native.sqlType);
  return {
    ...planned, identity: now.autoIncrement === true, generated: now.generated?.sql ?? null,
    column: {...planned.column, nullable: now.nullable},
    // An interval has no digits of its own: those of the source count, here and when reading back.
    type: native.base === 'interval' && planned.column.type === 'time' ? {...type, family: 'interval', scale: planned.column.scale ?? null} : type,
  };
}

function changesOf({schema, columns, target}: TablePlan, there: TableDescription): ColumnChanges {
  const native = (now: Column) => must(there.natives.get(now.name), 'a described column');
  return columnChanges(schema, columns, there.schema, {
    fold: name => name,
    takes: (now, {column}) => takes(now, native(now).base, column),
    widens: (now, {column, type}) => now.generated === undefined && saysItsWidth(column) && widens({...typeOf(now, native(now).base, native(now).sqlType), sql: now.native?.sql ?? ''}, native(now).sqlType, type),
    alter: `ALTER TABLE ${quote(target)}`,
    add: planned => `ADD ${columnSql({...planned, identity: false, default: null, column: {...planned.column, nullable: true}}, true)}`,
    retype: (now, {type}) => `ALTER COLUMN ${quote(now.name)} TYPE ${type.sql} USING ${quote(now.name)}::${type.sql}`,
    drop: now => `DROP COLUMN ${quote(now.name)}`,
  });
}

/** Whether a column gives back what it is given, as the canonical type it is given in. */
function takes(now: Column, base: string, column: Column): boolean {
  if (column.type === 'time' && base === 'interval') return true;
  if (column.type === 'int' && base === 'numeric') return (now.scale ?? 0) === 0;
  return nativeType(base).type === column.type;
}
