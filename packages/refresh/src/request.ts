import type {CopyRequest} from '@sluice/engine';
import type {StoredBase} from './base.ts';

/** Where what a run leaves is kept between runs, on the source's side. */
export interface BaseStore {
  load(): Promise<StoredBase | null>;
  /** The head of a base whose run may have died before or after its file went live; null when there is none. */
  pending(): Promise<string | null>;
  savePending(next: {readonly head: string; readonly tables: ReadonlyMap<string, string>; readonly removed: Iterable<string> | 'others'}): Promise<void>;
  /** The pending base is what is live. */
  adopt(): Promise<void>;
  dropPending(): Promise<void>;
}

/** What an unfinished run had done, so that the next one goes on with it. On the source's side, as a base is. */
export interface ProgressLog {
  /** Everything appended, oldest first; empty when there is nothing, or nothing that can be read. */
  entries(): Promise<readonly unknown[]>;
  append(entry: object): Promise<void>;
  remove(): Promise<void>;
}

export interface FollowedReceipt {
  readonly sequence: number;
  /** SHA-256, hex, of its bytes. */
  readonly hash: string;
}

/** What to refresh. The mode is always `replace`. */
export interface RefreshJob extends Omit<CopyRequest, 'mode' | 'losses'> {
  /** `full`: everything anew, or on from where a crashed full run was. `changes`: only what changed since the last run. */
  readonly kind: 'full' | 'changes';
  /** Null, for `full` only: the run builds on nothing, and leaves nothing to build on but, when it crashes, what the log tells. */
  readonly store: BaseStore | null;
  readonly progressLog: ProgressLog;
  /** A crash within so many milliseconds leaves nothing to go on with; until then nothing is asked of the source for it. Default 0; more only without a store. */
  readonly keepAfterMs?: number;
  /** What is live at the destination and not copied stays; default: what the destination says goes does not stay. */
  readonly beside?: boolean;
  /** `full` without a store only: no transaction at the source lasts longer than a chunk; what changes meanwhile is moved again, in at most so many rounds. */
  readonly inChunks?: {readonly rounds: number};
  /**
   * Whether something beside the store says that earlier runs made what is live. Without it, and without a
   * record in the store, a destination that holds what the source does not know is refused.
   */
  readonly known?: (signal: AbortSignal) => Promise<boolean>;
  /**
   * Only the rows of these tables (names at the source) are looked at, and they are made anew whether
   * they changed or not. Others follow when their definition or their rules changed, new ones come, old ones go.
   */
  readonly only?: ReadonlySet<string>;
  /** Tables to make anew, with the reason. */
  readonly force?: ReadonlyMap<string, string>;
  /**
   * Which receipt the next one follows, given the one that the store tells of, and what to say about it.
   * Default: that one.
   */
  readonly followedReceipt?: (told: (FollowedReceipt & {readonly text: string}) | null, signal: AbortSignal) => Promise<{readonly previous: FollowedReceipt | null; readonly warning: string | null}>;
  /** SHA-256, hex, of the files with the rules, for the receipt. */
  readonly rules?: {readonly policy?: string; readonly study?: string};
}
