import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {RunReport, Settled, Staged} from '@sluice/core';
import {Profiler, type DocumentSchema} from '@sluice/relational';
import {rejection} from '@sluice/testkit';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {keepSchemas, knownSchemaFile, readKnownSchemas, schemasGate} from '../src/pipeline/known-schemas.ts';

const {signal} = new AbortController();
let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-known-'));
  file = knownSchemaFile(join(folder, 'state.db'), 'target', 'key');
});
afterEach(async () => { await rm(folder, {recursive: true}); });

const schemas = (name: string): readonly DocumentSchema[] => [new Profiler(name).schema('all')];
const known = async () => (await readKnownSchemas(file))?.map(({collection}) => collection);
// The gate looks at nothing of what is staged, and of the report only at whether it is live.
const staged = {} as Staged;
const settled = (published: boolean) => ({report: {published} as RunReport, seal: async () => null}) satisfies Settled;

test('what tables were made from is kept when they are live, and what was kept before stays when they are not', async () => {
  expect(await known()).toBeUndefined();
  await keepSchemas(file, schemas('first'));
  const failing = schemasGate(file, schemas('second'));
  await failing.examine(staged, signal);
  await failing.settled!(settled(false), signal);
  expect(await known()).toEqual(['first']);
  const good = schemasGate(file, schemas('third'));
  await good.examine(staged, signal);
  await good.settled!(settled(true), signal);
  expect(await known()).toEqual(['third']);
});

test('a load that dies while its tables go live leaves neither the older schema nor its own for certain: another load decides', async () => {
  await keepSchemas(file, schemas('first'));
  await schemasGate(file, schemas('second')).examine(staged, signal);
  expect(await rejection(known())).toMatchObject({code: 'SLUICE_CONFIG', remedy: expect.stringContaining('load again') as string});
  const again = schemasGate(file, schemas('third'));
  await again.examine(staged, signal);
  await again.settled!(settled(true), signal);
  expect(await known()).toEqual(['third']);
});
