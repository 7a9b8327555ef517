import type {SystemFacts} from '@sluice/core';
import type {MysqlEndpoint, TlsMode} from './endpoint.ts';
import {Session} from './session.ts';

const CHECKED: Readonly<Record<TlsMode, string>> = {
  off: '', preferred: 'the certificate is not checked', required: 'the certificate is not checked',
  'verify-ca': 'the certificate is checked, not of which host it is', verify: 'the certificate is checked, and that it is of this host',
};

/** Asks on a connection of its own. Throws CONNECT or AUTH. */
export async function aboutServer(endpoint: MysqlEndpoint, signal: AbortSignal): Promise<SystemFacts> {
  await using session = await Session.open(endpoint, 'read', signal);
  const [row] = await session.rows('SELECT CURRENT_USER()', signal);
  const status = new Map((await session.rows("SHOW SESSION STATUS LIKE 'Ssl\\_%'", signal)).map(([name, value]) => [String(name), String(value)]));
  const {flavor, version} = session.server;
  const protocol = status.get('Ssl_version') ?? '';
  return {
    system: `${flavor === 'mariadb' ? 'MariaDB' : 'MySQL'} ${version.join('.')}`,
    encryption: protocol === '' ? 'none: the connection is in the clear' : `${protocol} (${status.get('Ssl_cipher') ?? ''}); ${CHECKED[endpoint.tls]}`,
    place: `user ${String(row?.[0])}, database ${endpoint.database}`,
  };
}

/** The account that grants are given to, as SQL: `'reader'@'%'`. */
export async function accountOf(session: Session, signal: AbortSignal): Promise<string> {
  const [row] = await session.rows('SELECT CURRENT_USER()', signal);
  const account = String(row?.[0]);
  const at = account.lastIndexOf('@');
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  return `${quoted(account.slice(0, at))}@${quoted(account.slice(at + 1))}`;
}
