import {assert, ErrorCode, PipelineError, type Value} from '@sluice/core';
import {placeName, type Place} from '@sluice/sql';
import type {FieldPacket, Query, QueryError, QueryOptions, ResultSetHeader} from 'mysql2';
import {cancelStatement, isComputing} from './aside.ts';
import {connect, serverName, type DriverConnection} from './connect.ts';
import type {MysqlEndpoint} from './endpoint.ts';
import {classify, lockedAgainstReading} from './errors.ts';
import {takeRowPackets} from './row-packets.ts';
import {readServer, type Server} from './server.ts';

export type SessionRole = 'read' | 'ask' | 'write';

/** What a statement without rows reports. */
export type Outcome = Pick<ResultSetHeader, 'affectedRows' | 'info' | 'warningStatus'>;

/** Callbacks of a running result; `end` is always the last one called, and called once. */
export interface ResultListener {
  /** Sees what comes over the wire, before the rows in it. */
  bytes?(chunk: Buffer): void;
  /** The columns, before the first row. */
  fields?(fields: readonly FieldPacket[]): void;
  row?(row: Value[]): void;
  /** Instead of `row`: the content of a row's message, which is there during the call only. */
  packet?(bytes: Buffer, from: number, to: number): void;
  /** `error` is classified already; null when the result is complete. */
  end(error: unknown): void;
}

/** A quarter of the stall timeout, but at most this, passes between two looks at a silent connection. */
const MAX_TICK_MS = 5_000;

/**
 * One connection, set up for exact transport: UTC, utf8mb4, our own sql_mode, no time limits. It
 * notices when an answer does not come any more (see `#tick`): a statement never waits for ever.
 */
export class Session implements AsyncDisposable {
  readonly endpoint: MysqlEndpoint;
  readonly server: Server;
  readonly #connection: DriverConnection;
  readonly #role: SessionRole;
  #pending = 0;
  #paused = false;
  #timer: NodeJS.Timeout | null = null;
  #bytes = 0;
  #heardAt = 0;
  #probing = false;
  /** Why the connection is gone, when we know better than the driver. */
  #reason: PipelineError | null = null;
  #closed = false;

  private constructor(endpoint: MysqlEndpoint, connection: DriverConnection, server: Server, role: SessionRole) {
    this.endpoint = endpoint;
    this.#role = role;
    this.#connection = connection;
    this.server = server;
    connection.on('error', () => this.destroy());
  }

  /** Throws CONNECT or AUTH. */
  static async open(endpoint: MysqlEndpoint, role: SessionRole, signal: AbortSignal): Promise<Session> {
    const connection = await connect(endpoint, signal);
    try {
      const server = await readServer(connection, endpoint, signal);
      const session = new Session(endpoint, connection, server, role);
      await session.run('SET NAMES utf8mb4', signal);
      await session.run(`SET SESSION ${settings(endpoint, server, role).join(', ')}`, signal);
      return session;
    } catch (error) {
      connection.stream.destroy();
      throw classify(error, serverName(endpoint));
    }
  }

  /** False once the connection broke or was destroyed: its snapshot and transaction are lost. */
  get alive(): boolean {
    return !this.#closed && !this.#connection.stream.destroyed;
  }

  /** Runs a statement and keeps its whole result: for small ones. Throws a classified error. */
  rows(sql: string, signal: AbortSignal, where?: Place): Promise<Value[][]> {
    return this.#execute({sql}, signal, where).then(result => {
      assert(Array.isArray(result), 'a statement for rows gives rows');
      return result as Value[][];
    });
  }

  /** Runs a statement without a result. Throws a classified error. */
  run(sql: string | QueryOptions, signal: AbortSignal, where?: Place): Promise<Outcome> {
    return this.#execute(typeof sql === 'string' ? {sql} : sql, signal, where).then(result => {
      assert(!Array.isArray(result), 'a statement without rows gives none');
      return result as Outcome;
    });
  }

  /** Starts a statement whose rows are handed over one by one, as they come. Pause to stop them. */
  start(options: QueryOptions, where: Place, listener: ResultListener): void {
    this.#hear(() => this.#connection.query(options), error => this.#explain(error, where), where, listener);
  }

  /**
   * The same of a statement that somebody else wrote: prepared, so that the server takes no second one behind it, and computed
   * values come in the binary form, with every bit. `explain` is handed the driver's own error beside the classified one.
   */
  ask(options: QueryOptions, where: Place, listener: ResultListener, explain: (classified: unknown, error: unknown) => unknown): void {
    this.#hear(() => this.#connection.execute(options), error => explain(this.#explain(error, where), error), where, listener);
  }

  #hear(run: () => Query, explain: (error: unknown) => unknown, where: Place, listener: ResultListener): void {
    let failure: unknown = null;
    let finished = false;
    const finish = () => {
      if (finished) return;
      finished = true;
      this.#connection.off('error', lost);
      if (peek) this.#connection.stream.off('data', peek);
      this.#settle();
      listener.end(failure);
    };
    // A killed connection is reported on the connection, not on the statement.
    const lost = (error: unknown) => {
      failure ??= explain(error);
      finish();
    };
    const peek = listener.bytes?.bind(listener);
    if (!this.alive) return listener.end(this.#gone(where));
    this.#begin();
    if (peek) this.#connection.stream.prependListener('data', peek);
    this.#connection.on('error', lost);
    const query = run();
    query.on('fields', (fields: readonly FieldPacket[]) => listener.fields?.(fields));
    // Arrays, because `rowsAsArray` is asked for.
    query.on('result', (row: Value[]) => listener.row?.(row));
    if (listener.packet) takeRowPackets(query, listener.packet.bind(listener));
    query.on('error', error => { failure ??= explain(error); });
    query.on('end', finish);
  }

  pause(): void {
    this.#paused = true;
    this.#connection.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#heardAt = performance.now();
    this.#connection.resume();
  }

  /**
   * Stops the running statement, from a second connection, without losing this one. Resolves when
   * the server was told; what it had sent already still arrives.
   */
  cancel(): Promise<void> {
    return cancelStatement(this.endpoint, this.server.threadId, 'query');
  }

  /** Closes the socket at once. `destroy()` of the driver would only half-close it and leave the server waiting. */
  destroy(): void {
    this.#closed = true;
    this.#connection.stream.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.alive) return this.destroy();
    if (this.#pending > 0) {
      await cancelStatement(this.endpoint, this.server.threadId, 'connection');
      return this.destroy();
    }
    this.#closed = true;
    const {stream} = this.#connection;
    const closed = new Promise<void>(resolve => stream.once('close', () => resolve()));
    this.#connection.end();
    // A server that does not answer the goodbye is not waited for.
    const late = setTimeout(() => stream.destroy(), 1_000);
    await closed;
    clearTimeout(late);
  }

  #execute(options: QueryOptions, signal: AbortSignal, place?: Place): Promise<unknown> {
    const where = place ?? serverName(this.endpoint);
    signal.throwIfAborted();
    if (!this.alive) return Promise.reject(this.#gone(where));
    return new Promise((resolve, reject) => {
      const abort = () => {
        const {threadId} = this.server;
        this.destroy();
        // The server may still be computing: it notices that we left only when it writes.
        void cancelStatement(this.endpoint, threadId, 'connection').then(() => reject(signal.reason as Error));
      };
      signal.addEventListener('abort', abort, {once: true});
      this.#begin();
      this.#connection.query(options, (error: QueryError | null, result: unknown) => {
        this.#settle();
        signal.removeEventListener('abort', abort);
        if (signal.aborted) return;
        if (error) reject(this.#explain(error, where));
        else resolve(result);
      });
    });
  }

  #explain(error: unknown, where: Place): unknown {
    return this.#reason ?? (this.#role !== 'write' ? lockedAgainstReading(error, where, this.endpoint.lockTimeoutSeconds) : null) ?? classify(error, where);
  }

  #gone(where: Place): PipelineError {
    return this.#reason ?? new PipelineError(ErrorCode.CONNECT, `${placeName(where)}: the connection is gone`, {...(typeof where === 'object' && {table: where.table}), remedy: 'run again'});
  }

  #begin(): void {
    this.#pending++;
    this.#heardAt = performance.now();
    const tick = Math.min(this.endpoint.stallTimeoutMs / 4, MAX_TICK_MS);
    this.#timer ??= setInterval(() => this.#tick(), tick);
  }

  #settle(): void {
    this.#pending--;
    if (this.#pending > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  /**
   * Looks whether bytes moved since the last look. After a silence as long as the stall timeout a
   * second connection asks the server whether our statement still computes; when it does not (it
   * waits for the network, it is gone, the server cannot be reached) the connection was cut in
   * silence and is given up.
   */
  #tick(): void {
    const {stream} = this.#connection;
    const bytes = stream.bytesRead + stream.bytesWritten;
    const now = performance.now();
    if (this.#paused || this.#probing || bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#heardAt = now;
      return;
    }
    if (now - this.#heardAt < this.endpoint.stallTimeoutMs) return;
    this.#probing = true;
    void isComputing(this.endpoint, this.server).catch(() => false).then(computing => {
      this.#probing = false;
      if (computing || this.#pending === 0 || stream.bytesRead + stream.bytesWritten !== this.#bytes) return;
      const seconds = Math.round(this.endpoint.stallTimeoutMs / 1000);
      this.#reason = new PipelineError(ErrorCode.CONNECT, `${serverName(this.endpoint)}: nothing was heard for ${seconds} s, the connection is cut`, {
        remedy: 'check the network; for slow networks raise timeout in the URL',
      });
      this.destroy();
      void cancelStatement(this.endpoint, this.server.threadId, 'connection');
    });
  }
}

/**
 * The longest waits both servers accept on every platform, about 24 days: a slow consumer must not
 * lose its connection.
 */
const LONG_SECONDS = 2_147_483;

function settings({lockTimeoutSeconds, statementTimeoutSeconds}: MysqlEndpoint, server: Server, role: SessionRole): string[] {
  // Reading: no mode at all, so that nothing is padded, quoted or refused in an unusual way. Writing:
  // strict, but zero, partial and impossible dates may travel, and an id of 0 stays 0.
  // Of a question, nothing that a group has several of is shown as if it had one; MariaDB refuses what is right with it.
  const mode = role === 'ask' && server.flavor === 'mysql' ? 'ONLY_FULL_GROUP_BY' : role !== 'write' ? '' : 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';
  return [
    `sql_mode = '${mode}'`,
    `time_zone = '+00:00'`,
    `net_write_timeout = ${LONG_SECONDS}`,
    `net_read_timeout = ${LONG_SECONDS}`,
    `wait_timeout = ${LONG_SECONDS}`,
    ...(server.flavor === 'mariadb'
      ? [`max_statement_time = ${statementTimeoutSeconds}`, 'idle_transaction_timeout = 0', 'idle_readonly_transaction_timeout = 0', 'idle_write_transaction_timeout = 0']
      : [`max_execution_time = ${Math.ceil(statementTimeoutSeconds * 1000)}`, 'information_schema_stats_expiry = 0']),
    // A lock on a table (LOCK TABLES, an ALTER) is waited for, but not for ever.
    `lock_wait_timeout = ${lockTimeoutSeconds}`,
    // Tables come in any order, so foreign keys cannot be checked meanwhile. unique_checks stays on: off, InnoDB may
    // take a duplicate in without a word.
    ...(role === 'write' ? ['foreign_key_checks = 0'] : []),
    ...(role === 'write' && server.flavor === 'mariadb' ? [`max_error_count = ${server.maxWarnings}`] : []),
  ];
}
