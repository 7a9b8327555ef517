import type {Column, ColumnType, PackedRows, Row, Source, Value} from '@sluice/core';
import type {Fixture} from './fixtures.ts';
import type {Skips} from './laws.ts';

/** What the source suite needs to know about a system. Everything optional that is absent skips the laws that need it, by name. */
export interface SourceHarness {
  /**
   * Makes the system hold exactly these tables, with a plain driver, never with the code under test.
   * Called once, before the first law, with the fixtures of every law that is not skipped.
   */
  seed(fixtures: readonly Fixture[]): Promise<void>;
  /** A source that nobody else uses; the suite disposes it. May be called while others are open. */
  connect(): Promise<Source>;

  /** Types the system does not have: their columns are left out of every fixture, their laws skipped. */
  readonly noTypes?: readonly ColumnType[];
  /** What the source makes of a column when it is not simply the same: its type, and its values that are not null. */
  reads?(column: Column): {readonly type: ColumnType; value?(value: NonNullable<Value>): Value} | null;
  /** Set when reading cannot go on after a position: every position is null. */
  readonly noResume?: true;
  /** Set when the system knows no primary keys. */
  readonly noKeys?: true;
  /** Set when the source has more readers of one snapshot, and cuts tables for them. */
  readonly forks?: true;
  /** Set when the source gives rows packed, too: `unpackRows` of `@sluice/checksum`, which this package does not know. */
  readonly unpack?: (columns: readonly Column[], packed: PackedRows) => Row[];

  /** Connections (or open files) that the server counts for this source's user right now. */
  serverConnections?(): Promise<number>;
  /** Breaks the source's connections as a dying server does. Afterwards `connect` must work again. */
  kill?(source: Source): Promise<void>;
  /** A source that cannot work, and how many things are wrong with it. */
  broken?(): Promise<Broken<Source>>;
  /** Adds a row to a seeded table, with a plain driver, committed. For systems with snapshots. */
  insert?(fixture: Fixture, row: Row): Promise<void>;
  /** Bytes fetched from the system so far by all sources; without it the slow reader's law measures this process's memory. */
  bytesFetched?(): number | Promise<number>;

  /** Laws that this system cannot keep: name to reason. */
  readonly skip?: Skips;
}

/** A component that is configured wrongly, or whose server is not there. */
export interface Broken<T> {
  readonly it: T;
  /** Texts that must never show: the password. */
  readonly secrets: readonly string[];
  /** How many problems `check` should find at least. */
  readonly problems: number;
}
