import type {Judge, Value, Verdict} from '@sluice/core';
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
    return fitting?.judge(column, value) ?? (target ? byServer(target, value) : null);
  };
}

/** Four digits of year, and as our sessions set it up, any month to 12 and day to 31, zeros too. */
const DAY = /^\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])(?: |$)/;
const MOST_HOURS = 838;

/** What the server refuses by itself, loudly, so that `fit` need not look at it. */
function byServer({column, type, generated}: TargetColumn, value: Value): Verdict {
  if (generated || typeof value !== 'string') return null;
  switch (type.base) {
    case 'date': case 'datetime': case 'timestamp': return DAY.test(value) && !value.endsWith(' BC') ? null : {refused: 'holds a date or time that MySQL has not'};
    case 'time': return Number(/^-?(\d+):/.exec(value)?.[1] ?? Infinity) <= MOST_HOURS ? null : {refused: `holds a time of more than ${MOST_HOURS} hours`};
    default: return column.type === 'decimal' && type.base === 'decimal' && !/^-?\d/.test(value) ? {refused: 'holds what is no number'} : null;
  }
}
