import type pg from 'pg';
import type {DriverClient, DriverConnection, Submittable} from './driver.ts';

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The server works on a message once it has all of it. Measured from 16 KB to 1 MB (docs/benchmarks). */
const MOST_OF_MESSAGE = 64 * 1024;
/** Messages begin with a letter and the length of what follows, its own four bytes included (PostgreSQL 18 manual, 55.7). */
const COPY_DATA = 0x64, COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);
const LENGTH_BYTES = 4;

/**
 * COPY … FROM STDIN. Asks for the next bytes when the last ones are out of its hands, so that whoever gives them can write there again; gives up
 * asking as soon as the server refuses something. Resolves with the number of rows the server took.
 */
export async function copyIn(client: DriverClient, sql: string, chunks: Chunks): Promise<number> {
  const statement = new CopyIn(sql);
  // The driver's types know of nothing that is submitted but `submit` and a connection of their own; what it calls is described in `Submittable`.
  client.query(statement as unknown as pg.Submittable);
  const connection = await statement.opened();
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
  try {
    for (let next = await statement.next(iterator); next !== null; next = await statement.next(iterator)) {
      const bytes = next;
      await statement.until(done => send(connection, bytes, done));
    }
  } catch (error) {
    // Whoever gives the bytes has no more of them.
    if (!statement.over) connection.sendCopyFail('the rows end here');
    await statement.ended().catch(() => {});
    throw error;
  } finally {
    // Not waited for: it may be waiting for bytes itself.
    void new Promise(gone => gone(iterator.return?.())).catch(() => {});
  }
  if (!statement.over) connection.stream.write(COPY_DONE);
  return await statement.ended();
}

/** In messages that the server can begin with while the rest is on its way. `done`: the bytes are copied or sent, or never will be. */
function send({stream}: DriverConnection, bytes: Uint8Array, done: () => void): void {
  if (bytes.length === 0) return done();
  stream.cork();
  for (let at = 0; at < bytes.length; at += MOST_OF_MESSAGE) {
    const piece = bytes.subarray(at, at + MOST_OF_MESSAGE);
    const head = Buffer.allocUnsafe(1 + LENGTH_BYTES);
    head.writeUInt8(COPY_DATA);
    head.writeUInt32BE(piece.length + LENGTH_BYTES, 1);
    stream.write(head);
    stream.write(piece, at + MOST_OF_MESSAGE < bytes.length ? undefined : done);
  }
  stream.uncork();
}

/** The statement as the driver runs it. One thing at a time is waited for, and nothing any more once it is over. */
class CopyIn implements Submittable {
  readonly #sql: string;
  #connection: DriverConnection | null = null;
  #over = false;
  #error: unknown = null;
  #rows = 0;
  #wake: () => void = () => {};

  constructor(sql: string) {
    this.#sql = sql;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Resolves when the server wants rows; throws what it says instead. */
  async opened(): Promise<DriverConnection> {
    await this.until(() => {});
    if (this.#connection === null) throw this.#error ?? new Error('a statement that takes no rows');
    return this.#connection;
  }

  /** Null when there is nothing any more, or nobody wants it. Throws what the one who gives throws. */
  async next(iterator: Iterator<Uint8Array> | AsyncIterator<Uint8Array>): Promise<Uint8Array | null> {
    return await new Promise<Uint8Array | null>((resolve, reject) => {
      void this.until(done => {
        // Whoever gives them at once throws at once.
        new Promise<IteratorResult<Uint8Array>>(given => given(iterator.next())).then(({done: isLast, value}) => resolve(isLast ? null : value), reject).finally(done);
      }).then(() => resolve(null));
    });
  }

  /** Resolves when the statement is over, too. */
  async until(start: (done: () => void) => void): Promise<void> {
    if (this.#over) return;
    await new Promise<void>(resolve => {
      this.#wake = resolve;
      start(resolve);
    });
  }

  async ended(): Promise<number> {
    await this.until(() => {});
    if (this.#error !== null) throw this.#error;
    return this.#rows;
  }

  submit(connection: DriverConnection): null {
    connection.query(this.#sql);
    return null;
  }

  handleCopyInResponse(connection: DriverConnection): void {
    this.#connection = connection;
    this.#wake();
  }

  // The driver forgets the statement at once, and waits for the server to be ready before it starts another.
  handleError(error: unknown): void {
    this.#error = error;
    this.#end();
  }

  handleCommandComplete({text}: {readonly text: string}): void {
    this.#rows = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? this.#rows);
  }

  handleReadyForQuery(): void {
    this.#end();
  }

  handleCopyData(): void {}
  handleRowDescription(): void {}
  handleDataRow(): void {}
  handleEmptyQuery(): void {}
  handlePortalSuspended(): void {}

  #end(): void {
    this.#over = true;
    this.#wake();
  }
}
