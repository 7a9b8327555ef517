import {PipelineError, type Endpoint, type Querier, type QueryRequest, type QueryResult, type ResultColumn, type Row, type Value} from '@sluice/core';
import {checkQuery, inTime, placeInSql, queryFault} from '@sluice/sql';
import type pg from 'pg';
import {MOMENTS} from './describe-column.ts';
import {parseEndpoint, type PostgresEndpoint} from './endpoint.ts';
import {classify} from './errors.ts';
import {nativeType} from './native-types.ts';
import {converter} from './read-plan.ts';
import {Session, type TextRow} from './session.ts';

/** Rows that are asked for at a time: few at first, as nobody knows how long they are. */
const FIRST_ROWS = 16;
const PAGE_ROWS = 500;
const CURSOR = '_sluice_query';

/** Asks a PostgreSQL database, each time over a connection of its own; a cursor takes no more rows than are wanted. */
export class PostgresQuerier implements Querier {
  readonly kind = 'postgres';
  readonly label: string;
  readonly #endpoint: PostgresEndpoint;

  /** Throws CONFIG with every problem of the URL. */
  constructor(endpoint: Endpoint) {
    this.#endpoint = parseEndpoint(endpoint);
    this.label = this.#endpoint.label;
  }

  async query(request: QueryRequest, signal: AbortSignal): Promise<QueryResult> {
    checkQuery(request, 'postgres');
    try {
      return await inTime(request, signal, async either => {
        await using session = await Session.open({...this.#endpoint, statementTimeoutMs: request.timeoutMs}, either);
        return await ask(session, request, either);
      });
    } catch (error) {
      throw queryFault(error, request);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

async function ask(session: Session, request: QueryRequest, signal: AbortSignal): Promise<QueryResult> {
  const {sql, name, maxRows, maxBytes} = request;
  // A function of the query's own cannot end it: within a statement there is no COMMIT, and what it sees is fixed already when it runs.
  await session.run('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', signal);
  const declare = `DECLARE ${CURSOR} NO SCROLL CURSOR FOR `;
  const explain = (error: unknown) => queryFault(classify(error, name), request, faultPlace(error, sql, declare.length));
  await session.ask(declare + sql, signal, name, explain);
  let columns: ReadResult | null = null;
  const rows: Row[] = [];
  let bytes = 0;
  for (;;) {
    // About as many as there is room for, by those that are here: what is held stays near `maxBytes`.
    const room = rows.length === 0 ? FIRST_ROWS : Math.ceil(((maxBytes - bytes) * rows.length) / Math.max(bytes, 1));
    const page = await session.ask(`FETCH FORWARD ${Math.max(1, Math.min(PAGE_ROWS, room, maxRows + 1 - rows.length))} FROM ${CURSOR}`, signal, name, explain);
    columns ??= await readResult(session, page.fields, signal);
    for (const fields of page.rows) {
      if (rows.length === maxRows || bytes >= maxBytes) return {columns: columns.columns, rows, isTruncated: true};
      bytes += fields.reduce((sum, field) => sum + (field?.length ?? 0), 0);
      rows.push(columns.convert(fields));
    }
    if (page.rows.length === 0) return {columns: columns.columns, rows, isTruncated: false};
  }
}

interface ReadResult {
  readonly columns: readonly ResultColumn[];
  convert(fields: TextRow): Row;
}

/** What the columns of a result are. Of a domain the server tells what it is made of. */
async function readResult(session: Session, fields: readonly pg.FieldDef[], signal: AbortSignal): Promise<ReadResult> {
  const oids = [...new Set(fields.map(({dataTypeID}) => dataTypeID))];
  const names = new Map(oids.length === 0 ? [] : (await session.rows(`SELECT oid, typname FROM pg_catalog.pg_type WHERE oid IN (${oids.join(', ')})`, signal)).map(([oid, name]) => [Number(oid), name ?? '']));
  const all = fields.map(({name, dataTypeID, dataTypeModifier}) => {
    const base = names.get(dataTypeID) ?? '';
    const {type, reading} = nativeType(base);
    return {name, type, convert: converter({reading, fraction: MOMENTS.has(base) && dataTypeModifier >= 0 ? dataTypeModifier : null})};
  });
  return {
    columns: all.map(({name, type}) => ({name, type})),
    convert: texts => texts.map((text, at): Value => {
      const convert = all[at]?.convert ?? null;
      return text === null || convert === null ? text : convert(text);
    }),
  };
}

/** Where in the query the server found the fault; it counts characters from 1, our own words in front included. */
function faultPlace(error: unknown, sql: string, own: number): string {
  if (error instanceof PipelineError || typeof error !== 'object' || error === null) return '';
  const {position} = error as {readonly position?: unknown};
  const offset = Number(position) - 1 - own;
  // The server counts code points.
  return offset >= 0 && offset <= sql.length ? placeInSql(sql, [...sql].slice(0, offset).join('').length) : '';
}
