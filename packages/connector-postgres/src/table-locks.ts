import {ErrorCode, PipelineError} from '@sluice/core';
import {quoteIdentifier, quoteText, STAGING_NAME, patiently, stagingHash, stagingName} from '@sluice/sql';
import type {Session} from './session.ts';
import {lockKey} from './target-names.ts';

/** How long a crashed run's connection may take to be noticed by the server. */
const PATIENCE_MS = 3_000;

/**
 * Takes an advisory lock of the server for each table; they end with the session, however it ends.
 * Throws LOCKED when another run holds one.
 */
export async function lockTables(session: Session, tables: readonly string[], signal: AbortSignal): Promise<void> {
  const {schema} = session.server;
  // Always in the same order, so that two runs never wait for each other.
  const locks = tables.map(table => ({table, key: lockKey(stagingHash(schema, table))})).sort((a, b) => a.key < b.key ? -1 : 1);
  const held: string[] = [];
  await session.run(`SET lock_timeout = ${PATIENCE_MS}`, signal);
  try {
    for (const {table, key} of locks) {
      await session.rows(`SELECT pg_advisory_lock(${key})`, signal, {table});
      held.push(table);
    }
  } catch (error) {
    if (session.alive) await unlockTables(session, held);
    if (!(error instanceof PipelineError) || error.code !== ErrorCode.LOCKED) throw error;
    const table = error.context.table ?? '';
    throw new PipelineError(ErrorCode.LOCKED, `another run is loading table ${table} of ${session.endpoint.label}`, {
      table, retryable: true, remedy: 'wait until it has ended, then run again; if it died and the server has not noticed, end its backend: pg_locks lists advisory locks',
    });
  } finally {
    if (session.alive) await session.run(`SET lock_timeout = ${session.endpoint.lockTimeoutMs}`, new AbortController().signal);
  }
}

export async function unlockTables(session: Session, tables: readonly string[]): Promise<void> {
  const {signal} = new AbortController();
  for (const table of tables) await session.rows(`SELECT pg_advisory_unlock(${lockKey(stagingHash(session.server.schema, table))})`, signal);
}

/** What goes beside that of this load. */
export interface Sweep {
  /** Names that stay. */
  readonly kept?: ReadonlySet<string>;
  /** What loads of other tables have left, too, where nobody holds their lock. */
  readonly others?: boolean;
}

/** Drops what this load, or a crashed one of the same tables, has under construction. */
export async function dropStaging(session: Session, tables: readonly string[], signal: AbortSignal, {kept = new Set(), others = false}: Sweep = {}): Promise<void> {
  const {schema} = session.server;
  const own = new Set(tables.map(table => stagingName(stagingHash(schema, table))));
  const names = (await session.rows(
    `SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${quoteText('postgres', schema)} AND c.relkind IN ('r', 'p') AND starts_with(c.relname, '_sluice_')`, signal)).map(row => row[0]!);
  for (const name of names.filter(each => STAGING_NAME.test(each) && !kept.has(each))) {
    // Tables of one load refer to each other: what goes with them is only what hangs on them.
    const drop = () => session.run(`DROP TABLE IF EXISTS ${quoteIdentifier('postgres', name)} CASCADE`, signal);
    if (own.has(name)) {
      await drop();
      continue;
    }
    if (!others) continue;
    const key = lockKey(name.slice(-16));
    const [row] = await session.rows(`SELECT pg_try_advisory_lock(${key})`, signal);
    if (row?.[0] !== 't') continue;
    await drop();
    await session.rows(`SELECT pg_advisory_unlock(${key})`, signal);
  }
}

/** How long an exchange queues for a lock at a time; the application's readers queue behind it for as long. */
const QUEUE_MS = 500;

/**
 * Runs `work` in a transaction that takes locks as it goes, for as long as the endpoint waits for locks. It is begun anew each time a lock is not to be had
 * within a moment, so `work` keeps nothing of a try that failed. Throws LOCKED in the end.
 */
export async function exchanging<T>(session: Session, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  return await patiently({patienceMs: session.endpoint.lockTimeoutMs, queueMs: QUEUE_MS}, async queueMs => {
    await session.run(`BEGIN; SET LOCAL lock_timeout = ${queueMs}`, signal);
    try {
      const result = await work();
      await session.run('COMMIT', signal);
      return result;
    } catch (error) {
      if (session.alive) await session.run('ROLLBACK', new AbortController().signal).catch(() => {});
      throw error;
    }
  }, signal);
}
