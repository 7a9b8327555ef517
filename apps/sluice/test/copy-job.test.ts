import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {CommandContext} from '@sluice/cli-kit';
import {decode, type Resolved} from '@sluice/config';
import {silent} from '@sluice/core';
import {afterAll, expect, test} from 'vitest';
import {copyConfig} from '../src/index.ts';
import {copyJob} from '../src/copy-job.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-copy-'));
afterAll(() => rmSync(folder, {recursive: true, force: true}));

async function jobOf(flags: Record<string, unknown>, env: Record<string, string> = {}) {
  const config = decode(copyConfig, {flags: {source: 'mysql://reader@db.example/study', destination: 'sqlite:study.db', ...flags}, env});
  await using open = await copyJob({config, env, logger: silent, signal: new AbortController().signal} as CommandContext<Resolved<typeof copyConfig>>, 'look');
  return open.job;
}

test('passwords come from the environment or a file, each for its end, and never stand in a URL', async () => {
  writeFileSync(join(folder, 'password'), 'from the file\n', {mode: 0o600});
  const job = await jobOf(
    {destination: 'mysql://writer@other.example/copy', passwordFile: join(folder, 'password')},
    {SLUICE_SOURCE_PASSWORD: 'not this one', SLUICE_DESTINATION_PASSWORD: 'from the variable'});
  expect(job.source.password?.reveal()).toBe('from the file');
  expect(job.destination.password?.reveal()).toBe('from the variable');
  expect(JSON.stringify(job)).not.toMatch(/from the/);
  const inUrl = await jobOf({source: 'mysql://reader:in%20the%20url@db.example/study'});
  expect(inUrl.source.url).toBe('mysql://reader@db.example/study');
  expect(inUrl.source.password?.reveal()).toBe('in the url');
});

test('a variable meant for a server does no harm to a file', async () => {
  const job = await jobOf({}, {SLUICE_DESTINATION_PASSWORD: 'x'});
  expect(job.destination).toEqual({url: 'sqlite:study.db'});
});

test('patterns become a selection; none at all takes everything', async () => {
  expect((await jobOf({})).select).toBeUndefined();
  const {select} = await jobOf({tables: ['data_*'], exclude: ['*_tr']});
  expect(['data_1', 'data_1_tr', 'gen_1'].map(name => select!.wants(name))).toEqual([true, false, false]);
});

test('a policy file that is wrong is told with its lines before anything is opened', async () => {
  writeFileSync(join(folder, 'policy.yaml'), 'version: 1\ntables:\n  people:\n    columns:\n      name: hide\n');
  await expect(jobOf({policy: join(folder, 'policy.yaml')})).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
});

test('a report folder gives both reports their names', async () => {
  expect((await jobOf({report: 'reports'})).reportFiles).toEqual({json: join('reports', 'report.json'), html: join('reports', 'report.html')});
});
