import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type pg from 'pg';
import {from} from 'pg-copy-streams';
import type {DriverClient, Submittable} from './driver.ts';

/** Callbacks of a running COPY; `end` is always the last one called, and called once. */
export interface CopyListener {
  /** One row of the text format; the bytes are the receiver's until it returns. Must not throw. */
  data(chunk: Uint8Array): void;
  /** Null when the statement came to its end. */
  end(error: unknown): void;
}

/**
 * COPY … TO STDOUT: each message of the server is one row (PostgreSQL 18 manual, 53.7, "CopyData"). Not by pg-copy-streams, which loses rows that came
 * before an error (docs/decisions/0006).
 */
export function copyOut(client: DriverClient, sql: string, listener: CopyListener): void {
  let ended = false;
  const end = (error: unknown) => {
    if (ended) return;
    ended = true;
    listener.end(error);
  };
  const statement: Submittable = {
    submit(connection) {
      connection.query(sql);
      return null;
    },
    handleCopyData: ({chunk}) => { if (!ended) listener.data(chunk); },
    handleCopyInResponse: connection => connection.sendCopyFail('not a statement that writes'),
    // The driver forgets the statement at once, and waits for the server to be ready before it starts another.
    handleError: error => end(error),
    handleReadyForQuery: () => end(null),
    handleCommandComplete() {}, handleRowDescription() {}, handleDataRow() {}, handleEmptyQuery() {}, handlePortalSuspended() {},
  };
  // The driver's types know of nothing that is submitted but `submit` and a connection of their own; what it calls is described in `Submittable`.
  client.query(statement as unknown as pg.Submittable);
}

/** COPY … FROM STDIN. Nothing is pulled out of `chunks` while the socket's buffer is full. Resolves with the number of rows the server took. */
export async function copyIn(client: DriverClient, sql: string, chunks: Iterable<Uint8Array>): Promise<number> {
  const stream = client.query(from(sql));
  await pipeline(Readable.from(chunks, {objectMode: false}), stream);
  return stream.rowCount;
}
