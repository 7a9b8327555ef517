import {checkGroups, ErrorCode, must, PipelineError, refuseMissingColumns, type Catalog, type Fitting, type GroupsRequest, type GroupStore, type GroupTable} from '@sluice/core';
import {quoteText, ServerGroups, type KeptFamily} from '@sluice/sql';
import type {CreatedTable} from './create-table.ts';
import type {TableDescription} from './describe-table.ts';
import {discover} from './discover.ts';
import {fittingOf} from './fit.ts';
import {keptTable, pageOfKeys, type GroupsTable} from './group-tables.ts';
import {asLive, prepareLive} from './live-load.ts';
import {planLoad, type LoadPlan} from './plan-load.ts';
import {createPositions, hasPositions, readPosition, writePosition} from './positions.ts';
import type {Session} from './session.ts';
import {lockTables} from './table-locks.ts';
import type {TargetServer} from './target-type.ts';

/** Opens a store over a session of its own, which ends with it; when this throws, the caller ends it. */
export async function openGroups(session: Session, server: TargetServer, request: GroupsRequest, signal: AbortSignal): Promise<GroupStore> {
  checkGroups(request);
  const {families, positionKey, losses} = request;
  const readOnly = request.readOnly === true;
  const catalog: Catalog = {tables: families.flatMap(({tables}) => tables.map(({schema}) => schema)), views: [], others: []};
  const planned = planLoad({catalog, mode: 'append'}, server);
  const created = readOnly ? new Map<string, CreatedTable>() : await prepare(session, planned, server, signal);
  const plan = await asLive(session, planned, server, signal);

  const table = async (group: GroupTable): Promise<GroupsTable> => {
    const {schema} = group;
    const its = must(plan.tables.find(each => each.schema.table === schema.table), 'a planned table');
    const description = (await discover(session, signal, name => name === its.target, its.target)).descriptions.get(its.target);
    if (!description) throw new PipelineError(ErrorCode.SCHEMA, `table ${schema.table} does not exist at ${session.endpoint.label}`, {table: schema.table, remedy: 'load it first'});
    if (readOnly) refuseMissingColumns(schema, description.schema.columns);
    const isPlain = created.get(schema.table)?.concessions.generated === true;
    const columns = its.columns.map(column => ({
      ...column, ...(isPlain && {generated: null}), ...(group.group.includes(column.column.name) && {column: {...column.column, nullable: false}}),
    }));
    return {
      group, plan: its, description, isPlain, loose: await looseColumns(session, description, signal),
      fitting: fittingOf(schema.table, columns, server.flavor, losses?.get(schema.table)),
    };
  };
  const kept: KeptFamily[] = [];
  for (const {tables} of families) {
    const all: GroupsTable[] = [];
    for (const group of tables) all.push(await table(group));
    kept.push({
      tables: all.map(each => keptTable(session, each)), keyFitting: keyFitting(must(all[0], 'a first table'), server),
      keys: (after, limit, asked) => pageOfKeys(session, all, after, limit, asked),
    });
  }
  return new ServerGroups<Session>({
    session, families: kept, readOnly,
    sql: {begin: 'START TRANSACTION', snapshot: 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY', deadlocks: ['error 1213']},
    readPosition: async asked => await hasPositions(session, asked) ? await readPosition(session, positionKey, asked) : null,
    writePosition: (position, asked) => writePosition(session, positionKey, position, asked),
  });
}

async function prepare(session: Session, plan: LoadPlan, server: TargetServer, signal: AbortSignal): Promise<ReadonlyMap<string, CreatedTable>> {
  await lockTables(session, plan.tables.map(({target}) => target), signal);
  await createPositions(session, signal);
  return await prepareLive(session, plan, server, [], [], signal);
}

function keyFitting({group: {schema: {table}, group}, plan: {columns}}: GroupsTable, server: TargetServer): Fitting {
  return fittingOf(table, group.map(name => {
    const planned = must(columns.find(({column}) => column.name === name), 'a column of the group');
    return {...planned, column: {...planned.column, nullable: false}};
  }), server.flavor);
}

/** Collations that compare every bit of a text, blanks at its end included. */
const EXACT = ['binary', 'utf8mb4_0900_bin', 'utf8mb4_nopad_bin'];

async function looseColumns(session: Session, {schema}: TableDescription, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const rows = await session.rows(
    `SELECT COLUMN_NAME, COLLATION_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${quoteText('mysql', schema.table)} AND COLLATION_NAME IS NOT NULL`, signal, {table: schema.table});
  return new Set(rows.flatMap(([name, collation]) => (EXACT.includes(String(collation)) ? [] : [String(name)])));
}
