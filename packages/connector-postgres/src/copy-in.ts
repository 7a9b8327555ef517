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
  const closed = new Promise<void>(resolve => { stream.once('close', resolve); });
  let refusal: unknown;
  const refused = new Promise<null>(resolve => {
    stream.on('error', error => {
      refusal ??= error;
      resolve(null);
    });
  });
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  try {
    // Nobody is asked before the server says that it takes rows.
    let taken = await Promise.race([sent(stream, Buffer.alloc(0)), refused]);
    while (taken !== null) {
      const next = await Promise.race([iterator.next(), refused]);
      if (next === null || next.done) break;
      // The library holds what it is given until the socket takes it, and tells only that it takes more.
      if (next.value.length > 0) taken = await Promise.race([sent(stream, Buffer.from(next.value)), refused]);
    }
  } catch (error) {
    // Whoever gives the bytes has no more of them: the server is told so, and answers before the next statement.
    if (refusal === undefined) {
      stream.destroy(new Error('the rows end here'));
      await Promise.race([closed, refused]);
    }
    throw error;
  } finally {
    // Not waited for: it may be waiting for bytes itself.
    void new Promise(gone => gone(iterator.return?.())).catch(() => {});
  }
  if (refusal === undefined) await Promise.race([new Promise<void>(resolve => { stream.end(resolve); }), refused]);
  if (refusal !== undefined) throw refusal;
  return stream.rowCount;
}

/** In messages that the server can begin with while the rest is on its way. */
async function sent(stream: CopyStreamQuery, bytes: Buffer): Promise<number> {
  for (let at = 0; bytes.length - at > MOST_OF_MESSAGE; at += MOST_OF_MESSAGE) stream.write(bytes.subarray(at, at + MOST_OF_MESSAGE));
  await new Promise<void>(resolve => { stream.write(bytes.subarray(Math.floor(Math.max(0, bytes.length - 1) / MOST_OF_MESSAGE) * MOST_OF_MESSAGE), () => resolve()); });
  return bytes.length;
}
