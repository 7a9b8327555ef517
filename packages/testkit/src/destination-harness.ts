import type {Column, ColumnType, Destination, Row, Schema, Value, WriteMode} from '@sluice/core';
import type {Skips} from './laws.ts';
import type {Broken} from './source-harness.ts';

/** What the destination suite needs to know about a system. Everything optional that is absent skips the laws that need it, by name. */
export interface DestinationHarness {
  /** Empties the target: no tables, no positions, nothing left of earlier laws. Called before each law. */
  reset(): Promise<void>;
  /** A destination on the target, which may hold tables by then. The suite disposes it. */
  connect(): Promise<Destination>;
  /**
   * The live rows of a table, in the canonical form of `schema`, in any order; null when there is no
   * such table. With a plain driver, never with the code under test. `schema.table` is the name that
   * the destination gave it (`TableTarget.target`).
   */
  readBack(schema: Schema): Promise<Row[] | null>;

  /** Everything in the target that another reader could come across: tables, files, what stands beside them; not the position table. */
  listTables?(): Promise<readonly string[]>;
  /** Types the system cannot hold: their columns are left out of every fixture, their laws skipped. */
  readonly noTypes?: readonly ColumnType[];
  /** The modes the destination has; all of them when absent. Must equal its capabilities. */
  readonly modes?: readonly WriteMode[];
  /** Set when writers do not say whether the live table holds rows. */
  readonly noStartsEmpty?: true;
  /** Set when loads of append and upsert are not made beside what is live. */
  readonly noBeside?: true;
  /** Set when loads beside what is live take several writers at once. */
  readonly concurrent?: true;
  /** Set when loads let what unfinished ones of other tables have left stay (`LoadRequest.leaves`). */
  readonly leaves?: true;
  /** Set when primary keys are not enforced. */
  readonly noKeys?: true;
  /** Set when positions are not stored with the rows. */
  readonly noPositions?: true;

  /**
   * Does to the target what SIGKILL of this process would do now: connections break, files stay as
   * they are. Without it a crashed destination is simply left alone, undisposed.
   */
  crash?(destination: Destination): Promise<void>;
  /** Breaks the destination's connections as a dying server does. Afterwards `connect` must work again. */
  kill?(destination: Destination): Promise<void>;
  /** A destination that cannot work, and how many things are wrong with it. */
  broken?(): Promise<Broken<Destination>>;
  /** Connections (or open files) that the server counts for this destination's user right now. */
  serverConnections?(): Promise<number>;

  /** Nullable columns, each with a value that the system cannot hold in it and that `fit` has to see; absent: it holds every value. */
  readonly unholdable?: readonly {readonly column: Column; readonly value: NonNullable<Value>}[];

  /** Laws that this system cannot keep: name to reason. */
  readonly skip?: Skips;
}
