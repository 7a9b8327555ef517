import {ErrorCode, PipelineError, type Endpoint, type Querier, type QueryRequest, type QueryResult, type Row, type Value} from '@sluice/core';
import {checkQuery, inTime, nameInSql, queryFault} from '@sluice/sql';
import {parseEndpoint, type MysqlEndpoint} from './endpoint.ts';
import {resultColumns, typeCast, type ResultReading} from './result-columns.ts';
import {Session} from './session.ts';

/** Asks a MySQL or MariaDB database, each time over a connection of its own. */
export class MysqlQuerier implements Querier {
  readonly kind = 'mysql';
  readonly label: string;
  readonly #endpoint: MysqlEndpoint;

  /** Throws CONFIG with every problem of the URL. */
  constructor(endpoint: Endpoint) {
    this.#endpoint = parseEndpoint(endpoint);
    this.label = this.#endpoint.label;
  }

  async query(request: QueryRequest, signal: AbortSignal): Promise<QueryResult> {
    checkQuery(request, 'mysql');
    try {
      return await inTime(request, signal, async either => {
        // Disposed while rows still come, it ends its thread at the server.
        await using session = await Session.open({...this.#endpoint, statementTimeoutSeconds: request.timeoutMs / 1000}, 'ask', either);
        await session.run('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY', either);
        return await ask(session, request, either);
      });
    } catch (error) {
      throw queryFault(error, request);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** Resolves with the last row, or with the first that is too many, before the server has sent the rest. */
function ask(session: Session, request: QueryRequest, signal: AbortSignal): Promise<QueryResult> {
  const {sql, name, maxRows, maxBytes} = request;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    let readings: readonly ResultReading[] = [];
    const rows: Row[] = [];
    let bytes = 0;
    let isOver = false;
    const settle = (done: () => void) => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', abort);
      done();
    };
    const give = (isTruncated: boolean) => settle(() => resolve({columns: readings.map(({column}) => column), rows, isTruncated}));
    const abort = () => settle(() => reject(signal.reason as Error));
    signal.addEventListener('abort', abort, {once: true});
    session.ask({sql, typeCast}, name, {
      fields(fields) {
        readings = resultColumns(fields);
      },
      row(given) {
        if (isOver) return;
        if (rows.length === maxRows || bytes >= maxBytes) {
          session.pause();
          return give(true);
        }
        bytes += given.reduce<number>((sum, value) => sum + (typeof value === 'string' || value instanceof Uint8Array ? value.length : 8), 0);
        rows.push(given.map((value, at): Value => (value === null ? null : readings[at]?.convert?.(value) ?? value)));
      },
      end(error) {
        if (error === null) give(false);
        else settle(() => reject(error));
      },
    }, (classified, error) => queryFault(classified, request, classified instanceof PipelineError && classified.code === ErrorCode.SCHEMA ? faultPlace(error, sql) : ''));
  });
}

/** Which name of the query the server found fault with, or in which line. */
function faultPlace(error: unknown, sql: string): string {
  // Read for a name that the query itself has, or a number: nothing of it is passed on.
  const sentence = error instanceof Error ? error.message : '';
  const line = /at line (\d+)$/.exec(sentence)?.[1];
  return line === undefined ? nameInSql(sql, 'mysql', sentence) : `, at line ${line}`;
}
