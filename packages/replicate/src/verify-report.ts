/** What comparing the documents of one collection with their rows found. It counts, and never shows a value. */
export interface CollectionVerification {
  readonly collection: string;
  /** Documents that were read, and the rows that they say there are. */
  readonly documents: number;
  readonly rows: number;
  /** Documents without any row. */
  readonly missing: number;
  /** Documents with other rows than they should have: changed, missing, or left over from an earlier state. */
  readonly differing: number;
  /** Groups of rows that no document has. */
  readonly extra: number;
  /** Rows whose id is NULL: nobody can tell which document they are of, and nothing repairs them. */
  readonly keyless: number;
  /** Documents whose rows cannot be written: see `refusal`. */
  readonly refused: number;
  /** Why the first of them is refused. */
  readonly refusal: string | null;
  /** Documents that changed again and again while they were compared: no difference is proved. */
  readonly unsettled: number;
  /** Of `missing`, `differing` and `extra`, how many are right now. */
  readonly repaired: number;
  /** Where the first of the missing and differing documents stood among those that were read, from 1 on. */
  readonly ordinals: readonly number[];
  /** How many missing and differing documents have other rows than they should in each table; only tables with any. */
  readonly tables: readonly {readonly table: string; readonly documents: number}[];
  /** No difference is left. */
  readonly equal: boolean;
}

/** What `verifyDocuments` found; printed by `--json`, so fields are a contract. */
export interface DocumentsVerification {
  readonly format: 'sluice.documents-verification/1';
  readonly equal: boolean;
  readonly collections: readonly CollectionVerification[];
}

/** Ordinals that a report names. */
const MOST_ORDINALS = 20;

/** Adds up what is found of one collection. */
export class VerificationTally {
  documents = 0;
  rows = 0;
  missing = 0;
  differing = 0;
  extra = 0;
  keyless = 0;
  refused = 0;
  refusal: string | null = null;
  unsettled = 0;
  repaired = 0;
  readonly ordinals: number[] = [];
  readonly #tables = new Map<string, number>();

  /** A document that differs in these tables; `extra`: it is gone, and its rows are not. */
  differs({missing, extra, tables}: {readonly missing: boolean; readonly extra: boolean; readonly tables: readonly string[]}, ordinal: number | undefined): void {
    if (extra) {
      this.extra++;
      return;
    }
    if (missing) this.missing++;
    else this.differing++;
    for (const table of tables) this.#tables.set(table, (this.#tables.get(table) ?? 0) + 1);
    if (ordinal !== undefined) this.ordinals.push(ordinal);
  }

  report(collection: string): CollectionVerification {
    const {documents, rows, missing, differing, extra, keyless, refused, refusal, unsettled, repaired} = this;
    return {
      collection, documents, rows, missing, differing, extra, keyless, refused, refusal, unsettled, repaired,
      ordinals: this.ordinals.toSorted((a, b) => a - b).slice(0, MOST_ORDINALS),
      tables: [...this.#tables].map(([table, count]) => ({table, documents: count})),
      equal: missing + differing + extra === repaired && keyless === 0 && refused === 0,
    };
  }
}
