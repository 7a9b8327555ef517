import type {ColumnProfile, ColumnSizes, TableProfile, Trait, Value, Witness} from '@sluice/core';

/** What a server says of one expression over all rows of a table: numbers may come as text. */
export type Answer = string | number | bigint | Uint8Array | null;

/** An aggregate over one column, and what its result tells. */
export interface Measure {
  readonly sql: string;
  tell(answer: Exclude<Answer, null>, findings: Findings): void;
}

export interface Findings {
  witness(trait: Trait, value: Value, count: number | null): void;
  size(name: keyof ColumnSizes, least: number): void;
}

/** A column, and what is asked about it; or why nothing is. */
export interface MeasuredColumn {
  readonly name: string;
  readonly measures: readonly Measure[];
  readonly unseen?: string;
}

/** The expressions of one SELECT without GROUP BY that profiles a table: how many rows there are, and all measures in their order. */
export function profileExpressions(columns: readonly MeasuredColumn[]): string[] {
  return ['count(*)', ...columns.flatMap(({measures}) => measures.map(({sql}) => sql))];
}

/** Makes the profile of what such a SELECT gives. */
export function readProfile(columns: readonly MeasuredColumn[], answers: readonly Answer[]): TableProfile {
  let at = 1;
  const rows = Number(answers[0]);
  return {
    rows,
    columns: columns.map(({name, measures, unseen}): ColumnProfile => {
      const witnesses: Witness[] = [];
      const sizes: Partial<Record<keyof ColumnSizes, number>> = {};
      const findings: Findings = {
        witness: (trait, value, count) => { witnesses.push({trait, value, count}); },
        size: (size, least) => { sizes[size] = Math.max(sizes[size] ?? 0, least); },
      };
      for (const measure of measures) {
        const answer = answers[at++] ?? null;
        if (answer !== null) measure.tell(answer, findings);
      }
      return {column: name, witnesses, sizes, ...(unseen !== undefined && {unseen})};
    }),
  };
}

/** How many values are of a kind; one of them, or one like them, is `value`. `sql` counts. */
export const counting = (trait: Trait, value: Value, sql: string): Measure => ({
  sql, tell(answer, {witness}) { if (Number(answer) > 0) witness(trait, value, Number(answer)); },
});

/** Whether a month has no such day, of three numbers in SQL that counts a truth as 1; months and days from 1. */
export const dayBeyondMonth = (year: string, month: string, day: string): string =>
  `${day} > CASE WHEN ${month} = 2 THEN 28 + (${year} % 4 = 0 AND (${year} % 100 <> 0 OR ${year} % 400 = 0)) WHEN ${month} IN (4, 6, 9, 11) THEN 30 ELSE 31 END`;

/** The smallest or largest value; `convert` makes the answer canonical. */
export const extreme = (trait: 'smallest' | 'largest', sql: string, convert: (answer: Exclude<Answer, null>) => Value): Measure => ({
  sql,
  tell(answer, {witness, size}) {
    const value = convert(answer);
    witness(trait, value, null);
    const digits = wholeDigits(value);
    if (digits !== null) size('digits', digits);
  },
});

/** Longer text than any type declares a length for (PostgreSQL's varchar ends at 10,485,760 characters): it need not be made longer. */
const MOST_CHARACTERS = 10_485_761;
/** No type with a length for bytes goes beyond 65,535. */
const MOST_BYTES = 65_536;

/** Text as long as the longest, in characters. */
export const longestText = (sql: string): Measure => ({
  sql,
  tell(answer, {witness, size}) {
    size('characters', Number(answer));
    witness('longest', 'x'.repeat(Math.min(Number(answer), MOST_CHARACTERS)), null);
  },
});

/** The most bytes a value takes; nothing is judged by it. */
export const sizeOf = (name: keyof ColumnSizes, sql: string): Measure => ({sql, tell(answer, {size}) { size(name, Number(answer)); }});

/** Bytes as many as the longest or the shortest value has. */
export const lengthOfBytes = (trait: 'longest' | 'shortest', sql: string): Measure => ({
  sql,
  tell(answer, {witness, size}) {
    size('bytes', Number(answer));
    witness(trait, new Uint8Array(Math.min(Number(answer), MOST_BYTES)), null);
  },
});

/** The number with the most digits behind the point, as `sql` counts them; what is judged is 0.0…01, with all the digits that a column of this scale prints. */
export const finestDecimal = (sql: string, scale = 0): Measure => ({
  sql,
  tell(answer, {witness, size}) {
    const digits = Number(answer);
    size('fraction', digits);
    if (digits > 0) witness('finest', `0.${'1'.padStart(digits, '0').padEnd(scale, '0')}`, null);
  },
});

/** `2 ** 64` as 18446744073709551616; a safe integer as a number. */
export const integerOf = (answer: Exclude<Answer, null>): Value => {
  const value = BigInt(String(answer));
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
};

function wholeDigits(value: Value): number | null {
  if (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) return BigInt(value).toString().replace('-', '').length;
  return typeof value === 'string' && /^-?\d+(?:\.\d*)?$/.test(value) ? value.replace(/^-/, '').replace(/\..*$/, '').length : null;
}
