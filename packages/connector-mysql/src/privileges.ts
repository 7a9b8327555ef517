import {PipelineError} from '@sluice/core';
import type {Session} from './session.ts';

/** What the user and the roles in force may do, as SHOW GRANTS says. Names of privileges in capitals. */
export interface Privileges {
  /** On everything: `*.*`. */
  readonly everywhere: ReadonlySet<string>;
  /** In all of a database; with the pattern of the grant in force for it, null when there is none but `*.*`. */
  inDatabase(database: string): {readonly privileges: ReadonlySet<string>; readonly pattern: string | null};
  /** Granted on that table alone. */
  onTable(database: string, table: string): ReadonlySet<string>;
}

interface Grant {
  readonly revokes: boolean;
  readonly privileges: readonly string[];
  /** As written: of a whole database it is a pattern. */
  readonly database: string;
  readonly table: string;
  readonly grantee: string;
}

// Names stand in backticks, but for plain ones on a server with sql_quote_show_create off.
const NAME = '(`(?:[^`]|``)*`|[^\\s`.]+)';
const GRANTEE = '((?:`(?:[^`]|``)*`|\'(?:[^\']|\'\')*\'|[^\\s@]+)(?:@\\S+)?)';
const GRANT = new RegExp(`^(GRANT|REVOKE) (.+?) ON ${NAME}\\.${NAME} (?:TO|FROM) ${GRANTEE}`);
const COLUMN_LISTS = / ?\((?:`(?:[^`]|``)*`|[^`()])*\)/g;

/** Throws CONNECT. A user who may not even ask counts as one without privileges. */
export async function readPrivileges(session: Session, signal: AbortSignal): Promise<Privileges> {
  const ask = (sql: string) => session.rows(sql, signal).catch((error: unknown) => {
    if (error instanceof PipelineError && !error.retryable) return [];
    throw error;
  });
  const [setting] = await ask('SELECT @@lower_case_table_names');
  const foldsNames = Number(setting?.[0] ?? 0) !== 0;
  const lines = (await ask('SHOW GRANTS')).map(([line]) => String(line));
  const grants = lines.flatMap(parseGrant);
  // MySQL gives what comes from roles as the user's own.
  const mergesRoles = session.server.flavor === 'mysql' && lines.some(line => /^GRANT `(?:[^`]|``)*`@/.test(line));
  const same = (a: string, b: string) => foldsNames ? a.toLowerCase() === b.toLowerCase() : a === b;
  const everywhere = new Set(grants.flatMap(({database, privileges}) => database === '*' ? privileges : []));
  return {
    everywhere,
    inDatabase(name) {
      const privileges = new Set(everywhere);
      const matching = grants.filter(({database, table}) => database !== '*' && table === '*');
      for (const grant of matching) if (grant.revokes && grant.database === name) for (const each of grant.privileges) privileges.delete(each);
      const granted = matching.filter(({revokes, database}) => !revokes && matches(database, name, foldsNames));
      // Of the patterns of one grantee that match, the server looks at the first, in the order in which it lists them;
      // where roles are in force MySQL looks at all. Seen on MariaDB 10.11 and MySQL 9.7.
      const inForce = mergesRoles ? granted : granted.filter(({grantee}, i) => granted.findIndex(other => other.grantee === grantee) === i);
      for (const each of inForce.flatMap(grant => grant.privileges)) privileges.add(each);
      return {privileges, pattern: inForce[0]?.database ?? null};
    },
    onTable: (database, table) => new Set(grants.flatMap(grant =>
      grant.table !== '*' && same(grant.database, database) && same(grant.table, table) ? grant.privileges : [])),
  };
}

/** Nothing for lines about routines, roles and proxies. */
function parseGrant(line: string): Grant[] {
  const [, verb, privileges, database, table, grantee] = GRANT.exec(line.replace(COLUMN_LISTS, '')) ?? [];
  if (verb === undefined) return [];
  return [{revokes: verb === 'REVOKE', privileges: privileges!.split(', '), database: unquote(database!), table: unquote(table!), grantee: grantee!}];
}

function unquote(name: string): string {
  return name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
}

/** Patterns of databases are those of LIKE: `_` and `%` stand for others, unless a backslash is before them. */
function matches(pattern: string, name: string, foldsNames: boolean): boolean {
  const source = pattern.replace(/\\[_%\\]|[^]/gu, part => {
    if (part === '_') return '.';
    if (part === '%') return '.*';
    return (part.length > 1 && part.startsWith('\\') ? part.slice(1) : part).replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
  });
  return new RegExp(`^${source}$`, foldsNames ? 'isu' : 'su').test(name);
}
