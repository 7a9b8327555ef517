import assert from 'node:assert/strict';
import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {test} from 'node:test';
import {breachesOf} from '../check-house-rules.mjs';
import {errorsPage} from '../docs.mjs';
import {exampleOf, lockedVersions} from '../pack-check.mjs';
import {memoryFolder} from '../memory-folder.mjs';
import {checkNode, installEnvironment, reason, SetupError} from '../setup.mjs';

test('names the Node that is needed, and the one that is here', () => {
  assert.throws(() => checkNode('>=20.19', '18.20.4'), error => error instanceof SetupError && /needs Node 20\.19 or newer, and this is Node 18\.20\.4/.test(error.message));
  assert.throws(() => checkNode('>=20.19', '20.9.0'), SetupError);
  for (const version of ['20.19.0', '20.20.2', '22.0.0', '24.1.0']) checkNode('>=20.19', version);
});

test('says in one sentence why an install failed', () => {
  assert.match(reason('WARN GET https://… failed: getaddrinfo EAI_AGAIN registry'), /registry cannot be reached/);
  assert.match(reason('gyp ERR! find Python'), /install python3, make and g\+\+/);
  assert.match(reason('gyp ERR! stack Error: not found: make'), /install python3, make and g\+\+/);
  assert.match(reason('ERR_PNPM_FROZEN_LOCKFILE_WITH_OUTDATED_LOCKFILE'), /lockfile|pnpm-lock/);
  assert.match(reason('ENOSPC: no space left on device'), /disk is full/);
});

test('leaves a folder of Node headers that the user has chosen', () => {
  assert.equal(installEnvironment({npm_config_nodedir: 'chosen'}).npm_config_nodedir, 'chosen');
});

test('sees the house rules broken, with the place', () => {
  assert.deepEqual(breachesOf('packages/a/src/utils.ts', ''), ['packages/a/src/utils.ts: say what is in it: no utils, helpers, common']);
  assert.deepEqual(breachesOf('packages/a/src/a.ts', "const a = 1;\nconst b = '/tmp/x/y';"), ['packages/a/src/a.ts:2: a path of one machine']);
  assert.equal(breachesOf('packages/a/src/a.ts', '// TODO later').length, 1);
  assert.equal(breachesOf('packages/a/src/a.ts', '// TODO(#12) later').length, 0);
  assert.equal(breachesOf('packages/a/src/a.ts', '// oxlint-disable-next-line no-console').length, 1);
  assert.equal(breachesOf('packages/a/src/a.ts', '// oxlint-disable-next-line no-console -- the only output').length, 0);
  assert.equal(breachesOf('packages/a/test/a.test.ts', "it.todo('x')").length, 1);
  assert.equal(breachesOf('packages/a/src/fine-name.ts', 'export const a = 1;').length, 0);
});

test('finds the first js block of a README, and no other', () => {
  assert.equal(exampleOf('# a\n\n```sh\nnpm i\n```\n\n```js\nconsole.log(1);\n```\n\n```js\nconsole.log(2);\n```\n'), 'console.log(1);\n');
  assert.equal(exampleOf('# a\n\n```json\n{}\n```\n'), undefined);
});

test('makes a page of all error codes, and refuses one without an explanation', () => {
  const page = errorsPage("export const ErrorCode = {\n  /** It\n   * broke. */\n  BROKEN: 'SLUICE_BROKEN',\n} as const;");
  assert.match(page, /\| `SLUICE_BROKEN` \| `ErrorCode\.BROKEN` \| It broke\. \|/);
  assert.throws(() => errorsPage("export const ErrorCode = {\n  /** It broke. */\n  BROKEN: 'A',\n  SILENT: 'B',\n} as const;"), /needs a comment/);
});

test('takes the versions of libraries out of the lock file, where it has one of them', () => {
  const lock = "lockfileVersion: '9.0'\n\nimporters:\n\n  .:\n    dependencies:\n      a:\n        version: 9.9.9\n\npackages:\n\n  '@x/y@1.2.3':\n    resolution: {integrity: sha512-a}\n\n  a@1.0.0-rc.1:\n    resolution: {integrity: sha512-b}\n\n"
    + "  b@1.0.0:\n    resolution: {integrity: sha512-c}\n\n  b@2.0.0:\n    resolution: {integrity: sha512-d}\n\nsnapshots:\n\n  '@x/y@1.2.3': {}\n\n  c@1.0.0(a@1.0.0-rc.1): {}\n";
  assert.deepEqual(lockedVersions(lock), {'@x/y': '1.2.3', a: '1.0.0-rc.1'});
});

test('makes a folder in memory for everybody, where there is room, and takes it away', {skip: process.platform !== 'linux'}, () => {
  const base = mkdtempSync(join(tmpdir(), 'sluice-tools-'));
  try {
    assert.equal(memoryFolder({base, memory: 2 ** 32, room: 1}), null);
    assert.equal(memoryFolder({base, memory: 2 ** 60, room: 2 ** 59}), null);
    assert.equal(memoryFolder({base: join(base, 'nowhere'), memory: 2 ** 40, room: 1}), null);
    const folder = memoryFolder({base, memory: 2 ** 40, room: 1});
    assert.equal(statSync(folder.path).mode & 0o7777, 0o1777);
    writeFileSync(join(folder.path, 'file'), '');
    folder[Symbol.dispose]();
    assert.deepEqual(readdirSync(base), []);
  } finally {
    rmSync(base, {recursive: true});
  }
});

test('hands every kind of server to the tests: without its URL each file of them starts one of its own', () => {
  const read = file => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
  const [, kinds] = /serverKinds = \[(.+?)\]/.exec(read('packages/testkit/src/servers/types.ts'));
  const urls = [...kinds.matchAll(/'(\w+)'/g)].map(([, kind]) => `TEST_${kind.toUpperCase()}_URL`);
  assert.ok(urls.length >= 4);
  const {globalPassThroughEnv} = JSON.parse(read('turbo.json'));
  assert.deepEqual(urls.filter(url => !globalPassThroughEnv.includes(url)), []);
});
