import type {Column} from '@sluice/core';
import type {DialectName} from './dialect.ts';
import type {IntegerRange} from './integer-range.ts';
import {Assumptions, scopeColumns, type Scope} from './meaning.ts';
import {translateNow} from './now.ts';
import {parseWholeSelect} from './parse-select.ts';
import {parseExpression} from './parse-expression.ts';
import {SelectTranslator} from './select.ts';
import {refuse, Untranslatable} from './syntax.ts';
import {translateValue} from './translate-value.ts';

/** A column that SQL may speak of, and what becomes of it on the other side. */
export interface TranslatableColumn {
  readonly column: Column;
  /** Its name on the other side; absent when it keeps its own. */
  readonly target?: string;
  /** Set when a `decimal` is kept as text on the other side: it compares as text there. */
  readonly decimalAsText?: boolean;
  /** What `translateSelect` found out of a column of a view, for views that read it. */
  readonly integers?: IntegerRange;
  readonly ranked?: boolean;
}

/** A table that a SELECT may read. */
export interface TranslatableTable {
  readonly name: string;
  /** Its name on the other side; absent when it keeps its own. */
  readonly target?: string;
  readonly columns: readonly TranslatableColumn[];
}

/**
 * Something that must hold for the data, or the translated SQL would mean something else there. The
 * names are those of the other side. Who cannot look at the data takes it for a reason not to translate.
 * - `ascii`: every value of the column is printable ASCII without trailing blanks;
 * - `no trailing blanks`: no value of the column ends in a blank or holds a NUL;
 * - `no NUL`: no value of the column holds a NUL.
 */
export interface Assumption {
  /** Null in an expression, which has one table only. */
  readonly table: string | null;
  readonly column: string;
  readonly kind: 'ascii' | 'no trailing blanks' | 'no NUL';
}

/** The SQL on the other side, or why there is none. */
export type Translation =
  | {readonly sql: string; readonly assumes: readonly Assumption[]}
  | {readonly reason: string};

export type SelectTranslation =
  | {
    readonly sql: string;
    readonly assumes: readonly Assumption[];
    /** The columns of the result, for views that read this one. */
    readonly columns: readonly TranslatableColumn[];
  }
  | {readonly reason: string};

export interface ExpressionOptions {
  /** The table's columns; none for a default. */
  readonly columns: readonly TranslatableColumn[];
  /**
   * What CURRENT_TIMESTAMP is at the place: `utc`, or `local` for columns without a zone, where MySQL
   * takes the session's time. Absent where the time of the statement is no value.
   */
  readonly now?: 'utc' | 'local';
}

export interface SelectOptions {
  /** Those that it may read, views included, under the source's names. */
  readonly tables: readonly TranslatableTable[];
  /** The database that they are of: its name may stand in front of theirs, that of another is refused. */
  readonly database?: string | null;
}

/**
 * SQL for an expression of one table (a default, a check, a generated or an indexed expression) in
 * another dialect, if it means the same there; otherwise the reason. Never changes a meaning: what it
 * does not know for certain it refuses.
 */
export function translateExpression(sql: string, from: DialectName, to: DialectName, {columns, now}: ExpressionOptions): Translation {
  if (from === to || (isMysql(from) && isMysql(to))) return same(sql, columns);
  if (from === 'postgres' || to === 'postgres') return NOT_WITH_POSTGRES;
  return attempt(() => {
    const expression = parseExpression(unescaped(sql, from), from);
    const time = now && translateNow(expression, from, to, now);
    if (time) return {sql: time, assumes: []};
    const assumptions = new Assumptions();
    const scope: Scope = {outer: null, sources: [{alias: null, columns: scopeColumns({columns}, null)}]};
    const subselect = () => refuse('it has a SELECT');
    const value = translateValue(expression, {from, to, scope, assumptions, bounded: false, subselect, wantOwn: database => { if (database !== null) refuse('it reads another database'); }});
    if (value.aggregate) refuse('it has an aggregate');
    return {sql: value.sql, assumes: assumptions.all};
  });
}

/**
 * SQL for the SELECT of a view in another dialect, if it gives the same rows there as long as
 * `assumes` holds; otherwise the reason.
 */
export function translateSelect(sql: string, from: DialectName, to: DialectName, {tables, database = from === 'sqlite' ? 'main' : null}: SelectOptions): SelectTranslation {
  if (from === 'postgres' || to === 'postgres') return NOT_WITH_POSTGRES;
  return attempt(() => {
    const select = parseWholeSelect(sql, from);
    const translator = new SelectTranslator(from, to, tables, database);
    const translated = translator.select(select, null);
    return {sql: translated.sql, assumes: translator.assumptions.all, columns: SelectTranslator.columns(translated)};
  });
}

/** Its integers, comparisons and functions differ in more places than this package knows: nothing is translated from it or to it. */
const NOT_WITH_POSTGRES = {reason: 'SQL is not translated between PostgreSQL and other systems'};

const isMysql = (dialect: DialectName) => dialect === 'mysql' || dialect === 'mariadb';

/** Within one dialect SQL stays as it is, unless it names a column that is called otherwise now. */
function same(sql: string, columns: readonly TranslatableColumn[]): Translation {
  const renamed = columns.some(({column, target}) => target !== undefined && target !== column.name);
  return renamed ? {reason: 'a column of its table has another name there'} : {sql, assumes: []};
}

function attempt<T>(translate: () => T): T | {readonly reason: string} {
  try {
    return translate();
  } catch (error) {
    if (error instanceof Untranslatable) return {reason: error.message};
    throw error;
  }
}

/** MySQL 8 and later print the expressions of checks and generated columns with their quotes escaped: `_utf8mb4\'it\\\'s\'`. */
function unescaped(sql: string, from: DialectName): string {
  if (from !== 'mysql' || !/^(?:[^'"`\\]|`[^`]*`)*\\/.test(sql)) return sql;
  return sql.replace(/\\(.)/gs, (_, c: string) => ESCAPED[c] ?? c);
}

const ESCAPED: Readonly<Record<string, string>> = {n: '\n', r: '\r', t: '\t', 0: '\0', Z: '\x1a'};
