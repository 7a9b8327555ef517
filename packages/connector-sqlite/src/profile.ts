import type {Column, TableProfile, Value} from '@sluice/core';
import {counting, dayBeyondMonth, extreme, finestDecimal, lengthOfBytes, joinConditions, longestText, profileExpressions, readProfile, sizeOf, type Answer, type Measure, type MeasuredColumn} from '@sluice/sql';
import type {Database} from 'better-sqlite3';
import {COUNT_CHARACTERS} from './claims.ts';
import {decoderOf} from './decode.ts';
import type {DescribedTable} from './describe-table.ts';
import {quote} from './quote.ts';
import type {Storage} from './types.ts';

/** SQLite takes 2,000 result columns; wider tables are looked at in parts. */
const MOST_EXPRESSIONS = 2_000;

/** Profiles columns, described as the file has them, by one SELECT over the table, or over its rows that meet a condition. */
export function profileTable(db: Database, columns: readonly Column[], {schema: {table}, storage}: DescribedTable, where: string | undefined): TableProfile {
  const measured = columns.map((column): MeasuredColumn => ({name: column.name, measures: measuresOf(column, storage.get(column.name)!)}));
  const expressions = profileExpressions(measured);
  const met = joinConditions(null, where, 'sqlite');
  const condition = met === null ? '' : ` WHERE ${met}`;
  const answers: Answer[] = [];
  for (let at = 0; at < expressions.length; at += MOST_EXPRESSIONS) {
    answers.push(...db.prepare(`SELECT ${expressions.slice(at, at + MOST_EXPRESSIONS).join(', ')} FROM ${quote(table)}${condition}`).safeIntegers(true).raw().get() as Answer[]);
  }
  return readProfile(measured, answers);
}

function measuresOf(column: Column, storage: Storage): Measure[] {
  const x = quote(column.name);
  return [...(column.nullable ? [counting('NULL', null, `sum(${x} IS NULL)`)] : []), ...ofStorage(column, storage, x)];
}

function ofStorage(column: Column, storage: Storage, x: string): Measure[] {
  const {exact} = decoderOf(column, storage);
  const canonical = (answer: Exclude<Answer, null>): Value => exact ? exact(answer) : answer;
  const between = [extreme('smallest', `min(${x})`, canonical), extreme('largest', `max(${x})`, canonical)];
  switch (storage) {
    case 'integer': case 'unsigned': return between;
    case 'number': return [...between, sizeOf('fraction', `CASE WHEN count(${x}) > 0 THEN ${column.scale ?? 0} END`)];
    case 'real': {
      const finite = `CASE WHEN abs(${x}) < 9e999 THEN ${x} END`;
      // The file has no NaN.
      return [
        counting('infinity', Infinity, `sum(${x} = 9e999)`), counting('minus infinity', -Infinity, `sum(${x} = -9e999)`),
        extreme('smallest', `min(${finite})`, canonical), extreme('largest', `max(${finite})`, canonical),
      ];
    }
    case 'blob': return [lengthOfBytes('longest', `max(octet_length(${x}))`), lengthOfBytes('shortest', `min(octet_length(${x}))`)];
    case 'text': return ofText(column, x);
    case 'boolean': case 'any': return [];
  }
}

function ofText({type, scale}: Column, x: string): Measure[] {
  switch (type) {
    case 'text': return [
      longestText(`max(${COUNT_CHARACTERS}(${x}))`), sizeOf('bytes', `max(octet_length(${x}))`),
      counting('NUL', 'x\0', `sum(instr(CAST(${x} AS BLOB), x'00') > 0)`), counting('trailing blank', 'x ', `sum(${x} LIKE '% ')`),
    ];
    case 'json': return [sizeOf('characters', `max(${COUNT_CHARACTERS}(${x}))`)];
    // Text is not ordered as the numbers in it are: what is judged is as long as the longest.
    case 'decimal': return [wholeDigits(`max(CASE WHEN instr(${x}, '.') THEN instr(${x}, '.') - 1 ELSE length(${x}) END - (${x} LIKE '-%'))`),
      finestDecimal(fractionDigits(x), scale)];
    case 'date': case 'timestamp': case 'timestamptz': return [...odd(type === 'date' ? '' : ' 00:00:00', x), ...between(x, type)];
    // A sign and hours of more digits stand in no order as text.
    case 'time': return [
      extreme('largest', `max(printf('%012d', abs(CAST(${x} AS INTEGER))) || substr(${x}, instr(${x}, ':')))`, answer => String(answer).replace(/^0+(?=\d\d)/, '')),
      finestClock(fractionDigits(x), '00:00:00'),
    ];
    default: return [];
  }
}

/** As text, ordinary dates stand in the order of time. */
function between(x: string, type: 'date' | 'timestamp' | 'timestamptz'): Measure[] {
  const ordinary = `CASE WHEN ${x} GLOB '[0-9][0-9][0-9][0-9]-*' AND NOT ${x} LIKE '% BC' AND substr(${x}, 6, 2) > '00' AND substr(${x}, 9, 2) > '00' AND ${x} >= '0001' THEN ${x} END`;
  return [
    extreme('smallest', `min(${ordinary})`, String), extreme('largest', `max(${ordinary})`, String),
    ...(type === 'date' ? [] : [finestClock(fractionDigits(x), '2000-01-01 00:00:00')]),
  ];
}

function odd(clock: string, x: string): Measure[] {
  const zero = `${x} LIKE '0000-00-00%'`;
  const part = (from: number, length: number) => `CAST(substr(${x}, ${from}, ${length}) AS INTEGER)`;
  return [
    counting('zero date', `0000-00-00${clock}`, `sum(${zero})`),
    counting('partial date', `2000-00-00${clock}`, `sum(${x} GLOB '[0-9][0-9][0-9][0-9]-*' AND (substr(${x}, 6, 2) = '00' OR substr(${x}, 9, 2) = '00') AND NOT ${zero})`),
    counting('impossible date', `2021-02-30${clock}`, `sum(${x} GLOB '[0-9][0-9][0-9][0-9]-*' AND NOT ${x} LIKE '% BC' AND ${x} >= '0001' AND substr(${x}, 6, 2) > '00' AND ${dayBeyondMonth(part(1, 4), part(6, 2), part(9, 2))})`),
    counting('year 0', `0000-01-01${clock}`, `sum(${x} LIKE '0000-%' AND substr(${x}, 6, 2) > '00' AND substr(${x}, 9, 2) > '00')`),
    counting('infinity', 'infinity', `sum(${x} = 'infinity')`), counting('minus infinity', '-infinity', `sum(${x} = '-infinity')`),
    counting('before year 1', `0044-03-15${clock} BC`, `sum(${x} LIKE '% BC')`),
    counting('after year 9999', `10000-01-01${clock}`, `sum(${x} GLOB '[0-9][0-9][0-9][0-9][0-9]*')`),
  ];
}

/** The most digits behind a point, zeros at the end not counted. */
const fractionDigits = (x: string) => `max(CASE WHEN instr(${x}, '.') THEN length(rtrim(${x}, '0')) - instr(${x}, '.') END)`;

const wholeDigits = (sql: string): Measure => ({
  sql,
  tell(answer, {witness, size}) {
    const digits = Math.max(Number(answer), 1);
    size('digits', digits);
    witness('largest', '9'.repeat(digits), null);
  },
});

const finestClock = (sql: string, example: string): Measure => ({
  sql,
  tell(answer, {witness, size}) {
    const digits = Number(answer);
    size('fraction', digits);
    if (digits > 0) witness('finest', `${example}.${'0'.repeat(digits - 1)}1`, null);
  },
});
