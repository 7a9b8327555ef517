import type {Column, TableProfile} from '@sluice/core';
import {counting, extreme, finestDecimal, integerOf, lengthOfBytes, joinConditions, longestText, profileExpressions, quoteIdentifier, readProfile, sizeOf, type Answer, type Measure, type MeasuredColumn} from '@sluice/sql';
import type {NativeColumn} from './describe-column.ts';
import type {TableDescription} from './describe-table.ts';
import type {Session} from './session.ts';

/** A statement may have this many columns at most (PostgreSQL 18 manual, appendix K); wider tables are looked at in parts. */
const MOST_EXPRESSIONS = 1_600;
/** Infinity is a numeric since this version. */
const INFINITE_NUMERIC = 140_000;

/** Profiles the named columns of a table, or of its rows that meet a condition, by one SELECT over it. Throws a classified error. */
export async function profileTable(session: Session, columns: readonly Column[], description: TableDescription, where: string | undefined, signal: AbortSignal): Promise<TableProfile> {
  const {table} = description.schema;
  const measured = columns.map((column): MeasuredColumn => ({name: column.name, measures: measuresOf(column, description.natives.get(column.name)!, session.server.version)}));
  const expressions = profileExpressions(measured);
  const met = joinConditions(null, where, 'postgres');
  const condition = met === null ? '' : ` WHERE ${met}`;
  const answers: Answer[] = [];
  for (let at = 0; at < expressions.length; at += MOST_EXPRESSIONS) {
    const [row] = await session.rows(`SELECT ${expressions.slice(at, at + MOST_EXPRESSIONS).join(', ')} FROM ${description.only}${quoteIdentifier('postgres', table)} t${condition}`, signal, {table});
    answers.push(...row!);
  }
  return readProfile(measured, answers);
}

function measuresOf(column: Column, native: NativeColumn, version: number): Measure[] {
  const x = `t.${quoteIdentifier('postgres', column.name)}`;
  const count = (condition: string) => `count(*) FILTER (WHERE ${condition})`;
  const own = native.base === 'bpchar' ? bpchar(column, x, count) : null;
  return [
    ...(column.nullable ? [counting('NULL', null, count(`${x} IS NULL`))] : []),
    ...(own ?? ofType(column, native, x, version, count)),
  ];
}

function ofType({type, scale}: Column, {base}: NativeColumn, x: string, version: number, count: (condition: string) => string): Measure[] {
  const between = (condition: string | null, convert: (answer: Exclude<Answer, null>) => number | bigint | string, text = `(${x})`): Measure[] =>
    (['smallest', 'largest'] as const).map(trait => extreme(
      trait, `${trait === 'smallest' ? 'min' : 'max'}${text}${condition === null ? '' : ` FILTER (WHERE ${condition})`}::text`, answer => convert(answer)));
  switch (type) {
    case 'int': return base === 'oid' ? [] : between(null, answer => integerOf(answer) as number | bigint);
    case 'float': return [
      counting('NaN', NaN, count(`${x} = 'NaN'`)), counting('infinity', Infinity, count(`${x} = 'Infinity'`)), counting('minus infinity', -Infinity, count(`${x} = '-Infinity'`)),
      counting('minus zero', -0, count(`${x} = 0 AND ${x}::text LIKE '-%'`)),
      ...between(`${x} NOT IN ('NaN', 'Infinity', '-Infinity')`, answer => base === 'float4' ? Math.fround(Number(answer)) : Number(answer)),
    ];
    case 'decimal': {
      const infinite = version >= INFINITE_NUMERIC;
      const finite = infinite ? `${x} NOT IN ('NaN', 'Infinity', '-Infinity')` : `${x} <> 'NaN'`;
      return [
        counting('NaN', 'NaN', count(`${x} = 'NaN'`)),
        ...(infinite ? [counting('infinity', 'Infinity', count(`${x} = 'Infinity'`)), counting('minus infinity', '-Infinity', count(`${x} = '-Infinity'`))] : []),
        ...between(finite, String),
        finestDecimal(`max(${version >= 130_000 ? `min_scale(${x})` : `scale(${x})`}) FILTER (WHERE ${finite})`, scale),
      ];
    }
    case 'text': return base === 'text' || base === 'varchar'
      ? [longestText(`max(length(${x}))`), sizeOf('bytes', `max(octet_length(${x}))`), counting('trailing blank', 'x ', count(`${x} LIKE '% '`))]
      : [longestText(`max(length(${x}::text))`)];
    case 'json': return [sizeOf('characters', `max(length(${x}::text))`)];
    case 'bytes': return [lengthOfBytes('longest', `max(octet_length(${x}))`), lengthOfBytes('shortest', `min(octet_length(${x}))`)];
    case 'time': return between(null, String);
    case 'date': return [...beyondCalendar('date', x, count), ...between(`isfinite(${x})`, String)];
    case 'timestamp': return [...beyondCalendar('timestamp', x, count), ...between(`isfinite(${x})`, String)];
    // Without its zone, which is UTC in our sessions.
    case 'timestamptz': return [...beyondCalendar('timestamp', x, count), ...between(`isfinite(${x})`, answer => String(answer).replace(/\+00(?= BC$|$)/, ''))];
    case 'bool': case 'uuid': case 'any': return [];
  }
}

/** Days and moments that most systems have not. */
function beyondCalendar(type: 'date' | 'timestamp', x: string, count: (condition: string) => string): Measure[] {
  const clock = type === 'date' ? '' : ' 00:00:00';
  return [
    counting('infinity', 'infinity', count(`${x} = 'infinity'`)), counting('minus infinity', '-infinity', count(`${x} = '-infinity'`)),
    counting('before year 1', `0044-03-15${clock} BC`, count(`isfinite(${x}) AND ${x} < '0001-01-01'`)),
    counting('after year 9999', `10000-01-01${clock}`, count(`isfinite(${x}) AND ${x} > '9999-12-31${type === 'date' ? '' : ' 23:59:59.999999'}'`)),
  ];
}

/** The server counts `char(n)` without the blanks it is read with. */
function bpchar({maxLength}: Column, x: string, count: (condition: string) => string): Measure[] {
  if (maxLength === undefined) return [longestText(`max(length(${x}))`)];
  return [longestText(`CASE WHEN count(${x}) > 0 THEN ${maxLength} END`), sizeOf('bytes', `max(octet_length(${x}))`), counting('trailing blank', 'x ', count(`length(${x}) < ${maxLength}`))];
}
