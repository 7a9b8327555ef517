import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {decode, defineConfig} from '@sluice/config';
import {PipelineError, silent} from '@sluice/core';
import {afterEach, beforeEach, expect, test} from 'vitest';
import {loadSettings} from '../src/config/load-settings.ts';
import {feedOptions, shapeOptions, sourceOptions, targetOptions} from '../src/config/options.ts';

const config = defineConfig('test', 'All of them.', {...sourceOptions, ...targetOptions, ...shapeOptions, ...feedOptions});
const {signal} = new AbortController();
const ends = {source: 'mongodb://reader@mongo.example/shop', target: 'postgresql://loader@db.example/shop'};

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'settings-')); });
afterEach(async () => { await rm(folder, {recursive: true}); });

const load = (flags: Record<string, unknown>, env: Record<string, string> = {}) => loadSettings(decode(config, {flags, env}), {env, logger: silent, signal});

test('two URLs are enough: clean tables, and changes in the way of the server', async () => {
  const settings = await load(ends);
  expect(settings).toMatchObject({compat: false, prefix: '', changes: 'auto', collections: [], oplogs: [{name: 'mongo-oplog', namespace: 'local.oplog.rs', endpoint: {url: ends.source}}]});
});

test('passwords come from variables', async () => {
  const {source, target} = await load(ends, {SLUICE_SOURCE_PASSWORD: 'one', SLUICE_DESTINATION_PASSWORD: 'two'});
  expect([source.password?.reveal(), target.password?.reveal()]).toEqual(['one', 'two']);
});

test.each(['local.oplog.a,local.oplog.b', 'local.oplog.b,local.oplog.a'])('several oplogs of one server are shards of the same names in whatever order: %s', async oplog => {
  const {oplogs, changes} = await load({...ends, oplog});
  expect(oplogs).toMatchObject([{name: 'mongo-oplog-shard1', namespace: 'local.oplog.a'}, {name: 'mongo-oplog-shard2', namespace: 'local.oplog.b'}]);
  expect(changes).toBe('oplog');
});

test('each server of a cluster has its oplog', async () => {
  for (const oplogSource of [['mongodb://a.example/local', 'mongodb://b.example/local'], ['mongodb://b.example/local', 'mongodb://a.example/local']]) {
    const {oplogs} = await load({...ends, oplogSource});
    expect(oplogs.map(({name, endpoint, namespace}) => [name, endpoint.url, namespace])).toEqual([
      ['mongo-oplog-shard1', 'mongodb://a.example/local', 'local.oplog.rs'], ['mongo-oplog-shard2', 'mongodb://b.example/local', 'local.oplog.rs'],
    ]);
  }
});

test('an old INI file gives both ends, compatible tables, and the folder of schemas', async () => {
  const file = join(folder, 'old.ini');
  await writeFile(file, `[misc]\nschemas-dir = ${folder}\nrecovery-allowed = true\n[psql]\npsql-host = db\npsql-dbname = shop\n[psql-tmp]\npsql-tmp-host = tmp\npsql-tmp-dbname = shop\n[mongo]\nmongo-host = m\nmongo-dbname = shop\nmongo-user = u\nmongo-pass = p\n`);
  expect(await load({configFile: file})).toMatchObject({source: {url: 'mongodb://u@m/shop'}, target: {url: 'postgresql://db/shop'}, compat: true, schemas: folder});
  expect(await load({configFile: file, psqlSection: 'psql-tmp', compat: 'false'})).toMatchObject({target: {url: 'postgresql://tmp/shop'}, compat: false});
  expect((await load({configFile: file, target: 'sqlite:x.db'})).target.url).toBe('sqlite:x.db');
});

test('both ends that are missing are told at once', async () => {
  await expect(load({})).rejects.toSatisfy(error => error instanceof PipelineError && error.problems.map(({path}) => path).join() === '--source,--target');
});

test('a source that is no MongoDB is refused', async () => {
  await expect(load({...ends, source: 'mysql://x/y'})).rejects.toMatchObject({code: 'SLUICE_CONFIG', message: '--source must be a mongodb: or mongodb+srv: URL'});
});
