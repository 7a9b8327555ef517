import {ErrorCode, PipelineError} from '@sluice/core';
import {patiently, quoteIdentifier} from '@sluice/sql';
import {accountOf} from './about.ts';
import type {MysqlEndpoint} from './endpoint.ts';
import {IDLE} from './open-transactions.ts';
import {readPrivileges, type Privileges} from './privileges.ts';
import {Session} from './session.ts';

/** How long locks are queued for at a time, the least that MySQL knows; writers queue behind them for as long. */
const QUEUE_SECONDS = 1;
/** Most connections that hold locks at MySQL: see `lockApart`. */
const MAX_GUARDS = 32;

/**
 * Keeps commits to `tables` waiting until what it gives is disposed: all of the server's where the user may, for that
 * waits for no open transaction, and otherwise by locks of these tables. Tries until the endpoint's time for locks
 * is over, each time without making others wait for long. `asking` is any session of the same user. Throws LOCKED, AUTH, CONNECT.
 */
export async function holdWriters(asking: Session, tables: readonly string[], signal: AbortSignal): Promise<AsyncDisposable> {
  const {endpoint, server: {flavor}} = asking;
  const all = mayHoldAll(flavor, await readPrivileges(asking, signal));
  const attempt = flavor === 'mariadb' ? (all ? blockCommits : lockAtOnce) : (all ? lockServer(lockApart()) : lockApart());
  const holding = patiently(
    {patienceMs: endpoint.lockTimeoutSeconds * 1000, queueMs: QUEUE_SECONDS * 1000},
    async () => {
      const guards: Session[] = [];
      const guard = async (own: AbortSignal) => {
        const session = await Session.open(endpoint, 'read', own);
        guards.push(session);
        // Without autocommit InnoDB locks tables, too, and so waits for what was prepared and has left its connection.
        await session.run(`SET SESSION autocommit = 0, lock_wait_timeout = ${QUEUE_SECONDS}, innodb_lock_wait_timeout = ${QUEUE_SECONDS}`, own);
        return session;
      };
      // Locks end with their connections.
      const letGo = async () => { await Promise.all(guards.map(each => each[Symbol.asyncDispose]())); };
      try {
        await attempt(guard, tables, signal);
        return {[Symbol.asyncDispose]: letGo};
      } catch (error) {
        await letGo();
        throw error;
      }
    }, signal);
  try {
    return await holding;
  } catch (error) {
    throw error instanceof PipelineError && error.code === ErrorCode.LOCKED ? noMoment(endpoint, all, flavor) : error;
  }
}

function noMoment({label, lockTimeoutSeconds}: MysqlEndpoint, mayHoldAll: boolean, flavor: string): PipelineError {
  const grant = flavor === 'mariadb' ? 'GRANT RELOAD ON *.*' : 'GRANT RELOAD, PROCESS ON *.*';
  return new PipelineError(ErrorCode.LOCKED, `server ${label}: several readers see the same only when they begin while nobody writes, and in ${lockTimeoutSeconds} s there was no such moment`, {
    retryable: true,
    remedy: `end the transactions that write to the tables (SHOW PROCESSLIST lists what runs), wait longer with lockTimeout=SECONDS in the URL, ${mayHoldAll ? '' : `${grant} to the user, so that commits alone have to wait, `}or read over one connection`,
  });
}

/** Says in a sentence that no grant lets the user hold writers; null where one does. */
export async function holdDoubt(asking: Session, signal: AbortSignal): Promise<string | null> {
  const {endpoint: {database}, server: {flavor}} = asking;
  const granted = await readPrivileges(asking, signal);
  if (mayHoldAll(flavor, granted) || has(granted.inDatabase(database).privileges, 'LOCK TABLES')) return null;
  return `several readers begin together only where the user may lock the tables for a moment, and no grant says that it may: ${grantOfLocks(database, await accountOf(asking, signal))}, or read over one connection`;
}

const has = (privileges: ReadonlySet<string>, ...names: string[]) => privileges.has('ALL PRIVILEGES') || names.some(name => privileges.has(name));

function mayHoldAll(flavor: string, {everywhere}: Privileges): boolean {
  return flavor === 'mariadb' ? has(everywhere, 'RELOAD') : has(everywhere, 'RELOAD', 'FLUSH_TABLES') && has(everywhere, 'PROCESS');
}

const grantOfLocks = (database: string, account: string) => `GRANT LOCK TABLES ON ${quoteIdentifier('mysql', database)}.* TO ${account}`;

/** One try. `guard` opens a connection that is closed when the locks are let go. */
type Attempt = (guard: (signal: AbortSignal) => Promise<Session>, tables: readonly string[], signal: AbortSignal) => Promise<void>;

/** MariaDB: commits wait, and nothing else does. */
const blockCommits: Attempt = async (guard, _tables, signal) => {
  const session = await guard(signal);
  await session.run('BACKUP STAGE START', signal);
  await session.run('BACKUP STAGE BLOCK_COMMIT', signal);
};

/**
 * MariaDB: all tables at once or none. Whoever waited for one of them with a lock on another one could meet a
 * transaction that takes them the other way round, and the server would end that one.
 */
const lockAtOnce: Attempt = async (guard, tables, signal) => {
  await lock(await guard(signal), tables, 'READ NOWAIT', signal);
};

/**
 * MySQL: statements that write wait, and commits. It waits for statements that run, and where it gives up on a long one,
 * whoever comes later goes on waiting for that one: so where there is any, it is done in the other way.
 */
function lockServer(otherwise: Attempt): Attempt {
  return async (guard, tables, signal) => {
    const session = await guard(signal);
    const running = (await session.rows('SHOW PROCESSLIST', signal)).some(([, , , , command, seconds]) => !IDLE.has(String(command)) && Number(seconds) >= 1);
    if (running) await otherwise(guard, tables, signal);
    else await session.run('FLUSH TABLES WITH READ LOCK', signal);
  };
}

/**
 * MySQL knows no lock that does not wait. So each table is locked over a connection of its own, as far as there
 * are enough: a connection that waits holds nothing that a transaction could wait for in turn, which the server would end.
 * READ does not wait for readers, but every new writer goes before it; WRITE goes before new ones, but waits for readers, and a
 * read-only server refuses it.
 */
function lockApart(): Attempt {
  let how: 'READ' | 'WRITE' = 'WRITE';
  let mayWrite = true;
  return async (guard, tables, signal) => {
    how = how === 'WRITE' || !mayWrite ? 'READ' : 'WRITE';
    const count = Math.min(MAX_GUARDS, tables.length);
    const locked = await Promise.allSettled(Array.from({length: count}, async (_, i) => {
      // A signal for each: Node warns of many who listen to one.
      const own = AbortSignal.any([signal]);
      await lock(await guard(own), tables.filter((__, at) => at % count === i), how, own);
    }));
    for (const each of locked) {
      if (each.status === 'fulfilled') continue;
      if (how === 'WRITE' && each.reason instanceof PipelineError && each.reason.code === ErrorCode.WRITE) mayWrite = false;
      else throw each.reason;
    }
    if (how === 'WRITE' && !mayWrite) throw new PipelineError(ErrorCode.LOCKED, 'the tables cannot be locked against readers', {retryable: true});
  };
}

async function lock(session: Session, tables: readonly string[], how: 'READ' | 'WRITE' | 'READ NOWAIT', signal: AbortSignal): Promise<void> {
  const [kind, wait] = how.split(' ');
  try {
    await session.run(`LOCK TABLES ${tables.map(name => `${quoteIdentifier('mysql', name)} ${kind}`).join(', ')}${wait === undefined ? '' : ` ${wait}`}`, signal);
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== ErrorCode.AUTH) throw error;
    const {label, database} = session.endpoint;
    throw new PipelineError(ErrorCode.AUTH, `server ${label}: several readers see the same only when they begin while nobody writes, and the user may not lock the tables for that moment`, {
      remedy: `${grantOfLocks(database, await accountOf(session, signal))}, or read over one connection`,
    });
  }
}
