import type {Place} from './errors.ts';
import {classify} from './errors.ts';
import type {Session} from './session.ts';

/** What becomes of the bytes of a COPY: items that are pulled. */
export interface Gathering<Item> {
  /** Adds bytes; whole items go to `ready`. May throw: then the pull throws that, classified, and hears of no more. */
  add(bytes: Buffer, messages: number, ready: (item: Item) => void): void;
  /** After the last byte: what is left, if anything. May throw. */
  last(): Item | null;
  /** After the last byte that came, when the statement failed: the error with its place. */
  place(error: unknown): unknown;
  /** How many rows the server says it gave. */
  ended?(rows: number): void;
}

/** After a cancel request, this long may pass until the server has sent what it had in its buffers. */
const DRAIN_MS = 5_000;
/** Whoever aborts wants to be gone. */
const DRAIN_ABORTED_MS = 2_000;

/**
 * Turns the server's pushed rows into pulled items. Bounded: items that are ready while the consumer works on the one before hold no
 * more than the socket's last chunk (64 KB) beyond one item; then the socket is paused.
 *
 * Leaving early cancels the statement from a second connection and drains the rest, so that the
 * session lives on (its transaction has to go back to a savepoint); a server that does not comply
 * loses the session.
 */
export async function* pullCopy<Item>(session: Session, {sql, where}: {readonly sql: string; readonly where: Place}, gathering: Gathering<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  const ready: Item[] = [];
  let ended = false;
  let leaving = false;
  let failure: unknown = null;
  let wake = () => {};
  const nudge = () => wake();
  signal.throwIfAborted();
  signal.addEventListener('abort', nudge);
  const isReady = (item: Item) => {
    ready.push(item);
    session.pause();
    wake();
  };
  session.copyOut(sql, where, {
    data(bytes, messages) {
      if (leaving || failure !== null) return;
      try {
        gathering.add(bytes, messages, isReady);
      } catch (error) {
        failure = classify(error, where);
        wake();
      }
    },
    end(error, rows) {
      // The server sends every row before it looks at the next one.
      failure ??= error === null ? null : gathering.place(error);
      gathering.ended?.(rows);
      ended = true;
      wake();
    },
  });
  try {
    for (;;) {
      signal.throwIfAborted();
      const item = ready.shift();
      if (item !== undefined) {
        if (ready.length === 0) session.resume();
        yield item;
      } else if (failure !== null) {
        throw failure;
      } else if (ended) {
        const last = gathering.last();
        if (last !== null) yield last;
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
