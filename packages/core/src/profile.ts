import type {Schema} from './schema.ts';
import type {Value} from './value.ts';

/** What makes a value stand out from the others of its column. */
export type Trait =
  | 'smallest' | 'largest' | 'longest' | 'shortest' | 'finest' | 'NULL' | 'NaN' | 'infinity' | 'minus infinity' | 'minus zero' | 'zero date' | 'partial date' | 'impossible date' | 'year 0'
  | 'before year 1' | 'after year 9999' | 'NUL' | 'trailing blank';

/** A value that shows what a column holds at most: whoever can hold the witnesses of a column can hold the rest. */
export interface Witness {
  readonly trait: Trait;
  /** One of the column's, or made up to be as long, as fine. Data: never shown. */
  readonly value: Value;
  /** How many values of the column are such; null: one at least. */
  readonly count: number | null;
}

/** What a column needs, as far as that tells nothing about anybody. */
export interface ColumnSizes {
  /** Digits before the point. */
  readonly digits?: number;
  /** Digits behind it, zeros at the end not counted. */
  readonly fraction?: number;
  readonly characters?: number;
  readonly bytes?: number;
}

export interface ColumnProfile {
  readonly column: string;
  readonly witnesses: readonly Witness[];
  readonly sizes: ColumnSizes;
  /** Why its values were not looked at; absent when they were. */
  readonly unseen?: string;
}

/** What the rows of a table hold, taken in one read of it. */
export interface TableProfile {
  readonly rows: number;
  /** In the order of the schema's. */
  readonly columns: readonly ColumnProfile[];
}

export interface ProfileRequest {
  /** The table as `discover` described it, or some of its columns. */
  readonly schema: Schema;
  /** As `ReadRequest.where`. */
  readonly where?: string;
}

/** What a destination would make of one value: null when it holds it as it is. Reasons are said of the column, and never hold the value. */
export type Verdict = null | {readonly adjusted: string} | {readonly refused: string};

/** Judges values by what writing them would do; the table and the column as they are written. */
export type Judge = (table: string, column: string, value: Value) => Verdict;
