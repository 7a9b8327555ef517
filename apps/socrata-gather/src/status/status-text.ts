import {aligned, count} from '@sluice/report';
import type {RunRow, RunStatus} from '../runs/run-row.ts';

export interface TopicStatus {
  readonly topic: string;
  /** How the newest run stands; `interrupted` also when it died without a word, `unknown` when its log cannot be read. */
  readonly state: RunStatus | 'never run' | 'unknown';
  /** Newest first. */
  readonly runs: readonly RunRow[];
  /** Why the log cannot be read; null: it can. */
  readonly error: string | null;
}

/** A line for each run, below a line that says what stands where. */
export function statusText(topics: readonly TopicStatus[]): string {
  const rows = topics.flatMap(({topic, state, runs, error}) => runs.length === 0 ? [[topic, state, '', '', '', '', error ?? '']] : runs.map((run, i) => [
    topic, i === 0 ? state : run.status, `${run.startedAt.slice(0, 19).replace('T', ' ')}Z`, run.mode, run.rowsRead === null ? '' : count(run.rowsRead), run.rowsInTable === null ? '' : count(run.rowsInTable), run.error ?? run.remarks ?? '',
  ]));
  return aligned([['TOPIC', 'STATE', 'STARTED', 'MODE', 'READ', 'IN TABLE', 'WHY'], ...rows], {numbers: [4, 5]}).map(line => `${line}\n`).join('');
}
