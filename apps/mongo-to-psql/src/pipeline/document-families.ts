import {ErrorCode, PipelineError, type Destination, type GroupFamily, type Transform} from '@sluice/core';
import type {DocumentSource} from '@sluice/connector-mongodb';
import {planCopy, planTable} from '@sluice/engine';
import {documentRows, tablesOf, type DocumentRows, type TableTransform} from '@sluice/replicate';
import type {RelationalPlan} from '@sluice/relational';
import {tool} from '../tool.ts';

/** How the documents of the source become rows as the destination has them, behind the transforms, collection by collection. */
export async function collectionRows(
  source: DocumentSource, destination: Destination, transforms: readonly Transform[], signal: AbortSignal,
): Promise<{readonly plans: readonly RelationalPlan[]; readonly collections: readonly DocumentRows[]}> {
  const plans = await source.plans(signal);
  if (transforms.length === 0) return {plans, collections: plans.map(plan => documentRows(plan))};
  // Throws UNDECIDED with everything that a policy does not decide, as a load does.
  const {catalog} = await planCopy({tool, source, destination, transforms}, signal);
  for (const transform of transforms) await transform.prepare?.(source, catalog, signal);
  const {tables} = await source.discover(signal);
  const planned = new Map(tables.map(schema => [schema.table, planTable(schema, transforms)]));
  const collections = plans.flatMap(plan => {
    const steps = tablesOf(plan).map(({table}) => planned.get(table) ?? null);
    const rows = documentRows(plan, steps.map(through));
    const kept = steps.flatMap((step, i) => (step === null ? [] : [i]));
    if (kept.length === 0) return [];
    if (steps[0] === null) {
      throw new PipelineError(ErrorCode.CONFIG, `table ${rows.tables[0]!.schema.table} is left out, and tables of its arrays are not`, {remedy: 'decide about both alike: without the first nothing tells which documents there are'});
    }
    return [kept.length === steps.length ? rows : onlyTables(rows, kept)];
  });
  return {plans: plans.filter(({collection}) => collections.some(rows => rows.collection === collection)), collections};
}

type Planned = NonNullable<ReturnType<typeof planTable>>;

function through(planned: Planned | null): TableTransform | null {
  const last = planned?.steps.at(-1);
  return planned && last ? {schema: last.schema, apply: batch => planned.steps.reduce((before, step) => step.apply(before), batch)} : null;
}

/** Without the tables that a policy leaves out. */
function onlyTables(rows: DocumentRows, kept: readonly number[]): DocumentRows {
  return {
    collection: rows.collection, idField: rows.idField,
    tables: kept.map(i => rows.tables[i]!),
    get misfits() { return rows.misfits; },
    rowsOf: documents => {
      const all = rows.rowsOf(documents);
      return kept.map(i => all[i]!);
    },
    key: id => rows.key(id),
  };
}

export const familiesOf = (collections: readonly DocumentRows[]): GroupFamily[] => collections.map(({tables}) => ({tables}));
