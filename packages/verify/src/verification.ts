import type {EndpointReport} from '@sluice/core';

/** One column that both sides have. */
export interface VerifiedColumn {
  /** Its name on the left side. */
  readonly name: string;
  /** Its name on the right side. */
  readonly right: string;
  /** By what rule its values are compared; null when its two types have nothing in common. */
  readonly comparedAs: string | null;
  /** In how many of the differing rows it differs. */
  readonly differing: number;
}

/**
 * - `equal`: the same columns, the same rows.
 * - `missing`: only the left side has the table; `extra`: only the right one.
 * - `incomparable`: what can be compared is equal, but columns of both sides cannot be compared.
 */
export type VerifiedStatus = 'equal' | 'different' | 'missing' | 'extra' | 'incomparable';

/** What a repair did to one table of the right side. */
export interface TableRepair {
  readonly status: 'repaired' | 'refused' | 'failed';
  readonly written: number;
  readonly deleted: number;
  /** Why it was refused, or failed; null otherwise. */
  readonly reason: string | null;
}

export interface VerifiedTable {
  /** Its name on the left side, or on the right one when the left has none. */
  readonly name: string;
  /** Its name on the right side; null when it has none. */
  readonly right: string | null;
  readonly status: VerifiedStatus;
  /** Columns of the left side that identify a row; null when whole rows were compared. */
  readonly key: readonly string[] | null;
  /** Null where nothing was read. */
  readonly rows: {readonly left: number; readonly right: number} | null;
  /** Rows of one key whose values differ, rows only the left side has, rows only the right one has. */
  readonly differing: number;
  readonly missing: number;
  readonly extra: number;
  readonly columns: readonly VerifiedColumn[];
  readonly onlyLeft: readonly string[];
  readonly onlyRight: readonly string[];
  /** Columns on both sides that were not compared, as their values are other ones whenever they are made; absent when all were. */
  readonly notCompared?: readonly string[];
  /**
   * Row numbers, 0-based (texts for people count from 1), in the reading order of the side that has the row (left for `differing` and
   * `missing`, right for `extra`); the first thousand of each kind.
   */
  readonly ordinals: {readonly differing: readonly number[]; readonly missing: readonly number[]; readonly extra: readonly number[]};
  /** How often each side was read. */
  readonly passes: number;
  readonly seconds: number;
  readonly repair?: TableRepair;
}

/** What `sluice verify --json` prints: a contract, versioned by `format`. Names, counts and row numbers; never a value. */
export interface Verification {
  readonly format: 'sluice.verification/1';
  readonly status: 'equal' | 'different';
  readonly left: EndpointReport & {readonly snapshot: string | null};
  readonly right: EndpointReport & {readonly snapshot: string | null};
  readonly tables: readonly VerifiedTable[];
  readonly totals: Readonly<Record<VerifiedStatus, number>> & {
    readonly tables: number;
    readonly rows: {readonly left: number; readonly right: number};
    readonly rowsDiffering: number;
    readonly rowsMissing: number;
    readonly rowsExtra: number;
    readonly repaired: number;
  };
  readonly seconds: number;
  readonly warnings: readonly string[];
}

