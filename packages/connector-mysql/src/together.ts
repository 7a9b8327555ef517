import {must} from '@sluice/core';
import type {MysqlEndpoint} from './endpoint.ts';
import {isOutOfConnections} from './errors.ts';
import {holdWriters} from './hold-writers.ts';
import {Session} from './session.ts';
import {startSnapshot, startView} from './snapshot.ts';

/** Sessions that see the same of some tables, and where the first one stands in the server's log. */
export interface Together {
  /** At least one; fewer than were wanted where the server gives no more connections. */
  readonly sessions: readonly Session[];
  readonly snapshot: string | null;
}

/**
 * Opens sessions whose snapshots are taken while nothing can be committed to `tables`, and nothing else is done
 * meanwhile: a matter of milliseconds. Throws LOCKED when there is no such moment for as long as the endpoint waits
 * for locks, AUTH without the privilege to hold writers, CONNECT; nothing is left open then.
 */
export async function openTogether(endpoint: MysqlEndpoint, count: number, tables: readonly string[], signal: AbortSignal): Promise<Together> {
  const sessions = await openUpTo(endpoint, count, signal);
  try {
    // Each of those that give way makes room for one that keeps writers off.
    for (; sessions.length > 1 && tables.length > 0; await sessions.pop()![Symbol.asyncDispose]()) {
      try {
        await using _held = await holdWriters(sessions[0]!, tables, signal);
        return {sessions, snapshot: await startAll(sessions, signal)};
      } catch (error) {
        if (!isOutOfConnections(error)) throw error;
      }
    }
    return {sessions, snapshot: await startAll(sessions, signal)};
  } catch (error) {
    for (const each of sessions) each.destroy();
    throw error;
  }
}

/** As many as the server gives. Throws CONNECT when that is none, and for everything that has another reason. */
async function openUpTo(endpoint: MysqlEndpoint, count: number, signal: AbortSignal): Promise<Session[]> {
  // A signal for each: Node warns of many who listen to one.
  const opened = await Promise.allSettled(Array.from({length: count}, () => Session.open(endpoint, 'read', AbortSignal.any([signal]))));
  const sessions = opened.flatMap(each => each.status === 'fulfilled' ? [each.value] : []);
  const failures = opened.flatMap(each => each.status === 'rejected' ? [each.reason as unknown] : []);
  const failure = failures.find(each => !isOutOfConnections(each)) ?? (sessions.length === 0 ? failures[0] : undefined);
  if (failure === undefined) return sessions;
  for (const each of sessions) each.destroy();
  throw failure;
}

async function startAll([first, ...others]: readonly Session[], signal: AbortSignal): Promise<string | null> {
  const [snapshot] = await Promise.all([startSnapshot(must(first, 'a session'), signal), ...others.map(each => startView(each, AbortSignal.any([signal])))]);
  return snapshot;
}
