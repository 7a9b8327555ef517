import {defineConfig, describeOptions, endpointUrl, jsonSchemaOf, markdownOf, option, suggest} from '@sluice/config';
import {expect, test} from 'vitest';
import {z} from 'zod';

const config = defineConfig('mysql', 'Reads MySQL tables.', {
  source: option(endpointUrl(), {describe: 'Where it is.', value: 'URL', example: 'mysql://reader@db/study', alias: 's'}),
  batchRows: option(z.int().min(1).max(9).default(5), {describe: 'Rows | batch.', advanced: true, env: 'BATCH'}),
  tables: option(z.array(z.string()).default(['*']), {describe: 'Which.'}),
  mode: option(z.enum(['a', 'b']).optional(), {describe: 'How.'}),
  dryRun: option(z.boolean().default(false), {describe: 'Touch nothing.', env: false}),
  token: option(z.string().default('canary'), {describe: 'Key.', secret: true, example: 'canary', flag: false}),
  phases: option(z.array(z.strictObject({name: z.string()})).default([]), {describe: 'Phases.'}),
});

test('options are described as plain data, names derived where none is given', () => {
  const described = describeOptions(config);
  expect(described.map(({key, kind, flag, env, value, default: fallback, required}) => [key, kind, flag, env, value, fallback, required])).toEqual([
    ['source', 'text', 'source', 'SLUICE_SOURCE', 'URL', undefined, true],
    ['batchRows', 'number', 'batch-rows', 'BATCH', 'N', '5', false],
    ['tables', 'list', 'tables', 'SLUICE_TABLES', 'A,B', '*', false],
    ['mode', 'text', 'mode', 'SLUICE_MODE', 'a|b', undefined, false],
    ['dryRun', 'boolean', 'dry-run', undefined, undefined, 'false', false],
    ['token', 'text', undefined, 'SLUICE_TOKEN', 'TEXT', undefined, false],
    ['phases', 'object', undefined, undefined, 'TEXT', '', false],
  ]);
  expect(JSON.parse(JSON.stringify(described))).toBeTruthy();
});

test('the JSON Schema refuses unknown keys, keeps descriptions and tells no secret', () => {
  const schema = jsonSchemaOf(config);
  expect(schema).toMatchObject({
    title: 'mysql', type: 'object', additionalProperties: false, required: ['source'],
    properties: {
      source: {description: 'Where it is.', type: 'string', examples: ['mysql://reader@db/study']},
      batchRows: {type: 'integer', minimum: 1, maximum: 9, default: 5},
      mode: {enum: ['a', 'b']},
    },
  });
  expect(JSON.stringify(schema)).not.toContain('canary');
});

test('the page has every option, advanced ones apart, and tells no secret', () => {
  const page = markdownOf(config);
  expect(page).toContain('| `source` | `--source, -s` | `SLUICE_SOURCE` | text | **required** | Where it is. Example: `mysql://reader@db/study` |');
  expect(page.split('## Advanced')[1]).toContain('| `batchRows` | `--batch-rows` | `BATCH` | an integer from 1 to 9 | `5` | Rows \\| batch. |');
  expect(page).toContain('| `token` |  | `SLUICE_TOKEN` | text, kept secret |');
  expect(page).not.toContain('canary');
  const columns = page.split('\n').filter(line => line.startsWith('|')).map(line => line.replaceAll('\\|', '').split('|').length);
  expect(new Set(columns).size).toBe(1);
});

test.each([['tabels', 'tables'], ['Tables', 'tables'], ['mod', 'mode'], ['xyz', undefined], ['t', undefined], ['', undefined]])('%s probably means %s', (word, meant) => {
  expect(suggest(word, ['tables', 'mode', 'source'])).toBe(meant);
});
