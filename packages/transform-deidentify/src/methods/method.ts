import type {Column, ColumnType, Row, Schema, TransformNote, Value} from '@sluice/core';
import type {z} from 'zod';
import type {Prepare} from './prepared.ts';
import type {MethodTools} from './tools.ts';

/**
 * What a release claims to be, from the strictest: without the identifiers of 45 CFR 164.514(b)(2),
 * without the direct identifiers of 164.514(e), or judged by an expert under 164.514(b)(1).
 */
export type Profile = 'safe-harbor' | 'limited-data-set' | 'expert';

/** An identity domain: pseudonyms of equal values are equal inside, and tell nothing about those of another. */
export interface Domain {
  readonly name: string;
  readonly form: DomainForm;
  /** Letters or digits of a pseudonym, where the form can have several lengths. */
  readonly length?: number;
}

export type DomainForm = 'uuid' | 'hex' | 'digits' | 'integer' | 'letters';

/** What the policy and the table say to a method that plans a column. No key and no row: a policy can be planned without either. */
export interface MethodContext {
  /** The day of the release, `YYYY-MM-DD`, where the policy gives it. */
  readonly asOf: string | null;
  /** What the release will claim to be; null when it claims nothing. */
  readonly profile?: Profile | null;
  /** The table as its source has it. */
  readonly table: Schema;
  /** Columns of this table that say whose row it is, in the order the policy gives; null when nobody said. */
  readonly subject: readonly string[] | null;
  /** What the policy says the column is: a letter or word of `IdentifierClass`, or a kind such as `name.given`; null when it does not say. */
  readonly class: string | null;
  readonly domains: ReadonlyMap<string, Domain>;
}

/**
 * One way to treat a column. What it declares decides where it may be used; the planner relies on it. Every method is a `Method` of unknown parameters,
 * too, which the compiler lets pass because `plan` is a member function: whoever calls it gives what `parameters` of the same method has parsed.
 */
export interface Method<P = unknown> {
  readonly name: string;
  /** Other names a policy may call it by. */
  readonly aliases?: readonly string[];
  /** One sentence for people: what becomes of the values. */
  readonly summary: string;
  /** The strictest claim that a release using it can make. */
  readonly claim: Profile;
  /** The result is computed from the value: it says something about it. */
  readonly derived: boolean;
  /** The value can be had back from the result, by whoever has the key or the vault. */
  readonly reversible: boolean;
  /** The same value gives the same result, in every run with the same key or vault. */
  readonly deterministic: boolean;
  /** Different values stay different; or are unlikely, but not certain to; or fall together. */
  readonly uniqueness: 'preserved' | 'not_guaranteed' | 'lossy';
  /** Every run gives other values: nobody can compute them again to compare. */
  readonly random?: true;
  /** Without which it cannot work; whoever lays a policy over a database says so before a row is read. */
  readonly needs?: MethodNeeds;
  /** Column types it can read. */
  readonly accepts: ReadonlySet<ColumnType>;
  readonly parameters: z.ZodType<P> & {readonly shape: z.core.$ZodShape};
  /** What it does to this column; a text when it cannot: what is wrong. */
  plan(column: Column, parameters: P, context: MethodContext): ColumnTreatment | string;
}

export interface MethodNeeds {
  readonly key?: true;
  readonly vault?: true;
  /** The table must say whose rows it has. */
  readonly subject?: true;
  /** Has a parameter `domain`, which must be one of the policy's. */
  readonly domain?: true;
}

export type ColumnTreatment =
  | {readonly kind: 'keep'}
  | {readonly kind: 'drop'}
  /** All cells get this value; the column need not be read. */
  | {readonly kind: 'fill'; readonly column: Column; readonly value: Value}
  | ChangeTreatment;

export interface ChangeTreatment {
  readonly kind: 'change';
  /** The column as it leaves: its type, its greatest length, whether it can be NULL. */
  readonly column: Column;
  /** Other columns of the row that it looks at, as the source has them: `others` of `Change.of`, in this order. They are read even if they are dropped. */
  readonly with?: readonly string[];
  /** Looks at rows before the run, and keeps what it learns in the run's tools. */
  readonly prepare?: Prepare;
  /**
   * Columns with the same text here turn equal values into equal ones and different values into
   * different ones: keys stay keys, and a foreign key holds when both of its ends have the same text.
   */
  readonly joins?: string;
  /** Every run gives other values. */
  readonly random?: true;
  /** Columns of one table with the same `id` here are planned together once all are known: `join` gives the treatments that take their place, in the same order. */
  readonly group?: {readonly id: string; join(members: readonly Grouped[]): readonly ChangeTreatment[]};
  /** What becomes of the value before; for the method that made this. */
  readonly first?: ChangeTreatment;
  /** Looks for what is known of the subject of the row: this is loaded before the run. */
  readonly usesKnown?: true;
  /** Of the rules by which values are computed: another one may compute others. */
  readonly version?: string;
  /** Mints into the vault: its writes of one batch are one transaction. */
  readonly usesVault?: true;
  /** Called once for each planning; must not need what `prepare` learns before the first value. Throws CONFIG without the key or vault it needs. */
  start(tools: MethodTools): Change;
}

/** A member of a group. */
export interface Grouped {
  readonly column: string;
  readonly treatment: ChangeTreatment;
}

/** A change under way, with what it noticed. */
export interface Change {
  /** `others` is the array of the moment: it is filled anew for the next row. */
  of(value: Value, others: Row): Value;
  notes(): readonly Omit<TransformNote, 'column'>[];
}

export const allTypes: ReadonlySet<ColumnType> = new Set([
  'bool', 'int', 'float', 'decimal', 'text', 'bytes', 'date', 'time', 'timestamp', 'timestamptz', 'json', 'uuid', 'any',
]);

/** A column of the same name whose values are computed anew: what the source said of the old ones is gone, its comment too. */
export const computedColumn = ({name, nullable}: Column, type: ColumnType, more: Partial<Column> = {}): Column => ({name, type, nullable, ...more});

export type Count = (what: string) => void;

/** A change whose rare turns are counted by what happened. */
export function counted(of: (value: Value, count: Count) => Value): () => Change {
  return () => {
    const {count, notes} = counter();
    return {of: value => of(value, count), notes};
  };
}

/** Counts by what happened. */
export function counter(): {readonly count: Count; notes(): readonly Omit<TransformNote, 'column'>[]} {
  const counts = new Map<string, number>();
  return {
    count: what => void counts.set(what, (counts.get(what) ?? 0) + 1),
    notes: () => [...counts].map(([message, count]) => ({message, count})),
  };
}
