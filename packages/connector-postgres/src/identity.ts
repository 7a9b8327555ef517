import type {SourceIdentity} from '@sluice/core';
import type {Session} from './session.ts';

/**
 * The number that `initdb` gave the cluster, where the user may know it, the database and the schema.
 * Replicas and copied data folders keep the number, so it says which source was meant, not that its
 * rows are the same. Throws CONNECT.
 */
export async function readIdentity(session: Session, signal: AbortSignal): Promise<SourceIdentity> {
  const {server, endpoint} = session;
  const [row = []] = await session.rows(
    `SELECT current_database(), CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE') THEN 't' END, current_setting('server_version'), datcollate, d.oid`
    + ' FROM pg_database d WHERE datname = current_database()', signal);
  const [database, mayAsk, version, collate, oid] = row;
  const [number] = mayAsk === 't' ? await session.rows('SELECT system_identifier FROM pg_control_system()', signal) : [];
  const where = endpoint.host.startsWith('/') ? `socket ${endpoint.host} ${endpoint.port}` : `${endpoint.host}:${endpoint.port}`;
  return {
    id: `postgres ${number?.[0] ?? where} ${oid ?? ''} ${database ?? ''} ${server.schema}`,
    traits: {version: version ?? '', encoding: server.encoding, collation: collate ?? ''},
  };
}
