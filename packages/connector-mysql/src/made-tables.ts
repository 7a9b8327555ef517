import {quoteIdentifier, takenBack, type LoadKind} from '@sluice/sql';
import type {TablePlan} from './plan-table.ts';
import type {Session} from './session.ts';

/** Somebody who uses a table that was just made keeps it. */
const QUEUE_SECONDS = 1;

/** The same kind of load, which takes back the tables that were made for it, when it is given up before they hold a row. */
export function takingBack(kind: LoadKind<Session>, made: readonly TablePlan[]): LoadKind<Session> {
  return {...kind, async abandon(session) {
    await kind.abandon(session);
    await dropEmpty(session, made);
  }};
}

/** Drops those that hold no row, unless others with rows refer to them. Nobody can put one in meanwhile. */
export async function dropEmpty(session: Session, made: readonly TablePlan[]): Promise<void> {
  if (made.length === 0) return;
  const {signal} = new AbortController();
  const quote = ({target}: TablePlan) => quoteIdentifier('mysql', target);
  await session.run(`SET lock_wait_timeout = ${QUEUE_SECONDS}`, signal);
  try {
    await session.run(`LOCK TABLES ${made.map(table => `${quote(table)} WRITE`).join(', ')}`, signal);
    const going = await takenBack(made, async table => (await session.rows(`SELECT 1 FROM ${quote(table)} LIMIT 1`, signal)).length === 0);
    if (going.length > 0) await session.run(`DROP TABLE ${going.map(quote).join(', ')}`, signal);
  } finally {
    if (session.alive) {
      await session.run('UNLOCK TABLES', signal);
      await session.run(`SET lock_wait_timeout = ${session.endpoint.lockTimeoutSeconds}`, signal);
    }
  }
}
