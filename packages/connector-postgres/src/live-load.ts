import {ErrorCode, must, PipelineError, type Column, type Omission} from '@sluice/core';
import {columnsToAdd, quoteIdentifier, type LoadKind} from '@sluice/sql';
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
import type {Session} from './session.ts';
import {columnSql, type TargetColumn} from './target-column.ts';
import {typeOf} from './target-type.ts';

export interface LivePlan {
  /** As the tables are, or were made. */
  readonly plan: LoadPlan;
  readonly plain: ReadonlySet<string>;
  readonly omissions: readonly Omission[];
}

const quote = (name: string) => quoteIdentifier('postgres', name);

/**
 * Sees to it that every table is there and can take the rows: makes it, or adds nullable columns to
 * it. Throws SCHEMA when it would have to be narrowed; nothing was changed then.
 */
export async function prepareLive(session: Session, plan: LoadPlan, signal: AbortSignal): Promise<LivePlan> {
  const tables = new Map<string, TableDescription>();
  for (const {target} of plan.tables) {
    const description = (await discover(session, signal, undefined, target)).descriptions.get(target);
    if (description) tables.set(target, description);
  }
  const additions = plan.tables.map(table => {
    const there = tables.get(table.target);
    return {table, there, add: there ? newColumns(table, there) : []};
  });
  const plain = new Set<string>();
  const omissions: Omission[] = [];
  const adapted: TablePlan[] = [];
  for (const {table, there, add} of additions) {
    const {table: name} = table.schema;
    if (there) {
      // Rows that are there get NULL: nothing that would count or compute a value for them.
      const columns = table.columns.filter(({column}) => add.includes(column.name)).map(column => ({...column, identity: false, default: null}));
      if (columns.length > 0) await session.run(`ALTER TABLE ${quote(table.target)} ${columns.map(column => `ADD ${columnSql(column, true)}`).join(', ')}`, signal, {table: name});
      adapted.push({...table, columns: table.columns.map(column => asItIs(column, there))});
      continue;
    }
    const created = await createTable(session, table, table.target, signal);
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
  return {plan: {...plan, tables: adapted}, plain, omissions};
}

/** `append` and `upsert`: each commit is live by itself. */
export function liveLoad(session: Session, plan: LoadPlan): LoadKind<Session> {
  const nameOf = (table: string) => plan.tables.find(({schema}) => schema.table === table)?.target ?? table;
  return {
    nameOf,
    async finish(signal) {
      const omissions: Omission[] = [];
      for (const table of plan.tables) omissions.push(...await setCounters(session, table, table.target, true, signal));
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
function asItIs(planned: TargetColumn, {schema, natives}: TableDescription): TargetColumn {
  const now = schema.columns.find(({name}) => name === planned.column.name);
  const native = natives.get(planned.column.name);
  if (!now || !native) return {...planned, generated: null, identity: false};
  const type = typeOf(now, native.base, native.sqlType);
  return {
    ...planned, identity: now.autoIncrement === true, generated: now.generated?.sql ?? null,
    column: {...planned.column, nullable: now.nullable},
    // An interval has no digits of its own: those of the source count, here and when reading back.
    type: native.base === 'interval' && planned.column.type === 'time' ? {...type, family: 'interval', scale: planned.column.scale ?? null} : type,
  };
}

function newColumns({schema, columns}: TablePlan, there: TableDescription): string[] {
  return columnsToAdd(schema, columns, there.schema, {
    fold: name => name,
    takes: (now, {column}) => takes(now, must(there.natives.get(now.name), 'a described column').base, column),
  });
}

/** Whether a column gives back what it is given, as the canonical type it is given in. */
function takes(now: Column, base: string, column: Column): boolean {
  if (column.type === 'time' && base === 'interval') return true;
  if (column.type === 'int' && base === 'numeric') return (now.scale ?? 0) === 0;
  return nativeType(base).type === column.type;
}
