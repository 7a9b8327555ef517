/**
 * - `written`: rows are digested in the order of the writes, in runs; a difference can be placed.
 * - `any`: a digest that does not depend on the order; a difference cannot be placed.
 */
export type RowOrder = 'written' | 'any';

/** The digest of a table's rows, as `@sluice/checksum` defines it. */
export interface TableDigest {
  readonly order: RowOrder;
  readonly rows: number;
  /** Hex SHA-256 over column count, row count and runs (`written`) or the sum (`any`). */
  readonly digest: string;
  /** One 32-byte digest per run; empty for order `any`. */
  readonly runs: readonly Uint8Array[];
}
