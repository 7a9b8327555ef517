import {ErrorCode, PipelineError, type Omission, type Schema} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';
import {createTable, type CreatedTable} from './create-table.ts';
import type {TableDescription} from './describe-table.ts';
import {discover} from './discover.ts';
import type {LoadKind} from './load.ts';
import {NATIVE_TYPES} from './native-types.ts';
import {viewSql, type LoadPlan} from './plan-load.ts';
import {foreignKeySql, NO_CONCESSIONS, type TablePlan} from './plan-table.ts';
import {columnSql} from './target-column.ts';
import type {Session} from './session.ts';
import type {TargetServer} from './target-type.ts';

/**
 * Sees to it that every table is there and can take the rows: makes it, or adds nullable columns to
 * it. Throws SCHEMA when it would have to be narrowed; nothing was changed then.
 */
export async function prepareLive(session: Session, plan: LoadPlan, server: TargetServer, signal: AbortSignal): Promise<Map<string, CreatedTable>> {
  const {descriptions} = await discover(session, signal, name => plan.tables.some(({target}) => target === name));
  const additions = plan.tables.map(table => {
    const there = descriptions.get(table.target);
    return {table, there, add: there ? newColumns(table, there) : []};
  });
  const created = new Map<string, CreatedTable>();
  const made: TablePlan[] = [];
  for (const {table, there, add} of additions) {
    if (!there) {
      created.set(table.schema.table, await createTable(session, table, table.target, server, true, signal));
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
export function liveLoad(session: Session, plan: LoadPlan): LoadKind {
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

/** Columns the table has not got yet. Throws SCHEMA when the two do not agree. */
function newColumns(plan: TablePlan, there: TableDescription): string[] {
  const {table, primaryKey} = plan.schema;
  const refuse = (column: string | null, what: string): never => {
    throw new PipelineError(ErrorCode.SCHEMA, `table ${table} of the destination ${what}`, {
      table, ...(column !== null && {column}), remedy: 'load it with replace, or change the table at the destination',
    });
  };
  const add: string[] = [];
  for (const {column, type} of plan.columns) {
    const now = find(there.schema, column.name);
    if (!now) {
      if (!column.nullable) refuse(column.name, `has no column ${column.name}, and a new one must allow NULL`);
      add.push(column.name);
    } else if (now.type !== typeRead(type.base, column.type)) {
      refuse(column.name, `has a column ${column.name} of another type`);
    }
  }
  for (const {name} of there.schema.columns) {
    if (!find(plan.schema, name)) refuse(name, `has a column ${name} that the source has not`);
  }
  if (there.schema.primaryKey.join('\0').toLowerCase() !== primaryKey.join('\0').toLowerCase()) refuse(null, 'has another primary key');
  return add;
}

const find = (schema: Schema, name: string) => schema.columns.find(column => column.name.toLowerCase() === name.toLowerCase());

/** The canonical type a column of this native type is read as. */
function typeRead(base: string, wanted: string): string {
  return wanted === 'json' && (base === 'longtext' || base === 'json') ? 'json' : NATIVE_TYPES[base]?.type ?? 'bytes';
}
