import type {RunReport} from '@sluice/core';
import type {Ended} from './program.ts';

/** The one document on standard output. Fails when there is anything else. */
export function documentOf({stdout, stderr}: Ended): Record<string, unknown> {
  try {
    return JSON.parse(stdout) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`standard output is not one JSON document: ${JSON.stringify(stdout.slice(0, 300))}\n${stderr}`, {cause: error});
  }
}

/** The report of a run with `--json`. */
export function reportOf(ended: Ended): RunReport {
  const document = documentOf(ended);
  if (document['format'] !== 'sluice.run-report/1') throw new Error(`no run report but ${JSON.stringify(document).slice(0, 600)}`);
  return document as unknown as RunReport;
}
