import {ErrorCode, PipelineError, type Catalog, type ColumnMapping, type Destination, type LoadRequest, type LossRule, type Omission, type TargetPlan, type WriteMode} from '@sluice/core';
import {schemaAsText} from './as-text.ts';
import {noLosses, planLosses, type LossRequest, type PlannedLosses} from './plan-losses.ts';

/** What the destination makes of the tables, once the rules for losses are laid over them. */
export interface PlannedTarget {
  /** Tables as they will be written. */
  readonly catalog: Catalog;
  readonly target: TargetPlan;
  readonly losses: PlannedLosses;
  readonly omissions: readonly Omission[];
}

/** Throws CONFIG with every rule for losses that is not possible, and as `Destination.plan` does. */
export async function planTarget(
  destination: Destination, request: {readonly catalog: Catalog; readonly mode: WriteMode; readonly alone: boolean}, losses: LossRequest | undefined, signal: AbortSignal,
): Promise<PlannedTarget> {
  if (!losses || losses.declared.length === 0) return {catalog: request.catalog, losses: noLosses, omissions: [], target: await destination.plan(request, signal)};
  const wantsText = losses.declared.some(({rule}) => rule === 'text');
  const {problems, ...planned} = planLosses(losses, request.catalog.tables, wantsText ? await destination.judge?.(request, signal) ?? null : null);
  if (problems.length > 0) {
    throw new PipelineError(ErrorCode.CONFIG, `${problems.length} ${problems.length === 1 ? 'rule' : 'rules'} for losses cannot be followed: nothing was read`, {
      problems, remedy: 'correct the rules; tables and columns are named as they are written',
    });
  }
  const {asText, rules} = planned;
  const made = request.catalog.tables.map(schema => schemaAsText(schema, asText));
  const catalog: Catalog = {...request.catalog, tables: made.map(({schema}) => schema)};
  const load: LoadRequest = {...request, catalog, losses: rules};
  const target = await destination.plan(load, signal);
  const before = new Map(request.catalog.tables.map(({table, columns}) => [table, new Map(columns.map(column => [column.name, column]))]));
  return {
    catalog, losses: planned, omissions: made.flatMap(({omissions}) => omissions),
    target: {
      ...target,
      tables: target.tables.map(table => ({...table, columns: table.columns.map((mapping): ColumnMapping => {
        const {column} = mapping;
        const reason = asText.get(table.table)?.get(column);
        if (reason === undefined) {
          const onLoss: LossRule | undefined = rules.get(table.table)?.get(column);
          return {...mapping, ...(onLoss && {onLoss})};
        }
        const former = before.get(table.table)!.get(column)!;
        return {...mapping, from: former.native?.sql ?? former.type, onLoss: 'text', note: reason === null ? 'kept as text' : `kept as text: in its own type the column ${reason}`};
      })})),
    },
  };
}
