import type {Column, ColumnType, TransformNote, Value} from '@sluice/core';
import type {z} from 'zod';

/**
 * What a release claims to be, from the strictest: without the identifiers of 45 CFR 164.514(b)(2),
 * without the direct identifiers of 164.514(e), or judged by an expert under 164.514(b)(1).
 */
export type Profile = 'safe-harbor' | 'limited-data-set' | 'expert';

/** What the rest of the policy says to a method. */
export interface MethodContext {
  /** The day of the release, `YYYY-MM-DD`, where the policy gives it. */
  readonly asOf: string | null;
}

/** One way to treat a column. What it declares decides where it may be used; the planner relies on it. */
export interface Method<P = Readonly<Record<string, unknown>>> {
  readonly name: string;
  /** One sentence for people: what becomes of the values. */
  readonly summary: string;
  /** The strictest claim that a release using it can make. */
  readonly claim: Profile;
  /** The result is computed from the value: it says something about it. */
  readonly derived: boolean;
  /** The value can be had back from the result. */
  readonly reversible: boolean;
  /** The same value gives the same result, in every run. */
  readonly deterministic: boolean;
  /** Different values stay different, or may fall together. */
  readonly uniqueness: 'preserved' | 'lossy';
  /** Column types it can read. */
  readonly accepts: ReadonlySet<ColumnType>;
  readonly parameters: z.ZodType<P> & {readonly shape: z.core.$ZodShape};
  /** What it does to this column; a text when it cannot: what is wrong. */
  plan(column: Column, parameters: P, context: MethodContext): ColumnTreatment | string;
}

export type ColumnTreatment =
  | {readonly kind: 'keep'}
  | {readonly kind: 'drop'}
  /** All cells get this value; the column need not be read. */
  | {readonly kind: 'fill'; readonly column: Column; readonly value: Value}
  | {readonly kind: 'change'; readonly column: Column; start(): Change};

/** A change under way, with what it noticed. */
export interface Change {
  of(value: Value): Value;
  notes(): readonly Omit<TransformNote, 'column'>[];
}

export const allTypes: ReadonlySet<ColumnType> = new Set([
  'bool', 'int', 'float', 'decimal', 'text', 'bytes', 'date', 'time', 'timestamp', 'timestamptz', 'json', 'uuid', 'any',
]);

/** A column of the same name whose values are computed anew: what the source said of the old ones is gone, its comment too. */
export const computedColumn = ({name, nullable}: Column, type: ColumnType, more: Partial<Column> = {}): Column => ({name, type, nullable, ...more});

/** A change whose rare turns are counted by what happened. */
export function counted(of: (value: Value, count: (what: string) => void) => Value): () => Change {
  return () => {
    const counts = new Map<string, number>();
    const count = (what: string) => void counts.set(what, (counts.get(what) ?? 0) + 1);
    return {of: value => of(value, count), notes: () => [...counts].map(([message, times]) => ({message, count: times}))};
  };
}
