import {quoteIdentifier, takenBack, type LoadKind} from '@sluice/sql';
import {dropTypes} from './new-types.ts';
import type {TablePlan} from './plan-table.ts';
import type {Session} from './session.ts';

/** What a load into live tables has made for itself. */
export interface Made {
  readonly tables: TablePlan[];
  /** Names of enumerations. */
  types: readonly string[];
}

/** Somebody who uses a table that was just made keeps it. */
const QUEUE_MS = 500;

/** The same kind of load, which takes back what was made for it, when it is given up before its tables hold a row. */
export function takingBack(kind: LoadKind<Session>, made: Made): LoadKind<Session> {
  return {...kind, async abandon(session) {
    await kind.abandon(session);
    await dropMade(session, made);
  }};
}

/** Drops the tables that hold no row, unless others with rows refer to them, and the types that nobody uses. Nobody can put a row in meanwhile. */
export async function dropMade(session: Session, {tables, types}: Made): Promise<void> {
  const {signal} = new AbortController();
  const list = (each: readonly TablePlan[]) => each.map(({target}) => quoteIdentifier('postgres', target)).join(', ');
  if (tables.length > 0) {
    await session.run(`BEGIN; SET LOCAL lock_timeout = ${QUEUE_MS}`, signal);
    try {
      await session.run(`LOCK TABLE ${list(tables)} IN ACCESS EXCLUSIVE MODE`, signal);
      const going = await takenBack(tables, async table => (await session.rows(`SELECT 1 FROM ${list([table])} LIMIT 1`, signal)).length === 0);
      if (going.length > 0) await session.run(`DROP TABLE ${list(going)}`, signal);
      await session.run('COMMIT', signal);
    } catch (error) {
      if (session.alive) await session.run('ROLLBACK', signal);
      throw error;
    }
  }
  await dropTypes(session, types);
}
