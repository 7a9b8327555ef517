import type {Column, TableProfile} from '@sluice/core';
import {counting, dayBeyondMonth, extreme, finestDecimal, integerOf, lengthOfBytes, joinConditions, longestText, profileExpressions, quoteIdentifier, readProfile, sizeOf, type Answer, type Measure, type MeasuredColumn} from '@sluice/sql';
import type {NativeColumn} from './describe-column.ts';
import type {TableDescription} from './describe-table.ts';
import type {Session} from './session.ts';

/** A SELECT may have 4,096 columns (MySQL 9 manual, 10.4.7); wider tables are looked at in parts. */
const MOST_EXPRESSIONS = 4_000;

/** Profiles the named columns of a table, or of its rows that meet a condition, by one SELECT over it. Throws a classified error. */
export async function profileTable(session: Session, columns: readonly Column[], description: TableDescription, where: string | undefined, signal: AbortSignal): Promise<TableProfile> {
  const {table} = description.schema;
  const measured = columns.map((column): MeasuredColumn => {
    const native = description.natives.get(column.name)!;
    return native.reading === 'raw' ? {name: column.name, measures: []} : {name: column.name, measures: measuresOf(column, native)};
  });
  // Names of our own, as in every other statement; numbers as text, which no driver rounds.
  const expressions = profileExpressions(measured).map((sql, i) => `CONCAT(${sql}) AS c${i}`);
  const met = joinConditions(null, where, 'mysql');
  const condition = met === null ? '' : ` WHERE ${met}`;
  const answers: Answer[] = [];
  for (let at = 0; at < expressions.length; at += MOST_EXPRESSIONS) {
    const [row] = await session.rows(`SELECT ${expressions.slice(at, at + MOST_EXPRESSIONS).join(', ')} FROM ${quoteIdentifier('mysql', table)} AS t${condition}`, signal, {table});
    answers.push(...row!.map(answer => typeof answer === 'boolean' ? Number(answer) : answer));
  }
  return readProfile(measured, answers);
}

function measuresOf(column: Column, native: NativeColumn): Measure[] {
  const x = `t.${quoteIdentifier('mysql', column.name)}`;
  return [...(column.nullable ? [counting('NULL', null, counted(`${x} IS NULL`))] : []), ...ofType(column, native, x)];
}

/** NULL where there are no rows, which counts as none. */
const counted = (condition: string) => `SUM(${condition})`;

function ofType({type, scale, enumValues}: Column, {base, reading}: NativeColumn, x: string): Measure[] {
  const between = (sql: string, convert: Parameters<typeof extreme>[2]): Measure[] =>
    [extreme('smallest', `MIN(${sql})`, convert), extreme('largest', `MAX(${sql})`, convert)];
  switch (type) {
    case 'int': return between(reading === 'bit' ? `${x} + 0` : x, integerOf);
    case 'float': return [
      // Neither server has NaN or infinities.
      counting('minus zero', -0, counted(`${x} = 0 AND CONCAT(${x}) LIKE '-%'`)),
      ...between(`${x} * 1e0`, answer => base === 'float' ? Math.fround(Number(answer)) : Number(answer)),
    ];
    case 'decimal': {
      const plain = (answer: Answer) => String(answer).replace(/^(-?)0+(?=\d)/, '$1');
      return [
        ...between(x, plain),
        finestDecimal(`MAX(CASE WHEN LOCATE('.', ${x}) > 0 THEN CHAR_LENGTH(TRIM(TRAILING '0' FROM CONCAT(${x}))) - LOCATE('.', CONCAT(${x})) END)`, scale),
      ];
    }
    case 'text':
      if (enumValues !== undefined || base === 'set') return [longestText(`MAX(CHAR_LENGTH(${x}))`)];
      return [
        longestText(`MAX(CHAR_LENGTH(${x}))`), sizeOf('bytes', `MAX(LENGTH(${x}))`),
        // By bytes: most collations pass a NUL over. As UTF-8: wider character sets are full of zero bytes.
        counting('NUL', 'x\0', counted(`INSTR(CAST(CONVERT(${x} USING utf8mb4) AS BINARY), CHAR(0)) > 0`)),
        counting('trailing blank', 'x ', counted(`${x} LIKE '% '`)),
      ];
    case 'json': return [sizeOf('characters', `MAX(CHAR_LENGTH(${x}))`)];
    case 'bytes': return [lengthOfBytes('longest', `MAX(LENGTH(${x}))`), lengthOfBytes('shortest', `MIN(LENGTH(${x}))`)];
    case 'time': return between(x, String);
    case 'date': return [...odd(x, ''), ...between(`CASE WHEN YEAR(${x}) > 0 AND MONTH(${x}) > 0 AND DAYOFMONTH(${x}) > 0 THEN ${x} END`, String)];
    case 'timestamp': case 'timestamptz':
      return [...odd(x, ' 00:00:00'), ...between(`CASE WHEN YEAR(${x}) > 0 AND MONTH(${x}) > 0 AND DAYOFMONTH(${x}) > 0 THEN ${x} END`, String)];
    case 'bool': case 'uuid': case 'any': return [];
  }
}

/** Dates that other systems have not. */
function odd(x: string, clock: string): Measure[] {
  const zero = `YEAR(${x}) = 0 AND MONTH(${x}) = 0 AND DAYOFMONTH(${x}) = 0`;
  return [
    counting('zero date', `0000-00-00${clock}`, counted(zero)),
    counting('partial date', `2000-00-00${clock}`, counted(`(MONTH(${x}) = 0 OR DAYOFMONTH(${x}) = 0) AND NOT (${zero})`)),
    counting('impossible date', `2021-02-30${clock}`, counted(`YEAR(${x}) > 0 AND MONTH(${x}) > 0 AND ${dayBeyondMonth(`YEAR(${x})`, `MONTH(${x})`, `DAYOFMONTH(${x})`)}`)),
    counting('year 0', `0000-01-01${clock}`, counted(`YEAR(${x}) = 0 AND MONTH(${x}) > 0 AND DAYOFMONTH(${x}) > 0`)),
  ];
}
