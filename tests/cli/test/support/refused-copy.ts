import {expect} from 'vitest';
import type {Ended} from './program.ts';
import {reportOf} from './report.ts';

/** A value that stands in the tables of these tests, and must stand in no output. */
export const canary = 'K3y-of-Brandywick-C11';

/** A copy with `--json` failed with one sentence that names place and remedy; nothing was published, no value is told. */
export function expectRefused(ended: Ended, says: RegExp, code: string, table?: string): void {
  expect(ended.stderr).toMatch(says);
  expect(ended.code).toBe(1);
  expect(ended.stderr.match(/^error: .+/gm), ended.stderr).toHaveLength(1);
  expect(ended.stderr).toMatch(/^error: .+; .+$/m);
  expect(ended.stderr).not.toMatch(/internal error|^\s+at /m);
  expect(ended.stdout + ended.stderr).not.toContain(canary);
  expect(reportOf(ended)).toMatchObject({status: 'failed', published: false, error: {code, ...(table !== undefined && {table})}});
}
