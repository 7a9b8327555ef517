import {gzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {folders} from './support/folder.ts';
import {sluice, start} from './support/program.ts';

const folder = folders();

/** What a shell sends on. */
const piped = (file: string) => ['sh', '-c', 'cat "$1" | { shift; "$@"; }', 'sh', file];

interface Line {
  readonly id?: unknown;
  readonly text: string;
  readonly spans: readonly {readonly start: number; readonly end: number; readonly class: string; readonly rule: string}[];
}
const linesOf = (text: string) => text.trimEnd().split('\n').map(line => JSON.parse(line) as Line);

const NOTE = 'Seen on 3/4/2021: Maria Oyelaran-Smith, MRN 00812345, call (608) 555-0142. Parkinson\'s disease is stable.\n';

test('a note comes out without what identifies people, from a file, a zipped file and standard input', async () => {
  const place = folder();
  place.write('note.txt', NOTE);
  place.write('note.txt.gz', gzipSync(NOTE));
  const fromFile = await sluice(['redact', 'note.txt'], {cwd: place.path});
  expect(fromFile.code, fromFile.stderr).toBe(0);
  for (const gone of ['3/4/2021', 'Oyelaran', 'Maria', '00812345', '555-0142']) expect(fromFile.stdout).not.toContain(gone);
  expect(fromFile.stdout).toContain("Parkinson's disease is stable.");
  expect((await sluice(['redact', 'note.txt.gz'], {cwd: place.path})).stdout).toBe(fromFile.stdout);
  expect((await start('sluice', ['redact'], {cwd: place.path, launcher: piped('note.txt')}).ended).stdout).toBe(fromFile.stdout);
  expect((await start('sluice', ['redact', '-'], {cwd: place.path, launcher: piped('note.txt')}).ended).stdout).toBe(fromFile.stdout);
  const json = JSON.parse((await sluice(['redact', 'note.txt', '--json'], {cwd: place.path})).stdout) as Line & {readonly format: string};
  expect(json).toMatchObject({format: 'sluice.redaction/1', text: fromFile.stdout});
});

test('lines keep their order and their ids, and spans are places in the text that was given', async () => {
  const place = folder();
  const texts = ['pt john okonkwo called 608-555-0142', '👩‍⚕️ 日本 e-mail a.b@example.org', 'metformin 500 mg twice a day', ''];
  place.write('in.jsonl', `${texts.map((text, i) => JSON.stringify({id: i % 2 === 0 ? i : `n${i}`, text, extra: 'passed over'})).join('\r\n\n')}\n`);
  const ended = await start('sluice', ['redact', '-', '--jsonl'], {cwd: place.path, launcher: piped('in.jsonl')}).ended;
  expect(ended.code, ended.stderr).toBe(0);
  const lines = linesOf(ended.stdout);
  expect(lines.map(({id}) => id)).toEqual([0, 'n1', 2, 'n3']);
  for (const [i, {text, spans}] of lines.entries()) {
    let rebuilt = '';
    let at = 0;
    for (const {start: from, end, class: letter, rule} of spans) {
      expect([from >= at, end > from, end <= texts[i]!.length, /^[A-R]$/.test(letter), rule !== '']).toEqual([true, true, true, true, true]);
      rebuilt += texts[i]!.slice(at, from);
      at = end;
    }
    rebuilt += texts[i]!.slice(at);
    // What stays is what was there, in its order.
    expect(text.replace(/\[[A-Z -]+\]/gu, '')).toBe(rebuilt);
  }
  expect(lines[0]!.spans.map(one => texts[0]!.slice(one.start, one.end))).toEqual(['john okonkwo', '608-555-0142']);
  expect(lines[1]!.spans.map(one => texts[1]!.slice(one.start, one.end))).toEqual(['a.b@example.org']);
  expect(lines.slice(2).map(({text}) => text)).toEqual(texts.slice(2));
});

test.each([
  ['no JSON', '{"id":1,"text":"fine"}\n{"id":2,"te', 'line 2 is not JSON'],
  ['no text', '{"id":1}', 'line 1 has no "text"'],
  ['text that is none', '{"text":7}', 'line 1 has a "text" that is not text'],
  ['a list', '["secret-canary"]', 'line 1 is not a JSON object'],
  ['an id that JavaScript cannot hold', '{"id":9007199254740993,"text":"fine"}', 'line 1 has an "id" that JavaScript cannot hold exactly'],
])('a line with %s is told by its number, without what is in it', async (_, text, told) => {
  const place = folder();
  place.write('in.jsonl', text);
  const ended = await sluice(['redact', 'in.jsonl', '--jsonl'], {cwd: place.path});
  expect(ended.code).toBe(1);
  expect(ended.stderr).toContain(told);
  expect(ended.stderr).not.toContain('canary');
  expect(ended.stdout === '' ? 0 : linesOf(ended.stdout).length).toBe(told.startsWith('line 2') ? 1 : 0);
});

test('bytes that are not UTF-8 and files that are not there are told with their place', async () => {
  const place = folder();
  place.write('latin1.txt', Buffer.from('Gr\xfc\xdfe von Frau M\xfcller', 'latin1'));
  const wrong = await sluice(['redact', 'latin1.txt'], {cwd: place.path});
  expect([wrong.code, wrong.stdout]).toEqual([1, '']);
  expect(wrong.stderr).toMatch(/latin1\.txt is not UTF-8: byte 3 begins no character/);
  const missing = await sluice(['redact', 'nowhere.txt'], {cwd: place.path});
  expect([missing.code, missing.stdout]).toEqual([1, '']);
  expect(missing.stderr).toMatch(/nowhere\.txt: the file does not exist/);
});

test('strict leaves nothing that is not known to be harmless', async () => {
  const place = folder();
  place.write('note.txt', 'The patient Xqzvbrt was given aspirin by Wlkjhg.');
  const {stdout} = await sluice(['redact', 'note.txt', '--strict'], {cwd: place.path});
  expect(stdout).not.toMatch(/Xqzvbrt|Wlkjhg/);
  expect(stdout).toContain('patient');
});
