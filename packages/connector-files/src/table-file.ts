import type {Column, Schema, Value} from '@sluice/core';
import type {Format} from './location.ts';
import type {JsonKind} from './json-line.ts';

/** How one column is read from a file. Undefined: the field is no value of the column's type. */
export interface ColumnReader {
  readonly column: Column;
  fromText(text: string): Value | undefined;
  fromJson(kind: JsonKind, text: string): Value | undefined;
}

/** One file that holds one table, and what is known about it. */
export interface TableFile {
  readonly format: Format;
  readonly path: string;
  /** For people: the file's own name. */
  readonly name: string;
  readonly schema: Schema;
  /** One for each column of the schema. */
  readonly readers: readonly ColumnReader[];
  /** Who described it: Sluice, somebody else, or nobody. */
  readonly origin: 'own' | 'foreign' | 'none';
  /** Only so many bytes belong to the table yet; null when all do. */
  readonly end: number | null;
}
