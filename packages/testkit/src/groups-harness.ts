import type {Column, ColumnType, Destination, Row, Schema, Value} from '@sluice/core';
import type {Skips} from './laws.ts';

/** What the suite of stores that keep groups needs to know about a system. */
export interface GroupsHarness {
  /** Empties the target: no tables, no positions, nothing left of earlier laws. Called before each law. */
  reset(): Promise<void>;
  /** A destination on the target. The suite disposes it. */
  connect(): Promise<Destination>;
  /** The rows of a table, in the canonical form of `schema`, in any order; null when there is no such table. With a plain driver, never with the code under test. */
  readBack(schema: Schema): Promise<Row[] | null>;
  /** Does to the target what SIGKILL of this process would do now. Afterwards `connect` must work. */
  crash(): Promise<void>;
  /** Connections (or open files) that the server counts for this destination's user right now. */
  serverConnections?(): Promise<number>;
  /** Types that no column of a group has here. */
  readonly noKeyTypes?: readonly ColumnType[];
  /** Nullable columns, each with a value that the system cannot hold in it and that `fit` has to see; absent: it holds every value. */
  readonly unholdable?: readonly {readonly column: Column; readonly value: NonNullable<Value>}[];
  /** Laws that this system cannot keep: name to reason. */
  readonly skip?: Skips;
}
