/**
 * A table's rows in the bulk format of its system: what two ends compare to know whether bytes can go from one
 * to the other untouched.
 */
export interface RawFormat {
  /** The format and whatever its meaning hangs on beside the columns, e.g. `postgresql/copy-binary 15 UTF8`. */
  readonly id: string;
  /** What each column's bytes are, e.g. `int4` or `numeric(18,4)`, in the order of the schema. */
  readonly columns: readonly string[];
}

/** Rows as bytes, cut anywhere, in key order. The receiver owns the bytes. Pulled as batches are; throws as they do. */
export interface RawRows extends AsyncIterable<Uint8Array> {
  /** Rows so far; once the bytes have come to their end, as the server counted them. */
  readonly rows: number;
}
