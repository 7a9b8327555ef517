import type {Column, ForeignKey, Index, Schema} from '@sluice/core';
import type {Assumption} from '@sluice/sql';
import type {TypeRule} from './types.ts';

/** One column as it will be in the file. */
export interface ColumnPlan {
  readonly column: Column;
  readonly name: string;
  readonly rule: TypeRule;
  /** Declared type; empty for none. */
  readonly declared: string;
  /** SQL behind DEFAULT. */
  readonly default: string | null;
  /** SQL of a generated column. Rows are loaded as they came; the column becomes generated when its values prove it. */
  readonly generated: string | null;
}

export interface IndexPlan {
  readonly index: Index;
  readonly name: string;
  /** The indexed columns and expressions, as SQL. */
  readonly parts: readonly string[];
  readonly unique: boolean;
}

export interface CheckPlan {
  readonly name: string;
  readonly sql: string;
}

export interface ForeignKeyPlan {
  readonly key: ForeignKey;
  readonly columns: readonly string[];
  readonly table: string;
  readonly referencedColumns: readonly string[];
}

/** One table as it will be in the file; all names are those of the file. */
export interface TablePlan {
  readonly schema: Schema;
  readonly name: string;
  readonly columns: readonly ColumnPlan[];
  readonly primaryKey: readonly string[];
  /** Position of the column that is the rowid, `INTEGER PRIMARY KEY`; null when there is none. */
  readonly alias: number | null;
  readonly indexes: readonly IndexPlan[];
  readonly checks: readonly CheckPlan[];
  readonly foreignKeys: readonly ForeignKeyPlan[];
}

export interface ViewPlan {
  readonly name: string;
  readonly source: string;
  readonly columns: readonly string[];
  readonly sql: string;
  readonly assumes: readonly Assumption[];
}
