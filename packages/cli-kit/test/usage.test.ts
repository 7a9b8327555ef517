import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {build, run} from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-usage-'));
beforeAll(build);
afterAll(() => rmSync(folder, {recursive: true, force: true}));

const usage = async (...args: string[]) => {
  const {code, out, err} = await run(args);
  expect([code, out]).toEqual([2, '']);
  return err;
};
const copied = async (args: string[], env: Record<string, string> = {}) => {
  const {code, out, err} = await run(['copy', ...args], {env});
  expect([code, err]).toEqual([0, expect.stringMatching(/copying\n$/)]);
  return {...JSON.parse(out) as {readonly commandLine: string}, err};
};

describe('mistakes', () => {
  test.each([
    [['copy', 'a', 'b', '--tabels', 'x'], 'error: unknown option --tabels; did you mean --tables?\ntry: app copy a b --tables x\n'],
    [['copy', 'mysql://u:hunter2@h/d', 'b', '--tabels=x'], 'error: unknown option --tabels; did you mean --tables?\ntry: app copy mysql://h/d b --tables=x\n'],
    [['copy', 'a', 'b', '--zzz=hunter2'], 'error: unknown option --zzz\ntry: app copy --help\n'],
    [['copy', 'a', 'b', '--token', 'hunter2', '--veriffy'], 'error: unknown option --veriffy; did you mean --verify?\ntry: app copy a b --token \'<secret>\' --verify\n'.replace("'<secret>'", '<secret>')],
    [['kopy', 'mysql://u:hunter2@h/d'], 'error: unknown command kopy; did you mean copy?\ntry: app copy mysql://h/d\n'],
    [['mysql://u:hunter2@h/d'], 'error: unknown command mysql://h/d\ntry: app --help\n'],
    [[], /^error: no command is given; possible are copy, group one, .*\ntry: app --help\n$/],
    [['copy', 'a', 'b', 'c', 'd'], 'error: 2 words too many: app copy takes SOURCE TARGET\ntry: app copy --help\n'],
    [['group'], 'error: group is the first word of group one, group two\ntry: app group one --help\n'],
    [['group', 'onne', 'a'], 'error: unknown command group onne; did you mean group one?\ntry: app group one a\n'],
    [['group', 'one', 'a', 'b'], 'error: 1 words too many: app group one takes WHAT\ntry: app group one --help\n'],
    [['ok', 'a'], 'error: 1 words too many: app ok takes options only\ntry: app ok --help\n'],
    [['copy', 'a', 'b', '--source', 'c'], 'error: SOURCE is given twice: by its place and by its flag\ntry: app copy --help\n'],
    [['copy', 'a', 'b', '--tables'], 'error: --tables wants a value\ntry: app copy --help\n'],
    [['copy', 'a', 'b', '--tables', '--dry-run'], 'error: --tables wants a value\ntry: app copy --help\n'],
    [['copy', 'b', '-s'], 'error: -s wants a value\ntry: app copy --help\n'],
    [['copy', 'a', 'b', '--batch-rows', '1', '--batch-rows', '2'], 'error: --batch-rows is given 2 times\ntry: app copy --help\n'],
    [['copy', 'a', 'b', '--batch-rows', 'many'], 'error: --batch-rows must be an integer from 1 to 1000, got text\ntry: app copy --help\n'],
    [['copy'], 'error: 2 problems in the configuration of copy:\n  source: is required: give --source URL, SLUICE_SOURCE or source: in the configuration file\n  target: is required: give --target URL, SLUICE_TARGET or target: in the configuration file\ntry: app copy --help\n'],
  ] as const)('%j', async (args, told) => {
    const err = await usage(...args);
    if (typeof told === 'string') expect(err.replace(/^warning: .*\n/, '')).toBe(told);
    else expect(err).toMatch(told);
    expect(err).not.toContain('hunter2');
  });

  test('those of the command line and those of flags, variables and file are each told together', async () => {
    expect(await usage('copy', 'a', 'b', 'c', '--zzz', '--batch-rows', '1', '--batch-rows', '2')).toMatch(/^error: 3 problems on the command line:\n(  .*\n){3}try: /);
    writeFileSync(join(folder, 'bad.yaml'), 'verify: maybe\ntabels: []\n');
    const {err} = await run(['copy', 'a', 'b', '--batch-rows', '0', '--config', join(folder, 'bad.yaml')], {env: {SLUICE_PAGE_ROWS: 'x'}});
    expect(err).toMatch(/^error: 4 problems in the configuration of copy:\n {2}.*bad\.yaml:2:1 tabels: .*\n {2}--batch-rows: .*\n {2}.*bad\.yaml:1:9 verify: .*\n {2}SLUICE_PAGE_ROWS: .*\ntry: app copy --help\n$/);
  });
});

test('a command of two words takes its options and places', async () => {
  expect(await run(['group', 'one', 'thing'])).toMatchObject({code: 0, out: 'thing\n'});
  expect(await run(['--quiet', 'group', 'one', '--what', 'thing'])).toMatchObject({code: 0, out: 'thing\n'});
  expect((await run(['group', 'one', '--help'])).out).toContain('Usage: app group one WHAT [options]');
});

describe('values', () => {
  test('come from places, flags, variables and a file, in this order', async () => {
    const path = join(folder, 'ok.yaml');
    writeFileSync(path, 'batchRows: 3\ntables: [f]\ntarget: file\ndryRun: true\n');
    expect(await copied(['a', '--config', path], {SLUICE_BATCH_ROWS: '4', SLUICE_TABLES: 'x,y'})).toMatchObject({source: 'a', target: 'file', batchRows: 4, tables: ['x', 'y'], dryRun: true});
    expect(await copied(['a', '--tables', 'p,q', '--tables=r'], {SLUICE_BATCH_ROWS: '4', SLUICE_CONFIG: path})).toMatchObject({batchRows: 4, tables: ['p', 'q', 'r']});
  });

  test('stay texts to the letter', async () => {
    expect(await copied(['007', '1e5'])).toMatchObject({source: '007', target: '1e5'});
    expect(await copied(['--source=-x', '--target', 'a b', '--tables', '-5'])).toMatchObject({source: '-x', target: 'a b', tables: ['-5']});
    expect(await copied(['--', '--json', 'b.c'])).toMatchObject({source: '--json', target: 'b.c'});
  });

  test('booleans can be denied', async () => {
    expect(await copied(['a', 'b'])).toMatchObject({verify: true});
    expect(await copied(['a', 'b', '--no-verify'])).toMatchObject({verify: false});
    expect(await copied(['a', 'b', '--verify=false'])).toMatchObject({verify: false});
    expect(await copied(['a', 'b', '--dry-run', '--dry-run'])).toMatchObject({dryRun: true});
  });

  test('flags may come before the command, and commands have other names', async () => {
    const {code, out} = await run(['--verbose', 'cp', 'a', '-s', 'x'], {});
    expect([code, out]).toEqual([2, '']);
    expect(JSON.parse((await run(['--quiet', 'cp', 'a', '--target', 'x'])).out)).toMatchObject({source: 'a', target: 'x'});
  });

  test('no password is told in the command line, and one that is visible to others is warned of once', async () => {
    const {err, commandLine} = await copied(['mysql://u:hunter2@h/d', '--target=mysql://u:hunter2@h/d', '--token', 'hunter2', '--tables', "it's *"]);
    expect(commandLine).toBe(`app copy mysql://h/d --target=mysql://h/d --token <secret> --tables 'it'\\''s *'`);
    expect(err.match(/can be seen in the process list/g)).toHaveLength(1);
    expect(err).not.toContain('hunter2');
    expect((await copied(['mysql://u@h/d', 'b'])).err).toBe('copying\n');
  });
});

describe('--help', () => {
  test('of the program fits a screen, starts with one sentence and ends with examples', async () => {
    const {code, out, err} = await run(['--help']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^Shows every way to end\.\n\nUsage: app COMMAND \[options\]\n\nCommands:\n {2}copy, cp/);
    expect(out).toMatch(/Examples:\n {2}app copy a b\n {6}Copies a to b\.\n(.*\n){4}\napp COMMAND --help says more\.\n$/);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('of a command shows its options, variables and defaults, and hides the advanced', async () => {
    const {out} = await run(['copy', '--help']);
    expect(out).toMatchInlineSnapshot(`
      "Does copy.

      Usage: app copy SOURCE TARGET [options]

      Options:
        -s, --source URL      Where to read from. (required) [SLUICE_SOURCE]
        --target URL          Where to write to. (required) [SLUICE_TARGET]
        --tables PATTERN,...  Names or patterns. (default: *) [SLUICE_TABLES]
        --batch-rows N        Rows in a batch. (default: 100) [SLUICE_BATCH_ROWS]
        --[no-]verify         Read everything back and compare. (default: yes)
                              [SLUICE_VERIFY]
        --dry-run             Touch nothing.
        --token TEXT          Key. [SLUICE_TOKEN]

      Common options:
        --config FILE        Read options from a YAML or JSON file; flags and
                             variables win. [SLUICE_CONFIG]
        --log-folder FOLDER  Keep logs there: debug, daily, error, breakdown; one file
                             a day. [SLUICE_LOG_FOLDER]
        --json               Print one JSON document on standard output, all else on
                             standard error.
        -q, --quiet          Say warnings and errors only.
        -v, --verbose        Say more, and where errors come from.
        --version            Print the version.
        -h, --help           Print this.
        1 more option is on the reference page.

      Examples:
        app copy
            Does it.
        app copy --json
            Does it for a program.
        app copy --verbose
            Says more.
      "
    `);
    expect(out.split('\n').length).toBeLessThanOrEqual(45);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  test('works wherever it stands and whatever else is wrong', async () => {
    for (const args of [['copy', '--tabels', '-h'], ['-h', 'copy'], ['--json=false', 'cp', '--help']]) expect((await run(args)).out).toContain('Usage: app copy');
    expect((await run(['nonsense', '--help'])).out).toContain('Usage: app COMMAND');
  });

  test('--version prints name and version', async () => {
    expect(await run(['--version'])).toMatchObject({code: 0, out: 'app 1.2.3\n', err: ''});
  });
});
