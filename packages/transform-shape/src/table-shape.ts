import {namePattern, type Column, type Schema} from '@sluice/core';
import {castBetween, castColumn, type Cast, type CastType} from './casts.ts';

/** What becomes of one table, or of all that a pattern means. */
export interface TableShape {
  /** The table's new name; only for one table. */
  readonly rename?: string;
  /** Names or patterns of the columns to keep; absent means all. */
  readonly select?: readonly string[];
  /** Names or patterns of columns to leave out. */
  readonly drop?: readonly string[];
  /** Column name -> new name. */
  readonly renameColumns?: Readonly<Record<string, string>>;
  /** Columns that identify a row, by the names of the source; they take the place of the primary key. */
  readonly key?: readonly string[];
  /** Name or pattern of the column -> type. Only exact conversions; a value that has none fails the run. */
  readonly cast?: Readonly<Record<string, CastType>>;
}

/** What becomes of one column: `to` is null when it goes. */
export interface ColumnPlan {
  readonly from: Column;
  readonly to: Column | null;
  readonly cast: Cast | null;
}

/** The shapes that fit a table, as one. All of them select and drop; the first that renames, casts or gives a key counts. */
export class ShapeOfTable {
  readonly #shapes: readonly TableShape[];

  constructor(shapes: readonly TableShape[]) {
    this.#shapes = shapes;
  }

  tableName(table: string): string {
    return first(this.#shapes.map(({rename}) => rename)) ?? table;
  }

  /** Undefined: the primary key stays. */
  key(): readonly string[] | undefined {
    return first(this.#shapes.map(({key}) => key));
  }

  columnName(column: string): string {
    return first(this.#shapes.map(({renameColumns = {}}) => (Object.hasOwn(renameColumns, column) ? renameColumns[column] : undefined))) ?? column;
  }

  keeps(column: string): boolean {
    const means = (patterns: readonly string[]) => patterns.some(pattern => namePattern(pattern)(column));
    return this.#shapes.every(({select, drop = []}) => (select === undefined || means(select)) && !means(drop));
  }

  columns(schema: Schema): readonly ColumnPlan[] {
    return schema.columns.map((from): ColumnPlan => {
      if (!this.keeps(from.name)) return {from, to: null, cast: null};
      const type = first(this.#shapes.flatMap(({cast = {}}) => Object.entries(cast)).map(([pattern, to]) => (namePattern(pattern)(from.name) ? to : undefined)));
      const cast = type === undefined || type === from.type ? null : castBetween(from.type, type) ?? null;
      return {from, to: {...(cast ? castColumn(from, type!) : from), name: this.columnName(from.name)}, cast};
    });
  }
}

const first = <T>(values: readonly (T | undefined)[]): T | undefined => values.find(value => value !== undefined);
