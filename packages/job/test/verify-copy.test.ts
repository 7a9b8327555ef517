import {appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {silent, type Transform} from '@sluice/core';
import {afterAll, beforeEach, describe, expect, test} from 'vitest';
import {runJob, verifyCopy, type CopyJob} from '../src/index.ts';

const never = new AbortController().signal;
const root = mkdtempSync(join(tmpdir(), 'sluice-verify-copy-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));

let file: string;
let job: CopyJob;
beforeEach(async () => {
  const folder = mkdtempSync(join(root, 'run-'));
  file = join(folder, 'people.db');
  writeFileSync(join(folder, 'people.csv'), `id,name\n${Array.from({length: 3000}, (_, i) => `${i},name number ${i}`).join('\n')}\n`);
  job = {tool: {name: 'test', version: '1.2.3'}, source: {url: `csv:${join(folder, 'people.csv')}`}, destination: {url: `sqlite:${file}`}, reportFiles: {}, stateFile: null};
  await runJob(job, {logger: silent}, never);
});
const verify = () => verifyCopy(job, {logger: silent}, never);

describe('a copy compared with its source', () => {
  test('is equal after a load', async () => {
    expect(await verify()).toMatchObject({status: 'equal', warnings: [expect.stringContaining('people.csv') as string]});
  });

  test('is different with a warning when bytes lie behind its last page', async () => {
    appendFileSync(file, 'PHI-CANARY');
    const found = await verify();
    expect(found).toMatchObject({status: 'different', totals: {equal: 1}, warnings: [expect.stringContaining('10 bytes lie behind the last page') as string, expect.stringContaining('people.csv') as string]});
    expect(JSON.stringify(found)).not.toContain('PHI-CANARY');
  });

  test('is different with a warning, not an error, when a page in its middle is damaged', async () => {
    const bytes = readFileSync(file);
    bytes.fill(255, 12 * 4096, 12 * 4096 + 64);
    writeFileSync(file, bytes);
    expect(await verify()).toMatchObject({status: 'different', totals: {missing: 1}, warnings: expect.arrayContaining([expect.stringContaining('the file is damaged: ')]) as string[]});
  });

  test('names columns that every run makes anew, also under another name, and compares all others', async () => {
    let next = 0;
    const scramble: Transform = {
      name: 'scramble',
      plan: table => ({
        schema: table, effects: [], random: ['name'],
        apply(batch) {
          for (const row of batch.rows) row[1] = `made up ${next++}`;
          return batch;
        },
      }),
    };
    const rename: Transform = {
      name: 'rename',
      plan: table => ({
        schema: {...table, columns: table.columns.map(column => (column.name === 'name' ? {...column, name: 'called'} : column))},
        effects: [], renames: [{from: 'name', to: 'called'}], apply: batch => batch,
      }),
    };
    job = {...job, transforms: [scramble, rename]};
    await runJob(job, {logger: silent}, never);
    expect(await verify()).toMatchObject({status: 'equal', tables: [{notCompared: ['called'], rows: {left: 3000, right: 3000}}]});
    writeFileSync(job.source.url.slice('csv:'.length), 'id,name\n1,name number 1\n');
    expect(await verify()).toMatchObject({status: 'different'});
  });
});
