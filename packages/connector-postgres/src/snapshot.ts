import {ErrorCode, must, PipelineError} from '@sluice/core';
import {quoteText} from '@sluice/sql';
import type {Session} from './session.ts';

const SAVEPOINT = '_sluice_read';

/** Starts the transaction all reads share. Resolves with which transactions it sees, as `pg_snapshot` prints it. */
export async function startSnapshot(session: Session, signal: AbortSignal): Promise<string | null> {
  await session.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', signal);
  // The snapshot is taken by the first statement, not by BEGIN.
  const function_ = session.server.version >= 130_000 ? 'pg_current_snapshot()' : 'txid_current_snapshot()';
  const [row] = await session.rows(`SELECT ${function_}`, signal);
  await session.run(`SAVEPOINT ${SAVEPOINT}`, signal);
  return row?.[0] === null || row?.[0] === undefined ? null : `snapshot:${row[0]}`;
}

/** A snapshot that a session has let others take. */
export interface SharedSnapshot {
  /** The server's own name of it, good as long as the transaction that has it. */
  readonly id: string;
  /** As `startSnapshot` gave it. */
  readonly name: string | null;
}

/** Lets others take the session's snapshot; to be called while nothing is read. Resolves with the server's name of it. Works on a standby, too. */
export async function exportSnapshot(session: Session, signal: AbortSignal): Promise<string> {
  // Only the transaction itself can, not what runs within a savepoint (PostgreSQL 18 manual, 9.28.5).
  await session.run(`RELEASE SAVEPOINT ${SAVEPOINT}`, signal);
  const [row] = await session.rows('SELECT pg_export_snapshot()', signal);
  await session.run(`SAVEPOINT ${SAVEPOINT}`, signal);
  return must(row?.[0], 'name of a snapshot');
}

/** Starts a transaction that sees what another one does. Resolves as `startSnapshot`. Throws CONNECT where that one is of another server. */
export async function takeSnapshot(session: Session, {id, name}: SharedSnapshot, signal: AbortSignal): Promise<string | null> {
  await session.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', signal);
  try {
    await session.run(`SET TRANSACTION SNAPSHOT ${quoteText('postgres', id)}`, signal);
  } catch (error) {
    if (!(error instanceof PipelineError) || !session.alive) throw error;
    throw new PipelineError(ErrorCode.CONNECT, `server ${session.endpoint.label}: another connection does not find the snapshot of the first one`, {
      retryable: false, remedy: 'several connections have to reach the same server: name it in the URL, not several behind one name, or read over one connection', cause: error,
    });
  }
  await session.run(`SAVEPOINT ${SAVEPOINT}`, signal);
  return name;
}

/** What a reader should know of a server that follows another one; empty for a primary. */
export async function standbyWarnings(session: Session, signal: AbortSignal): Promise<readonly string[]> {
  if (!session.server.isStandby) return [];
  const [row] = await session.rows("SELECT to_char(pg_last_xact_replay_timestamp(), 'YYYY-MM-DD HH24:MI:SS')", signal);
  const state = row?.[0] === null || row?.[0] === undefined ? 'its own state' : `its state of ${row[0]} UTC`;
  return [`read from a standby, ${session.endpoint.label}: ${state}, which may be behind the primary server`];
}

/**
 * Lets go of the tables read so far, so that nobody who alters them waits for the end of the run, and
 * mends the transaction after a statement that failed or was cancelled. The snapshot stays.
 */
export async function releaseTables(session: Session): Promise<void> {
  const {signal} = new AbortController();
  for (let attempt = 1; session.alive; attempt++) {
    try {
      await session.run(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`, signal);
      return;
    } catch (error) {
      // A cancel request may be late by a statement, and hit this one.
      if (attempt >= ATTEMPTS || !(error instanceof PipelineError) || error.code !== ErrorCode.CONNECT) throw error;
    }
  }
}

const ATTEMPTS = 3;
