import type {Column, ColumnType} from '@sluice/core';
import {textComparison} from './collation.ts';
import {rangeOf, rangeOfColumn, type IntegerRange} from './integer-range.ts';
import {quoteIdentifier} from './quote.ts';
import type {DialectName} from './dialect.ts';
import {refuse} from './syntax.ts';
import type {Assumption, TranslatableColumn, TranslatableTable} from './translate.ts';

/** A value's type as far as its meaning depends on it. */
export interface Meaning {
  readonly type: ColumnType | 'null' | 'literal int' | 'literal number' | 'literal text';
  /**
   * Whether text is compared without regard to case. Absent for literals, which follow the other side,
   * and for text that is put together of texts of both kinds, or whose collation ignores case in a way
   * of its own: it is not compared at all.
   */
  readonly ignoresCase?: boolean;
  /** A COLLATE says so: it wins over the other side. */
  readonly collated?: boolean;
  /** The columns whose text is in the value: what is assumed of the value is assumed of them. */
  readonly origins?: readonly Origin[];
  readonly unsigned64?: boolean;
  readonly decimalAsText?: boolean;
  readonly precision?: number;
  readonly scale?: number;
  /** The text of a literal. */
  readonly literal?: string;
  /** The texts of the literals that may be in the value. */
  readonly literals?: readonly string[];
  /** An aggregate is in it. */
  readonly aggregate?: boolean;
  /** Of an `int`: between which numbers it lies; absent means anywhere in 64 bits. */
  readonly integers?: IntegerRange;
  /** Text that MySQL sorts by something else than its letters: the number of an ENUM's label, the bytes of an address. */
  readonly ranked?: boolean;
}

export interface Origin {
  readonly table: string | null;
  readonly column: string;
}

/** SQL of the other side and what it means. `atom`: it needs no parentheses beside an operator. */
export interface Translated extends Meaning {
  readonly sql: string;
  readonly atom: boolean;
}

/** What a name may mean inside one SELECT, and in those around it. */
export interface Scope {
  readonly sources: readonly ScopeSource[];
  readonly outer: Scope | null;
  /** The results of the SELECT, for the clauses that may name them. */
  readonly results?: readonly {readonly name: string; readonly value: Translated}[];
}

export interface ScopeSource {
  /** Null: columns are written without a qualifier. */
  readonly alias: string | null;
  readonly columns: readonly ScopeColumn[];
}

export interface ScopeColumn {
  readonly name: string;
  readonly target: string;
  readonly meaning: Meaning;
}

/** MySQL compares column names without regard to case, and so does SQLite, for A-Z. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function scopeColumns(table: Pick<TranslatableTable, 'columns'>, name: string | null): ScopeColumn[] {
  return table.columns.map(({column, target, decimalAsText, integers, ranked}) => ({
    name: column.name, target: target ?? column.name,
    meaning: {
      ...meaningOf(column, decimalAsText === true, {table: name, column: target ?? column.name}),
      ...(integers && {integers}),
      ...(ranked && {ranked}),
    },
  }));
}

function meaningOf(column: Column, decimalAsText: boolean, origin: Origin): Meaning {
  const {type, precision, scale, unsigned64} = column;
  const compared = textComparison(column);
  return {
    type,
    ...(type === 'text' && {...(compared !== 'other' && {ignoresCase: compared === 'nocase'}), origins: [origin]}),
    ...(type === 'int' && {integers: rangeOfColumn(column)}),
    ...(column.native?.dialect !== 'sqlite' && RANKED.test(column.native?.sql ?? '') && {ranked: true}),
    ...(unsigned64 && {unsigned64}),
    ...(type === 'decimal' && {decimalAsText}),
    ...(precision !== undefined && {precision}),
    ...(scale !== undefined && {scale}),
  };
}

const RANKED = /^(enum|set|inet[46])\b/i;

/** The column that a value becomes when it has a name, for views that read views. */
export function columnOf(name: string, meaning: Meaning): TranslatableColumn {
  const {type, ignoresCase, unsigned64, decimalAsText, precision, scale, integers, ranked} = meaning;
  // Text of which nobody knows how it is compared is not compared: as `any` it is refused.
  const known = type === 'text' ? ignoresCase !== undefined : !type.startsWith('literal') && type !== 'null';
  const plain: ColumnType = type === 'literal int' ? 'int' : known ? type as ColumnType : 'any';
  return {
    column: {
      name, type: plain, nullable: true,
      ...(ignoresCase && {caseInsensitive: true as const}),
      ...(unsigned64 && {unsigned64: true as const}),
      ...(precision !== undefined && {precision}),
      ...(scale !== undefined && {scale}),
    },
    ...(decimalAsText && {decimalAsText}),
    ...(plain === 'int' && (type === 'int' ? integers && {integers} : {integers: rangeOf(meaning)})),
    ...(ranked && {ranked}),
  };
}

/** Finds a column; refuses when it is not there, or when it could be two. */
export function resolve(scope: Scope | null, qualifier: string | null, name: string, to: DialectName): Translated {
  for (let at = scope; at !== null; at = at.outer) {
    const found = at.sources
      .filter(({alias}) => qualifier === null || alias === null || sameName(alias, qualifier))
      .flatMap(({alias, columns}) => columns.filter(column => sameName(column.name, name)).map(column => ({alias, column})));
    if (found.length > 1) refuse('a column could be of two tables');
    const one = found[0];
    const column = one && quoteIdentifier(to, one.column.target);
    const value = one && {...one.column.meaning, atom: true, sql: one.alias === null ? column! : `${quoteIdentifier(to, one.alias)}.${column}`};
    const results = qualifier === null ? (at.results ?? []).filter(result => sameName(result.name, name)) : [];
    // One server takes the column first, the other the result.
    if (results.length > 1 || (value && results.some(result => result.value.sql !== value.sql))) refuse('a name could be that of a column or of a result');
    const result = value ?? results[0]?.value;
    if (result) return result;
  }
  return refuse('it uses a column that is not in the load');
}

/** Collects what must hold of the data. */
export class Assumptions {
  readonly #all = new Map<string, Assumption>();

  add(kind: Assumption['kind'], origins: readonly Origin[] | undefined): void {
    for (const {table, column} of origins ?? []) this.#all.set(JSON.stringify([kind, table, column]), {kind, table, column});
  }

  get all(): readonly Assumption[] {
    return [...this.#all.values()];
  }
}
