import {setTimeout as pause} from 'node:timers/promises';
import {afterEach, beforeAll, expect, test} from 'vitest';
import {build, start, type Running} from './run.ts';

beforeAll(build);
const running: Running[] = [];
afterEach(() => {
  for (const {child} of running.splice(0)) child.kill('SIGKILL');
});
const begin = (...args: string[]) => {
  const one = start(args);
  running.push(one);
  return one;
};

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s stops a command in its own time, with 130', async signal => {
  const one = begin('wait');
  await one.says('waiting');
  one.child.kill(signal);
  expect(await one.ended).toEqual({code: 130, signal: null, out: 'waiting\n', err: 'stopping; press Ctrl-C again to quit at once\nstopped on request\n'});
});

test('an interrupted command reports with --json', async () => {
  const one = begin('wait', '--json');
  await one.says('waiting');
  one.child.kill('SIGINT');
  const {code, out} = await one.ended;
  expect(code).toBe(130);
  expect(JSON.parse(out)).toMatchObject({format: 'sluice.failure/1', status: 'interrupted', exitCode: 130, error: {code: 'SLUICE_INTERRUPTED'}});
});

test('a command that ends with a report of its own keeps it', async () => {
  const one = begin('orderly', '--json');
  await one.says('waiting');
  one.child.kill('SIGINT');
  const {code, out} = await one.ended;
  expect(code).toBe(130);
  expect(JSON.parse(out)).toMatchObject({format: 'sluice.run-report/1', status: 'interrupted'});
});

test.each([[], ['--json']])('the second signal quits at once %j', async (...more) => {
  const one = begin('deaf', ...more);
  await one.says('waiting');
  one.child.kill('SIGINT');
  await one.says('press Ctrl-C again');
  // Longer than a Ctrl-C that arrives twice by way of npm.
  await pause(300);
  const pressed = performance.now();
  one.child.kill('SIGINT');
  const {code, out, err} = await one.ended;
  expect(code).toBe(130);
  expect(err).toMatch(/press Ctrl-C again to quit at once\nquit at once\n$/);
  expect(performance.now() - pressed).toBeLessThan(2000);
  if (more.length > 0) expect(JSON.parse(out)).toMatchObject({status: 'interrupted', exitCode: 130});
  else expect(out).toBe('');
});

test('a Ctrl-C that npm passes on counts once', async () => {
  const one = begin('deaf');
  await one.says('waiting');
  // Equal signals that wait to be heard are one to the system; these are not.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) one.child.kill(signal);
  await one.says('press Ctrl-C again');
  const outcome = await Promise.race([one.ended, pause(400)]);
  expect(outcome).toBeUndefined();
});
