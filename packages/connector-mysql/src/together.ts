import {ErrorCode, PipelineError} from '@sluice/core';
import {patiently, quoteIdentifier} from '@sluice/sql';
import {accountOf} from './about.ts';
import type {MysqlEndpoint} from './endpoint.ts';
import {Session} from './session.ts';
import {startSnapshot, startView} from './snapshot.ts';

/** Sessions that see the same of some tables, and where the first one stands in the server's log. */
export interface Together {
  readonly sessions: readonly Session[];
  readonly snapshot: string | null;
}

/** How long the lock is queued for at a time, the least the servers know; others queue behind it for as long. */
const QUEUE_SECONDS = 1;

/**
 * Opens sessions whose snapshots are taken while nobody can write to `tables`: LOCK TABLES waits for every
 * transaction that has written to them, and keeps new writes out until it is let go. Nothing but the snapshots is
 * taken meanwhile, which is a matter of milliseconds. Throws LOCKED when there is no such moment for as long as the
 * endpoint waits for locks, AUTH without the privilege LOCK TABLES, CONNECT; nothing is left open then.
 */
export async function openTogether(endpoint: MysqlEndpoint, count: number, tables: readonly string[], signal: AbortSignal): Promise<Together> {
  await using guard = await Session.open(endpoint, 'read', signal);
  const opened = await Promise.allSettled(Array.from({length: count}, () => Session.open(endpoint, 'read', signal)));
  const sessions = opened.flatMap(each => each.status === 'fulfilled' ? [each.value] : []);
  try {
    for (const each of opened) if (each.status === 'rejected') throw each.reason;
    const [first, ...others] = sessions;
    if (first === undefined) throw new Error('at least one session is opened');
    await lockAgainstWriters(guard, tables, signal);
    const [snapshot] = await Promise.all([startSnapshot(first, signal), ...others.map(each => startView(each, signal))]);
    await guard.run('UNLOCK TABLES', signal);
    return {sessions, snapshot};
  } catch (error) {
    for (const each of sessions) each.destroy();
    throw error;
  }
}

async function lockAgainstWriters(guard: Session, tables: readonly string[], signal: AbortSignal): Promise<void> {
  if (tables.length === 0) return;
  const {label, lockTimeoutSeconds, database} = guard.endpoint;
  // Without autocommit InnoDB locks its tables, too, and so waits for what was prepared and has left its connection.
  await guard.run(`SET SESSION autocommit = 0, lock_wait_timeout = ${QUEUE_SECONDS}, innodb_lock_wait_timeout = ${QUEUE_SECONDS}`, signal);
  const lock = (how: 'READ' | 'WRITE') => guard.run(`LOCK TABLES ${tables.map(name => `${quoteIdentifier('mysql', name)} ${how}`).join(', ')}`, signal);
  // READ does not wait for readers, but every new writer goes before it: where there is always one, its turn never comes. WRITE goes
  // before new ones, but waits for long readers. Read-only servers refuse it.
  let mayWrite = true;
  let tries = 0;
  const attempt = async () => {
    if (tries++ % 2 === 0 || !mayWrite) return await lock('READ');
    try {
      return await lock('WRITE');
    } catch (error) {
      if (!(error instanceof PipelineError) || error.code === ErrorCode.LOCKED || !guard.alive) throw error;
      mayWrite = false;
      return await lock('READ');
    }
  };
  try {
    await patiently({patienceMs: lockTimeoutSeconds * 1000, queueMs: QUEUE_SECONDS * 1000}, attempt, signal);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    if (error.code === ErrorCode.LOCKED) {
      throw new PipelineError(ErrorCode.LOCKED, `server ${label}: several readers see the same only when they begin while nobody writes, and in ${lockTimeoutSeconds} s there was no such moment`, {
        retryable: true, remedy: 'end the transactions that write to the tables (SHOW PROCESSLIST lists what runs), wait longer with lockTimeout=SECONDS in the URL, or read over one connection',
      });
    }
    if (error.code !== ErrorCode.AUTH) throw error;
    throw new PipelineError(ErrorCode.AUTH, `server ${label}: several readers see the same only when they begin while nobody writes, and the user may not lock the tables for that moment`, {
      remedy: `GRANT LOCK TABLES ON ${quoteIdentifier('mysql', database)}.* TO ${await accountOf(guard, signal)}, or read over one connection`,
    });
  }
}
