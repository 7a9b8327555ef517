import {ErrorCode, PipelineError} from '@sluice/core';
import {quoteText} from '@sluice/sql';
import {serverName} from './connect.ts';
import type {PostgresEndpoint} from './endpoint.ts';

/** What is asked of a server once per connection. */
export interface Server {
  /** As `server_version_num` says: 150004 is 15.4. */
  readonly version: number;
  readonly encoding: string;
  /** The schema that is read or written. */
  readonly schema: string;
  readonly processId: number;
  /** Whether text without a collation of its own is ordered by its bytes. */
  readonly bytewise: boolean;
  readonly isStandby: boolean;
}

/** Throws CONNECT for a version that is too old, SCHEMA when there is no schema to work in. */
export async function readServer(ask: (sql: string) => Promise<(string | null)[][]>, endpoint: PostgresEndpoint): Promise<Server> {
  const wanted = endpoint.schema === null ? 'current_schema()' : `(SELECT nspname FROM pg_namespace WHERE nspname = ${quoteText('postgres', endpoint.schema)})`;
  const [row = []] = await ask(
    `SELECT current_setting('server_version_num'), current_setting('server_encoding'), ${wanted}, pg_backend_pid(), datcollate, pg_is_in_recovery(),`
    + ` coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') FROM pg_database d WHERE datname = current_database()`);
  const [version, encoding, schema, pid, collate, standby, provider] = row;
  if (Number(version) < OLDEST) {
    throw new PipelineError(ErrorCode.CONNECT, `${serverName(endpoint)}: PostgreSQL ${Math.floor(Number(version) / 10_000)} is too old`, {
      retryable: false, remedy: 'PostgreSQL 12 or later is needed',
    });
  }
  if (schema === null || schema === undefined) {
    throw new PipelineError(ErrorCode.SCHEMA, endpoint.schema === null
      ? `${serverName(endpoint)}: no schema of the user's search_path exists` : `${serverName(endpoint)}: there is no schema ${endpoint.schema}`, {
      remedy: 'name an existing schema in the URL: schema=NAME',
    });
  }
  return {
    version: Number(version), encoding: encoding ?? '', schema, processId: Number(pid),
    bytewise: provider === 'c' && isBytewise(collate ?? ''), isStandby: standby === 't',
  };
}

const OLDEST = 120_000;

/** Locales of the C library that order text by its bytes. */
export function isBytewise(locale: string): boolean {
  return /^(?:C|POSIX|C\.utf-?8|ucs_basic)$/i.test(locale);
}
