import type {Misfit} from '@sluice/relational';
import type {RowCounts} from './writing.ts';

/** What was done for one collection. */
export interface CollectionSync {
  readonly collection: string;
  /** Changes that the feed told of. */
  readonly changes: number;
  /** Documents whose rows were written, as often as they were. */
  readonly written: number;
  /** Touched documents that do not exist: none of their rows stays. */
  readonly gone: number;
  /** How often the tables were emptied, because the collection was dropped, truncated or renamed to something else. */
  readonly emptied: number;
  /** How often the collection was read whole, because another one was renamed to it. */
  readonly reloaded: number;
  /** Documents whose rows were read back and are what the document says. */
  readonly verified: number;
  /** Documents that changed again and again while they were compared: the feed will tell of them. */
  readonly unsettled: number;
  readonly misfits: readonly Misfit[];
}

/** What `syncDocuments` did; printed by `--json`, so fields are a contract. */
export interface SyncReport {
  readonly format: 'sluice.sync/1';
  readonly batches: number;
  readonly changes: number;
  readonly documents: {readonly written: number; readonly gone: number; readonly verified: number; readonly unsettled: number};
  readonly rows: RowCounts;
  readonly collections: readonly CollectionSync[];
  /** Changes of collections that have no tables, and of other databases. */
  readonly ignored: {readonly collections: readonly {readonly collection: string; readonly changes: number}[]; readonly otherDatabases: number};
  /** Nothing was left in the log when the last batch ended. */
  readonly caughtUp: boolean;
  /** Between the newest change and the moment at which it was done; null when the log does not say when changes were made. */
  readonly lagSeconds: number | null;
}

/** Names of collections without tables that are remembered; the changes of more are counted under `*`. */
const MOST_NAMES = 1000;

/** Adds up while batches go by. */
export class SyncTally {
  batches = 0;
  caughtUp = false;
  lagSeconds: number | null = null;
  otherDatabases = 0;
  rows: RowCounts = {deleted: 0, inserted: 0};
  readonly collections: readonly {-readonly [K in keyof Omit<CollectionSync, 'misfits'>]: CollectionSync[K]}[];
  readonly #ignored = new Map<string, number>();
  readonly #misfitsOf: (place: number) => readonly Misfit[];

  constructor(names: readonly string[], misfitsOf: (place: number) => readonly Misfit[]) {
    this.collections = names.map(collection => ({collection, changes: 0, written: 0, gone: 0, emptied: 0, reloaded: 0, verified: 0, unsettled: 0}));
    this.#misfitsOf = misfitsOf;
  }

  ignore(collection: string, changes: number): void {
    const name = this.#ignored.has(collection) || this.#ignored.size < MOST_NAMES ? collection : '*';
    this.#ignored.set(name, (this.#ignored.get(name) ?? 0) + changes);
  }

  report(): SyncReport {
    const sum = (field: 'changes' | 'written' | 'gone' | 'verified' | 'unsettled') => this.collections.reduce((total, each) => total + each[field], 0);
    const ignored = [...this.#ignored].map(([collection, changes]) => ({collection, changes}));
    return {
      format: 'sluice.sync/1', batches: this.batches,
      changes: sum('changes') + ignored.reduce((total, {changes}) => total + changes, 0) + this.otherDatabases,
      documents: {written: sum('written'), gone: sum('gone'), verified: sum('verified'), unsettled: sum('unsettled')},
      rows: this.rows,
      collections: this.collections.map((each, place) => ({...each, misfits: this.#misfitsOf(place)})),
      ignored: {collections: ignored, otherDatabases: this.otherDatabases},
      caughtUp: this.caughtUp, lagSeconds: this.lagSeconds,
    };
  }
}
