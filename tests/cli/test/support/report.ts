import type {RunReport} from '@sluice/core';
import type {Ended} from './program.ts';

/** What is on standard output, one JSON document. Fails when there is anything else. */
export function jsonOf({stdout, stderr}: Ended): unknown {
  try {
    return JSON.parse(stdout);
  } catch (error) {
    throw new Error(`standard output is not one JSON document: ${JSON.stringify(stdout.slice(0, 300))}\n${stderr}`, {cause: error});
  }
}

/** The same where nothing is known of its shape. */
export const documentOf = (ended: Ended) => jsonOf(ended) as Record<string, unknown>;

/** The report of a run with `--json`. */
export function reportOf(ended: Ended): RunReport {
  const document = jsonOf(ended) as RunReport;
  if (document.format !== 'sluice.run-report/1') throw new Error(`no run report but ${JSON.stringify(document).slice(0, 600)}`);
  return document;
}
