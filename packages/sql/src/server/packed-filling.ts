import type {FittedRows, PackedRows, Row} from '@sluice/core';

/** How packed rows get into a table as they are. */
export interface PackedFilling {
  /** The bytes that `apply` takes, which stay as they are until the call after the next; null when one of the rows has to be fitted. */
  encode(rows: PackedRows): Uint8Array | null;
  /** So many bytes of packed rows go in by one `apply`, and are kept meanwhile, should one of them be refused: the batch that reaches them is the last one. */
  readonly runBytes: number;
  /**
   * Within the current transaction: all of what comes, or nothing of it. Asks for the next bytes when it has no more use for the last ones; `rows` says at the
   * end how many there were. Throws VALUE, without the row, as soon as one is refused.
   */
  apply(bytes: AsyncIterable<Uint8Array>, rows: () => number): Promise<void>;
  /** `before`: so many rows of the table came earlier. Throws VALUE, with the place, for text that is none. */
  unpack(rows: PackedRows, before: number): Row[];
}

/** Packed rows that fit, and what is sent of them. */
export class EncodedRows implements FittedRows {
  readonly packed: PackedRows;
  readonly bytes: Uint8Array;

  constructor(packed: PackedRows, bytes: Uint8Array) {
    this.packed = packed;
    this.bytes = bytes;
  }

  get rows(): number {
    return this.packed.rows;
  }
}
