import {type Omission} from '@sluice/core';
import {quoteIdentifier, quoteText} from '@sluice/sql';
import {isRefusal} from './create-table.ts';
import type {TablePlan} from './plan-table.ts';
import type {Session} from './session.ts';

/** Sets the counters of a table to go on after its greatest values; `raise` leaves one that is further already. Resolves with those that could not be set. */
export async function setCounters(session: Session, plan: TablePlan, name: string, raise: boolean, signal: AbortSignal): Promise<Omission[]> {
  const omissions: Omission[] = [];
  for (const {column, identity} of plan.columns) {
    if (!identity) continue;
    try {
      const [row] = await session.rows(`SELECT pg_get_serial_sequence(${quoteText('postgres', quoteIdentifier('postgres', name))}, ${quoteText('postgres', column.name)})`, signal);
      const sequence = row?.[0];
      if (sequence === null || sequence === undefined) continue;
      await session.rows(
        `SELECT setval(${quoteText('postgres', sequence)}, greatest(m, 1), m >= 1) FROM (SELECT coalesce(max(${quoteIdentifier('postgres', column.name)}), 0) m FROM ${quoteIdentifier('postgres', name)}) x`
        + (raise ? ` WHERE m > (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ${sequence})` : ''), signal, {table: plan.schema.table});
    } catch (error) {
      if (!isRefusal(error)) throw error;
      omissions.push({table: plan.schema.table, kind: 'auto-increment', name: column.name, reason: 'the server refuses to set its counter'});
    }
  }
  return omissions;
}
