import type {Value} from '@sluice/core';
import {atLeast} from './server.ts';
import type {Session} from './session.ts';

/** A moving server is asked this often for a position that did not move while the snapshot was taken. */
const ATTEMPTS = 3;

/**
 * Starts the transaction all reads share. Resolves with where it stands in the server's log, when
 * the user may know and the log did not move meanwhile; otherwise with null.
 */
export async function startSnapshot(session: Session, signal: AbortSignal): Promise<string | null> {
  for (let attempt = 1; ; attempt++) {
    const before = await logPosition(session, signal);
    await startView(session, signal);
    const exact = await snapshotPosition(session, signal);
    const after = exact ?? await logPosition(session, signal);
    if (exact !== null || before === after || attempt === ATTEMPTS) return exact ?? (before === after ? after : null);
    await session.run('ROLLBACK', signal);
  }
}

/** The same without a look at the log. */
export async function startView(session: Session, signal: AbortSignal): Promise<void> {
  await session.run('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ', signal);
  await session.run('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY', signal);
  await session.run(`SAVEPOINT ${SNAPSHOT}`, signal);
}

const SNAPSHOT = '_sluice_snapshot';

/** Lets go of the tables read so far, so that nobody who alters them waits for the end of the run. The snapshot stays. */
export async function releaseTables(session: Session): Promise<void> {
  await session.run(`ROLLBACK TO SAVEPOINT ${SNAPSHOT}`, new AbortController().signal);
}

/** MariaDB notes the position together with the snapshot. */
async function snapshotPosition(session: Session, signal: AbortSignal): Promise<string | null> {
  if (session.server.flavor !== 'mariadb' || !session.server.hasBinlog) return null;
  const rows = await session.rows("SHOW STATUS LIKE 'binlog\\_snapshot\\_%'", signal);
  const status = new Map(rows.map(([name, value]) => [String(name).toLowerCase(), String(value)]));
  const file = status.get('binlog_snapshot_file');
  return file ? `binlog:${file}:${status.get('binlog_snapshot_position') ?? ''}` : null;
}

async function logPosition(session: Session, signal: AbortSignal): Promise<string | null> {
  const {server} = session;
  if (!server.hasBinlog) return null;
  const gtid = await readable(session.rows(server.flavor === 'mysql' ? 'SELECT @@GLOBAL.gtid_executed' : 'SELECT @@GLOBAL.gtid_binlog_pos', signal));
  if (typeof gtid?.[0] === 'string' && gtid[0] !== '') return `gtid:${gtid[0].replaceAll('\n', '')}`;
  const show = server.flavor === 'mysql' && atLeast(server, 8, 2) ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS';
  const row = await readable(session.rows(show, signal));
  return row ? `binlog:${String(row[0])}:${String(row[1])}` : null;
}

/** Most users may not see the log's position; then it is simply not known. */
async function readable(rows: Promise<Value[][]>): Promise<Value[] | undefined> {
  return (await rows.catch((error: unknown) => {
    if ((error as {retryable?: boolean}).retryable) throw error;
    return [];
  }))[0];
}
