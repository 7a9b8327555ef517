import {createHash} from 'node:crypto';
import {assert, type Omission, type RefreshLoad, type RefreshRequest} from '@sluice/core';
import {quoteIdentifier, quoteText, stagingHash, stagingName} from '@sluice/sql';
import {addChunkColumn, chunkColumnFor} from './chunks.ts';
import {createTable, expressionsOf, type CreatedTable} from './create-table.ts';
import {readDependents} from './dependents.ts';
import {postgresRefreshLoad} from './load.ts';
import {createTypes, dropTypes} from './new-types.ts';
import type {LoadPlan} from './plan-load.ts';
import type {TablePlan} from './plan-table.ts';
import {replaceLoad} from './replace-load.ts';
import type {Session} from './session.ts';
import {dropStaging, lockTables, unlockTables} from './table-locks.ts';

const quote = (name: string) => quoteIdentifier('postgres', name);

export interface Refresh {
  readonly session: Session;
  readonly plan: LoadPlan;
  readonly request: RefreshRequest;
  /** The load is over: its destination may begin another. */
  readonly ended: () => void;
}

/**
 * Begins a load beside the live tables that outlives a crash, or goes on with one; null when that one is
 * gone, or another load has used its names since.
 */
export async function beginRefresh({session, plan, request, ended}: Refresh, signal: AbortSignal): Promise<RefreshLoad | null> {
  const {from, places, losses} = request;
  assert(from !== 'live', 'a schema is no file that could be copied beside itself');
  const targets = plan.tables.map(({target}) => target);
  const staged = stagedNames(session, plan);
  await lockTables(session, targets, signal);
  let newTypes: string[] = [];
  let resumed = false;
  try {
    if (from !== 'nothing') {
      resumed = await tokenOf(session, staged, signal) === from.resume;
      if (!resumed) {
        await unlockTables(session, targets);
        return null;
      }
    }
    await dropStaging(session, targets, signal, {others: true, ...(resumed && {kept: new Set(staged.values())})});
    // What could not be exchanged in the end is told before a row is read.
    await readDependents(session, targets, new Set(), signal);
    newTypes = await createTypes(session, plan.types, signal);
    const omissions: Omission[] = [];
    const plain = new Set<string>();
    const chunked = new Map<TablePlan, string>();
    for (const table of plan.tables) {
      const name = staged.get(table)!;
      const {table: source} = table.schema;
      const created = resumed ? await takeOver(session, table, name, signal) : await createTable(session, table, name, signal, {beside: true});
      omissions.push(...created.omissions);
      if (created.plain) plain.add(source);
      const chunk = chunkColumnFor(table);
      if (chunk === null) continue;
      if (resumed ? await hasColumn(session, name, chunk, signal) : places?.has(source) !== false) chunked.set(table, chunk);
      if (!resumed && chunked.has(table)) await addChunkColumn(session, name, chunk, signal);
    }
    const chunkOf = (table: TablePlan) => chunked.get(table) ?? null;
    return postgresRefreshLoad({
      session, plan, plain, omissions, losses, ended, chunkOf, resumed,
      kind: replaceLoad(session, plan, newTypes, chunkOf), token: await tokenOf(session, staged, signal),
    });
  } catch (error) {
    if (session.alive) {
      if (!resumed) await dropStaging(session, targets, new AbortController().signal).catch(() => {});
      await dropTypes(session, newTypes).catch(() => {});
      await unlockTables(session, targets).catch(() => {});
    }
    throw error;
  }
}

function stagedNames(session: Session, {tables}: LoadPlan): ReadonlyMap<TablePlan, string> {
  return new Map(tables.map(table => [table, stagingName(stagingHash(session.server.schema, table.target))]));
}

/** The server's own numbers of the tables under construction: one that was dropped and made again has another. */
async function tokenOf(session: Session, staged: ReadonlyMap<TablePlan, string>, signal: AbortSignal): Promise<string> {
  const numbers: (string | null)[] = [];
  for (const name of staged.values()) numbers.push((await session.rows(`SELECT ${regclass(name)}::oid`, signal))[0]?.[0] ?? null);
  return numbers.includes(null) ? '' : createHash('sha256').update(JSON.stringify(numbers)).digest('hex').slice(0, 32);
}

const regclass = (name: string) => `to_regclass(${quoteText('postgres', quote(name))})`;

/** A table as its load made it: what a crash in the last stretch has left on it comes again at the end. */
async function takeOver(session: Session, table: TablePlan, name: string, signal: AbortSignal): Promise<CreatedTable> {
  const where = {table: table.schema.table};
  const keys = await session.rows(`SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM pg_constraint WHERE contype = 'f' AND conrelid = ${regclass(name)}`, signal, where);
  for (const [drop] of keys) await session.run(drop!, signal, where);
  const indexes = await session.rows(`SELECT format('DROP INDEX %s', indexrelid::regclass) FROM pg_index WHERE indrelid = ${regclass(name)} AND NOT indisprimary`, signal, where);
  for (const [drop] of indexes) await session.run(drop!, signal, where);
  if (expressionsOf(table).length === 0) return {plain: false, omissions: []};
  // Whether the server refused an expression is not remembered anywhere, but it does so again.
  const probe = stagingName(stagingHash(session.server.schema, `${table.target}\0probe`));
  try {
    return await createTable(session, table, probe, signal);
  } finally {
    if (session.alive) await session.run(`DROP TABLE IF EXISTS ${quote(probe)}`, new AbortController().signal, where);
  }
}

async function hasColumn(session: Session, name: string, column: string, signal: AbortSignal): Promise<boolean> {
  const rows = await session.rows(`SELECT FROM pg_attribute WHERE attrelid = ${regclass(name)} AND attname = ${quoteText('postgres', column)} AND NOT attisdropped`, signal);
  return rows.length > 0;
}
