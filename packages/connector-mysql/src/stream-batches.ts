import {ErrorCode, PipelineError, type Value} from '@sluice/core';
import {placeName, type Place} from '@sluice/sql';
import type {QueryOptions} from 'mysql2';
import type {Session} from './session.ts';

/** Makes batches of rows, as the driver gives them or as they come over the wire. */
export interface Gatherer<T> {
  /** True: that is a batch. */
  row?(row: Value[]): boolean;
  /** The content of a row's message; the bytes are there during the call only. True: that is a batch. */
  packet?(bytes: Buffer, from: number, to: number): boolean;
  /** What has come since the last time; null when that is nothing. */
  take(): T | null;
}

/** Batches of so many rows or, about, so many bytes; `measure` says about how many a row takes. */
export function gatherRows({maxRows, maxBytes, measure}: {readonly maxRows: number; readonly maxBytes: number; readonly measure: (row: Value[]) => number}): Gatherer<Value[][]> {
  let rows: Value[][] = [];
  let bytes = 0;
  return {
    row(row) {
      rows.push(row);
      bytes += measure(row);
      return rows.length >= maxRows || bytes >= maxBytes;
    },
    take() {
      if (rows.length === 0) return null;
      const taken = rows;
      rows = [];
      bytes = 0;
      return taken;
    },
  };
}

export interface StreamRequest {
  readonly query: QueryOptions;
  /** The place, for errors. */
  readonly where: Place;
  /** Sees what comes over the wire, before the rows in it. */
  readonly bytes?: (chunk: Buffer) => void;
}

/** After `KILL QUERY`, this long may pass until the server has sent what it had in its buffers. */
const DRAIN_MS = 5_000;
/** Whoever aborts wants to be gone. */
const DRAIN_ABORTED_MS = 2_000;

/**
 * Turns the driver's pushed rows into pulled batches. Bounded: one batch is ready while the
 * consumer works on the one before; then the socket is paused, and what its last chunk (64 KB)
 * still holds waits unparsed.
 *
 * Leaving early stops the statement at the server from a second connection and drains the rest, so
 * that the session and its snapshot live on; a server that does not comply loses the session.
 */
export async function* streamBatches<T>(session: Session, request: StreamRequest, gatherer: Gatherer<T>, signal: AbortSignal): AsyncGenerator<T> {
  let ready: T | null = null;
  let ended = false;
  let leaving = false;
  let failure: unknown = null;
  let wake = () => {};
  const nudge = () => wake();
  signal.throwIfAborted();
  signal.addEventListener('abort', nudge);
  const filled = () => {
    ready = gatherer.take();
    session.pause();
    wake();
  };
  const {row, packet} = gatherer;
  session.start(request.query, request.where, {
    ...(request.bytes && {bytes: request.bytes}),
    ...(row && {row(each) { if (!leaving && row.call(gatherer, each)) filled(); }}),
    ...(packet && {packet(bytes, from, to) {
      if (leaving) return;
      try {
        if (packet.call(gatherer, bytes, from, to)) filled();
      } catch (error) {
        // The driver would take it for a connection that is gone.
        failure = noRow(request.where, error);
        ended = leaving = true;
        session.destroy();
        wake();
      }
    }}),
    end(error) {
      failure ??= error;
      ended = true;
      wake();
    },
  });
  try {
    for (;;) {
      signal.throwIfAborted();
      // The assignments happen in callbacks, which the compiler does not see.
      const batch = ready as T | null;
      if (batch !== null) {
        ready = null;
        session.resume();
        yield batch;
      } else if (ended) {
        if (failure !== null) throw failure;
        const last = gatherer.take();
        if (last !== null) yield last;
        return;
      } else {
        await new Promise<void>(resolve => { wake = resolve; });
      }
    }
  } finally {
    signal.removeEventListener('abort', nudge);
    leaving = true;
    if (!ended) {
      const drained = new Promise<void>(resolve => { wake = resolve; });
      const late = setTimeout(() => session.destroy(), signal.aborted ? DRAIN_ABORTED_MS : DRAIN_MS);
      await session.cancel();
      session.resume();
      if (!ended) await drained;
      clearTimeout(late);
    }
  }
}

function noRow(where: Place, cause: unknown): PipelineError {
  return new PipelineError(ErrorCode.CONNECT, `${placeName(where)}: what the server sends is no row that was asked for`, {
    cause, ...(typeof where === 'object' && {table: where.table}), remedy: 'run again; connect to the server itself, not through a proxy',
  });
}
