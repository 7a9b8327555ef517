import {redactUrl} from '@sluice/config';
import type {EndpointReport, ReportedError, RunReport} from '@sluice/core';

/** URLs of the two ends of a copy, as they were given. */
export interface Ends {
  readonly source: string;
  readonly destination: string;
}

export interface FailedRun {
  readonly tool: RunReport['tool'];
  readonly ends: Ends | null;
  readonly startedAt: Date;
  readonly seconds: number;
  readonly interrupted: boolean;
  /** Absent when somebody stopped it. */
  readonly error?: ReportedError;
}

/** The report of a copy that came to its end before anything kept account of it: whoever reads reports needs to know one form only. */
export function failedRun({tool, ends, startedAt, seconds, interrupted, error}: FailedRun): RunReport {
  return {
    format: 'sluice.run-report/1', tool, status: interrupted ? 'interrupted' : 'failed',
    startedAt: startedAt.toISOString(), finishedAt: new Date(startedAt.getTime() + seconds * 1000).toISOString(),
    source: {...endpoint(ends?.source), snapshot: null}, destination: {...endpoint(ends?.destination), archived: null, bytes: null},
    published: false, tables: [], views: [], excluded: [], omissions: [],
    verification: {status: 'skipped', tables: 0, rows: 0},
    timings: {plan: 0, read: 0, transform: 0, digest: 0, write: 0, finish: 0, verify: 0, publish: 0, total: seconds},
    warnings: [], ...(error && {error}),
  };
}

/**
 * Of an end that nobody could make out, kind and label are empty. It may be no proper URL, or why would the
 * run have failed so early: what stands before an `@` may be a password whatever its form.
 */
function endpoint(url = ''): EndpointReport {
  const kind = /^[a-z][a-z0-9+.-]*(?=:)/i.exec(url)?.[0] ?? '';
  const proper = url.slice(kind.length).startsWith('://') || !url.includes('@');
  return {kind: kind.toLowerCase(), label: proper ? redactUrl(url) : redactUrl(`${kind}:${url.slice(url.lastIndexOf('@') + 1)}`)};
}
