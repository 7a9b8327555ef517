import type {ScalarType} from './plan.ts';

/** Why a value is not in a column. */
export type MisfitReason =
  /** The plan knows no such field. */
  | 'unknown field'
  /** A document has two fields of one name; this is the later one. */
  | 'repeated field'
  /** The value's type is none that the column, the table or the record takes. */
  | 'other type'
  | 'not UTF-8'
  /** Text with the character U+0000, which PostgreSQL cannot hold. */
  | 'holds NUL'
  /** A date before 4713 BC or after 294276 AD; a decimal that is no number. */
  | 'out of range'
  /** A number that the column's type would have to round. */
  | 'not exact';

/** What a place of the plan takes. */
export type Wanted = ScalarType | 'record' | 'array';

/** Values that were all kept for the same reason at one place. */
export interface Misfit {
  /** Names of fields from the document down, dotted; a dot or backslash in a name has a backslash before it. `*`: of many places. */
  readonly path: string;
  /** The BSON type met, such as `string`, `long`, `objectId`. */
  readonly got: string;
  /** Null where the plan has no place. */
  readonly wanted: Wanted | null;
  readonly reason: MisfitReason;
  readonly count: number;
}

/** Places told apart; documents whose field names are data have no end of them. */
const MOST_PLACES = 1000;
/** Characters of a path that is kept: a name can have millions of them. */
const LONGEST_PATH = 4000;

/** Counts misfits by place, type and reason. */
export class Misfits {
  readonly #counts = new Map<string, {-readonly [K in keyof Misfit]: Misfit[K]}>();

  add(path: string, got: string, wanted: Wanted | null, reason: MisfitReason): void {
    if (path.length > LONGEST_PATH) return this.add('*', got, null, reason);
    const key = `${reason}\0${got}\0${path}`;
    const found = this.#counts.get(key);
    if (found) found.count++;
    else if (this.#counts.size < MOST_PLACES || path === '*') this.#counts.set(key, {path, got, wanted, reason, count: 1});
    else this.add('*', got, null, reason);
  }

  list(): Misfit[] {
    return [...this.#counts.values()].map(misfit => ({...misfit}));
  }
}

/** The words of the row that keeps the value. */
export function reasonText(reason: MisfitReason, got: string, wanted: Wanted | null): string {
  return reason === 'other type' && wanted !== null ? `${got} instead of ${wanted}` : reason;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'STRING', int: 'INT', long: 'BIGINT', double: 'DOUBLE', bool: 'BOOLEAN', date: 'TIMESTAMP', null: 'TINYINT',
};

/** A BSON timestamp is no moment in time, which is what schema files mean by TIMESTAMP; patching has no column for it but JSON. */
const GOT: Readonly<Record<string, string>> = {...TYPES, timestamp: 'BSONTIMESTAMP'};

/** In a name, these would end the line, or what the line takes for the name. */
const UNREADABLE = /\n|\([a-zA-Z0-9]*\)'?:/;

/**
 * A misfit in the words by which schema files are patched: `wrong value (STRING) for quotes.customer.title(INT)`.
 * Null where a patch could not help: documents and arrays, unknown fields, values of the right type,
 * names that no line can hold.
 */
export function wrongValueLine(collection: string, misfit: Misfit): string | null {
  const {path, got, wanted, reason} = misfit;
  const type = wanted === null ? undefined : TYPES[wanted];
  const name = `${collection}.${path}`;
  if (reason !== 'other type' || type === undefined || got === 'object' || got === 'array' || UNREADABLE.test(name)) return null;
  return `wrong value (${GOT[got] ?? got.toUpperCase()}) for ${name}(${type})`;
}
