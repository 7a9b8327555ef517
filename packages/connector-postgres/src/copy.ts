import {ErrorCode, PipelineError} from '@sluice/core';
import type pg from 'pg';
import {tapCopy} from './copy-tap.ts';
import type {DriverClient, Submittable} from './driver.ts';

/** Callbacks of a running COPY; `end` is always the last one called, and called once. */
export interface CopyListener {
  /** Rows as they follow each other, cut anywhere; the bytes are the receiver's. `messages`: of the server, in these bytes. Must not throw. */
  data(bytes: Buffer, messages: number): void;
  /** Null when the statement came to its end, with how many rows the server says it gave. */
  end(error: unknown, rows: number): void;
}

/**
 * COPY … TO STDOUT. Not by pg-copy-streams, which loses rows that came before an error, and past the driver's parser, which makes
 * an object of each row (docs/decisions/0006).
 */
export function copyOut(client: DriverClient, sql: string, listener: CopyListener): void {
  let ended = false;
  let rows = 0;
  const end = (error: unknown) => {
    if (ended) return;
    ended = true;
    listener.end(error, rows);
  };
  const statement: Submittable = {
    submit(connection) {
      const broken = () => {
        end(new PipelineError(ErrorCode.CONNECT, 'the server answers a COPY with what is none', {remedy: 'run again; connect to the server itself, not through a pooler'}));
        connection.stream.destroy();
      };
      tapCopy(connection.stream, (bytes, messages) => { if (!ended) listener.data(bytes, messages); }, broken);
      connection.query(sql);
      return null;
    },
    handleCopyInResponse: connection => connection.sendCopyFail('not a statement that writes'),
    // The driver forgets the statement at once, and waits for the server to be ready before it starts another.
    handleError: error => end(error),
    handleReadyForQuery: () => end(null),
    handleCommandComplete: ({text}) => { rows = Number(/^COPY (\d+)$/.exec(text)?.[1] ?? 0); },
    handleCopyData() {}, handleRowDescription() {}, handleDataRow() {}, handleEmptyQuery() {}, handlePortalSuspended() {},
  };
  // The driver's types know of nothing that is submitted but `submit` and a connection of their own; what it calls is described in `Submittable`.
  client.query(statement as unknown as pg.Submittable);
}
