import type {Position} from './batch.ts';

/**
 * Rows in the canonical encoding of `@sluice/checksum`: a tag byte and its content for each value, one row behind the other, so that
 * they can be digested and handed on without a value being made of them. The receiver owns the bytes.
 */
export interface PackedRows {
  readonly bytes: Uint8Array;
  /** Where each row begins in the bytes, and behind them where the last one ends: one element more than there are rows. */
  readonly starts: Uint32Array;
  readonly rows: number;
}

/** What a `Batch` is to rows. All of them are inserts. */
export interface PackedBatch {
  readonly packed: PackedRows;
  /** Resume point *after* the last row; null when the source cannot resume. */
  readonly position: Position | null;
}

/** Packed rows that can go into a table as they are; made and read by one writer only. */
export interface FittedRows {
  readonly rows: number;
}

/** The way of packed rows into a table, beside `Writer.fit` and `Writer.write`, whose counts they share. */
export interface PackedWriting {
  /** Null when one of the rows has to be looked at by `Writer.fit`: then all of them go there. Counts nothing. */
  fit(rows: PackedRows): FittedRows | null;
  /** As `Writer.write`, once for what `fit` has just given. */
  write(rows: FittedRows): Promise<void>;
}
