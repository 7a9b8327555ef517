import {ErrorCode, PipelineError} from '@sluice/core';
import type {MysqlEndpoint} from './endpoint.ts';
import {holdWriters} from './hold-writers.ts';
import {Session} from './session.ts';
import {startSnapshot, startView} from './snapshot.ts';

/** Sessions that see the same of some tables, and where the first one stands in the server's log. */
export interface Together {
  readonly sessions: readonly Session[];
  readonly snapshot: string | null;
}

/**
 * Opens sessions whose snapshots are taken while nothing can be committed to `tables`, and nothing else is done
 * meanwhile: a matter of milliseconds. Throws LOCKED when there is no such moment for as long as the endpoint waits
 * for locks, AUTH without the privilege to hold writers, CONNECT; nothing is left open then.
 */
export async function openTogether(endpoint: MysqlEndpoint, count: number, tables: readonly string[], signal: AbortSignal): Promise<Together> {
  // A signal for each: Node warns of many who listen to one.
  const opened = await Promise.allSettled(Array.from({length: count}, () => Session.open(endpoint, 'read', AbortSignal.any([signal]))));
  const sessions = opened.flatMap(each => each.status === 'fulfilled' ? [each.value] : []);
  try {
    for (const each of opened) if (each.status === 'rejected') throw each.reason;
    const [first, ...others] = sessions;
    if (first === undefined) throw new Error('at least one session is opened');
    if (tables.length === 0) return {sessions, snapshot: await startAll(first, others, signal)};
    await using _held = await holdWriters(first, tables, signal);
    return {sessions, snapshot: await startAll(first, others, signal)};
  } catch (error) {
    for (const each of sessions) each.destroy();
    throw error instanceof PipelineError && error.code === ErrorCode.LOCKED ? noMoment(endpoint) : error;
  }
}

async function startAll(first: Session, others: readonly Session[], signal: AbortSignal): Promise<string | null> {
  const [snapshot] = await Promise.all([startSnapshot(first, signal), ...others.map(each => startView(each, AbortSignal.any([signal])))]);
  return snapshot;
}

function noMoment({label, lockTimeoutSeconds}: MysqlEndpoint): PipelineError {
  return new PipelineError(ErrorCode.LOCKED, `server ${label}: several readers see the same only when they begin while nobody writes, and in ${lockTimeoutSeconds} s there was no such moment`, {
    retryable: true,
    remedy: 'end the transactions that write to the tables (SHOW PROCESSLIST lists what runs), wait longer with lockTimeout=SECONDS in the URL, GRANT RELOAD, PROCESS ON *.* to the user, so that commits alone have to wait, or read over one connection',
  });
}
