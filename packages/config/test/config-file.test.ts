import {PipelineError} from '@sluice/core';
import {decodeFile, parseConfig, readConfigFile} from '@sluice/config';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {inspect} from 'node:util';
import {afterAll, describe, expect, test} from 'vitest';
import {z} from 'zod';

const folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

async function problemsOf(act: () => unknown): Promise<string[]> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return error.problems.length > 0 ? error.problems.map(({path, message}) => `${path}: ${message}`) : [error.message];
  }
  throw new Error('nothing was thrown');
}
const write = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

describe('reading', () => {
  test('reads YAML and JSON by extension', async () => {
    const expected = {a: 1, b: ['x', true, null, 1.5], c: {'odd key': 'no', d: ''}};
    expect((await readConfigFile(write('a.yaml', 'a: 1\nb: [x, true, null, 1.5]\nc:\n  odd key: no\n  d: ""\n'))).value).toEqual(expected);
    expect((await readConfigFile(write('a.JSON', JSON.stringify(expected, null, '\t')))).value).toEqual(expected);
  });

  test('an empty file is null', async () => {
    expect((await readConfigFile(write('empty.yml', ''))).value).toBeNull();
    expect((await readConfigFile(write('comment.yml', '# nothing\n'))).value).toBeNull();
  });

  test('a byte order mark is not part of the first key', async () => {
    expect((await readConfigFile(write('bom.yaml', '\ufeffa: 1\n'))).value).toEqual({a: 1});
  });

  test('escapes of JSON are read as JSON reads them', async () => {
    const text = '{"a": "\\ud83d\\ude00 \\u00e9 \\/ \\n", "__proto__": {"x": 1}, "big": -1.5E+3}';
    const {value} = await readConfigFile(write('escapes.json', text));
    expect(value).toEqual(JSON.parse(text));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test.each([
    ['missing.yaml', /^cannot read .*missing\.yaml: there is no such file$/],
    ['.yaml', /must end in \.yaml, \.yml or \.json$/],
    ['x.toml', /must end in \.yaml, \.yml or \.json$/],
  ])('%s is refused with a reason', async (name, message) => {
    await expect(readConfigFile(join(folder, name))).rejects.toThrow(message);
  });

  test('a value that is not written is told from the word null', () => {
    const {value, isBlank} = parseConfig('a:\nb: null\nc: ~\nd: {2: , x: null, y}\ne: [null, 1]\nf: &f {g: }\nh: *f\n', 'f.yaml');
    expect(value).toEqual({a: null, b: null, c: null, d: {2: null, x: null, y: null}, e: [null, 1], f: {g: null}, h: {g: null}});
    expect([['a'], ['d', '2'], ['d', 'y'], ['f', 'g'], ['h', 'g']].map(isBlank)).toEqual([true, true, true, true, true]);
    expect([['b'], ['c'], ['d', 'x'], ['e', 0], ['z'], ['d']].map(isBlank)).toEqual([false, false, false, false, false, false]);
  });

  test('bytes that are not UTF-8 are refused, not replaced', async () => {
    await expect(readConfigFile(write('latin1.yaml', Buffer.from('a: caf\xe9', 'latin1')))).rejects.toThrow(/latin1\.yaml is not UTF-8 text/);
  });

  test('an aborted read rejects with the reason of the signal', async () => {
    await expect(readConfigFile(write('abort.yaml', 'a: 1'), AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  });
});

describe('syntax', () => {
  test.each([
    ['a: 1\nb: 2\na: 3\n', ['f.yaml:3:1: duplicate key a; it is first given on line 1']],
    ['t:\n  u: 1\n  "u": 2\n', ['f.yaml:3:3: duplicate key u; it is first given on line 2']],
    ['1: a\n"1": b\n', ['f.yaml:2:1: duplicate key 1; it is first given on line 1']],
    ['a: 12345678901234567890\n', ['f.yaml:1:4: this integer is too large to be read exactly; put it in quotes']],
    ['a: !secret x\n', ['f.yaml:1:4: this tag is not known; tags (!name) are not used here']],
    ['a: *nobody\n', ['f.yaml:1:4: the anchor of this alias does not exist']],
    ['a: 1\n---\nb: 2\n', ['f.yaml:2:1: a second document starts here; one file holds one document']],
    ['a:\n\t- b\n', ['f.yaml:2:1: a tab cannot indent; use spaces']],
    ['? [a, b]\n: c\n', ['f.yaml:1:3: a key must be text']],
    ['2024: a\ntrue: b\n007: c\n1e3: d\nnull: e\n0x10: f\n', [3, 4, 5, 6].map(line => `f.yaml:${line}:1: this key is read as another text; put it in quotes`)],
  ])('%j is refused at its place', async (text, problems) => {
    expect(await problemsOf(() => parseConfig(text, 'f.yaml'))).toEqual(problems);
  });

  test('all problems of a file are told together', async () => {
    expect(await problemsOf(() => parseConfig('a: 1\na: 2\nb: !x y\nc: 99999999999999999999\n', 'f.yaml'))).toHaveLength(3);
  });

  test.each([
    ['{"a": 1, "a": 2}', ['f.json:1:10: duplicate key a; it is first given on line 1']],
    ['{\n  "a": hello\n}', ['f.json:2:8: text must be in double quotes in JSON']],
    ["{'a': 1}", ['f.json:1:2: text must be in double quotes in JSON']],
    ['a: 1', ['f.json:1:1: text must be in double quotes in JSON', 'f.json:1:1: this is not JSON: an object starts with { and a list with [']],
  ])('JSON %j is refused at its place', async (text, problems) => {
    expect(await problemsOf(() => parseConfig(text, 'f.json', 'json'))).toEqual(problems);
  });

  test.each(['{"a": ', '{"a" 1}', '[1, 2', '{"a": 1}}', '{"a": "x', '{"a": "\\q"}'])('broken JSON %j has a place', async text => {
    const problems = await problemsOf(() => parseConfig(text, 'f.json', 'json'));
    expect(problems.length).toBeGreaterThan(0);
    for (const problem of problems) expect(problem).toMatch(/^f\.json:1:\d+: [a-z]/);
  });

  test('a comma too many and comments are forgiven in JSON', () => {
    expect(parseConfig('{"a": [1, 2,], # why\n}', 'f.json', 'json').value).toEqual({a: [1, 2]});
  });

  test.each(['a: hunter2\n b: hunter2', '"hunter2', 'a: [hunter2', 'a: hunter2: hunter2', 'hunter2: &a', '@hunter2', '{"a": hunter2', 'a: !hunter2 hunter2', '%hunter2'])(
    'a problem never quotes the file: %j', async text => {
      for (const format of ['yaml', 'json'] as const) {
        try {
          parseConfig(text, 'f', format);
        } catch (error) {
          expect(inspect(error, {depth: 10})).not.toContain('hunter2');
        }
      }
    });

  test('an alias inside of what it stands for is refused', () => {
    for (const text of ['a: &x {b: *x}', 'a: &x [1, [*x]]']) expect(() => parseConfig(text, 'f.yaml')).toThrow(/has no end/u);
    expect(() => parseConfig('a: &x {b: 1}\nc: *x\nd: *x', 'f.yaml')).not.toThrow();
  });

  test('a bomb of aliases is refused and does not fill the memory', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]', ...Array.from({length: 9}, (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`)].join('\n');
    expect(() => parseConfig(bomb, 'f.yaml')).toThrow(PipelineError);
  });
});

describe('decodeFile', () => {
  const policy = z.strictObject({
    version: z.literal(1),
    tables: z.record(z.string(), z.union([z.enum(['drop', 'keep']), z.strictObject({columns: z.record(z.string(), z.enum(['drop', 'blank', 'keep'])), reason: z.string().optional()})])),
    phases: z.array(z.strictObject({name: z.string(), from: z.int().min(1)})).default([]),
  });

  test('a section within a section of its own kind is explained as well as the outer one', async () => {
    const field = z.strictObject({name: z.string(), kind: z.enum(['text', 'number']).optional(), get fields() { return z.array(field).optional(); }});
    const inner = 'fields:\n  - name: a\n    fields:\n      - {name: b, kind: txt}\n      - {nam: c}\n';
    expect(await problemsOf(() => decodeFile(parseConfig(inner, 'p.yaml'), z.strictObject({fields: z.array(field)})))).toEqual([
      'p.yaml:4:25 fields[0].fields[0].kind: must be text or number, got text; did you mean text?',
      'p.yaml:5:9 fields[0].fields[1].name: is missing: must be text',
      'p.yaml:5:10 fields[0].fields[1].nam: is not a known key; did you mean name?',
    ]);
  });

  test('gives the value, frozen', () => {
    const decoded = decodeFile(parseConfig('version: 1\ntables:\n  a: drop\n', 'p.yaml'), policy);
    expect(decoded).toEqual({version: 1, tables: {a: 'drop'}, phases: []});
    expect(Object.isFrozen(decoded.tables)).toBe(true);
  });

  test('tells every problem with line, column and keys', async () => {
    const text = [
      'version: 2', 'tables:', '  users: dorp', '  "odd.name":', '    columns:', '      dob: blnk', '    reson: x', '  last: {columns: {a: 5}}',
      'phases:', '  - name: a', '    from: 0', '  - {nam: b, from: 1}', 'verzion: 1',
    ].join('\n');
    expect(await problemsOf(() => decodeFile(parseConfig(text, 'p.yaml'), policy))).toEqual([
      'p.yaml:1:10 version: must be 1, got 2',
      'p.yaml:3:10 tables.users: must be drop, keep or a section of keys and values, got text; did you mean drop?',
      'p.yaml:6:12 tables."odd.name".columns.dob: must be drop, blank or keep, got text; did you mean blank?',
      'p.yaml:7:5 tables."odd.name".reson: is not a known key; did you mean reason?',
      'p.yaml:8:23 tables.last.columns.a: must be drop, blank or keep, got 5',
      'p.yaml:11:11 phases[0].from: must be an integer of at least 1, got 0',
      'p.yaml:12:5 phases[1].name: is missing: must be text',
      'p.yaml:12:6 phases[1].nam: is not a known key; did you mean name?',
      'p.yaml:13:1 verzion: is not a known key; possible are version, tables, phases',
    ]);
  });

  test('an empty file says what is missing', async () => {
    expect(await problemsOf(() => decodeFile(parseConfig('', 'p.yaml'), policy))).toEqual([
      'p.yaml:1:1: must be a section of keys and values, got nothing (null)']);
  });
});
