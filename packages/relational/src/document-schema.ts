import type {ScalarType} from './plan.ts';

/**
 * What the documents of one collection hold, and what is to become of it: what a profile finds, a
 * schema file says, and a plan is made of.
 */
export interface DocumentSchema {
  readonly collection: string;
  /** The name of the root table, where a person gave one. */
  readonly table?: string;
  /** Whether every document was looked at; absent in old files. */
  readonly read?: 'all' | 'sample';
  /** How many were looked at; absent in old files. */
  readonly documents?: number;
  /** Each column takes the one BSON type of its name, as old files mean it; see `ScalarNode.strict`. */
  readonly strict?: true;
  /** Not all fields are in `fields`: there were too many names. */
  readonly unlisted?: Unlisted;
  readonly fields: readonly Field[];
}

/** What is known of the values at one path, and what becomes of them. */
export interface Shape extends Facts {
  readonly as: Choice;
  /** Why it is not what one would expect. */
  readonly note?: string;
  /** The column's name, where a person gave one; of a document, the part that it has in the names of its columns. */
  readonly column?: string;
  /** Of an array: the table's name, where a person gave one. */
  readonly table?: string;
  /** Fields of the documents at this path, where there were any. */
  readonly fields?: readonly Field[];
  /** Elements of the arrays at this path, where there were any. */
  readonly items?: Shape;
}

export interface Field extends Shape {
  readonly name: string;
}

/** A value in a column; a document as columns of its table; an array as a table; nothing. */
export type Choice = ScalarType | 'columns' | 'table' | 'exclude';

/** What was counted. No value is in it. */
export interface Facts {
  /** How often each type was met, by the names of MongoDB's `$type`; `uuid` is Binary of subtype 4, `binData:5` one of another subtype than 0. Empty: nothing is known. */
  readonly types: Readonly<Record<string, number>>;
  /** Bytes of UTF-8 of the longest string. */
  readonly longest?: number;
  /** Elements of the longest array. */
  readonly most?: number;
  /** Integers that no double holds exactly. */
  readonly inexact?: number;
  /** Doubles that are no whole number. */
  readonly fractions?: number;
  /** Doubles and decimals that are NaN or infinite. */
  readonly notFinite?: number;
  /** Why `fields` or `items` do not have everything. */
  readonly unlisted?: Unlisted;
}

/** `names`: more different field names than a profile keeps, or such that look like data. `depth`: nested too deeply. */
export type Unlisted = 'names' | 'depth';

/** How many values there were, null and undefined ones too. */
export function countOf({types}: Facts): number {
  return Object.values(types).reduce((sum, count) => sum + count, 0);
}
