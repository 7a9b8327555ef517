import type {RunReport} from '@sluice/core';
import {codeOf, moment} from './check-freshness.ts';

/** One run, as `--json` prints it: a contract. */
export interface PastRun {
  readonly startedAt: string;
  readonly finishedAt: string;
  /** `full`, `incremental`, or `none`: nothing had changed. */
  readonly kind: 'full' | 'incremental' | 'none';
  readonly status: RunReport['status'];
  readonly error: string | null;
  readonly published: boolean;
  readonly tables: number;
  readonly tablesChanged: number;
  readonly rowsWritten: number;
  readonly seconds: number;
  readonly verification: RunReport['verification']['status'];
}

export function pastRun(report: RunReport): PastRun {
  const {startedAt, finishedAt, status, published, tables, refresh, timings, verification} = report;
  const changed = refresh?.tables;
  return {
    startedAt, finishedAt, kind: refresh?.kind ?? 'full', status, error: codeOf(report), published, tables: tables.length,
    tablesChanged: changed ? changed.new + changed.patched + changed.rewritten + changed.removed : tables.filter(table => table.status === 'ok').length,
    rowsWritten: tables.reduce((sum, {rowsWritten}) => sum + rowsWritten, 0), seconds: timings.total, verification: verification.status,
  };
}

/** A line for each run, below a line that says what stands where. */
export function historyText(runs: readonly PastRun[]): string {
  const rows = runs.map(({startedAt, kind, status, error, tables, tablesChanged, rowsWritten, seconds, verification}) => [
    moment(startedAt), kind, error === null ? status : `${status} ${error}`, `${count(tablesChanged)} of ${count(tables)}`, count(rowsWritten),
    seconds < 100 ? seconds.toFixed(1) : count(Math.round(seconds)), {passed: 'yes', failed: 'FAILED', skipped: 'no'}[verification],
  ]);
  const all = [['STARTED', 'KIND', 'OUTCOME', 'CHANGED', 'ROWS', 'SECONDS', 'VERIFIED'], ...rows];
  const widths = all[0]!.map((_, i) => Math.max(...all.map(row => row[i]!.length)));
  // Numbers stand right.
  return all.map(row => `${row.map((cell, i) => (i >= 3 && i <= 5 ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))).join('  ').trimEnd()}\n`).join('');
}

const count = (number: number) => number.toLocaleString('en-US');
