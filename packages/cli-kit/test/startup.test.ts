import {spawnSync} from 'node:child_process';
import {beforeAll, expect, test} from 'vitest';
import {app, build, clean} from './run.ts';

beforeAll(build);

// What is loaded decides how long a start takes, and unlike time it can be asserted on any machine.
function loaded(args: readonly string[]): string {
  const {stderr} = spawnSync(process.execPath, [app, ...args], {env: clean({NODE_DEBUG: 'esm,module'}), encoding: 'utf8', maxBuffer: 1 << 28});
  return stderr;
}

test('the help of a program needs neither parser nor logger nor schemas', () => {
  const seen = loaded(['--help']);
  expect(seen).toContain('cli-kit/dist/help.js');
  for (const heavy of ['/yargs/', '/winston/', '/zod/', '/yaml/', 'config/dist']) expect(seen).not.toContain(heavy);
});

test('the help of a command needs neither parser nor logger', () => {
  const seen = loaded(['copy', '--help']);
  expect(seen).toContain('/zod/');
  for (const heavy of ['/yargs/', '/winston/']) expect(seen).not.toContain(heavy);
});
