import {ErrorCode, PipelineError, Secret} from '@sluice/core';
import {decode, defineConfig, endpointUrl, option, parseConfig, type Resolved} from '@sluice/config';
import {inspect} from 'node:util';
import {describe, expect, expectTypeOf, test} from 'vitest';
import {z} from 'zod';

const config = defineConfig('copy', 'Copies tables.', {
  tables: option(z.array(z.string().min(1)).default(['*']), {describe: 'Which tables.', value: 'PATTERN,...'}),
  batchRows: option(z.int().min(1).max(100_000).default(5000), {describe: 'Rows in a batch.', advanced: true}),
  mode: option(z.enum(['replace', 'append', 'upsert']).default('replace'), {describe: 'How.', alias: 'm'}),
  verify: option(z.boolean().default(true), {describe: 'Read back.'}),
  apiToken: option(z.string().min(8).optional(), {describe: 'Token.', secret: true}),
  rename: option(z.record(z.string(), z.strictObject({to: z.string(), note: z.string().optional()})).default({}), {describe: 'New names.'}),
});

function problemsOf(act: () => unknown) {
  try {
    act();
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    expect(error.code).toBe(ErrorCode.CONFIG);
    return error.problems.map(({path, message}) => `${path}: ${message}`);
  }
  throw new Error('nothing was thrown');
}

describe('layers', () => {
  const file = parseConfig('mode: upsert\nbatchRows: 10\ntables: [a, b]\nverify: false\n', 'c.yaml');

  test('defaults fill in what nobody gave', () => {
    expect(decode(config, {})).toEqual({tables: ['*'], batchRows: 5000, mode: 'replace', verify: true, apiToken: undefined, rename: {}});
  });

  test('a flag wins over a variable, a variable over the file, the file over the default', () => {
    const env = {SLUICE_BATCH_ROWS: '20', SLUICE_MODE: 'append'};
    expect(decode(config, {flags: {mode: 'replace'}, env, file})).toMatchObject({mode: 'replace', batchRows: 20, tables: ['a', 'b'], verify: false});
  });

  test('a list replaces a list and is not merged with it', () => {
    expect(decode(config, {flags: {tables: 'c'}, file}).tables).toEqual(['c']);
  });

  test('an empty variable counts as not set', () => {
    expect(decode(config, {env: {SLUICE_MODE: ''}, file}).mode).toBe('upsert');
  });

  test('the result is frozen, however deep', () => {
    const resolved = decode(config, {file: parseConfig('rename: {a: {to: b}}', 'c.yaml')});
    expect(() => { (resolved as {mode: string}).mode = 'x'; }).toThrow(TypeError);
    expect(() => { (resolved.rename['a'] as {to: string}).to = 'x'; }).toThrow(TypeError);
    expect(() => { (resolved.tables as string[]).push('x'); }).toThrow(TypeError);
  });

  test('an option called like a property of every object is not taken from the prototype', () => {
    expect(problemsOf(() => decode(config, {file: parseConfig('constructor: 1\n__proto__: 2', 'c.yaml')}))).toHaveLength(2);
  });
});

describe('texts of flags and variables', () => {
  test.each([
    ['a,b', ['a', 'b']], [['a,b', 'c'], ['a', 'b', 'c']], [' a , ,b,', ['a', 'b']], ['a\\,b,c', ['a,b', 'c']], ['', []],
    ['a\\\\,b', ['a\\', 'b']], ['a\\\\\\,b,c', ['a\\,b', 'c']], ['C:\\a\\\\b,\\d+', ['C:\\a\\\\b', '\\d+']], ['a,b\\', ['a', 'b\\']],
  ])('a list is read from %j', (given, list) => {
    expect(decode(config, {flags: {tables: given}}).tables).toEqual(list);
  });

  test.each([['true', true], ['Yes', true], ['1', true], ['off', false], ['0', false]])('%s is a boolean', (given, value) => {
    expect(decode(config, {env: {SLUICE_VERIFY: given}}).verify).toBe(value);
  });

  test.each([['007', 7], ['1e3', 1000], [' 12 ', 12]])('%s is a number', (given, value) => {
    expect(decode(config, {env: {SLUICE_BATCH_ROWS: given}}).batchRows).toBe(value);
  });

  test.each(['', '0x10', 'Infinity', 'NaN', '1_000', '12 rows', '9007199254740993'])('%j is no number of rows', given => {
    expect(() => decode(config, {flags: {batchRows: given}})).toThrow('--batch-rows must be an integer from 1 to 100000, got ');
  });

  test('a text stays text although it looks like a number', () => {
    expect(decode(config, {flags: {tables: '007'}}).tables).toEqual(['007']);
  });

  test('the file is taken literally: text is no list and no number', () => {
    expect(problemsOf(() => decode(config, {file: parseConfig('tables: a,b\nbatchRows: "5"', 'c.yaml')}))).toEqual([
      'c.yaml:1:9 tables: must be a list of texts, got text',
      'c.yaml:2:12 batchRows: must be an integer from 1 to 100000, got text',
    ]);
  });
});

describe('problems', () => {
  test('a pattern that says in words what it wants is told by these, and any other as it is', () => {
    const ids = defineConfig('ids', 'Ids.', {
      said: option(z.string().regex(/^[a-z]{4}$/, 'must be four letters').optional(), {describe: 'One.'}), bare: option(z.string().regex(/^[a-z]{4}$/).optional(), {describe: 'Another.'}),
    });
    expect(problemsOf(() => decode(ids, {flags: {said: 'secret 1', bare: 'secret 2'}}))).toEqual(['--said: must be four letters', '--bare: must be text like ^[a-z]{4}$, got text']);
  });

  test('all of all layers are told together, each with its place and what would be right', () => {
    const file = parseConfig('tabels: [a]\nrename:\n  a: {to: b}\n  b: {too: c}\n  c: 5\n', 'c.yaml');
    expect(problemsOf(() => decode(config, {flags: {mode: 'upsrt', verify: 'maybe'}, env: {SLUICE_BATCH_ROWS: '100001'}, file}))).toEqual([
      'c.yaml:1:1 tabels: is not a known key; did you mean tables?',
      'SLUICE_BATCH_ROWS: must be an integer from 1 to 100000, got 100001',
      '--mode: must be replace, append or upsert, got text; did you mean upsert?',
      '--verify: must be true or false, got text',
      'c.yaml:4:3 rename.b.to: is missing: must be text',
      'c.yaml:4:7 rename.b.too: is not a known key; did you mean to?',
      'c.yaml:5:6 rename.c: must be a section of keys and values, got 5',
    ].sort(byOption));
  });

  test('one alone is told in the message', () => {
    expect(() => decode(config, {flags: {mode: 'x'}})).toThrow(/^--mode must be replace, append or upsert, got text$/);
  });

  test('several are counted in the message', () => {
    expect(() => decode(config, {flags: {mode: 'x', verify: 'x'}})).toThrow(/^2 problems in the configuration of copy$/);
  });

  test('a missing value says all the ways to give it', () => {
    const needy = defineConfig('needy', 'Needs.', {source: option(z.string(), {describe: 'From where.', value: 'URL'})});
    expect(() => decode(needy, {})).toThrow('source is required: give --source URL, SLUICE_SOURCE or source: in the configuration file');
  });

  test('a file that is no section of keys is a problem', () => {
    expect(problemsOf(() => decode(config, {file: parseConfig('- a', 'c.yaml')}))).toEqual(['c.yaml:1:1: must be a section of keys and values']);
  });

  test('a union tells the problems of the alternative that was meant', () => {
    const columns = defineConfig('p', 'P.', {table: option(z.union([z.literal('drop'), z.strictObject({keep: z.array(z.string())})]), {describe: 'T.'})});
    expect(problemsOf(() => decode(columns, {file: parseConfig('table: {keep: 5}', 'p.yaml')}))).toEqual(['p.yaml:1:15 table.keep: must be a list of texts, got 5']);
    expect(problemsOf(() => decode(columns, {file: parseConfig('table: dorp', 'p.yaml')}))).toEqual([
      'p.yaml:1:8 table: must be drop or a section of keys and values, got text; did you mean drop?']);
  });
});

describe('secrets', () => {
  const canary = 'hunter2-canary';

  test('a secret is decoded into a Secret', () => {
    const resolved = decode(config, {env: {SLUICE_API_TOKEN: canary}});
    expectTypeOf(resolved.apiToken).toEqualTypeOf<Secret | undefined>();
    expect(resolved.apiToken?.reveal()).toBe(canary);
    expect(inspect(resolved) + JSON.stringify(resolved)).not.toContain(canary);
  });

  test('no problem prints any text that was given, secret or not', () => {
    const short = 'cnry';
    for (const layers of [
      {flags: {apiToken: short, mode: canary, verify: canary, batchRows: canary}},
      {env: {SLUICE_API_TOKEN: short, SLUICE_MODE: canary, SLUICE_BATCH_ROWS: canary}},
      {file: parseConfig(`apiToken: ${short}\nmode: ${canary}\ntables: ${canary}\nrename: {a: ${canary}}`, 'c.yaml')},
    ]) {
      try {
        decode(config, layers);
        expect.unreachable();
      } catch (error) {
        const told = inspect(error, {depth: 10});
        expect(told).toContain('problems');
        expect(told).not.toContain(canary);
        expect(told).not.toContain(short);
      }
    }
  });

  test('the password of a URL never is in a resolved configuration in clear', () => {
    const place = defineConfig('place', 'P.', {source: option(endpointUrl(), {describe: 'From where.'})});
    const {source} = decode(place, {flags: {source: `mysql://u:${canary}@h/db`}});
    expect(inspect(source, {depth: 5}) + JSON.stringify(source)).not.toContain(canary);
    expect(source.url).toBe('mysql://u@h/db');
    expect(source.password?.reveal()).toBe(canary);
    expect(() => decode(place, {flags: {source: `mysql://u:${canary}@h@x/d@b`}})).toThrow(/^--source the URL has an @ behind its host; percent-encode/);
  });
});

test('the resolved type follows from the specification', () => {
  expectTypeOf<Resolved<typeof config>>().toEqualTypeOf<{
    readonly tables: string[]; readonly batchRows: number; readonly mode: 'replace' | 'append' | 'upsert'; readonly verify: boolean;
    readonly apiToken: Secret | undefined; readonly rename: Record<string, {to: string; note?: string | undefined}>;
  }>();
});

/** Options are checked in the order of the specification; unknown keys of the file come first. */
function byOption(a: string, b: string): number {
  const order = ['tabels', 'BATCH', 'mode', 'verify', 'rename'];
  const rank = (text: string) => order.findIndex(word => text.includes(word));
  return rank(a) - rank(b);
}
