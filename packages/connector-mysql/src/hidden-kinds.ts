import {PipelineError} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';
import {atLeast, type Server} from './server.ts';
import type {Session} from './session.ts';

/**
 * A server shows triggers, routines and events only to who may make, run or look into them; to
 * others they do not exist, and the list of what cannot travel would lack them without a word.
 * Resolves with a sentence that names the kinds that may be missing from it and the GRANT that
 * would show them; null when the user sees all. `tables` are those whose triggers matter.
 */
export async function hiddenKinds(session: Session, tables: readonly string[], signal: AbortSignal): Promise<string | null> {
  const {server, endpoint: {database}} = session;
  const grants = await readGrants(session, signal);
  const {own, everywhere, pattern} = databasePrivileges(grants.list, database, server, grants.foldsNames);
  const may = (...privileges: readonly string[]) => privileges.concat('ALL', 'ALL PRIVILEGES').some(each => own.has(each));
  const same = (a: string, b: string) => grants.foldsNames ? a.toLowerCase() === b.toLowerCase() : a === b;
  const onTable = (schema: string, table: string, ...privileges: readonly string[]) => grants.list.some(grant =>
    grant.table !== '*' && same(grant.database, schema) && same(grant.table, table) && [...privileges, 'ALL', 'ALL PRIVILEGES'].some(each => grant.privileges.includes(each)));

  const seesTriggers = may('TRIGGER') || tables.every(table => onTable(database, table, 'TRIGGER'));
  const seesEvents = may('EVENT');
  // MySQL 9 manual, 28.3.30: any of these, or SELECT on everything. MariaDB keeps routines in a table; who reads it sees them.
  const seesRoutines = may('EXECUTE', 'CREATE ROUTINE', 'ALTER ROUTINE', 'SHOW CREATE ROUTINE') || ['SELECT', 'SHOW_ROUTINE'].some(each => everywhere.has(each))
    || (server.flavor === 'mariadb' && (onTable('mysql', 'proc', 'SELECT') || databasePrivileges(grants.list, 'mysql', server, grants.foldsNames).own.has('SELECT')));
  if (seesTriggers && seesEvents && seesRoutines) return null;

  const kinds = [...(seesTriggers ? [] : ['triggers']), ...(seesEvents ? [] : ['events']), ...(seesRoutines ? [] : ['procedures', 'functions'])];
  const routines = seesRoutines ? null : routineGrant(server);
  const here = [...(seesTriggers ? [] : ['TRIGGER']), ...(seesEvents ? [] : ['EVENT']), ...(routines?.on === null ? [routines.privilege] : [])];
  const statements = [
    // A grant on another pattern could put the one in force out of it: of those that match, a server looks at one only.
    ...(here.length > 0 ? [`GRANT ${here.join(', ')} ON ${quoteIdentifier('mysql', pattern ?? database)}.* TO the user`] : []),
    ...(routines !== null && routines.on !== null ? [`GRANT ${routines.privilege} ON ${routines.on} TO the user`] : []),
  ];
  const named = kinds.length === 1 ? kinds[0]! : `${kinds.slice(0, -1).join(', ')} and ${kinds.at(-1)!}`;
  return `${named} may be missing from what is listed as left out, because the user may not see them; these show them: ${statements.join('; ')}`;
}

/** The privilege that shows routines and allows the least beside it; `on` null is the database. */
function routineGrant(server: Server): {readonly privilege: string; readonly on: string | null} {
  if (server.flavor === 'mariadb') return {privilege: 'SELECT', on: 'mysql.proc'};
  return atLeast(server, 8, 0, 20) ? {privilege: 'SHOW_ROUTINE', on: '*.*'} : {privilege: 'EXECUTE', on: null};
}

/** One line of SHOW GRANTS that is about everything (`*.*`), a database (`db.*`) or a table. */
interface Grant {
  readonly revokes: boolean;
  readonly privileges: readonly string[];
  /** As written: of a database it is a pattern. */
  readonly database: string;
  readonly table: string;
  readonly grantee: string;
}

interface Grants {
  readonly list: readonly Grant[];
  /** Whether the server compares names without regard to case. */
  readonly foldsNames: boolean;
}

const NAME = '(`(?:[^`]|``)*`|[^\\s`.]+)';
const GRANT = new RegExp(`^(GRANT|REVOKE) (.+?) ON (?:TABLE )?${NAME}\\.${NAME} (?:TO|FROM) ((?:\`(?:[^\`]|\`\`)*\`|'(?:[^']|'')*'|[^\\s@]+)(?:@\\S+)?)`);
const COLUMNS = / ?\((?:`(?:[^`]|``)*`|[^`()])*\)/g;

/** What SHOW GRANTS says of the user and the roles in force. A user who may not even ask has none. */
async function readGrants(session: Session, signal: AbortSignal): Promise<Grants> {
  try {
    const [setting] = await session.rows('SELECT @@lower_case_table_names', signal);
    const lines = await session.rows('SHOW GRANTS', signal);
    return {
      foldsNames: Number(setting?.[0]) !== 0,
      list: lines.flatMap(([line]): Grant[] => {
        const [, verb, privileges, database, table, grantee] = GRANT.exec(String(line).replace(COLUMNS, '')) ?? [];
        if (verb === undefined) return [];
        return [{revokes: verb === 'REVOKE', privileges: privileges!.split(', '), database: unquote(database!), table: unquote(table!), grantee: grantee!}];
      }),
    };
  } catch (error) {
    if (!(error instanceof PipelineError) || error.retryable) throw error;
    return {list: [], foldsNames: false};
  }
}

function unquote(name: string): string {
  return name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
}

/**
 * What the user may do in a database. Of the patterns of one grantee that match, the server looks at
 * the first, in the order in which SHOW GRANTS lists them (seen on MariaDB 10.11 and MySQL 9.7);
 * MySQL, which gives the grants of roles as the user's own, at all of them once there is a role.
 */
function databasePrivileges(grants: readonly Grant[], database: string, server: Server, foldsNames: boolean) {
  const everywhere = new Set<string>();
  const own = new Set<string>();
  const revoked = new Set<string>();
  const seen = new Set<string>();
  let pattern: string | null = null;
  for (const grant of grants) {
    if (grant.table !== '*') continue;
    if (grant.database === '*') {
      for (const privilege of grant.privileges) everywhere.add(privilege);
    } else if (grant.revokes) {
      if (grant.database === database) for (const privilege of grant.privileges) revoked.add(privilege);
    } else if (matches(grant.database, database, foldsNames)) {
      pattern ??= grant.database;
      if (seen.has(grant.grantee) && !(server.flavor === 'mysql')) continue;
      seen.add(grant.grantee);
      for (const privilege of grant.privileges) own.add(privilege);
    }
  }
  for (const privilege of everywhere) if (!revoked.has(privilege)) own.add(privilege);
  return {own, everywhere, pattern};
}

/** Patterns of databases are those of LIKE: `_` and `%`, and a backslash before either takes its meaning away. */
function matches(pattern: string, name: string, foldsNames: boolean): boolean {
  const source = pattern.replace(/\\([_%\\])|([_%])|[.*+?^${}()|[\]\\]/g, (part, escaped: string | undefined, wild: string | undefined) =>
    wild === '_' ? '.' : wild === '%' ? '.*' : `\\${escaped ?? part}`);
  return new RegExp(`^${source}$`, foldsNames ? 'isu' : 'su').test(name);
}
