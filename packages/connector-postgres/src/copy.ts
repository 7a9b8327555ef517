import type {DriverConnection, Submittable} from './driver.ts';

/** Callbacks of a running COPY; `end` is always the last one called, and called once. */
export interface CopyListener {
  /** One row of the text format; the bytes are the receiver's until it returns. Must not throw. */
  data(chunk: Uint8Array): void;
  /** Null when the statement came to its end. */
  end(error: unknown): void;
}

/** What a COPY has no use for. */
const unused = {handleRowDescription() {}, handleDataRow() {}, handleEmptyQuery() {}, handlePortalSuspended() {}};

/** COPY … TO STDOUT: each message of the server is one row (PostgreSQL 18 manual, 53.7, "CopyData"). */
export function copyOutStatement(sql: string, listener: CopyListener): Submittable {
  let ended = false;
  const end = (error: unknown) => {
    if (ended) return;
    ended = true;
    listener.end(error);
  };
  return {
    ...unused,
    submit(connection) {
      connection.query(sql);
      return null;
    },
    handleCopyData: ({chunk}) => { if (!ended) listener.data(chunk); },
    handleCopyInResponse: connection => connection.sendCopyFail('not a statement that writes'),
    handleCommandComplete() {},
    // The driver forgets the statement at once, and waits for the server to be ready before it starts another.
    handleError: error => end(error),
    handleReadyForQuery: () => end(null),
  };
}

/** COPY … FROM STDIN. Nothing is pulled out of `chunks` while the socket's buffer is full. */
export function copyInStatement(sql: string, chunks: Iterable<Uint8Array>, settle: (error: unknown, rows: number | null) => void): Submittable {
  let over = false;
  let rows = 0;
  const iterator = chunks[Symbol.iterator]();
  const end = (error: unknown) => {
    if (over) return;
    over = true;
    iterator.return?.();
    if (error === null) settle(null, rows);
    else settle(error, null);
  };
  const feed = (connection: DriverConnection) => {
    const {stream} = connection;
    for (;;) {
      if (over) return;
      const {done, value} = iterator.next();
      if (done) return connection.endCopyFrom();
      connection.sendCopyFromChunk(value);
      if (!stream.writableNeedDrain) continue;
      stream.once('drain', () => feed(connection));
      return;
    }
  };
  return {
    ...unused,
    submit(connection) {
      connection.query(sql);
      return null;
    },
    handleCopyInResponse: connection => feed(connection),
    handleCopyData() {},
    handleCommandComplete({text}) {
      rows = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0);
    },
    handleError: error => end(error),
    handleReadyForQuery: () => end(null),
  };
}
