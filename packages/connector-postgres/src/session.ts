import {ErrorCode, must, PipelineError} from '@sluice/core';
import type pg from 'pg';
import {cancelStatement} from './cancel.ts';
import {connect, serverName} from './connect.ts';
import {copyOut, type CopyListener} from './copy.ts';
import {copyIn} from './copy-in.ts';
import type {DriverClient} from './driver.ts';
import type {PostgresEndpoint} from './endpoint.ts';
import {classify, placeName, type Place} from './errors.ts';
import {readServer, type Server} from './server.ts';
import {settings} from './settings.ts';

/** Everything the server gives comes as its own text. */
export type TextRow = (string | null)[];

const AS_TEXT: pg.CustomTypesConfig = {getTypeParser: () => (text: string | Buffer) => String(text)};
/** A server that does not answer the goodbye is not waited for. */
const GOODBYE_MS = 1_000;

/**
 * One connection, set up for exact transport (see `settings`). One statement at a time. What a
 * statement waits for ends when the connection breaks, the signal is aborted or the server answers.
 */
export class Session implements AsyncDisposable {
  readonly endpoint: PostgresEndpoint;
  readonly server: Server;
  readonly #client: DriverClient;
  #pending = 0;
  #closed = false;
  /** What the next statement brings along: a few words for each batch of rows at most. */
  #deferred: string[] = [];

  private constructor(endpoint: PostgresEndpoint, client: DriverClient, server: Server) {
    this.endpoint = endpoint;
    this.server = server;
    this.#client = client;
    client.on('error', () => this.destroy());
    client.on('end', () => { this.#closed = true; });
  }

  /** Throws CONNECT, AUTH or SCHEMA (no such schema). */
  static async open(endpoint: PostgresEndpoint, signal: AbortSignal): Promise<Session> {
    const client = await connect(endpoint, signal);
    const stop = () => { client.connection.stream.destroy(); };
    signal.addEventListener('abort', stop, {once: true});
    try {
      const ask = async (text: string): Promise<TextRow[]> => (await client.query<TextRow>({text, rowMode: 'array', types: AS_TEXT})).rows;
      // Before anything else: the user's own limit may be shorter than what is asked next.
      await client.query(`SET statement_timeout = ${endpoint.statementTimeoutMs}`);
      const server = await readServer(ask, endpoint);
      await client.query(settings(endpoint, server));
      return new Session(endpoint, client, server);
    } catch (error) {
      client.connection.stream.destroy();
      signal.throwIfAborted();
      throw classify(error, serverName(endpoint));
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  /** False once the connection broke or was destroyed: its snapshot and transaction are lost. */
  get alive(): boolean {
    return !this.#closed && !this.#client.connection.stream.destroyed;
  }

  /** What to do when the connection broke. */
  get lostRemedy(): string {
    return this.server.isStandby ? 'run again; a standby ends what keeps it from replaying changes, unless max_standby_streaming_delay or hot_standby_feedback there give it time' : 'run again';
  }

  /** Runs a statement and keeps its whole result: for small ones. Throws a classified error. */
  async rows(sql: string, signal: AbortSignal, where?: Place): Promise<TextRow[]> {
    return (await this.#execute(sql, signal, where)).rows;
  }

  /** Runs a statement, or several, whose result does not matter. Resolves with how many rows the (one) statement touched. */
  async run(sql: string, signal: AbortSignal, where?: Place): Promise<number> {
    return (await this.#execute(sql, signal, where)).rowCount ?? 0;
  }

  /**
   * Runs a statement that somebody else wrote: the server takes no second one behind it, as `rows` would. Gives the columns of
   * its result, too. `explain` makes an error of the driver's, where it can say more than `where`; others are classified.
   */
  async ask(sql: string, signal: AbortSignal, where: Place, explain: (error: unknown) => unknown): Promise<{readonly fields: readonly pg.FieldDef[]; readonly rows: TextRow[]}> {
    if (this.#deferred.length > 0) throw new Error('what somebody else wrote goes alone');
    // The driver's types leave the mode out.
    const query: pg.QueryArrayConfig & {readonly queryMode: 'extended'} = {text: sql, rowMode: 'array', types: AS_TEXT, queryMode: 'extended'};
    return await this.#guarded(signal, where, settle => {
      this.#client.query<TextRow>(query).then(result => settle(null, result), (error: unknown) => settle(explain(error), null));
    });
  }

  /** The next statement of this session, but a COPY … TO STDOUT, brings it along; when it fails, that fails, and does not run. */
  defer(sql: string): void {
    this.#deferred.push(sql);
  }

  /** Starts a COPY … TO STDOUT whose rows are handed over as they come. Pause to stop them. */
  copyOut(sql: string, where: Place, listener: CopyListener): void {
    if (!this.alive) return listener.end(this.#gone(where), 0);
    if (this.#deferred.length > 0) throw new Error('a COPY TO STDOUT goes alone');
    this.#pending++;
    copyOut(this.#client, sql, {
      data: listener.data,
      end: (error, rows) => {
        this.#pending--;
        listener.end(error === null ? null : this.#classified(error, where), rows);
      },
    });
  }

  /** Runs a COPY … FROM STDIN with what `chunks` gives, pulled as the socket drains. Resolves with the number of rows the server took. */
  async copyIn(sql: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>, signal: AbortSignal, where: Place): Promise<number> {
    return await this.#guarded(signal, where, settle => {
      copyIn(this.#client, this.#withDeferred(sql), chunks).then(rows => settle(null, rows), (error: unknown) => settle(error, null));
    });
  }

  pause(): void {
    this.#client.connection.stream.pause();
  }

  resume(): void {
    this.#client.connection.stream.resume();
  }

  /** Asks the server to cancel the running statement, without losing this connection. What it had sent already still arrives. */
  async cancel(): Promise<void> {
    const {processID, secretKey} = this.#client;
    if (processID !== null && secretKey !== null) await cancelStatement(this.endpoint, processID, secretKey);
  }

  /** Closes the socket at once. */
  destroy(): void {
    this.#closed = true;
    this.#client.connection.stream.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.alive) return this.destroy();
    if (this.#pending > 0) {
      await this.cancel();
      return this.destroy();
    }
    this.#closed = true;
    const {stream} = this.#client.connection;
    const closed = new Promise<void>(resolve => stream.once('close', () => resolve()));
    const late = setTimeout(() => stream.destroy(), GOODBYE_MS);
    this.#client.end().catch(() => {});
    await closed;
    clearTimeout(late);
  }

  #execute(sql: string, signal: AbortSignal, where: Place = serverName(this.endpoint)): Promise<pg.QueryArrayResult<TextRow>> {
    return this.#guarded(signal, where, settle => {
      // Of several statements the driver gives several results, which its types do not say.
      const asked: Promise<pg.QueryArrayResult<TextRow> | pg.QueryArrayResult<TextRow>[]> = this.#client.query<TextRow>({text: this.#withDeferred(sql), rowMode: 'array', types: AS_TEXT});
      asked.then(result => settle(null, Array.isArray(result) ? must(result.at(-1), 'a result') : result), (error: unknown) => settle(error, null));
    });
  }

  /** Each statement is sent once: what failed is not brought along again. */
  #withDeferred(sql: string): string {
    return [...this.#deferred.splice(0), sql].join('; ');
  }

  /** Runs one statement; an abort gives the connection up, and tells the server, which may still be computing. */
  #guarded<T>(signal: AbortSignal, where: Place, start: (settle: (error: unknown, result: T | null) => void) => void): Promise<T> {
    signal.throwIfAborted();
    if (!this.alive) return Promise.reject(this.#gone(where));
    return new Promise<T>((resolve, reject) => {
      let over = false;
      const abort = () => {
        over = true;
        this.#pending--;
        this.resume();
        this.destroy();
        void this.cancel().then(() => reject(signal.reason as Error));
      };
      signal.addEventListener('abort', abort, {once: true});
      this.#pending++;
      start((error, result) => {
        if (over) return;
        over = true;
        this.#pending--;
        signal.removeEventListener('abort', abort);
        if (error === null) resolve(result as T);
        else reject(this.#classified(error, where));
      });
    });
  }

  #gone(where: Place): PipelineError {
    return new PipelineError(ErrorCode.CONNECT, `${placeName(where)}: the connection is gone`, {...(typeof where === 'object' && {table: where.table}), remedy: this.lostRemedy});
  }

  /** A standby may end a connection without a word (PostgreSQL 18 manual, 26.4.2). */
  #classified(error: unknown, where: Place): unknown {
    const classified = classify(error, where);
    if (!this.server.isStandby || this.alive || !(classified instanceof PipelineError) || classified.code !== ErrorCode.CONNECT) return classified;
    return new PipelineError(ErrorCode.CONNECT, classified.message, {...classified.context, retryable: classified.retryable, remedy: this.lostRemedy});
  }
}
