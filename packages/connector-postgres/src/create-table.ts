import {ErrorCode, PipelineError, type Omission} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';
import {commentStatements, createTableSql, type TablePlan} from './plan-table.ts';
import type {Session} from './session.ts';

export interface CreatedTable {
  /** Made without any expressions, after the server refused one. */
  readonly plain: boolean;
  readonly omissions: readonly Omission[];
}

/**
 * Leaves a table under construction alone: the server's own ANALYZE would be in the way of the exchange for as long as it takes, and a lock that is
 * waited for half a second at a time never makes it give way.
 */
const UNTENDED = 'autovacuum_enabled';
/** The table is tended as all others from the end of this transaction on. */
export const tendedSql = (name: string): string => `ALTER TABLE ${quoteIdentifier('postgres', name)} RESET (${UNTENDED})`;

/** Makes a table under the given name, which it keeps, or, `beside` a live one, has until the exchange (`tendedSql`); what the server refuses of its expressions is left out and listed. Throws SCHEMA, AUTH, WRITE, CONNECT. */
export async function createTable(session: Session, plan: TablePlan, name: string, signal: AbortSignal, {beside = false} = {}): Promise<CreatedTable> {
  const where = {table: plan.schema.table};
  const make = async (plain: boolean) => {
    // Several statements at once are one transaction.
    const untended = beside ? [`ALTER TABLE ${quoteIdentifier('postgres', name)} SET (${UNTENDED} = false)`] : [];
    await session.run([createTableSql(plan, name, plain), ...untended, ...commentStatements(plan, name)].join(';\n'), signal, where);
  };
  try {
    await make(false);
    return {plain: false, omissions: []};
  } catch (error) {
    const refused = expressionsOf(plan);
    if (!isRefusal(error) || refused.length === 0) throw error;
    await make(true);
    return {plain: true, omissions: refused};
  }
}

export function isRefusal(error: unknown): error is PipelineError {
  return error instanceof PipelineError && (error.code === ErrorCode.SCHEMA || error.code === ErrorCode.VALUE);
}

/** What of a table the server may refuse. */
export function expressionsOf({schema: {table}, columns, checks}: TablePlan): Omission[] {
  const reason = 'the server refuses it, or another expression of the table';
  return [
    ...columns.flatMap(({column, generated, default: value}): Omission[] =>
      generated !== null ? [{table, kind: 'generated', name: column.name, reason}] : value?.isExpression ? [{table, kind: 'default', name: column.name, reason}] : []),
    ...checks.map(({name}): Omission => ({table, kind: 'check', name, reason})),
  ];
}
