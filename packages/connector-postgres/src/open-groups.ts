import {checkGroups, ErrorCode, must, PipelineError, refuseMissingColumns, type Catalog, type Fitting, type GroupsRequest, type GroupStore, type GroupTable} from '@sluice/core';
import {quoteText, ServerGroups, stagingHash, type KeptFamily} from '@sluice/sql';
import type {TableDescription} from './describe-table.ts';
import {discover} from './discover.ts';
import {fittingOf} from './fit.ts';
import {keptTable, pageOfKeys, type GroupsTable} from './group-tables.ts';
import {asLive, prepareLive} from './live-load.ts';
import {createTypes} from './new-types.ts';
import type {LoadPlan} from './plan-load.ts';
import {createPositions, hasPositions, readPosition, writePosition} from './positions.ts';
import {refuseHiddenRows} from './refused-write.ts';
import type {Session} from './session.ts';
import {lockTables} from './table-locks.ts';
import {lockKey} from './target-names.ts';

/** The tables of all families. Throws as `checkGroups` does. */
export function groupsCatalog(request: GroupsRequest): Catalog {
  checkGroups(request);
  return {tables: request.families.flatMap(({tables}) => tables.map(({schema}) => schema)), views: [], others: []};
}

/** Opens a store over a session of its own, which ends with it; when this throws, the caller ends it. `planned` is what a load would make of the tables. */
export async function openGroups(session: Session, planned: LoadPlan, request: GroupsRequest, signal: AbortSignal): Promise<GroupStore> {
  const {families, positionKey, losses} = request;
  const readOnly = request.readOnly === true;
  const targets = planned.tables.map(({target}) => target);
  const {plan, plain} = readOnly ? {plan: await asLive(session, planned, signal), plain: new Set<string>()} : await prepare(session, planned, signal);
  await refuseHiddenRows(session, targets, signal);

  const table = async (group: GroupTable): Promise<GroupsTable> => {
    const {schema} = group;
    const its = must(plan.tables.find(each => each.schema.table === schema.table), 'a planned table');
    const description = (await discover(session, signal, undefined, its.target)).descriptions.get(its.target);
    if (!description) throw new PipelineError(ErrorCode.SCHEMA, `table ${schema.table} does not exist at ${session.endpoint.label}`, {table: schema.table, remedy: 'load it first'});
    if (readOnly) refuseMissingColumns(schema, description.schema.columns);
    const isPlain = plain.has(schema.table);
    const columns = its.columns.map(column => ({
      ...column, ...(isPlain && {generated: null}), ...(group.group.includes(column.column.name) && {column: {...column.column, nullable: false}}),
    }));
    return {
      group, plan: its, description, isPlain, loose: await looseColumns(session, description, signal),
      fitting: fittingOf(schema.table, columns, losses?.get(schema.table)),
    };
  };
  const kept: KeptFamily[] = [];
  for (const {tables} of families) {
    const all: GroupsTable[] = [];
    for (const group of tables) all.push(await table(group));
    kept.push({tables: all.map(each => keptTable(session, each)), keyFitting: keyFitting(must(all[0], 'a first table')), keys: (after, limit, asked) => pageOfKeys(session, all, after, limit, asked)});
  }
  return new ServerGroups<Session>({
    session, families: kept, readOnly,
    sql: {begin: 'BEGIN', snapshot: 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', deadlocks: ['SQLSTATE 40P01']},
    readPosition: async asked => await hasPositions(session, asked) ? await readPosition(session, positionKey, asked) : null,
    writePosition: (position, asked) => writePosition(session, positionKey, position, asked),
  });
}

function keyFitting({group: {schema: {table}, group}, plan: {columns}}: GroupsTable): Fitting {
  return fittingOf(table, group.map(name => {
    const planned = must(columns.find(({column}) => column.name === name), 'a column of the group');
    return {...planned, column: {...planned.column, nullable: false}};
  }));
}

async function prepare(session: Session, plan: LoadPlan, signal: AbortSignal): Promise<{readonly plan: LoadPlan; readonly plain: ReadonlySet<string>}> {
  await lockTables(session, plan.tables.map(({target}) => target), signal).catch(async (error: unknown) => { throw await withHolder(session, error, signal); });
  await createPositions(session, signal);
  await createTypes(session, plan.types, signal);
  return await prepareLive(session, plan, [], signal);
}

/** Text columns that take some values for the same which are not. */
async function looseColumns(session: Session, {schema}: TableDescription, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const rows = await session.rows(
    `SELECT a.attname FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid JOIN pg_namespace n ON n.oid = t.relnamespace JOIN pg_collation c ON c.oid = a.attcollation
      WHERE n.nspname = ${quoteText('postgres', session.server.schema)} AND t.relname = ${quoteText('postgres', schema.table)} AND a.attnum > 0 AND NOT c.collisdeterministic`, signal, {table: schema.table});
  return new Set(rows.map(([name]) => name!));
}

/** Says of a LOCKED error which process of the server holds the table. */
async function withHolder(session: Session, error: unknown, signal: AbortSignal): Promise<unknown> {
  if (!(error instanceof PipelineError) || error.code !== ErrorCode.LOCKED || !session.alive) return error;
  const {table} = error.context;
  if (table === undefined) return error;
  const [holder] = await session.rows(
    `SELECT a.pid, a.usename, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS') FROM pg_locks l JOIN pg_stat_activity a USING (pid)
      WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (l.classid::bigint << 32) | l.objid::bigint = ${lockKey(stagingHash(session.server.schema, table))}`, signal);
  if (!holder) return error;
  const [pid, user, since] = holder;
  return new PipelineError(ErrorCode.LOCKED, `another run is writing table ${table} of ${session.endpoint.label}: process ${pid} of the server, user ${user ?? 'unknown'}, connected since ${since ?? 'unknown'} UTC`, {
    table, retryable: true, remedy: `wait until it has ended, then run again; if it died and the server has not noticed, run SELECT pg_terminate_backend(${pid})`,
  });
}
