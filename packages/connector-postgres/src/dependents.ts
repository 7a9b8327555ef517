import {ErrorCode, PipelineError} from '@sluice/core';
import {quoteText} from '@sluice/sql';
import type {Session} from './session.ts';

/** A view that reads a live table, directly or through others, and what makes it again. */
export interface DependentView {
  /** With its schema, quoted. */
  readonly name: string;
  readonly create: string;
}

/** What hangs on live tables that are to be exchanged, as SQL that makes it again after they are. */
export interface Dependents {
  /** Names of the targets that are there. */
  readonly live: readonly string[];
  /** In an order in which they can be made. */
  readonly views: readonly DependentView[];
  /** Foreign keys of tables that stay. */
  readonly keys: readonly {readonly drop: string; readonly add: string}[];
  /** Owners, grants, comments and triggers of the tables and of the views. */
  readonly after: readonly string[];
  readonly warnings: readonly string[];
}

const text = (sql: string) => quoteText('postgres', sql);

/**
 * Looks at the live tables of these names. Throws SCHEMA or AUTH, naming the table, when one of them
 * cannot be exchanged without losing something that could not be made again. `commented` are tables
 * that come with a comment of their own.
 */
export async function readDependents(session: Session, targets: readonly string[], commented: ReadonlySet<string>, signal: AbortSignal): Promise<Dependents> {
  const {schema} = session.server;
  if (targets.length === 0) return {live: [], views: [], keys: [], after: [], warnings: []};
  const tables = await session.rows(
    `SELECT c.relname, c.oid, c.relkind, c.relrowsecurity, c.relispartition OR EXISTS (SELECT FROM pg_inherits h WHERE c.oid IN (h.inhparent, h.inhrelid)), pg_has_role(c.relowner, 'USAGE'),
        (SELECT string_agg(p.pubname, ', ') FROM pg_publication_rel q JOIN pg_publication p ON p.oid = q.prpubid WHERE q.prrelid = c.oid)
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ${text(schema)} AND c.relname IN (${targets.map(text).join(', ')}) AND c.relkind <> 'i'`, signal);
  for (const [name, , kind, security, related, owns] of tables) {
    if (kind !== 'r') throw stuck(name!, `the destination has ${KINDS[kind!] ?? 'another object'} of its name`, kind === 'p');
    if (security === 't') throw stuck(name!, 'it has row-level security, and its rows would be open to all who may read the new table');
    if (related === 't') throw stuck(name!, 'it has partitions, or inherits');
    if (owns !== 't') throw new PipelineError(ErrorCode.AUTH, `table ${name!}: only its owner may replace it`, {table: name!, remedy: 'use its owner, or a member of that role'});
  }
  const oids = tables.map(row => row[1]!);
  const list = oids.join(', ');
  if (oids.length === 0) return {live: [], views: [], keys: [], after: [], warnings: []};

  const readers = await session.rows(
    `WITH RECURSIVE dep(oid, depth) AS (
        SELECT r.ev_class, 1 FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid
          WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid IN (${list}) AND r.ev_class <> d.refobjid
        UNION SELECT r.ev_class, dep.depth + 1 FROM dep JOIN pg_depend d ON d.refobjid = dep.oid AND d.refclassid = 'pg_class'::regclass AND d.classid = 'pg_rewrite'::regclass
          JOIN pg_rewrite r ON r.oid = d.objid WHERE r.ev_class <> dep.oid)
      SELECT v.oid, v.relkind, format('%I.%I', n.nspname, v.relname), pg_get_viewdef(v.oid), array_to_string(v.reloptions, ', ')
      FROM (SELECT oid, max(depth) AS depth FROM dep GROUP BY oid) x JOIN pg_class v ON v.oid = x.oid JOIN pg_namespace n ON n.oid = v.relnamespace ORDER BY x.depth, v.oid`, signal);
  const views: DependentView[] = [];
  for (const [, kind, name, definition, options] of readers) {
    if (kind !== 'v') throw stuck(tables[0]![0]!, `${kind === 'm' ? 'the materialized view' : 'a rule of'} ${name!} depends on it, or on another table of the load`);
    views.push({name: name!, create: `CREATE VIEW ${name!}${options === null || options === '' ? '' : ` WITH (${options})`} AS ${definition!}`});
  }
  const keys = await session.rows(
    `SELECT format('ALTER TABLE %I.%I DROP CONSTRAINT %I', n.nspname, c.relname, k.conname),
        format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid))
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE k.contype = 'f' AND k.confrelid IN (${list}) AND k.conrelid NOT IN (${list}) AND k.conparentid = 0 ORDER BY k.oid`, signal);
  const all = [...oids, ...readers.map(row => row[0]!)].join(', ');
  const after = await session.rows(afterSql(all, targets.filter(target => !commented.has(target))), signal);
  return {
    live: tables.map(row => row[0]!), views, keys: keys.map(([drop, add]) => ({drop: drop!, add: add!})), after: after.map(row => row[0]!),
    warnings: tables.filter(row => row[6] !== null).map(row => `table ${row[0]!} is a new one: it does not belong to the publication ${row[6]!} any more`),
  };
}

const KINDS: Readonly<Record<string, string>> = {v: 'a view', m: 'a materialized view', p: 'a partitioned table', f: 'a foreign table', S: 'a sequence', c: 'a type'};

/** `takesRows`: in other modes it can be written. */
function stuck(table: string, why: string, takesRows = true): PipelineError {
  return new PipelineError(ErrorCode.SCHEMA, `table ${table} cannot be replaced: ${why}`, {
    table, remedy: takesRows ? 'use append or upsert for it, or take away what stands in the way' : NOT_IN_THE_WAY,
  });
}

const NOT_IN_THE_WAY = 'take away what stands in the way, give the table another name, or write to another schema';

/** Throws SCHEMA when something that is no table has the name of one that is to be written into. */
export async function refuseOtherKinds(session: Session, targets: readonly string[], signal: AbortSignal): Promise<void> {
  if (targets.length === 0) return;
  const [other] = await session.rows(
    `SELECT c.relname, c.relkind FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ${text(session.server.schema)} AND c.relname IN (${targets.map(text).join(', ')}) AND c.relkind NOT IN ('r', 'p', 'i', 'I') ORDER BY c.relname COLLATE "C" LIMIT 1`, signal);
  if (!other) return;
  const [table, kind] = other as [string, string];
  throw new PipelineError(ErrorCode.SCHEMA, `table ${table} cannot be written: the destination has ${KINDS[kind] ?? 'another object'} of its name`, {table, remedy: NOT_IN_THE_WAY});
}

/** Statements that give new tables and views of the same names what those with these numbers have. */
function afterSql(oids: string, uncommented: readonly string[]): string {
  const who = "CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END";
  const comments = uncommented.length === 0 ? 'false' : `c.relname IN (${uncommented.map(text).join(', ')})`;
  return `
    WITH c AS (SELECT c.*, format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid IN (${oids}))
    SELECT sql FROM (
      SELECT 1, format('GRANT %s ON %s TO %s', a.privilege_type, c.name, ${who}) FROM c CROSS JOIN LATERAL aclexplode(c.relacl) a WHERE a.grantee <> c.relowner
      UNION ALL SELECT 2, format('GRANT %s (%I) ON %s TO %s', a.privilege_type, t.attname, c.name, ${who})
        FROM c JOIN pg_attribute t ON t.attrelid = c.oid AND t.attnum > 0 AND NOT t.attisdropped CROSS JOIN LATERAL aclexplode(t.attacl) a WHERE a.grantee <> c.relowner
      UNION ALL SELECT 3, format('COMMENT ON %s %s IS %L', CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END, c.name, obj_description(c.oid, 'pg_class'))
        FROM c WHERE obj_description(c.oid, 'pg_class') IS NOT NULL AND (c.relkind = 'v' OR ${comments})
      UNION ALL SELECT 4, pg_get_triggerdef(g.oid) FROM c JOIN pg_trigger g ON g.tgrelid = c.oid WHERE NOT g.tgisinternal
      UNION ALL SELECT 5, format('ALTER TABLE %s %s TRIGGER %I', c.name, CASE g.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, g.tgname)
        FROM c JOIN pg_trigger g ON g.tgrelid = c.oid WHERE NOT g.tgisinternal AND g.tgenabled <> 'O'
      UNION ALL SELECT 6, format('ALTER TABLE %s OWNER TO %I', c.name, pg_get_userbyid(c.relowner)) FROM c WHERE pg_get_userbyid(c.relowner) <> current_user
    ) s(step, sql) ORDER BY step`;
}
