import {quoteText} from '@sluice/sql';
import type {Server} from './server.ts';

/** The rows of the catalog one description is made of, as the queries below give them. */
export type TableRow = [name: string, oid: string, kind: string, rows: string | null, comment: string | null, rowSecurity: 't' | 'f', isParent: 't' | 'f', isChild: 't' | 'f', persistence: string, bytes: string | null];
export type ColumnRow = [
  table: string, name: string, sqlType: string, base: string, baseModifier: string, typeKind: string, notNull: 't' | 'f', defaultSql: string | null,
  identity: string, generated: string, collation: string | null, comment: string | null, labels: string | null, isSerial: 't' | 'f', collatable: 't' | 'f',
];
export type IndexRow = [
  table: string, name: string, method: string, unique: 't' | 'f', primary: 't' | 'f', partial: 't' | 'f', keys: string, definition: string, comment: string | null,
  plain: 't' | 'f', nullsEqual: 't' | 'f', valid: 't' | 'f',
];
/** Elements of `keys`. */
export interface KeyPart {
  readonly column: string | null;
  readonly expression: string | null;
  readonly descending: boolean;
}
export type ForeignKeyRow = [
  table: string, name: string, columns: string, referencedSchema: string, referencedTable: string, referencedColumns: string,
  onUpdate: string, onDelete: string, deferrable: 't' | 'f', validated: 't' | 'f', full: 't' | 'f',
];
export type CheckRow = [table: string, name: string, sql: string, validated: 't' | 'f', kind: string];
export type ViewRow = [name: string, kind: string, definition: string | null, columns: string];
export type OtherRow = [kind: string, name: string, table: string | null, reason: string];

/** Of the schema's own; what an extension brought is not listed. */
const notExtension = (catalog: string, oid: string) =>
  `NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = '${catalog}'::regclass AND x.objid = ${oid} AND x.deptype = 'e')`;

/** Few questions for the whole schema, never one per table. With `table` they describe only that one. */
export function catalogQueries(server: Server, table: string | null) {
  const namespace = `(SELECT oid FROM pg_namespace WHERE nspname = ${quoteText('postgres', server.schema)})`;
  const where = (alias: string) => `${alias}.relnamespace = ${namespace}` + (table === null ? '' : ` AND ${alias}.relname = ${quoteText('postgres', table)}`);
  // Since version 18 a column can be NOT NULL for new rows only, and a key can be one of spans.
  const notNull = server.version < 180_000 ? 'a.attnotnull'
    : "a.attnotnull AND NOT EXISTS (SELECT FROM pg_constraint v WHERE v.conrelid = c.oid AND v.contype = 'n' AND v.conkey[1] = a.attnum AND NOT v.convalidated)";
  const ofSpans = server.version < 180_000 ? '' : ' OR k.conperiod';
  const notOfSpans = server.version < 180_000 ? '' : ' AND NOT k.conperiod';
  const nullsEqual = server.version >= 150_000 ? 'i.indnullsnotdistinct' : 'false';
  return {
    tables: `
      SELECT c.relname, c.oid, c.relkind, s.rows::bigint, obj_description(c.oid, 'pg_class'), c.relrowsecurity,
        EXISTS (SELECT FROM pg_inherits h WHERE h.inhparent = c.oid), EXISTS (SELECT FROM pg_inherits h WHERE h.inhrelid = c.oid), c.relpersistence, s.bytes::bigint
      FROM pg_class c CROSS JOIN LATERAL (${SIZES}) s WHERE ${where('c')} AND c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition AND ${notExtension('pg_class', 'c.oid')} ORDER BY c.relname COLLATE "C"`,
    columns: `
      SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), b.typname, CASE WHEN t.typtype = 'd' THEN d.typmod ELSE a.atttypmod END, t.typtype,
        (${notNull}) OR t.typnotnull, pg_get_expr(e.adbin, e.adrelid), a.attidentity, a.attgenerated,
        CASE WHEN a.attcollation <> 0 THEN (SELECT CASE WHEN o.collname = 'default' THEN NULL ELSE quote_ident(n.nspname) || '.' || quote_ident(o.collname) END
          FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace WHERE o.oid = a.attcollation) END,
        col_description(c.oid, a.attnum),
        CASE WHEN b.typtype = 'e' THEN (SELECT json_agg(l.enumlabel ORDER BY l.enumsortorder) FROM pg_enum l WHERE l.enumtypid = b.oid) END,
        coalesce(pg_get_expr(e.adbin, e.adrelid) LIKE 'nextval(%' AND EXISTS (
          SELECT FROM pg_depend q WHERE q.classid = 'pg_class'::regclass AND q.refclassid = 'pg_class'::regclass AND q.refobjid = c.oid AND q.refobjsubid = a.attnum
            AND q.deptype = 'a'), false),
        a.attcollation <> 0
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_type t ON t.oid = a.atttypid
      CROSS JOIN LATERAL (
        WITH RECURSIVE up(oid, typtype, base, typmod) AS (
          SELECT t.oid, t.typtype, t.typbasetype, t.typtypmod
          UNION ALL SELECT y.oid, y.typtype, y.typbasetype, CASE WHEN up.typmod >= 0 THEN up.typmod ELSE y.typtypmod END FROM up JOIN pg_type y ON y.oid = up.base WHERE up.typtype = 'd')
        SELECT oid, typmod FROM up WHERE typtype <> 'd') d
      JOIN pg_type b ON b.oid = d.oid
      LEFT JOIN pg_attrdef e ON e.adrelid = c.oid AND e.adnum = a.attnum
      WHERE ${where('c')} AND c.relkind IN ('r', 'p', 'f') AND NOT c.relispartition ORDER BY c.relname COLLATE "C", a.attnum`,
    indexes: `
      SELECT c.relname, x.relname, m.amname, i.indisunique, i.indisprimary, i.indpred IS NOT NULL,
        (SELECT json_agg(json_build_object('column', a.attname, 'expression', CASE WHEN i.indkey[k] = 0 THEN pg_get_indexdef(i.indexrelid, k + 1, true) END,
          'descending', (i.indoption[k] & 1) = 1) ORDER BY k)
          FROM generate_series(0, i.indnkeyatts - 1) k LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[k] AND i.indkey[k] <> 0),
        substr(pg_get_indexdef(i.indexrelid), length(format('CREATE %sINDEX %I ON %s%I.%I ', CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END, x.relname,
          CASE WHEN c.relkind = 'p' THEN 'ONLY ' ELSE '' END, n.nspname, c.relname)) + 1),
        obj_description(x.oid, 'pg_class'),
        i.indnatts = i.indnkeyatts AND i.indpred IS NULL
          AND NOT EXISTS (SELECT FROM generate_series(0, i.indnkeyatts - 1) k JOIN pg_opclass p ON p.oid = i.indclass[k] WHERE NOT p.opcdefault)
          AND NOT EXISTS (SELECT FROM generate_series(0, i.indnkeyatts - 1) k JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[k] WHERE i.indcollation[k] <> a.attcollation),
        ${nullsEqual}, i.indisvalid AND i.indisready
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_index i ON i.indrelid = c.oid JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
      WHERE ${where('c')} AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND NOT i.indisexclusion ORDER BY c.relname COLLATE "C", x.relname COLLATE "C"`,
    foreignKeys: `
      SELECT c.relname, k.conname, ${names('k.conrelid', 'k.conkey')}, n.nspname, f.relname, ${names('k.confrelid', 'k.confkey')},
        k.confupdtype, k.confdeltype, k.condeferrable, k.convalidated, k.confmatchtype = 'f'
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace n ON n.oid = f.relnamespace
      WHERE ${where('c')} AND NOT c.relispartition AND k.contype = 'f' AND k.conparentid = 0${notOfSpans} ORDER BY c.relname COLLATE "C", k.conname COLLATE "C"`,
    checks: `
      SELECT c.relname, k.conname, CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) ELSE pg_get_constraintdef(k.oid) END, k.convalidated, k.contype
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
      WHERE ${where('c')} AND NOT c.relispartition AND (k.contype IN ('c', 'x')${ofSpans}) ORDER BY c.relname COLLATE "C", k.conname COLLATE "C"`,
    views: `
      SELECT c.relname, c.relkind, pg_get_viewdef(c.oid), (SELECT json_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
      FROM pg_class c WHERE ${where('c')} AND c.relkind IN ('v', 'm') AND ${notExtension('pg_class', 'c.oid')} ORDER BY c.oid`,
    others: `
      SELECT 'sequence', c.relname, NULL, 'sequences that belong to no column do not travel' FROM pg_class c
        WHERE ${where('c')} AND c.relkind = 'S' AND ${notExtension('pg_class', 'c.oid')}
          AND NOT EXISTS (SELECT FROM pg_depend q WHERE q.classid = 'pg_class'::regclass AND q.objid = c.oid AND q.deptype IN ('a', 'i') AND q.refobjsubid > 0)
      UNION ALL SELECT 'trigger', g.tgname, c.relname, '${CODE_STAYS}' FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid
        WHERE ${where('c')} AND NOT g.tgisinternal AND NOT c.relispartition
      UNION ALL SELECT 'trigger', r.rulename, c.relname, 'it is a rule: ${CODE_STAYS}' FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class
        WHERE ${where('c')} AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      UNION ALL SELECT 'policy', p.polname, c.relname, 'row-level security does not travel' FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE ${where('c')}
      UNION ALL SELECT CASE f.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, f.proname, NULL, '${CODE_STAYS}' FROM pg_proc f
        WHERE f.pronamespace = ${namespace} AND ${notExtension('pg_proc', 'f.oid')}
      UNION ALL SELECT 'type', t.typname, NULL, 'types of users do not travel: a column of it becomes text where it is missing' FROM pg_type t
        WHERE t.typnamespace = ${namespace} AND t.typtype IN ('e', 'd', 'r', 'c') AND ${notExtension('pg_type', 't.oid')}
          AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_class y WHERE y.oid = t.typrelid AND y.relkind = 'c'))`,
  };
}

/**
 * How large the table `c` is, with all its partitions. Nobody has ever analysed a new table, and autovacuum no partitioned one: then its
 * statistics say how many rows came; they may know nothing, either. Asking for the bytes waits for whoever alters a table: of those they are not asked.
 */
const SIZES = `
  SELECT sum(CASE WHEN p.reltuples >= 0 OR pg_stat_get_live_tuples(p.oid) > 0 THEN greatest(p.reltuples, pg_stat_get_live_tuples(p.oid)) END) AS rows,
    sum(CASE WHEN p.relkind = 'r' AND p.oid NOT IN (SELECT l.relation FROM pg_locks l WHERE l.relation IS NOT NULL AND l.mode = 'AccessExclusiveLock') THEN pg_table_size(p.oid) END) AS bytes
  FROM (WITH RECURSIVE part(oid) AS (SELECT c.oid UNION ALL SELECT h.inhrelid FROM part JOIN pg_inherits h ON h.inhparent = part.oid WHERE c.relkind = 'p') SELECT oid FROM part) o
  JOIN pg_class p ON p.oid = o.oid AND p.relkind <> 'p'`;

const CODE_STAYS = 'code of the server does not travel';

/** The names of the columns whose numbers an array of a constraint holds, as JSON, in its order. */
function names(table: string, numbers: string): string {
  return `(SELECT json_agg(a.attname ORDER BY u.place) FROM unnest(${numbers}) WITH ORDINALITY u(number, place) JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = u.number)`;
}
