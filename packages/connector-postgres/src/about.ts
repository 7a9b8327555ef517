import type {SystemFacts} from '@sluice/core';
import type {PostgresEndpoint, SslMode} from './endpoint.ts';
import {Session} from './session.ts';

const CHECKED: Readonly<Record<SslMode, string>> = {
  disable: '', prefer: 'the certificate is not checked', require: 'the certificate is not checked',
  'verify-ca': 'the certificate is checked, but not whose it is', 'verify-full': 'the certificate is checked, and that it is of this host',
};

/** Asks on a connection of its own. Throws CONNECT, AUTH or SCHEMA (no such schema). */
export async function aboutServer(endpoint: PostgresEndpoint, signal: AbortSignal): Promise<SystemFacts> {
  await using session = await Session.open(endpoint, signal);
  const [row = []] = await session.rows(
    "SELECT current_setting('server_version'), current_user, (SELECT version || ' (' || cipher || ')' FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl)", signal);
  const [version, user, protocol] = row;
  return {
    system: `PostgreSQL ${version}${session.server.isStandby ? ', a standby' : ''}`,
    encryption: protocol === null ? 'none: the connection is in the clear' : `${protocol}; ${CHECKED[endpoint.ssl]}`,
    place: `user ${user}, database ${endpoint.database}, schema ${session.server.schema}`,
  };
}
