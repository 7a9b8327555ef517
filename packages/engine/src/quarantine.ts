import type {QuarantinedRow, Schema} from '@sluice/core';

/** Where rows are kept that a rule sets aside. They are data, as they come out of the transforms. */
export interface Quarantine {
  /** For people and reports. */
  readonly place: string;
  /** Keeps rows of a table, as they would have been written, with their reasons. Throws WRITE. */
  keep(schema: Schema, rows: readonly QuarantinedRow[]): Promise<void>;
  /** Resolves when what was kept is durable: before the rows beside it are. Throws WRITE. */
  sync(): Promise<void>;
}
