import {until} from '@sluice/testkit';
import {startMongoWire, type MongoWire} from '@sluice/testkit/servers';
import {BSON, type Document} from 'mongodb';
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest';
import {folders, type Folder} from './support/folder.ts';
import {mongoToPsql, start, type Ended} from './support/program.ts';
import {rowsOf} from './support/sqlite-file.ts';

const {Int32, Timestamp} = BSON;
const folder = folders();
// Each runs the program some ten times, on machines that are busy.
vi.setConfig({testTimeout: 180_000});

// A stand-in plays the events that are put into it: the ones of MongoDB have no change streams.
describe('mongo-to-psql from change streams, on the wire server', () => {
  let wire: MongoWire;
  let place: Folder;
  let documents: Uint8Array[];
  let time: number;
  let options: readonly string[];
  beforeEach(async () => {
    documents = [];
    time = 10;
    wire = await startMongoWire({collections: [{name: 'orders', documents}]});
    place = folder();
    put(1, {n: 1, lines: [{sku: 'a'}]});
    put(2, {n: 2, lines: []});
    options = ['--source', wire.url.replace('/?', '/shop?'), '--target', 'sqlite:shop.db'];
  });
  afterEach(async () => { await wire[Symbol.asyncDispose](); });

  /** The document is this from now on; nothing tells of it. */
  function put(id: number, document: Document | null): void {
    const at = documents.findIndex(bytes => BSON.deserialize(bytes)['_id'] === id);
    const bytes = document && BSON.serialize({_id: new Int32(id), ...document});
    documents.splice(at < 0 ? documents.length : at, at < 0 ? 0 : 1, ...bytes ? [bytes] : []);
  }
  const tell = (operationType: string, id: number) => wire.addEvent({operationType, ns: {db: 'shop', coll: 'orders'}, documentKey: {_id: new Int32(id)}, clusterTime: new Timestamp({t: ++time, i: 1})});
  const run = (command: string, ...words: string[]): Promise<Ended> => mongoToPsql([command, ...options, ...words], {cwd: place.path});
  const orders = () => rowsOf(place.at('shop.db'), 'SELECT id, n FROM orders ORDER BY id');

  test('a batch reads what changed since the load, and the next one nothing', async () => {
    const loaded = await run('load');
    expect(loaded, loaded.stderr).toMatchObject({code: 0});
    put(1, {n: 10, lines: [{sku: 'b'}, {sku: 'c'}]});
    tell('update', 1);
    put(2, null);
    tell('delete', 2);
    put(3, {n: 3});
    tell('insert', 3);
    const synced = await run('sync', '--json');
    expect(synced, synced.stderr).toMatchObject({code: 0, stderr: expect.stringContaining('change streams of')});
    expect(JSON.parse(synced.stdout)).toMatchObject({changes: 3, documents: {written: 2, gone: 1, verified: 3}, caughtUp: true});
    expect(orders()).toEqual([[1n, 10n], [3n, 3n]]);
    expect(rowsOf(place.at('shop.db'), 'SELECT idx, sku FROM orders_lines ORDER BY idx')).toEqual([[1n, 'b'], [2n, 'c']]);
    expect(JSON.parse((await run('sync', '--json')).stdout)).toMatchObject({changes: 0});
    expect(await run('verify')).toMatchObject({code: 0});
    expect(rowsOf(place.at('shop.db'), 'SELECT status, ts, error FROM qmetlstatus ORDER BY time_start')).toMatchObject([[0n, null, 0n], [1n, null, 0n], [2n, null, 0n]]);
  });

  test('one that follows goes on behind a step-down, until it is stopped', async () => {
    expect(await run('load')).toMatchObject({code: 0});
    const following = start('mongo-to-psql', ['sync', ...options, '--follow'], {cwd: place.path});
    await until('it follows', () => wire.openCursors > 0, 60_000);
    put(1, {n: 11});
    tell('update', 1);
    await until('the change is there', () => orders()[0]?.[1] === 11n, 60_000);
    wire.stepDown();
    put(2, {n: 22});
    tell('replace', 2);
    await until('the change behind the step-down is there', () => orders()[1]?.[1] === 22n, 60_000);
    following.kill('SIGTERM');
    expect(await following.ended).toMatchObject({code: 130});
    expect(await run('status')).toMatchObject({code: 0});
  });

  test('a token that the server has forgotten is found out: exit code 3', async () => {
    expect(await run('load')).toMatchObject({code: 0});
    tell('update', 1);
    expect(await run('sync')).toMatchObject({code: 0});
    tell('update', 1);
    tell('update', 2);
    wire.forget(new Timestamp({t: time, i: 1}));
    const lost = await run('sync', '--json');
    expect(lost).toMatchObject({code: 3});
    expect(JSON.parse(lost.stdout)).toMatchObject({status: 'load needed', error: {code: 'SLUICE_POSITION'}});
    expect(await run('status')).toMatchObject({code: 3});
  });
});
