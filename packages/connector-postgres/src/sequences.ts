import {ErrorCode, PipelineError, type Omission} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import {isRefusal} from './create-table.ts';
import type {TablePlan} from './plan-table.ts';
import type {Session} from './session.ts';

const SAVEPOINT = '_sluice_counter';

/**
 * Sets the counters of a table to go on after its greatest values; `raise` leaves one that is further already. Resolves with those that could not be set,
 * after which a transaction that is open (`within`) goes on.
 */
export async function setCounters(session: Session, plan: TablePlan, name: string, {raise, within = false}: {readonly raise: boolean; readonly within?: boolean}, signal: AbortSignal): Promise<Omission[]> {
  const omissions: Omission[] = [];
  for (const {column, identity} of plan.columns) {
    if (!identity) continue;
    if (within) await session.run(`SAVEPOINT ${SAVEPOINT}`, signal);
    let sequence: string | null | undefined;
    try {
      const [row] = await session.rows(`SELECT pg_get_serial_sequence(${quoteText('postgres', quoteIdentifier('postgres', name))}, ${quoteText('postgres', column.name)})`, signal);
      sequence = row?.[0];
      if (sequence === null || sequence === undefined) continue;
      await session.rows(
        `SELECT setval(${quoteText('postgres', sequence)}, greatest(m, 1), m >= 1) FROM (SELECT coalesce(max(${quoteIdentifier('postgres', column.name)}), 0) m FROM ${quoteIdentifier('postgres', name)}) x`
        + (raise ? ` WHERE m > (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ${sequence})` : ''), signal, {table: plan.schema.table});
    } catch (error) {
      const mayNot = error instanceof PipelineError && error.code === ErrorCode.AUTH;
      if (!mayNot && !isRefusal(error)) throw error;
      if (within) await session.run(`ROLLBACK TO SAVEPOINT ${SAVEPOINT}`, signal);
      const reason = mayNot && sequence ? `the user may not set its counter, so that new rows may meet numbers that are taken: GRANT SELECT, UPDATE ON SEQUENCE ${sequence} to it` : 'the server refuses to set its counter';
      omissions.push({table: plan.schema.table, kind: 'auto-increment', name: column.name, reason});
    }
  }
  return omissions;
}
