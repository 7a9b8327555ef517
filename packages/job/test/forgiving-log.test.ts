import {ErrorCode, PipelineError} from '@sluice/core';
import {expect, test} from 'vitest';
import {forgivingLog} from '../src/forgiving-log.ts';

test('what cannot be written any more is told once, and leaves no log with a gap', async () => {
  const entries: object[] = [];
  const warnings: string[] = [];
  let isFull = false;
  const logger = {debug() {}, info() {}, error() {}, warn: (message: string) => { warnings.push(message); }};
  const log = forgivingLog({
    entries: async () => entries,
    async append(entry) {
      if (isFull) throw new PipelineError(ErrorCode.WRITE, 'no space is left');
      entries.push(entry);
    },
    async remove() { entries.length = 0; },
  }, logger);
  await log.append({n: 1});
  expect(entries).toEqual([{n: 1}]);
  isFull = true;
  await log.append({n: 2});
  isFull = false;
  await log.append({n: 3});
  expect(entries).toEqual([]);
  expect(warnings).toEqual(['no space is left: when this run crashes, the next one begins anew']);
});

test('a mistake in the program is no matter of space', async () => {
  const broken = {entries: async () => [], append: async () => { throw new TypeError('a mistake'); }, remove: async () => {}};
  await expect(forgivingLog(broken, {debug() {}, info() {}, error() {}, warn() {}}).append({})).rejects.toThrow(TypeError);
});
