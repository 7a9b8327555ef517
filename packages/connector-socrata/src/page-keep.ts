/** How far an earlier read of the same came. */
export interface KeptSoFar {
  readonly rows: number;
  /** The `:id` of the last of them. */
  readonly last: string;
  /** None of them had changed later than this when they were read; null where that is not known. */
  readonly lastUpdated: string | null;
}

/**
 * Keeps the rows of a read as the portal sent them, so that one that is killed need not ask for them again. Whoever starts reads provides it, and sees to it that one
 * read uses it at a time. Nothing of it fails a read: what cannot be kept is not.
 */
export interface PageKeep {
  /** How far a read of this work came; null: nothing is there, or only what other work left. */
  find(work: string): Promise<KeptSoFar | null>;
  /** What was found is gone on with: the portal says that none of it is another by now, nor changed later than this. */
  goOn(lastUpdated: string | null): Promise<void>;
  /** Lets go of what is there, and keeps what comes. `why` what was found is of no use; null: nothing was. */
  begin(work: string, lastUpdated: string | null, why: string | null): Promise<void>;
  /** Lets go of what is there, and keeps nothing. */
  forget(why: string | null): Promise<void>;
  /** The pieces of the page that a query gave, as they were added; null where it is not kept. To be asked in the order in which pages were added. */
  page(query: string): AsyncIterable<string> | null;
  /** Adds to a page that is on its way. */
  add(piece: string): Promise<void>;
  /** What was added since the last page is the next one: a page that never came to its end is not kept. */
  end(query: string, page: {readonly rows: number; readonly last: string}): Promise<void>;
}
