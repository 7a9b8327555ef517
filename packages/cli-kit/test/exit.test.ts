import {beforeAll, describe, expect, test} from 'vitest';
import {app, build, run} from './run.ts';

beforeAll(build);

test.each([
  ['ok', 0, ''],
  ['failed', 1, 'error: cannot reach mysql://db:3306/x (table users, row 42); check host and port\n'],
  ['placed', 1, 'error: row 1 of table t: it is wrong\n'],
  ['config', 2, 'error: the policy leaves 2 columns open:\n  users.dob: is undecided\n  users.name: is undecided\n\ntables:\n  users:\n    dob: drop\n'],
  ['undecided', 2, 'error: users.dob has no decision\n'],
  ['partial', 3, 'error: column x of table b holds a value out of range; declare a rule\n'],
  ['reported', 1, 'error: no space is left for mysql://h/d; free some space\n'],
  ['internal', 1, 'error: an internal error stopped the program (TypeError); run again with --verbose and report what it prints\n'],
  ['thrown', 1, 'error: an internal error stopped the program (string); run again with --verbose and report what it prints\n'],
  ['rejection', 1, 'error: an internal error stopped the program (Error); run again with --verbose and report what it prints\n'],
  ['exception', 1, 'error: an internal error stopped the program (Error); run again with --verbose and report what it prints\n'],
  ['early', 1, 'error: an internal error stopped the program (Error); run again with --verbose and report what it prints\n'],
  ['lingering', 0, ''],
])('%s ends with %i and says its one sentence', async (command, code, err) => {
  expect(await run([command])).toEqual({code, signal: null, out: '', err});
});

test.each([[[]], [['--quiet']], [['--json']]])('warnings of a report are told once on standard error, with %j too', async more => {
  expect((await run(['warned', ...more])).err).toBe('warning: the first thing\nwarning: another\n');
});

describe('--json', () => {
  test.each([
    ['ok', 0, {format: 'sluice.result/1', status: 'ok'}],
    ['copy a b', 0, {config: {source: 'a', target: 'b'}, commandLine: 'app copy a b --json'}],
    ['failed', 1, {format: 'sluice.failure/1', status: 'failed', exitCode: 1, tool: {name: 'app', version: '1.2.3'}, error: {code: 'SLUICE_CONNECT', message: 'cannot reach mysql://db:3306/x', table: 'users', row: 41}}],
    ['config', 2, {error: {code: 'SLUICE_CONFIG', problems: [{path: 'users.dob'}, {path: 'users.name'}], remedy: 'tables:\n  users:\n    dob: drop'}}],
    ['partial', 3, {format: 'sluice.run-report/1', status: 'partial'}],
    ['reported', 1, {format: 'sluice.run-report/1', status: 'failed', error: {code: 'SLUICE_WRITE'}}],
    ['move mysql://reader:hunter2@db/x sqlite:y.db', 1, {
      format: 'sluice.run-report/1', status: 'failed', tool: {name: 'app', version: '1.2.3'}, tables: [], warnings: [], published: false, error: {code: 'SLUICE_LOCKED'},
      source: {kind: 'mysql', label: 'mysql://db/x'}, destination: {kind: 'sqlite', label: 'sqlite:y.db'}, timings: {plan: 0},
    }],
    ['move mysql:/reader:hunter2@db/x jdbc:mysql://reader:hunter2@db/y', 1, {source: {kind: 'mysql', label: 'mysql:db/x'}, destination: {label: 'jdbc:db/y'}}],
    ['move', 2, {format: 'sluice.run-report/1', status: 'failed', tables: [], error: {code: 'SLUICE_CONFIG', problems: [{path: 'source'}, {path: 'target'}]}, source: {kind: '', label: ''}}],
    ['move a b --config none.yaml', 2, {format: 'sluice.run-report/1', error: {message: 'cannot read none.yaml: there is no such file'}}],
    ['move a b --dry-run', 1, {format: 'sluice.failure/1', error: {code: 'SLUICE_LOCKED'}}],
    ['big', 0, {big: '18446744073709551616'}],
    ['internal', 1, {error: {code: 'SLUICE_INTERNAL'}}],
    ['rejection', 1, {error: {code: 'SLUICE_INTERNAL'}}],
    ['exception', 1, {error: {code: 'SLUICE_INTERNAL'}}],
    ['early', 1, {error: {code: 'SLUICE_INTERNAL'}}],
    ['noisy', 0, {format: 'sluice.result/1'}],
    ['copy --tabels', 2, {exitCode: 2, error: {code: 'SLUICE_CONFIG', message: 'unknown option --tabels; did you mean --tables?'}}],
    ['copy', 2, {error: {problems: [{path: 'source'}, {path: 'target'}]}}],
    ['kopy', 2, {error: {code: 'SLUICE_CONFIG', remedy: 'try: app copy --json'}}],
    ['', 2, {error: {code: 'SLUICE_CONFIG'}}],
    ['copy --config none.yaml a b', 2, {error: {message: 'cannot read none.yaml: there is no such file'}}],
    ['--version', 0, {format: 'sluice.version/1', tool: {version: '1.2.3'}}],
    ['--help', 0, {format: 'sluice.help/1'}],
  ])('%s prints exactly one document and exits with %i', async (line, code, document) => {
    const ended = await run([...line.split(' ').filter(word => word !== ''), '--json']);
    expect(JSON.parse(ended.out)).toMatchObject(document);
    expect(ended.code).toBe(code);
  });

  test('what a library prints goes to standard error', async () => {
    const {err} = await run(['noisy', '--json']);
    for (const said of ['from a library', 'and another', 'data', 'warning: careful']) expect(err).toContain(said);
  });

  test('without it standard output holds what the command wrote, and no talk', async () => {
    const {out, err} = await run(['noisy']);
    expect(out).toBe('from a library\nand another\ndata\n');
    expect(err).toBe('warning: careful\n');
  });
});

describe('--verbose', () => {
  test('shows debug messages with their fields', async () => {
    expect((await run(['copy', 'a', 'b'])).err).toBe('copying\n');
    expect((await run(['copy', 'a', 'b', '--verbose'])).err).toBe('decoding tables=3\ncopying\n');
    expect((await run(['copy', 'a', 'b', '-q'])).err).toBe('');
  });

  test.each(['internal', 'thrown', 'failed', 'reported', 'rejection'])('%s shows where it comes from, and neither values nor passwords', async command => {
    for (const more of [[], ['--json']]) {
      const {out, err} = await run([command, '--verbose', ...more]);
      if (command !== 'thrown') expect(err).toMatch(/\n\s+at .*app\.mjs/);
      expect(out + err).not.toMatch(/canary-value|hunter2/);
    }
  });

  test('stack traces are shown only then', async () => {
    expect((await run(['internal'])).err).not.toMatch(/\n\s+at /);
  });

  test('causes are told by their code', async () => {
    expect((await run(['internal', '--verbose'])).err).toMatch(/caused by Error ER_DUP\n/);
  });
});

test('what could move a terminal\'s cursor is shown, not sent', async () => {
  const {err} = await run(['escape']);
  expect(err).toBe('error: table \\u{1b}]0;pwned\\u{7}\\u{1b}[2Jx\n');
});

test('a command that streams learns that its reader has gone, and never fills the memory', async () => {
  const {code, err} = await run([], {command: ['bash', '-c', 'set -o pipefail; "$0" "$1" endless | head -1 > /dev/null', process.execPath, app]});
  expect([code, err]).toEqual([0, 'wrote true and less than a gigabyte: true\n']);
});

test('a reader that goes away early is no error', async () => {
  const {code, err} = await run([], {command: ['bash', '-c', 'set -o pipefail; "$0" "$1" flood | head -1 > /dev/null', process.execPath, app]});
  expect({code, err}).toEqual({code: 0, err: ''});
});

test('a slow reader gets everything before the process ends', async () => {
  const {out} = await run([], {command: ['bash', '-c', '"$0" "$1" flood | (sleep 0.3; wc -l)', process.execPath, app]});
  expect(out.trim()).toBe('20000');
});

test('a full disk under standard output is an error, not a success', async () => {
  const {code, err} = await run([], {command: ['bash', '-c', '"$0" "$1" flood > /dev/full', process.execPath, app]});
  expect({code, err}).toEqual({code: 1, err: 'error: standard output cannot be written (ENOSPC)\n'});
});
