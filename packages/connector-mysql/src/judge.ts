import type {Judge, Value, Verdict} from '@sluice/core';
import {rangeOfColumn} from '@sluice/sql';
import {fittingOf} from './fit.ts';
import type {LoadPlan} from './plan-load.ts';
import type {Flavor} from './server.ts';
import type {TargetColumn} from './target-column.ts';

/** Says of single values what `fit` would make of them, and the server after it. */
export function judgeOf({tables}: LoadPlan, flavor: Flavor): Judge {
  const byTable = new Map(tables.map(({schema: {table}, columns}) => [table, {
    fitting: fittingOf(table, columns, flavor), columns: new Map(columns.map(target => [target.column.name, target])),
  }]));
  return (table, column, value) => {
    const {fitting, columns} = byTable.get(table) ?? {};
    const target = columns?.get(column);
    return fitting?.judge(column, value) ?? (target ? ofServer(target, value) : null);
  };
}

const TEXT_BYTES: Readonly<Record<string, number>> = {tinytext: 2 ** 8 - 1, text: 2 ** 16 - 1, mediumtext: 2 ** 24 - 1, tinyblob: 2 ** 8 - 1, blob: 2 ** 16 - 1, mediumblob: 2 ** 24 - 1};

/** Columns that are there already may be narrower than those a load makes; the server refuses aloud what goes beyond them. */
function ofServer({column, type, generated}: TargetColumn, value: Value): Verdict {
  if (generated || value === null) return null;
  if (column.type === 'int' && typeof value !== 'string') {
    const {low, high} = rangeOfColumn({...column, type: 'int', native: {dialect: 'mysql', sql: type.sql}});
    return BigInt(value as number | bigint) < low || BigInt(value as number | bigint) > high ? {refused: 'holds a number out of its range'} : null;
  }
  const most = TEXT_BYTES[type.base];
  if (most === undefined) return null;
  const bytes = typeof value === 'string' ? Buffer.byteLength(value) : value instanceof Uint8Array ? value.length : 0;
  return bytes > most ? {refused: 'is too short for the value'} : null;
}
