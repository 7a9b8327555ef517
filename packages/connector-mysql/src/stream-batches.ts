import type {Value} from '@sluice/core';
import type {Place} from '@sluice/sql';
import type {QueryOptions} from 'mysql2';
import type {Session} from './session.ts';

export interface StreamRequest {
  readonly query: QueryOptions;
  /** The place, for errors. */
  readonly where: Place;
  readonly maxRows: number;
  readonly maxBytes: number;
  /** About how many bytes a row takes. */
  readonly measure: (row: Value[]) => number;
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
export async function* streamBatches(session: Session, request: StreamRequest, signal: AbortSignal): AsyncGenerator<Value[][]> {
  const {maxRows, maxBytes, measure} = request;
  let ready: Value[][] | null = null;
  let filling: Value[][] = [];
  let bytes = 0;
  let ended = false;
  let leaving = false;
  let failure: unknown = null;
  let wake = () => {};
  const nudge = () => wake();
  signal.throwIfAborted();
  signal.addEventListener('abort', nudge);
  session.start(request.query, request.where, {
    ...(request.bytes && {bytes: request.bytes}),
    row(row) {
      if (leaving) return;
      filling.push(row);
      bytes += measure(row);
      if (filling.length < maxRows && bytes < maxBytes) return;
      ready = filling;
      filling = [];
      bytes = 0;
      session.pause();
      wake();
    },
    end(error) {
      failure = error;
      ended = true;
      wake();
    },
  });
  try {
    for (;;) {
      signal.throwIfAborted();
      // The assignments happen in callbacks, which the compiler does not see.
      const batch = ready as Value[][] | null;
      if (batch !== null) {
        ready = null;
        session.resume();
        yield batch;
      } else if (ended) {
        if (failure !== null) throw failure;
        if (filling.length > 0) yield filling;
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
