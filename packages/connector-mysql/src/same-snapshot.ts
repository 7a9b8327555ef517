import type {MysqlEndpoint} from './endpoint.ts';
import {Session} from './session.ts';
import {startSnapshot} from './snapshot.ts';

/**
 * Opens a second session that sees exactly what `first` sees in InnoDB, and nothing more; null where
 * that cannot be proved, which is then no error. The caller disposes it. Takes no lock.
 *
 * Proof: MariaDB shows each transaction's read view (`SHOW ENGINE INNODB STATUS`, privilege PROCESS):
 * it sees every transaction below one number, none from another number on, and of those between only
 * what had ended. When both numbers are the same, and the same in both sessions, both views consist of
 * all transactions below it. Were one active when a view was made, its numbers would differ.
 *
 * A position in the binary log that did not move proves less: a transaction is written there before
 * others see it. MySQL does not show the views of sessions that only read.
 */
export async function openSameSnapshot(first: Session, endpoint: MysqlEndpoint, signal: AbortSignal): Promise<Session | null> {
  if (first.server.flavor !== 'mariadb') return null;
  const second = await openQuietly(endpoint, signal);
  if (second === null) return null;
  let same = false;
  try {
    await startSnapshot(second, signal);
    const [row] = await second.rows('SHOW ENGINE INNODB STATUS', signal);
    const status = String(row?.[2]);
    const view = closedView(status, first.server.threadId);
    same = view !== null && view === closedView(status, second.server.threadId);
  } catch {
    // Not allowed to look, or the connection broke: one session does as well.
    signal.throwIfAborted();
  } finally {
    if (!same) await second[Symbol.asyncDispose]();
  }
  return same ? second : null;
}

async function openQuietly(endpoint: MysqlEndpoint, signal: AbortSignal): Promise<Session | null> {
  try {
    return await Session.open(endpoint, 'read', signal);
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

/** The number below which a thread's view sees all transactions and above which none; null when there is no such one. */
export function closedView(status: string, threadId: number): string | null {
  const own = status.split('\n---TRANSACTION ').filter(part => new RegExp(`\\bthread id ${threadId},`).test(part));
  if (own.length !== 1) return null;
  const [, from, below] = /^Trx read view will not see trx with id >= (\d+), sees < (\d+)$/m.exec(own[0]!) ?? [];
  return from !== undefined && from === below ? from : null;
}
