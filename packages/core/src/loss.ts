import type {Batch} from './batch.ts';
import type {Row} from './value.ts';

/**
 * What becomes of a value that a destination cannot hold exactly.
 *
 * - `fail`: the run stops. The rule of every column that has no other.
 * - `null`: NULL takes its place.
 * - `text`: the column is text at the destination, and holds the canonical text of each of its values.
 * - `quarantine`: its row does not travel; it is kept elsewhere, with the reason.
 */
export type LossRule = 'fail' | 'null' | 'text' | 'quarantine';

/** Rules that a destination follows while rows go by, by table and column as they are written; absent: `fail`. */
export type LossRules = ReadonlyMap<string, TableLossRules>;
export type TableLossRules = ReadonlyMap<string, 'null' | 'quarantine'>;

/** A row that does not travel. */
export interface QuarantinedRow {
  /** As it came, before anything in it was fitted. */
  readonly row: Row;
  /** Its place among the rows of the table that the run handed over, 0-based. */
  readonly ordinal: number;
  /** Every column that cannot hold its value; reasons are said of the column, and never hold the value. */
  readonly reasons: readonly {readonly column: string; readonly reason: string}[];
}

/** What `Writer.fit` made of a batch. */
export interface Fitted {
  /** What is to be written: the batch itself, or its operations without those of rows that were taken out. */
  readonly batch: Batch;
  readonly quarantined: readonly QuarantinedRow[];
}
