import type {Column, Row, Schema} from '@sluice/core';
import type {IdentifierClass, Kind} from '@sluice/identifiers';

/** What a column may be. For a person to decide: it is no decision, and a column that is called harmless may not be. */
export interface Proposal {
  readonly table: string;
  readonly column: string;
  /** A place in the documents of the column, `$.name[].given`; absent for the column itself. */
  readonly path?: string;
  readonly class: IdentifierClass;
  /** Finer, where it is known and belongs to the class. */
  readonly kind: Kind | null;
  /** How much speaks for it, 0 to 1; for `none`, how much speaks for its being harmless. */
  readonly score: number;
  /** In words, the strongest first; never a value. */
  readonly reasons: readonly string[];
}

/** What is known besides the table itself. */
export interface ClassifyContext {
  /** Other tables of the database: a column that names one of them refers to it. */
  readonly tables?: readonly Schema[];
  /** What was proposed for columns that foreign keys may refer to. */
  readonly known?: readonly Proposal[];
}

/** One thing that speaks for a class. */
export interface Evidence {
  readonly class: IdentifierClass;
  readonly kind: Kind | null;
  readonly score: number;
  readonly reason: string;
  readonly from: 'name' | 'comment' | 'values' | 'type' | 'key';
}

/** A column as it is looked at: one of a table, or a place in documents. */
export interface Subject {
  readonly column: Pick<Column, 'name' | 'type' | 'native' | 'maxLength' | 'comment' | 'enumValues' | 'autoIncrement'>;
  /** Names that lead to it, outermost first: of the column and of the fields of a document above it. */
  readonly above: readonly string[];
}

export type Sample = readonly Row[];
