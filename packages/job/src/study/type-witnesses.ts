import type {Column, Value, Witness} from '@sluice/core';
import {rangeOfColumn} from '@sluice/sql';

/** Where text has no limit of its own: longer than any column with a length that plans give. */
const LONG_CHARACTERS = 70_000;
const LONG_BYTES = 65_536;

/** What a column of a source of that kind may hold by its type: the witnesses of a plan for which no row is read. */
export function typeWitnesses(column: Column, kind: string): Witness[] {
  const may = (trait: Witness['trait'], value: Value): Witness => ({trait, value, count: null});
  return [...(column.nullable ? [may('NULL', null)] : []), ...ofType(column, kind, may)];
}

function ofType(column: Column, kind: string, may: (trait: Witness['trait'], value: Value) => Witness): Witness[] {
  const {type, precision, scale = 0, maxLength, unsigned64} = column;
  switch (type) {
    case 'int': {
      const {low, high} = unsigned64 ? {low: 0n, high: 2n ** 64n - 1n} : rangeOfColumn(column);
      return [may('smallest', low), may('largest', high)];
    }
    case 'float': return [
      ...(kind === 'sqlite' ? [] : [may('minus zero', -0)]), ...(kind === 'mysql' ? [] : [may('infinity', Infinity), may('minus infinity', -Infinity)]), ...(kind === 'mysql' || kind === 'sqlite' ? [] : [may('NaN', NaN)]),
    ];
    case 'decimal': {
      const number = precision === undefined ? [] : [may('largest', `${'9'.repeat(Math.max(precision - scale, 1))}${scale > 0 ? `.${'9'.repeat(scale)}` : ''}`)];
      return kind === 'postgres' ? [...number, may('NaN', 'NaN'), ...(precision === undefined ? [may('infinity', 'Infinity')] : [])] : number;
    }
    case 'text': return [may('longest', 'x'.repeat(maxLength ?? LONG_CHARACTERS)), may('trailing blank', 'x '), ...(kind === 'postgres' ? [] : [may('NUL', 'x\0')])];
    case 'bytes': return [may('longest', new Uint8Array(Math.min(maxLength ?? LONG_BYTES, LONG_BYTES))), may('shortest', new Uint8Array())];
    case 'date': return days(kind, '', may);
    case 'timestamp': case 'timestamptz': return days(kind, ' 00:00:00', may);
    // Of the servers, MySQL has the longest times there are, and PostgreSQL none beyond a day.
    case 'time': return kind === 'mysql' || kind === 'postgres' ? [] : [may('largest', '839:00:00')];
    case 'bool': case 'json': case 'uuid': case 'any': return [];
  }
}

function days(kind: string, clock: string, may: (trait: Witness['trait'], value: Value) => Witness): Witness[] {
  return kind === 'postgres'
    ? [may('infinity', 'infinity'), may('before year 1', `0044-03-15${clock} BC`), may('after year 9999', `10000-01-01${clock}`)]
    : [may('zero date', `0000-00-00${clock}`), may('partial date', `2000-00-00${clock}`), may('year 0', `0000-01-01${clock}`)];
}
