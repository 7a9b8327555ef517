import {ErrorCode, PipelineError} from '@sluice/core';
import {PostgresTextReader} from '@sluice/csv-staging';
import {classify, placed, type Place} from './errors.ts';
import type {Fields} from './read-plan.ts';
import type {Session} from './session.ts';

export interface StreamRequest {
  readonly sql: string;
  /** The place, for errors. */
  readonly where: Place;
  readonly maxRows: number;
  readonly maxBytes: number;
}

/** After a cancel request, this long may pass until the server has sent what it had in its buffers. */
const DRAIN_MS = 5_000;
/** Whoever aborts wants to be gone. */
const DRAIN_ABORTED_MS = 2_000;

/**
 * Turns the server's pushed rows into pulled batches. Bounded: batches that are ready while the
 * consumer works on the one before hold no more than the socket's last chunk (64 KB) beyond one batch;
 * then the socket is paused.
 *
 * Leaving early cancels the statement from a second connection and drains the rest, so that the
 * session lives on (its transaction has to go back to a savepoint); a server that does not comply
 * loses the session.
 */
export async function* streamBatches(session: Session, request: StreamRequest, signal: AbortSignal): AsyncGenerator<Fields[]> {
  const {maxRows, maxBytes, where} = request;
  const ready: Fields[][] = [];
  let filling: Fields[] = [];
  let bytes = 0;
  let read = 0;
  let ended = false;
  let leaving = false;
  let failure: unknown = null;
  let wake = () => {};
  const nudge = () => wake();
  signal.throwIfAborted();
  signal.addEventListener('abort', nudge);
  const reader = new PostgresTextReader((fields, size) => {
    filling.push(fields);
    read++;
    bytes += size;
    if (filling.length < maxRows && bytes < maxBytes) return;
    ready.push(filling);
    filling = [];
    bytes = 0;
    session.pause();
    wake();
  });
  session.copyOut(request.sql, where, {
    data(chunk) {
      if (leaving || failure !== null) return;
      try {
        reader.push(chunk);
      } catch (error) {
        failure = classify(error, where);
        wake();
      }
    },
    end(error) {
      // The server sends every row before it looks at the next one.
      failure ??= error instanceof PipelineError && error.code === ErrorCode.VALUE ? placed(error, where, read) : error;
      ended = true;
      wake();
    },
  });
  try {
    for (;;) {
      signal.throwIfAborted();
      const batch = ready.shift();
      if (batch !== undefined) {
        if (ready.length === 0) session.resume();
        yield batch;
      } else if (failure !== null) {
        throw failure;
      } else if (ended) {
        reader.end();
        if (filling.length > 0) yield filling;
        return;
      } else {
        await new Promise<void>(resolve => { wake = resolve; });
      }
    }
  } finally {
    signal.removeEventListener('abort', nudge);
    leaving = true;
    // Whatever was held back: the session's next statement needs the socket.
    if (ended) session.resume();
    else {
      const drained = new Promise<void>(resolve => { wake = resolve; });
      const late = setTimeout(() => session.destroy(), signal.aborted ? DRAIN_ABORTED_MS : DRAIN_MS);
      await session.cancel();
      session.resume();
      // `ended` changes in a callback, which the compiler does not see.
      if (!(ended as boolean)) await drained;
      clearTimeout(late);
    }
  }
}
