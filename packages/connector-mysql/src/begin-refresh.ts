import {randomBytes} from 'node:crypto';
import {assert, type RefreshLoad, type RefreshRequest} from '@sluice/core';
import {quoteIdentifier, quoteText, stagingHash, stagingName} from '@sluice/sql';
import {addChunkColumn, chunkColumnFor, dropChunkColumn} from './chunks.ts';
import {createTable, type CreatedTable} from './create-table.ts';
import {mysqlRefreshLoad} from './load.ts';
import type {LoadPlan} from './plan-load.ts';
import type {TablePlan} from './plan-table.ts';
import {replaceLoad} from './replace-load.ts';
import type {Session} from './session.ts';
import {dropStaging, lockTables, unlockTables} from './table-locks.ts';
import type {TargetServer} from './target-type.ts';

const quote = (name: string) => quoteIdentifier('mysql', name);

export interface Refresh {
  readonly session: Session;
  readonly server: TargetServer;
  readonly plan: LoadPlan;
  readonly request: RefreshRequest;
  /** The load is over: its destination may begin another. */
  readonly ended: () => void;
}

/**
 * Begins a load beside the live tables that outlives a crash, or goes on with one; null when that one is
 * gone, or another load has used its names since. An empty table named after the token stands for the
 * load: whoever clears the tables of a crashed load away clears it away first or with them.
 */
export async function beginRefresh({session, server, plan, request, ended}: Refresh, signal: AbortSignal): Promise<RefreshLoad | null> {
  const {from, places, losses} = request;
  assert(from !== 'live', 'a database is no file that could be copied beside itself');
  const {database} = session.endpoint;
  const staged = new Map(plan.tables.map(table => [table, stagingName(stagingHash(database, table.target))]));
  const isResumed = from !== 'nothing';
  const token = isResumed ? from.resume : randomBytes(16).toString('hex');
  const marker = `load ${token}`;
  const markerTable = stagingName(stagingHash(database, marker));
  const locked = [...plan.tables.map(({target}) => target), marker];
  await lockTables(session, locked, signal);
  try {
    if (isResumed && !await areThere(session, [...staged.values(), markerTable], signal)) {
      await unlockTables(session, locked);
      return null;
    }
    await dropStaging(session, locked, signal, {others: true, ...(isResumed && {kept: new Set([...staged.values(), markerTable])})});
    const created = new Map<string, CreatedTable>();
    const chunked = new Map<TablePlan, string>();
    if (isResumed) await dropReferences(session, [...staged.values()], signal);
    for (const [table, name] of staged) {
      const {table: source} = table.schema;
      created.set(source, isResumed ? await takeOver(session, {table, name, server}, signal) : await createTable(session, table, name, server, false, signal));
      const chunk = chunkColumnFor(table);
      if (chunk === null) continue;
      if (isResumed ? await hasColumn(session, name, chunk, signal) : places?.has(source) !== false) chunked.set(table, chunk);
      if (!isResumed && chunked.has(table)) await addChunkColumn(session, name, chunk, signal);
    }
    if (!isResumed) await session.run(`CREATE TABLE ${quote(markerTable)} (i INT) ENGINE = InnoDB`, signal);
    const kind = replaceLoad(session, plan, (losses?.size ?? 0) > 0);
    return mysqlRefreshLoad({
      session, plan, created, losses, ended, token, resumed: isResumed,
      chunkOf: table => chunked.get(table) ?? null,
      kind: {
        ...kind,
        async publish(positions, until) {
          for (const [table, chunk] of chunked) await dropChunkColumn(session, staged.get(table)!, chunk, until);
          // From here on nobody goes on with this load: its tables are not as the log tells any more.
          await session.run(`DROP TABLE ${quote(markerTable)}`, until);
          await unlockTables(session, [marker]);
          return await kind.publish(positions, until);
        },
        async abandon(fresh) {
          await dropStaging(fresh, locked, new AbortController().signal);
          await unlockTables(fresh, [marker]);
        },
      },
    });
  } catch (error) {
    if (session.alive) {
      if (!isResumed) await dropStaging(session, locked, new AbortController().signal).catch(() => {});
      await unlockTables(session, locked).catch(() => {});
    }
    throw error;
  }
}

async function areThere(session: Session, names: readonly string[], signal: AbortSignal): Promise<boolean> {
  const rows = await session.rows(`SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (${names.map(name => quoteText('mysql', name)).join(', ')})`, signal);
  return Number(rows[0]![0]) === names.length;
}

/** What a crash in the last stretch has left on the tables comes again at the end. */
async function dropReferences(session: Session, names: readonly string[], signal: AbortSignal): Promise<void> {
  if (names.length === 0) return;
  const keys = await session.rows(`SELECT TABLE_NAME, CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS
    WHERE CONSTRAINT_SCHEMA = DATABASE() AND CONSTRAINT_TYPE = 'FOREIGN KEY' AND TABLE_NAME IN (${names.map(name => quoteText('mysql', name)).join(', ')})`, signal);
  for (const [table, name] of keys) await session.run(`ALTER TABLE ${quote(String(table))} DROP FOREIGN KEY ${quote(String(name))}`, signal);
}

/** A table as its load made it. What the server took of its definition, and which indexes it had then, is seen by making it once more. */
async function takeOver(session: Session, {table, name, server}: {readonly table: TablePlan; readonly name: string; readonly server: TargetServer}, signal: AbortSignal): Promise<CreatedTable> {
  const where = {table: table.schema.table};
  const probe = stagingName(stagingHash(session.endpoint.database, `probe ${table.target}`));
  const created = await createTable(session, table, probe, server, false, signal);
  try {
    const early = new Set(await indexesOf(session, probe, signal));
    const late = (await indexesOf(session, name, signal)).filter(index => !early.has(index));
    if (late.length > 0) await session.run(`ALTER TABLE ${quote(name)} ${late.map(index => `DROP INDEX ${quote(index)}`).join(', ')}`, signal, where);
    return created;
  } finally {
    if (session.alive) await session.run(`DROP TABLE IF EXISTS ${quote(probe)}`, new AbortController().signal, where);
  }
}

async function indexesOf(session: Session, name: string, signal: AbortSignal): Promise<string[]> {
  const rows = await session.rows(`SELECT DISTINCT INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${quoteText('mysql', name)}`, signal);
  return rows.map(([index]) => String(index));
}

async function hasColumn(session: Session, name: string, column: string, signal: AbortSignal): Promise<boolean> {
  const rows = await session.rows(`SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ${quoteText('mysql', name)} AND COLUMN_NAME = ${quoteText('mysql', column)}`, signal);
  return rows.length > 0;
}
