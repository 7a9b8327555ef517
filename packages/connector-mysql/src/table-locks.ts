import {ErrorCode, PipelineError} from '@sluice/core';
import {patiently, quoteIdentifier, retiredName, STAGING_NAME, stagingHash, stagingName, type Place} from '@sluice/sql';
import {repoint} from './repoint.ts';
import type {Session} from './session.ts';
import {lockName} from './target-names.ts';

/** How long a crashed run's connection may take to be noticed by the server. */
const PATIENCE_SECONDS = 3;

/**
 * Takes a lock of the server for each table; they end with the session, however it ends. Throws
 * LOCKED when another run holds one.
 */
export async function lockTables(session: Session, tables: readonly string[], signal: AbortSignal): Promise<void> {
  const {database} = session.endpoint;
  // Always in the same order, so that two runs never wait for each other.
  const locks = tables.map(table => ({table, name: lockName(stagingHash(database, table))})).sort((a, b) => a.name < b.name ? -1 : 1);
  const held: string[] = [];
  for (const {table, name} of locks) {
    const [row] = await session.rows(`SELECT GET_LOCK('${name}', ${PATIENCE_SECONDS})`, signal, {table});
    if (Number(row?.[0]) === 1) {
      held.push(table);
    } else {
      await unlockTables(session, held);
      const [holder] = await session.rows(`SELECT IS_USED_LOCK('${name}')`, signal, {table});
      // A run whose network was cut in silence holds its locks until the server notices, which takes hours.
      const dead = typeof holder?.[0] === 'number' ? `; if it died and the server has not noticed, run KILL ${holder[0]} there` : '';
      throw new PipelineError(ErrorCode.LOCKED, `another run is loading table ${table} of ${session.endpoint.label}`, {
        table, retryable: true, remedy: `wait until it has ended, then run again${dead}`,
      });
    }
  }
}

export async function unlockTables(session: Session, tables: readonly string[]): Promise<void> {
  const signal = new AbortController().signal;
  for (const table of tables) await session.rows(`SELECT RELEASE_LOCK('${lockName(stagingHash(session.endpoint.database, table))}')`, signal);
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
  const own = new Set(tables.flatMap(table => {
    const hash = stagingHash(session.endpoint.database, table);
    return [stagingName(hash), retiredName(hash)];
  }));
  const names = (await session.rows('SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()', signal)).map(row => String(row[0]));
  const staging = names.filter(name => STAGING_NAME.test(name) && !kept.has(name));
  if (staging.length === 0) return;
  const live = new Map(names.map(name => [retiredName(stagingHash(session.endpoint.database, name)), name]));
  const drop = async (name: string) => {
    // A crash between exchange and clean-up: the foreign keys of other tables still hang on the old one.
    const to = live.get(name);
    if (to !== undefined) await repoint(session, [{from: name, to}], signal);
    await dropTable(session, name, signal);
  };
  for (const name of staging) {
    if (own.has(name)) {
      await drop(name);
      continue;
    }
    if (!others) continue;
    const lock = lockName(name.slice(-16));
    const [row] = await session.rows(`SELECT GET_LOCK('${lock}', 0)`, signal);
    if (Number(row?.[0]) !== 1) continue;
    await drop(name);
    await session.rows(`SELECT RELEASE_LOCK('${lock}')`, signal);
  }
}

async function dropTable(session: Session, name: string, signal: AbortSignal): Promise<void> {
  await session.run(`DROP TABLE IF EXISTS ${quoteIdentifier('mysql', name)}`, signal);
  // A view that was replaced, or tried out, has such a name too.
  await session.run(`DROP VIEW IF EXISTS ${quoteIdentifier('mysql', name)}`, signal);
}

/** How long an exchange queues for its tables at a time, the least the servers know; the application's readers queue behind it for as long. */
const QUEUE_SECONDS = 1;

/** Runs one statement that takes tables for itself, for as long as the endpoint waits for locks. Throws LOCKED in the end. */
export async function exchangeTables(session: Session, sql: string, signal: AbortSignal, where: Place = `server ${session.endpoint.label}`): Promise<void> {
  const {lockTimeoutSeconds} = session.endpoint;
  await session.run(`SET lock_wait_timeout = ${QUEUE_SECONDS}`, signal);
  try {
    await patiently({patienceMs: lockTimeoutSeconds * 1000, queueMs: QUEUE_SECONDS * 1000}, () => session.run(sql, signal, where), signal);
  } finally {
    if (session.alive) await session.run(`SET lock_wait_timeout = ${lockTimeoutSeconds}`, new AbortController().signal);
  }
}
