import {startMongoWire, type MongoWire} from '@sluice/testkit/servers';
import {BSON, type Document} from 'mongodb';
import {describe, expect, test, vi} from 'vitest';
import {folders} from './support/folder.ts';
import {mongoToPsql} from './support/program.ts';
import {namesIn, rowsOf} from './support/sqlite-file.ts';

const {Int32} = BSON;
const folder = folders();
// Each runs the program several times, on machines that are busy.
vi.setConfig({testTimeout: 180_000});

const many = Array.from({length: 3000}, (_, i) => BSON.serialize({_id: new Int32(i), n: new Int32(i)}));
/** A hundred levels, as many as MongoDB stores. */
const deep = (() => {
  let inner: Document = {leaf: new Int32(7)};
  for (let level = 1; level < 100; level++) inner = level % 2 === 0 ? {a: inner} : {a: [inner]};
  return BSON.serialize({_id: new Int32(1), ...inner});
})();
const notUtf8 = (() => {
  const bytes = Buffer.from(BSON.serialize({_id: new Int32(2), text: 'a?b', more: new Int32(5)}));
  bytes[bytes.indexOf('?')] = 0xff;
  return bytes;
})();
const strange = [BSON.serialize({_id: new Int32(1), 'a.b': new Int32(1), $c: new Int32(2), '': new Int32(3), a: {b: new Int32(4)}, text: 'a\0b'}), notUtf8];
const urlOf = ({url}: MongoWire) => url.replace(/\/(\?|$)/, '/shop$1');

// No server lets anybody put all of this there, or steps down when it is told to: a stand-in plays it to the real driver.
describe('mongo-to-psql on the wire server, with what is strange', () => {
  test('views, time series, capped collections, huge and deep documents, hostile names, bytes that are no text, and a step-down in the middle: all arrives, or is told', async () => {
    await using wire = await startMongoWire({collections: [
      {name: 'plain', documents: many}, {name: 'capped', options: {capped: true, size: 1 << 20}, documents: many.slice(0, 10)},
      {name: 'recent', type: 'view', options: {viewOn: 'plain'}, documents: many.toReversed()}, {name: 'readings', type: 'timeseries', documents: []}, {name: 'system.buckets.readings', documents: many},
      {name: 'large', documents: [1, 2].map(id => BSON.serialize({_id: new Int32(id), text: 'x'.repeat(16_000_000)}))}, {name: 'deep', documents: [deep]}, {name: 'strange', documents: strange},
    ]});
    const place = folder();
    const options = ['--source', urlOf(wire), '--target', 'sqlite:shop.db'];
    const run = (command: string, ...words: string[]) => mongoToPsql([command, ...options, ...words], {cwd: place.path});
    wire.fail('getMore', {code: 43});
    wire.fail('find', {code: 11_602});
    const loaded = await run('load', '--json');
    expect(loaded, loaded.stderr).toMatchObject({code: 0});
    for (const told of ['recent', 'readings', 'capped, so that documents may go before they are read: capped', 'strange.text: not UTF-8 (1)']) expect(`${loaded.stdout}${loaded.stderr}`, told).toContain(told);
    expect(namesIn(place.at('shop.db')).filter(name => /recent|readings/.test(name))).toEqual([]);
    const count = (table: string) => rowsOf(place.at('shop.db'), `SELECT count(*) FROM ${table}`)[0]![0];
    expect([count('plain'), count('capped'), count('large'), count('strange')]).toEqual([3000n, 10n, 2n, 2n]);
    expect(rowsOf(place.at('shop.db'), 'SELECT length(text) FROM large')).toEqual([[16_000_000n], [16_000_000n]]);
    expect(JSON.stringify(rowsOf(place.at('shop.db'), 'SELECT * FROM strange').map(row => row.map(String)))).toMatch(/u0000b.*61ff62/);
    expect(await run('sync')).toMatchObject({code: 0});
    const verified = await run('verify');
    expect(verified, verified.stdout).toMatchObject({code: 0});
    // Whoever asks for a view alone is told why there is none.
    expect(await run('load', '--collections', 'recent')).toMatchObject({code: 2, stderr: expect.stringContaining('views or time series')});
  });

  test('a server without an oplog is loaded, with a warning; a sync says what to do', async () => {
    await using wire = await startMongoWire({topology: 'standalone', collections: [{name: 'plain', documents: many.slice(0, 5)}]});
    const place = folder();
    const options = ['--source', urlOf(wire), '--target', 'sqlite:shop.db'];
    const loaded = await mongoToPsql(['load', ...options], {cwd: place.path});
    expect(loaded, loaded.stderr).toMatchObject({code: 0, stderr: expect.stringContaining('cannot be kept in step later')});
    expect(await mongoToPsql(['sync', ...options], {cwd: place.path})).toMatchObject({code: 3});
    expect(await mongoToPsql(['verify', ...options], {cwd: place.path})).toMatchObject({code: 0});
  });

  test('a document that is no BSON stops the load; the tables that were there stay, and nothing of it is shown', async () => {
    const damaged = Buffer.from(BSON.serialize({_id: new Int32(3), secret: 'canary'}));
    damaged.writeInt32LE(4000, damaged.indexOf('canary') - 4);
    const documents = many.slice(0, 2);
    await using wire = await startMongoWire({collections: [{name: 'plain', documents}]});
    const place = folder();
    const options = ['--source', urlOf(wire), '--target', 'sqlite:shop.db'];
    expect(await mongoToPsql(['load', ...options], {cwd: place.path})).toMatchObject({code: 0});
    documents.push(damaged);
    const failed = await mongoToPsql(['load', ...options, '--json'], {cwd: place.path});
    expect(failed).toMatchObject({code: 1, stdout: expect.stringContaining('SLUICE_VALUE')});
    expect(`${failed.stdout}${failed.stderr}`).not.toContain('canary');
    expect(rowsOf(place.at('shop.db'), 'SELECT id FROM plain ORDER BY id')).toEqual([[0n], [1n]]);
  });
});
