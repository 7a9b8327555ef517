import type {SourceIdentity} from '@sluice/core';
import type {Session} from './session.ts';

/** What a server says about itself, by the name it gets in the traits. */
const TRAITS: readonly (readonly [trait: string, sql: string])[] = [
  ['version', 'VERSION()'],
  ['time_zone', '@@GLOBAL.time_zone'],
  ['system_time_zone', '@@GLOBAL.system_time_zone'],
  ['collation_database', '@@collation_database'],
  ['lower_case_table_names', '@@GLOBAL.lower_case_table_names'],
];

/**
 * The server's own number (`server_uuid` of MySQL, `server_uid` of MariaDB) and the database. A
 * server without one is known by where it is reached. A copied data directory keeps its number, so
 * the number says which source was meant, not that its rows are the same. Throws CONNECT.
 */
export async function readIdentity(session: Session, signal: AbortSignal): Promise<SourceIdentity> {
  const {server, endpoint} = session;
  const [row = []] = await session.rows(`SELECT DATABASE(), ${TRAITS.map(([, sql]) => sql).join(', ')}`, signal);
  const [database, ...values] = row.map(String);
  const variable = server.flavor === 'mysql' ? 'server_uuid' : 'server_uid';
  const [[, number] = []] = await session.rows(`SHOW GLOBAL VARIABLES LIKE '${variable.replace('_', '\\_')}'`, signal);
  const where = endpoint.socketPath === null ? `${endpoint.host}:${endpoint.port}` : `socket ${endpoint.socketPath}`;
  return {
    id: `${server.flavor} ${typeof number === 'string' && number !== '' ? number : where} ${database}`,
    traits: {flavor: server.flavor, ...Object.fromEntries(TRAITS.map(([trait], i) => [trait, values[i]!]))},
  };
}
