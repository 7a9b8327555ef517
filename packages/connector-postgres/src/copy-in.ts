import {from, type CopyStreamQuery} from 'pg-copy-streams';
import type {DriverClient} from './driver.ts';

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The server works on a message once it has all of it. Measured from 16 KB to 1 MB (docs/benchmarks). */
const MOST_OF_MESSAGE = 64 * 1024;

/**
 * COPY … FROM STDIN. Asks for the next bytes when the server takes them and the last ones are copied and on their way, so that whoever gives them can write there
 * again; gives up asking as soon as the server refuses something. Resolves with the number of rows the server took.
 */
export async function copyIn(client: DriverClient, sql: string, chunks: Chunks): Promise<number> {
  const stream = client.query(from(sql));
  let refusal: unknown;
  let stop = () => {};
  stream.on('error', error => {
    refusal ??= error;
    stop();
  });
  /** Null once the server refuses. A promise of its own for each wait: one that all of them raced against would keep what they resolved with. */
  const unlessRefused = <Result>(work: Promise<Result>) => new Promise<Result | null>((resolve, reject) => {
    if (refusal !== undefined) return resolve(null);
    stop = () => resolve(null);
    work.then(resolve, reject);
  });
  const closed = new Promise<void>(resolve => { stream.once('close', resolve); });
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  try {
    // Nobody is asked before the server says that it takes rows.
    let taken = await unlessRefused(sent(stream, Buffer.alloc(0)));
    while (taken !== null) {
      const next = await unlessRefused(Promise.resolve(iterator.next()));
      if (next === null || next.done) break;
      // The library holds what it is given until the socket takes it, and tells only that it takes more.
      const bytes = Buffer.from(next.value);
      // In messages that the server can begin with while the rest is on its way; one at a time, since the library trips over what it still holds when one is refused.
      for (let at = 0; at < bytes.length && taken !== null; at += MOST_OF_MESSAGE) taken = await unlessRefused(sent(stream, bytes.subarray(at, at + MOST_OF_MESSAGE)));
    }
  } catch (error) {
    // Whoever gives the bytes has no more of them: the server is told so, and answers before the next statement.
    if (refusal === undefined) {
      stream.destroy(new Error('the rows end here'));
      await unlessRefused(closed);
    }
    throw error;
  } finally {
    // Not waited for: it may be waiting for bytes itself.
    void new Promise(gone => gone(iterator.return?.())).catch(() => {});
  }
  await unlessRefused(new Promise<void>(resolve => { stream.end(resolve); }));
  if (refusal !== undefined) throw refusal;
  return stream.rowCount;
}

const sent = (stream: CopyStreamQuery, bytes: Buffer) => new Promise<true>(resolve => { stream.write(bytes, () => resolve(true)); });
