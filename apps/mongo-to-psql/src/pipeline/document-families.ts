import {ErrorCode, PipelineError, type Destination, type GroupFamily, type LossRules, type Schema, type Transform} from '@sluice/core';
import type {DocumentSource} from '@sluice/connector-mongodb';
import {planCopy, planTable, schemaAsText, TextColumns, type DeclaredLoss, type PlannedLosses} from '@sluice/engine';
import {typeWitnesses} from '@sluice/job';
import {documentRows, tablesOf, type DocumentRows, type TableTransform} from '@sluice/replicate';
import type {RelationalPlan} from '@sluice/relational';
import {tool} from '../tool.ts';

/** What happens to rows on their way. */
export interface RowsWay {
  readonly transforms: readonly Transform[];
  /** What becomes of values that the destination cannot hold; as the load had it. */
  readonly onLoss: readonly DeclaredLoss[];
}

/** Rows of documents, collection by collection. */
export interface CollectionRows {
  readonly plans: readonly RelationalPlan[];
  readonly collections: readonly DocumentRows[];
  /** For the store that takes them. */
  readonly losses: LossRules;
}

/**
 * How the documents of the source become rows as the destination has them, behind transforms and rules for losses. Throws what `planCopy` does:
 * UNDECIDED with everything that a policy does not decide, as a load does, CONFIG for rules that cannot be followed.
 */
export async function collectionRows(source: DocumentSource, destination: Destination, {transforms, onLoss}: RowsWay, signal: AbortSignal): Promise<CollectionRows> {
  const plans = await source.plans(signal);
  if (transforms.length === 0 && onLoss.length === 0) return {plans, collections: plans.map(plan => documentRows(plan)), losses: new Map()};
  const {catalog, losses} = await planCopy({
    tool, source, destination, transforms, ...(onLoss.length > 0 && {losses: {declared: onLoss, mayHold: column => typeWitnesses(column, source.kind)}}),
  }, signal);
  for (const transform of transforms) await transform.prepare?.(source, catalog, signal);
  const {tables} = await source.discover(signal);
  const planned = new Map(tables.map(schema => [schema.table, planTable(schema, transforms)]));
  const collections = plans.flatMap(plan => {
    const steps = tablesOf(plan).map(({table}) => planned.get(table) ?? null);
    const rows = documentRows(plan, steps.map((step, i) => through(step, tablesOf(plan)[i]!, losses.asText)));
    const kept = steps.flatMap((step, i) => (step === null ? [] : [i]));
    if (kept.length === 0) return [];
    if (steps[0] === null) {
      throw new PipelineError(ErrorCode.CONFIG, `table ${rows.tables[0]!.schema.table} is left out, and tables of its arrays are not`, {remedy: 'decide about both alike: without the first nothing tells which documents there are'});
    }
    return [kept.length === steps.length ? rows : onlyTables(rows, kept)];
  });
  return {plans: plans.filter(({collection}) => collections.some(rows => rows.collection === collection)), collections, losses: losses.rules};
}

type Planned = NonNullable<ReturnType<typeof planTable>>;

function through(planned: Planned | null, schema: Schema, asText: PlannedLosses['asText']): TableTransform | null {
  if (!planned) return null;
  const {steps} = planned;
  const last = steps.at(-1)?.schema ?? schema;
  if (!asText.has(last.table)) return steps.length === 0 ? null : {schema: last, apply: batch => steps.reduce((before, step) => step.apply(before), batch)};
  const texts = new TextColumns(last, asText);
  return {
    schema: schemaAsText(last, asText).schema,
    apply(batch) {
      const changed = steps.reduce((before, step) => step.apply(before), batch);
      texts.apply(changed);
      return changed;
    },
  };
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
