import {quoteText} from '@sluice/sql';
import {atLeast, type Server} from './server.ts';

/** The rows of `information_schema` one description is made of, as the queries below give them. */
export type TableRow = [name: string, type: string, engine: string | null, rows: number | null, comment: string, options: string | null, bytes: number | null];
export type ColumnRow = [
  table: string, name: string, dataType: string, columnType: string, nullable: 'YES' | 'NO', defaultText: string | null, extra: string,
  expression: string | null, length: number | string | null, precision: number | null, scale: number | null, fraction: number | null,
  charset: string | null, collation: string | null, comment: string,
];
export type IndexRow = [
  table: string, name: string, nonUnique: number, column: string | null, collation: 'A' | 'D' | null, prefix: number | null, type: string,
  comment: string, expression: string | null, hidden: 'YES' | 'NO',
];
export type KeyRow = [
  table: string, name: string, column: string, referencedSchema: string, referencedTable: string, referencedColumn: string,
  onUpdate: string, onDelete: string,
];
export type CheckRow = [table: string, name: string, level: string, clause: string, enforced: 'YES' | 'NO'];
export type ViewRow = [name: string, definition: string | null];
export type OtherRow = [kind: string, name: string, table: string | null];

/**
 * Few questions for the whole database, never one per table: 900 tables are described in a second.
 * With `table` they describe only that one. Every column is listed, because `information_schema`
 * grows with each version.
 */
export function catalogQueries(server: Server, database: string, table: string | null) {
  const mariadb = server.flavor === 'mariadb';
  const inDatabase = (alias: string, schema = 'TABLE_SCHEMA') =>
    `${alias}.${schema} = ${quoteText('mysql', database)}` + (table === null ? '' : ` AND ${alias}.TABLE_NAME = ${quoteText('mysql', table)}`);
  const expression = mariadb ? 'NULL' : 's.EXPRESSION';
  const hidden = mariadb
    ? (atLeast(server, 10, 6) ? 's.IGNORED' : "'NO'")
    : "IF(s.IS_VISIBLE = 'NO', 'YES', 'NO')";
  return {
    tables: `
      SELECT t.TABLE_NAME, t.TABLE_TYPE, t.ENGINE, t.TABLE_ROWS, t.TABLE_COMMENT, t.CREATE_OPTIONS, t.DATA_LENGTH
      FROM information_schema.TABLES t WHERE ${inDatabase('t')} ORDER BY t.TABLE_NAME`,
    columns: `
      SELECT c.TABLE_NAME, c.COLUMN_NAME, LOWER(c.DATA_TYPE), c.COLUMN_TYPE, c.IS_NULLABLE, c.COLUMN_DEFAULT, c.EXTRA,
        c.GENERATION_EXPRESSION, c.CHARACTER_MAXIMUM_LENGTH, c.NUMERIC_PRECISION, c.NUMERIC_SCALE, c.DATETIME_PRECISION,
        c.CHARACTER_SET_NAME, c.COLLATION_NAME, c.COLUMN_COMMENT
      FROM information_schema.COLUMNS c WHERE ${inDatabase('c')} ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`,
    indexes: `
      SELECT s.TABLE_NAME, s.INDEX_NAME, s.NON_UNIQUE, s.COLUMN_NAME, s.COLLATION, s.SUB_PART, s.INDEX_TYPE, s.INDEX_COMMENT,
        ${expression}, ${hidden}
      FROM information_schema.STATISTICS s WHERE ${inDatabase('s')} ORDER BY s.TABLE_NAME, s.INDEX_NAME, s.SEQ_IN_INDEX`,
    foreignKeys: `
      SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME,
        k.REFERENCED_COLUMN_NAME, r.UPDATE_RULE, r.DELETE_RULE
      FROM information_schema.KEY_COLUMN_USAGE k
      JOIN information_schema.REFERENTIAL_CONSTRAINTS r
        ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND r.TABLE_NAME = k.TABLE_NAME
      WHERE ${inDatabase('k')} AND ${inDatabase('r', 'CONSTRAINT_SCHEMA')} AND k.REFERENCED_TABLE_NAME IS NOT NULL
      ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`,
    checks: mariadb
      ? `
      SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.LEVEL, k.CHECK_CLAUSE, 'YES'
      FROM information_schema.CHECK_CONSTRAINTS k WHERE ${inDatabase('k', 'CONSTRAINT_SCHEMA')} ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME`
      : `
      SELECT t.TABLE_NAME, k.CONSTRAINT_NAME, 'Table', k.CHECK_CLAUSE, t.ENFORCED
      FROM information_schema.CHECK_CONSTRAINTS k
      JOIN information_schema.TABLE_CONSTRAINTS t
        ON t.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND t.CONSTRAINT_TYPE = 'CHECK'
      WHERE ${inDatabase('t')} ORDER BY t.TABLE_NAME, k.CONSTRAINT_NAME`,
    views: `
      SELECT v.TABLE_NAME, v.VIEW_DEFINITION FROM information_schema.VIEWS v WHERE ${inDatabase('v')} ORDER BY v.TABLE_NAME`,
    others: `
      SELECT 'trigger', g.TRIGGER_NAME, g.EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS g
        WHERE g.TRIGGER_SCHEMA = ${quoteText('mysql', database)}
      UNION ALL SELECT LOWER(o.ROUTINE_TYPE), o.ROUTINE_NAME, NULL FROM information_schema.ROUTINES o
        WHERE o.ROUTINE_SCHEMA = ${quoteText('mysql', database)}
      UNION ALL SELECT 'event', e.EVENT_NAME, NULL FROM information_schema.EVENTS e
        WHERE e.EVENT_SCHEMA = ${quoteText('mysql', database)}`,
  };
}
