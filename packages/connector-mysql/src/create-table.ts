import {ErrorCode, PipelineError, type Omission} from '@sluice/core';
import {createTableSql, NO_CONCESSIONS, type TableConcessions, type TablePlan} from './plan-table.ts';
import type {Session} from './session.ts';
import type {TargetServer} from './target-type.ts';

export interface CreatedTable {
  readonly concessions: TableConcessions;
  /** What the server did not take, beyond the plan. */
  readonly omissions: readonly Omission[];
}

/** Steps back from the full definition, least loss first. */
const ATTEMPTS: readonly TableConcessions[] = [
  NO_CONCESSIONS,
  {...NO_CONCESSIONS, checks: true},
  {...NO_CONCESSIONS, checks: true, expressions: true},
  {checks: true, expressions: true, generated: true},
];

/** Makes the table; checks, expression defaults and generated columns the server refuses are left out and listed. Throws SCHEMA, AUTH, WRITE, CONNECT. */
export async function createTable(
  session: Session, plan: TablePlan, name: string, server: TargetServer, withIndexes: boolean, signal: AbortSignal,
): Promise<CreatedTable> {
  let refusal: unknown;
  for (const concessions of ATTEMPTS) {
    if (refusal !== undefined && !changes(plan, concessions)) continue;
    try {
      await session.run(createTableSql(plan, name, server, concessions, withIndexes), signal, {table: plan.schema.table});
      return {concessions, omissions: refusal === undefined ? [] : conceded(plan, concessions)};
    } catch (error) {
      if (!(error instanceof PipelineError) || (error.code !== ErrorCode.SCHEMA && error.code !== ErrorCode.VALUE)) throw error;
      refusal ??= error;
    }
  }
  throw refusal;
}

function changes(plan: TablePlan, {checks, expressions, generated}: TableConcessions): boolean {
  return (checks && plan.checks.length > 0)
    || (expressions && plan.columns.some(column => column.default?.isExpression))
    || (generated && plan.columns.some(column => column.generated));
}

function conceded(plan: TablePlan, {checks, expressions, generated}: TableConcessions): Omission[] {
  const {table} = plan.schema;
  const reason = 'the server refuses its SQL';
  return [
    ...(checks ? plan.checks.map(({name}): Omission => ({table, kind: 'check', name, reason})) : []),
    ...(expressions ? plan.columns.filter(column => column.default?.isExpression).map(({column}): Omission => ({table, kind: 'default', name: column.name, reason})) : []),
    ...(generated ? plan.columns.filter(column => column.generated).map(({column}): Omission => ({table, kind: 'generated', name: column.name, reason: `${reason}; its values are stored`})) : []),
  ];
}
