import {existsSync} from 'node:fs';
import {beforeAll, describe, expect, test} from 'vitest';
import {createProgress, createTalk, type TalkStream} from '@sluice/cli-kit';
import {app, build, run} from './run.ts';

beforeAll(build);

function stream(isTTY: boolean, columns = 60) {
  const written: string[] = [];
  return {written, isTTY, columns, write(text: string) { written.push(text); }} satisfies TalkStream & {written: string[]};
}

describe('progress', () => {
  test('elsewhere than on a terminal is a plain line every five seconds', () => {
    const out = stream(false);
    let time = 0;
    const progress = createProgress(createTalk(out, {}), {now: () => time});
    for (let second = 0; second <= 21; second++) {
      time = second * 1000;
      progress.listen({stage: 'copy', table: 'users', rows: second * 1_000, totalRows: 20_000, tablesDone: 2, tables: 30});
    }
    progress.listen({stage: 'verify', tablesDone: 0, tables: 1});
    progress.end();
    expect(out.written).toEqual([
      'copying users, 5,000 of about 20,000 rows, 1,000/s, table 3 of 30\n', 'copying users, 10,000 of about 20,000 rows, 1,000/s, table 3 of 30\n',
      'copying users, 15,000 of about 20,000 rows, 1,000/s, table 3 of 30\n', 'copying users, 20,000 of about 20,000 rows, 1,000/s, table 3 of 30\n',
    ]);
  });

  test('on a terminal is one line that changes, is never wider than it, and goes away', () => {
    const out = stream(true);
    let time = 0;
    const talk = createTalk(out, {LANG: 'C.UTF-8'});
    const progress = createProgress(talk, {now: () => time});
    for (let i = 0; i <= 100; i++) {
      time = i * 50;
      progress.listen({stage: 'copy', table: 'a\u001b[2Jb\nc', rows: i * 100, totalRows: 5_000, tablesDone: 0, tables: 1});
    }
    talk.line('by the way');
    progress.end();
    const text = out.written.join('');
    expect(out.written.length).toBeLessThan(60);
    expect(text.split('\r\u001b[2K').join('')).not.toContain('\u001b');
    for (const shown of text.split(/\r\u001b\[2K|\n/)) expect(shown.length).toBeLessThan(60);
    expect(text).toContain('██████████░░░░░░░░░░ copying a\\u{1b}[2Jb c, 2,600 of abo...');
    expect(text).toMatch(/\r\u001b\[2Kby the way\n█+.*\r\u001b\[2K$/);
    // The estimate was too low: still not full.
    expect(text).toMatch(/█{19}░ copying a\\u\{1b\}\[2Jb c, 10,000/);
  });

  test('a silent one says nothing', () => {
    const out = stream(true);
    const progress = createProgress(createTalk(out, {}), {silent: true});
    progress.listen({stage: 'copy', tablesDone: 0, tables: 1});
    progress.end();
    expect(out.written).toEqual([]);
  });

  test('plain ASCII where the locale has no more', () => {
    const out = stream(true);
    createProgress(createTalk(out, {LANG: 'C'})).listen({stage: 'copy', tablesDone: 1, tables: 2});
    expect(out.written.join('')).toMatch(/^#{10}-{10} copying, table 2 of 2$/);
  });
});

describe('colours', () => {
  test.each([
    [true, {}, true], [true, {NO_COLOR: '1'}, false], [true, {NO_COLOR: ''}, true], [true, {TERM: 'dumb'}, false], [false, {}, false],
    [false, {FORCE_COLOR: '1'}, true], [true, {FORCE_COLOR: '1', NO_COLOR: '1'}, false],
  ])('terminal %s with %j: %s', (isTTY, env, colored) => {
    expect(createTalk(stream(isTTY), env).paint('red', 'x')).toBe(colored ? '\u001b[31mx\u001b[0m' : 'x');
  });
});

// util-linux's script gives a child a terminal of its own.
describe.skipIf(!existsSync('/usr/bin/script'))('on a real terminal', () => {
  const inTerminal = (args: string, env: Record<string, string> = {}) =>
    run([], {command: ['script', '-qec', `"${process.execPath}" "${app}" ${args}`, '/dev/null'], env: {TERM: 'xterm', ...env}});

  test('a bar is shown, lines go above it, and it is gone in the end', async () => {
    const {out, code} = await inTerminal('progress');
    expect(code).toBe(0);
    expect(out).toMatch(/[█░]{20} copying us\\u\{1b\}ers, [\d,]+ of about 20,000 rows/);
    expect(out).toMatch(/\r\u001b\[2Khalf of it\r\n[█░]{20}/);
    expect(out.trimEnd()).toMatch(/\r\u001b\[2Kdone$/);
  });

  test('errors are red, unless NO_COLOR is set', async () => {
    expect((await inTerminal('failed')).out).toContain('\u001b[31merror:\u001b[0m cannot reach');
    expect((await inTerminal('failed', {NO_COLOR: '1'})).out).toMatch(/^error: cannot reach/);
  });

  test('with --json and --quiet no bar is shown', async () => {
    expect((await inTerminal('progress --json')).out).not.toContain('copying');
    expect((await inTerminal('progress --quiet')).out).toBe('done\r\n');
  });
});

test('without a terminal no control character is printed', async () => {
  const {out, err} = await run(['progress']);
  expect(out).toBe('done\n');
  expect(err).toBe('half of it\n');
});
