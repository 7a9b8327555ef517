import type {Column} from '@sluice/core';
import type {DialectName} from './dialect.ts';

/** A column that SQL may speak of, and what becomes of it on the other side. */
export interface TranslatableColumn {
  readonly column: Column;
  /** Its name on the other side; absent when it keeps its own. */
  readonly target?: string;
  /** Set when a `decimal` is kept as text on the other side: it compares as text there. */
  readonly decimalAsText?: boolean;
}

/** A table that a SELECT may read. */
export interface TranslatableTable {
  readonly name: string;
  /** Its name on the other side; absent when it keeps its own. */
  readonly target?: string;
  readonly columns: readonly TranslatableColumn[];
}

/**
 * Something that must hold for the data, or the translated SQL would mean something else there.
 * - `ascii`: every value of the column is printable ASCII without trailing blanks;
 * - `no trailing blanks`: no value of the column ends in a blank.
 */
export interface Assumption {
  /** The source's names. Null in an expression, which has one table only. */
  readonly table: string | null;
  readonly column: string;
  readonly kind: 'ascii' | 'no trailing blanks';
}

/** The SQL on the other side, or why there is none. */
export type Translation =
  | {readonly sql: string; readonly assumes: readonly Assumption[]}
  | {readonly reason: string};

export interface TranslatedColumn {
  readonly name: string;
  readonly column: Column | null;
}

export type SelectTranslation =
  | {readonly sql: string; readonly assumes: readonly Assumption[]; readonly columns: readonly TranslatableColumn[]}
  | {readonly reason: string};

export function translateExpression(
  sql: string, from: DialectName, to: DialectName, _options: {readonly columns: readonly TranslatableColumn[]},
): Translation {
  if (from === to || /^current_timestamp$/i.test(sql)) return {sql, assumes: []};
  return {reason: 'expressions are not translated yet'};
}

export function translateSelect(
  sql: string, from: DialectName, to: DialectName, _options: {readonly tables: readonly TranslatableTable[]},
): SelectTranslation {
  if (from === to) return {sql, assumes: [], columns: []};
  return {reason: 'views are not translated yet'};
}
