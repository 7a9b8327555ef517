import {chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createLogger, createTalk, type LoggerOptions} from '@sluice/cli-kit';
import {Secret} from '@sluice/core';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {build, run, start} from './run.ts';

const root = mkdtempSync(join(tmpdir(), 'sluice-logs-'));
let folder: string;
let number = 0;
beforeAll(build);
beforeEach(() => { folder = join(root, String(number++), 'logs'); });
afterAll(() => rmSync(root, {recursive: true, force: true}));

/** A moment of local time. */
const at = (text: string) => new Date(`${text.replace(' ', 'T')}`);
const read = (name: string) => existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1) : null;
/** Without time and process. */
const told = (name: string) => read(name)?.map(line => line.replace(/^\S+ +(\S+) +\S+ /, '$1 ')) ?? null;

function logger(more: Partial<LoggerOptions> = {}) {
  const spoken: string[] = [];
  const talk = createTalk({write: text => spoken.push(text)}, {});
  return {spoken, open: createLogger({talk, logFolder: folder, now: () => at('2024-05-06 12:00'), ...more})};
}

describe('the files', () => {
  test('take events by severity, and each is there from its first event on', async () => {
    const {open, spoken} = logger();
    const log = await open;
    log.debug('one', {rows: 3, table: 'users'});
    log.info('two');
    log.warn('three');
    expect(existsSync(join(folder, 'breakdown-2024-05-06.log'))).toBe(false);
    log.error('four');
    log.record('breakdown', 'five');
    await log[Symbol.asyncDispose]();
    expect(readdirSync(folder).sort()).toEqual(['breakdown', 'daily', 'debug', 'error'].map(name => `${name}-2024-05-06.log`));
    expect(told('debug-2024-05-06.log')).toEqual(['DEBUG one rows=3 table=users', 'INFO two', 'WARN three', 'ERROR four', 'BREAKDOWN five']);
    expect(told('daily-2024-05-06.log')).toEqual(['INFO two', 'WARN three', 'ERROR four', 'BREAKDOWN five']);
    expect(told('error-2024-05-06.log')).toEqual(['WARN three', 'ERROR four', 'BREAKDOWN five']);
    expect(told('breakdown-2024-05-06.log')).toEqual(['BREAKDOWN five']);
    expect(spoken.join('')).toBe('two\nwarning: three\nerror: four\n');
  });

  test('do not depend on what standard error is told', async () => {
    for (const more of [{quiet: true}, {verbose: true}]) {
      const log = await logger(more).open;
      log.debug('a');
      log.info('b');
      await log[Symbol.asyncDispose]();
    }
    expect(told('debug-2024-05-06.log')).toEqual(['DEBUG a', 'INFO b', 'DEBUG a', 'INFO b']);
  });

  test('tell time with its offset, program and process', async () => {
    const log = await logger({program: 'sluice-x'}).open;
    log.info('a');
    await log[Symbol.asyncDispose]();
    const [line = ''] = read('daily-2024-05-06.log')!;
    expect(line).toMatch(new RegExp(`^2024-05-06T12:00:00\\.000[+-]\\d\\d:\\d\\d INFO {6}sluice-x\\[${process.pid}\\] a$`));
    expect(new Date(line.split(' ')[0]!)).toEqual(at('2024-05-06 12:00'));
  });

  test('change at local midnight, in one process and from one to the next', async () => {
    let now = at('2024-12-31 23:59:59.999');
    const log = await logger({now: () => now}).open;
    log.info('old');
    now = at('2025-01-01 00:00:00.000');
    log.info('new');
    await log[Symbol.asyncDispose]();
    const next = await logger({now: () => now}).open;
    next.info('newer');
    await next[Symbol.asyncDispose]();
    expect([told('daily-2024-12-31.log'), told('daily-2025-01-01.log')]).toEqual([['INFO old'], ['INFO new', 'INFO newer']]);
  });

  test('are kept 366 of a name, the oldest go first, and nothing else in the folder is touched', async () => {
    mkdirSync(folder, {recursive: true});
    const days = Array.from({length: 400}, (_, i) => new Date(Date.UTC(2023, 0, 1 + i)).toISOString().slice(0, 10));
    for (const day of days) {
      writeFileSync(join(folder, `daily-${day}.log`), '');
      if (day < '2023-02') writeFileSync(join(folder, `debug-${day}.log`), '');
    }
    const others = ['daily-2001-01-01.log.gz', 'xdaily-2001-01-01.log', 'daily-2001-1-1.log', 'notes.txt'];
    for (const name of others) writeFileSync(join(folder, name), '');
    const log = await logger().open;
    log.info('a');
    await log[Symbol.asyncDispose]();
    const left = readdirSync(folder).filter(name => /^daily-\d{4}-\d\d-\d\d\.log$/.test(name)).sort();
    expect(left).toEqual([...days.slice(-365).map(day => `daily-${day}.log`), 'daily-2024-05-06.log']);
    expect(readdirSync(folder).filter(name => name.startsWith('debug-'))).toHaveLength(32);
    for (const name of others) expect(existsSync(join(folder, name))).toBe(true);
  });

  test('of a clock that went back are kept while they are written', async () => {
    mkdirSync(folder, {recursive: true});
    for (let i = 0; i < 400; i++) writeFileSync(join(folder, `daily-${new Date(Date.UTC(2030, 0, 1 + i)).toISOString().slice(0, 10)}.log`), '');
    const log = await logger().open;
    log.info('a');
    await log[Symbol.asyncDispose]();
    expect(told('daily-2024-05-06.log')).toEqual(['INFO a']);
    expect(readdirSync(folder).filter(name => name.startsWith('daily-'))).toHaveLength(366);
  });

  test('hold no passwords, no secrets, and no line that only looks like an event', async () => {
    const {open, spoken} = logger({verbose: true});
    const log = await open;
    log.info('reading mysql://u:hunter2@h/d?password=hunter2', {url: 'mysql://u:hunter2@h/d', password: new Secret('hunter2')});
    log.warn('table x\n2024-05-06T12:00:00.000+00:00 BREAKDOWN forged \u001b[2J');
    log.record('breakdown', 'mysql://u:hunter2@h/d broke');
    await log[Symbol.asyncDispose]();
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(/hunter2|\u001b/);
    expect(spoken.join('')).not.toContain('hunter2');
    expect(read('error-2024-05-06.log')!.filter(line => !line.startsWith('    ')).map(line => line.split(/ +/)[1])).toEqual(['WARN', 'BREAKDOWN']);
  });

  test('in a folder that cannot be made are a WRITE error', async () => {
    mkdirSync(join(folder, '..'), {recursive: true});
    writeFileSync(folder, '');
    await expect(logger().open).rejects.toMatchObject({code: 'SLUICE_WRITE', message: expect.stringMatching(/^the log folder .*logs cannot be used \(EEXIST\)$/)});
  });

  test('that cannot be written any more are warned of once and stop nothing', {skip: !existsSync('/dev/full')}, async () => {
    mkdirSync(folder, {recursive: true});
    for (const name of ['debug', 'daily']) symlinkSync('/dev/full', join(folder, `${name}-2024-05-06.log`));
    const {open, spoken} = logger();
    const log = await open;
    log.info('a');
    log.warn('b');
    await log[Symbol.asyncDispose]();
    expect(spoken.filter(line => line.includes('incomplete'))).toHaveLength(1);
    expect(spoken.join('')).toContain('(ENOSPC)');
    expect(told('error-2024-05-06.log')).toEqual(['WARN b']);
  });
});

describe('a program with --log-folder', () => {
  /** Of today, whatever day that is. */
  const today = (name: string) => {
    const file = readdirSync(folder).find(one => one.startsWith(`${name}-`));
    return file === undefined ? null : told(file);
  };

  test('logs its start, what it says and its end; the folder is made, for its group at most', async () => {
    const {code, err} = await run(['copy', 'mysql://u:hunter2@h/d', 'b', '--token', 'hunter2', '--log-folder', folder]);
    expect([code, err]).toEqual([0, expect.stringMatching(/^warning: a password.*\ncopying\n$/)]);
    expect(today('debug')).toEqual([
      `INFO app 1.2.3 starts: app copy mysql://h/d b --token <secret> --log-folder ${folder}`, expect.stringMatching(/^WARN a password/),
      'DEBUG decoding tables=3', 'INFO copying', expect.stringMatching(/^INFO ended with exit code 0 after \d+\.\d s$/),
    ]);
    expect([today('error')?.length, today('breakdown')]).toEqual([1, null]);
    expect(statSync(folder).mode & 0o007).toBe(0);
    expect(statSync(join(folder, readdirSync(folder)[0]!)).mode & 0o137).toBe(0);
  });

  test.each([
    ['failed', 1, 'SLUICE_CONNECT cannot reach mysql://db:3306/x (table users, row 42); check host and port'],
    ['undecided', 2, 'SLUICE_UNDECIDED users.dob has no decision'],
    ['partial', 3, 'SLUICE_VALUE column x of table b holds a value out of range; declare a rule'],
    ['reported', 1, 'SLUICE_WRITE no space is left for mysql://h/d; free some space'],
    ['internal', 1, expect.stringMatching(/^SLUICE_INTERNAL an internal error/)],
    ['rejection', 1, expect.stringMatching(/^SLUICE_INTERNAL an internal error/)],
    ['early', 1, expect.stringMatching(/^SLUICE_INTERNAL an internal error/)],
  ])('tells a run that %s in the breakdown log, with its code and without a value', async (command, exitCode, message) => {
    const {code, err} = await run([command, '--log-folder', folder]);
    expect(code).toBe(exitCode);
    expect(today('breakdown')?.filter(line => !line.startsWith('    '))).toEqual([typeof message === 'string' ? `BREAKDOWN ${message}` : expect.stringMatching(/^BREAKDOWN SLUICE_INTERNAL/)]);
    expect(today('daily')?.at(-1)).toMatch(`ended with exit code ${exitCode}`);
    expect(err.match(/error:/g)).toHaveLength(1);
    for (const name of readdirSync(folder)) expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(/hunter2|canary-value/);
  });

  test('that is stopped says so as a warning', async () => {
    const running = start(['wait', '--log-folder', folder]);
    await running.says('waiting');
    running.child.kill('SIGTERM');
    expect((await running.ended).code).toBe(130);
    expect([today('error'), today('breakdown')]).toEqual([['WARN stopped on request'], null]);
  });

  test('is not kept alive by its logs', async () => {
    expect((await run(['ok', '--log-folder', folder])).code).toBe(0);
  });

  test('finds the folder in a variable and in the configuration file, for commands without options, too', async () => {
    const elsewhere = `${folder}-elsewhere`;
    mkdirSync(join(folder, '..'), {recursive: true});
    const file = join(folder, '..', 'app.yaml');
    writeFileSync(file, `logFolder: ${folder}\n`);
    expect((await run(['ok', '--config', file])).code).toBe(0);
    expect(today('daily')).toHaveLength(2);
    expect((await run(['ok', '--config', file], {env: {SLUICE_LOG_FOLDER: elsewhere}})).code).toBe(0);
    expect([today('daily')?.length, readdirSync(elsewhere).length]).toEqual([2, 2]);
    expect((await run(['--log-folder', folder, 'ok'], {env: {SLUICE_LOG_FOLDER: elsewhere}})).code).toBe(0);
    expect(today('daily')).toHaveLength(4);
    writeFileSync(file, 'logFolder: [x]\n');
    expect(await run(['ok', '--config', file])).toMatchObject({code: 2, err: expect.stringMatching(/app\.yaml:1:1 logFolder must be the name of a folder/)});
  });

  test('that cannot log there does not begin', {skip: process.getuid?.() === 0}, async () => {
    mkdirSync(folder, {recursive: true});
    chmodSync(folder, 0o500);
    expect(await run(['copy', 'a', 'b', '--log-folder', folder])).toMatchObject({code: 1, out: '', err: expect.stringContaining('cannot be used (EACCES)')});
  });
});
