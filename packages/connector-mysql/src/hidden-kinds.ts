import {quoteIdentifier} from '@sluice/sql';
import {readPrivileges} from './privileges.ts';
import {atLeast, type Server} from './server.ts';
import type {Session} from './session.ts';

/**
 * Servers show triggers, events and routines only to who may make, run or look into them; for others
 * they do not exist, and the list of what cannot travel would lack them without a word. Resolves with
 * a sentence that names the kinds which may be missing from it and what would show them; null when
 * the user sees all. `tables` are those whose triggers matter. Throws CONNECT.
 */
export async function hiddenKinds(session: Session, tables: readonly string[], signal: AbortSignal): Promise<string | null> {
  const {server, endpoint: {database}} = session;
  const mariadb = server.flavor === 'mariadb';
  const {everywhere, inDatabase, onTable} = await readPrivileges(session, signal);
  const {privileges, pattern} = inDatabase(database);

  const seesTriggers = any(privileges, 'TRIGGER') || tables.every(table => any(onTable(database, table), 'TRIGGER'));
  const seesEvents = any(privileges, 'EVENT');
  // MySQL 9 manual, "The INFORMATION_SCHEMA ROUTINES Table". MariaDB shows them also to who may read the table they are in.
  const seesRoutines = any(privileges, 'EXECUTE', 'CREATE ROUTINE', 'ALTER ROUTINE', 'SHOW CREATE ROUTINE') || any(everywhere, 'SELECT', 'SHOW_ROUTINE')
    || (mariadb && (any(onTable('mysql', 'proc'), 'SELECT') || any(inDatabase('mysql').privileges, 'SELECT')));

  const kinds = [...(seesTriggers ? [] : ['triggers']), ...(seesEvents ? [] : ['events']), ...(seesRoutines ? [] : ['procedures', 'functions'])];
  if (kinds.length === 0) return null;
  const shows = seesRoutines ? null : showsRoutines(server);
  const here = [...(seesTriggers ? [] : ['TRIGGER']), ...(seesEvents ? [] : ['EVENT']), ...(shows?.on === null ? [shows.privilege] : [])];
  const grants = [
    // The pattern in force, because a grant on another one could put this one out of force.
    ...(here.length > 0 ? [`GRANT ${here.join(', ')} ON ${quoteIdentifier('mysql', pattern ?? database)}.* TO …`] : []),
    ...(shows !== null && shows.on !== null ? [`GRANT ${shows.privilege} ON ${shows.on} TO …`] : []),
  ];
  const named = kinds.length === 1 ? kinds[0]! : `${kinds.slice(0, -1).join(', ')} and ${kinds.at(-1)!}`;
  return `${named} may be missing from the list of what cannot travel, because this user may not see them; to list them: ${grants.join('; ')}`;
}

const any = (held: ReadonlySet<string>, ...privileges: readonly string[]): boolean => held.has('ALL PRIVILEGES') || privileges.some(each => held.has(each));

/** What shows routines and allows least beside it; `on` is null for the database. */
function showsRoutines(server: Server): {readonly privilege: string; readonly on: string | null} {
  if (server.flavor === 'mariadb') return {privilege: 'SELECT', on: 'mysql.proc'};
  return atLeast(server, 8, 0, 20) ? {privilege: 'SHOW_ROUTINE', on: '*.*'} : {privilege: 'EXECUTE', on: null};
}
