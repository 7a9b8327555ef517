import type {Batch} from './batch.ts';
import type {Problem} from './errors.ts';
import type {Catalog, Omission, Schema, View} from './schema.ts';
import type {Source} from './source.ts';

/** Changes tables on their way. Planned once per table, then run once per batch; never once per row. */
export interface Transform {
  readonly name: string;
  /** What the reader of the report should know about the rules; complete after `check`. */
  readonly warnings?: readonly string[];
  /**
   * What it leaves out must not be at the destination either: not even what an earlier run, without it,
   * has put there. So nothing stays beside what the run writes, and where that cannot be the run is refused.
   */
  readonly confines?: true;
  /**
   * Looks at everything that exists, once, before a row is read, and returns every problem it sees
   * (an undecided column, a rule that matches nothing). Any problem stops the run.
   */
  check?(catalog: Catalog): readonly Problem[];
  /** Text to paste that would solve the problems of `check`. */
  remedy?(catalog: Catalog): string | undefined;
  /** Loads what it must know beforehand from the source's snapshot, e.g. birth dates. */
  prepare?(source: Source, catalog: Catalog, signal: AbortSignal): Promise<void>;
  /**
   * A text that is another one whenever the rules would make other rows out of the same rows of this
   * table; asked after `check`. Holds no data. Absent: nobody can tell, so every run makes all rows anew.
   */
  fingerprint?(schema: Schema): string;
  /** Plans one table; null leaves the whole table out: it is not even read. */
  plan(schema: Schema): TransformPlan | null;
  /** Why `plan` left this table out, for the report; asked only after it returned null. */
  refusesTable?(schema: Schema): string | null;
  /** Why a view is left out; null lets it travel. Absent lets all travel. */
  refusesView?(view: View): string | null;
}

export interface TransformPlan {
  /** The table as this transform hands it on. */
  readonly schema: Schema;
  /** What happens to each column, for the plan and the report; columns not named pass unchanged. */
  readonly effects: readonly ColumnEffect[];
  /** Indexes, keys and constraints that went with a dropped column. */
  readonly omissions?: readonly Omission[];
  /** Positions, in the incoming schema, of the columns `apply` looks at or passes on; absent means all. */
  readonly uses?: readonly number[];
  /**
   * Positions, in the incoming schema, of the columns `apply` computes with. Given by a transform
   * that hands all others on untouched and works as well on a table without them: such a column need
   * not be read when a later transform does not use it. Absent means: plan only with what was seen.
   */
  readonly looksAt?: readonly number[];
  /** Columns of other tables, or of other rows of this one, that `apply` gets values from: when they change, so may every row of this one. */
  readonly dependsOn?: readonly {readonly schema: Schema; readonly columns: readonly string[]}[];
  /** Columns that are handed on under another name. */
  readonly renames?: readonly {readonly from: string; readonly to: string}[];
  /** Columns of `schema` that come out different whenever they are made again, so that nobody can compare them later. */
  readonly random?: readonly string[];
  /** Synchronous. May mutate the rows; whoever drops rows drops their `ops` too. */
  apply(batch: Batch): Batch;
  /** What was noticed while rows went by: counts and reasons, never values. */
  notes?(): readonly TransformNote[];
}

export interface ColumnEffect {
  readonly column: string;
  /** `dropped`: gone from the table; `blanked`: kept, all null; `changed`: computed from the old value; `added`: new. */
  readonly effect: 'dropped' | 'blanked' | 'changed' | 'added';
  readonly method: string;
}

export interface TransformNote {
  readonly column?: string;
  readonly message: string;
  readonly count: number;
}
