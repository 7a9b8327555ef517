import type {RunReport} from '@sluice/core';
import type {Level} from './log-files.ts';

/** What the log files tell of a run: one line on the whole, one on each table. Names and counts only. */
export function reportLines({tables, refresh}: RunReport): {readonly level: Level; readonly message: string}[] {
  const good = tables.filter(({status}) => status === 'ok');
  const kinds = Object.entries(refresh?.tables ?? {}).filter(([, count]) => count > 0).map(([kind, count]) => `${count} ${kind}`);
  const rows = tables.reduce((sum, {rowsWritten}) => sum + rowsWritten, 0);
  return [
    ...tables.map(({name, status, rowsWritten, verified, seconds, change, error}) => ({
      level: status === 'failed' ? 'error' as const : 'debug' as const,
      message: error ? `table ${name}: ${status}: ${error.code} ${error.message}`
        : `table ${name}: ${status}${change ? `, ${change.kind}` : ''}, ${rowsWritten} rows, ${verified ? 'verified' : 'not verified'}, ${seconds} s`,
    })),
    ...(tables.length > 0 ? [{level: 'info' as const, message: `${good.length} of ${tables.length} tables are good, ${rows} rows written${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`}] : []),
  ];
}
