/**
 * What a run leaves for the next one. Texts are opaque here: they are made and read by whoever keeps
 * a copy fresh. They hold positions, so they are data.
 */
export interface StoredBase {
  /** What is known of the whole. */
  readonly head: string;
  /** What is known of each table. */
  readonly tables: ReadonlyMap<string, string>;
}

/** What becomes of a base once the run that made it is live. */
export interface PendingBase {
  readonly head: string;
  /** Tables that are new, or other than in the base. */
  readonly tables: ReadonlyMap<string, string>;
  /** Tables that go; `others`: all that `tables` does not name. One that `tables` names stays. */
  readonly removed: Iterable<string> | 'others';
}

/**
 * Bases by target. Each call is one transaction: after a crash there is what was before it, or what
 * it was to make. A run saves what it is about to publish as pending, publishes, and adopts it; when
 * it dies in between, the next run finds both, and the live file tells which of the two is true.
 */
export interface BaseStore {
  /** Null when there is none. A pending one is not looked at. */
  loadBase(target: string): Promise<StoredBase | null>;
  /** Replaces base and pending base of a target. */
  saveBase(target: string, base: StoredBase): Promise<void>;
  /** Removes base and pending base of a target: its next run copies everything. */
  forgetBase(target: string): Promise<void>;
  /** Puts something beside the base, in the place of what was pending before. The base stays as it is. */
  savePending(target: string, pending: PendingBase): Promise<void>;
  /** The head of what is pending; null when nothing is. */
  loadPending(target: string): Promise<string | null>;
  /**
   * Makes what is pending the base; the texts of tables it does not name stay, unwritten. Resolves
   * with false when nothing was pending.
   */
  adoptPending(target: string): Promise<boolean>;
  /** Forgets what is pending. */
  dropPending(target: string): Promise<void>;
}
