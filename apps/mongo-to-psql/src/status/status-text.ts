import type {StatusRow} from './status-row.ts';

/** A line for each run, newest first, below a line that says what stands where. */
export function statusText(rows: readonly StatusRow[]): string {
  const lines = rows.map(({timeStart, timeEnd, comment, error, records, queries, attempt, ts}) => [
    timeStart.slice(0, 19), comment, timeEnd === null ? 'open' : error === false ? 'ok' : error === true ? 'FAILED' : 'failed, will retry',
    timeEnd === null ? '' : seconds(timeStart, timeEnd), number(records), number(queries), number(attempt), ts ?? '',
  ]);
  const all = [['BEGAN', 'RUN', 'OUTCOME', 'SECONDS', 'READ', 'WRITTEN', 'ATTEMPT', 'OPLOG'], ...lines];
  const widths = all[0]!.map((_, i) => Math.max(...all.map(line => line[i]!.length)));
  // Numbers stand right.
  return all.map(line => `${line.map((cell, i) => (i >= 3 && i <= 6 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join('  ').trimEnd()}\n`).join('');
}

const number = (value: number | null) => (value === null ? '' : value.toLocaleString('en-US'));

const seconds = (from: string, to: string) => ((Date.parse(`${to.slice(0, 23).replace(' ', 'T')}Z`) - Date.parse(`${from.slice(0, 23).replace(' ', 'T')}Z`)) / 1000).toFixed(1);
