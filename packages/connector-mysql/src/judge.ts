import type {Judge} from '@sluice/core';
import {fittingOf} from './fit.ts';
import type {LoadPlan} from './plan-load.ts';
import type {Flavor} from './server.ts';

/** Says of single values what `fit` would make of them. */
export function judgeOf({tables}: LoadPlan, flavor: Flavor): Judge {
  const fittings = new Map(tables.map(({schema: {table}, columns}) => [table, fittingOf(table, columns, flavor)]));
  return (table, column, value) => fittings.get(table)?.judge(column, value) ?? null;
}
