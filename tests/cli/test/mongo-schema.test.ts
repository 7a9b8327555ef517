import {readFileSync} from 'node:fs';
import {BSON} from 'mongodb';
import {beforeEach, describe, expect, test, vi} from 'vitest';
import {folders, type Folder} from './support/folder.ts';
import {mongodb, openMongo} from './support/mongo.ts';
import {mongoToPsql, type Ended} from './support/program.ts';
import {namesIn, rowsOf} from './support/sqlite-file.ts';

const folder = folders();
// Each runs the program some ten times, on machines that are busy.
vi.setConfig({testTimeout: 180_000});
const answer = ({stdout}: Ended) => JSON.parse(stdout) as Readonly<Record<string, unknown>>;

describe('mongo-to-psql with schema files', () => {
  let place: Folder;
  beforeEach(() => { place = folder(); });
  const run = (...words: string[]) => mongoToPsql(words, {cwd: place.path});

  test.skipIf(!mongodb)(`looks at every document (${mongodb?.version ?? 'no server'}), and what it writes can be loaded by`, async () => {
    await using source = await openMongo(mongodb!);
    await source.put('orders', [{_id: 1, n: 1, lines: [{sku: 'a'}]}, {_id: 2, n: BSON.Long.fromNumber(2), lines: []}, {_id: 3, n: null, note: 'x'}]);
    await source.put('other', [{_id: 1}]);
    const written = await run('schema', source.url, '-o', 'schema.json', '--collections', 'orders');
    expect(written, written.stderr).toMatchObject({code: 0, stdout: ''});
    const [orders, ...rest] = (JSON.parse(readFileSync(place.at('schema.json'), 'utf8')) as {collections: {name: string; documents: number; fields: object[]}[]}).collections;
    expect(rest).toEqual([]);
    expect(orders).toMatchObject({name: 'orders', read: 'all', documents: 3});
    expect(orders!.fields).toEqual(expect.arrayContaining([
      expect.objectContaining({name: 'n', as: 'long', types: {int: 1, long: 1, null: 1}}), expect.objectContaining({name: 'note', as: 'string', absent: 2}), expect.objectContaining({name: 'lines', as: 'table'}),
    ]));
    expect(answer(await run('schema', source.url, '--json', '--sample', '1'))).toMatchObject({schema: {collections: [{name: 'orders', read: 'sample'}, {name: 'other'}]}});
    expect((await run('tables', 'schema.json')).stdout).toBe('orders\norders_lines\n');

    const loaded = await run('load', '--source', source.url, '--target', 'sqlite:out.db', '--schemas', 'schema.json');
    expect(loaded, loaded.stderr).toMatchObject({code: 0});
    // This server is in no replica set: it can be loaded from, and that is all.
    expect(rowsOf(place.at('out.db'), 'SELECT id, n, note FROM orders ORDER BY id')).toEqual([[1n, 1n, null], [2n, 2n, null], [3n, null, 'x']]);
    expect(await run('schema', source.url, '--collections', 'nothing')).toMatchObject({code: 2});
  });

  test('merges two old files as their own tool did, and two new ones without losing anything', async () => {
    place.write('a.js', '{"a": "TINYINT", "b": "INT", "c": {"d": "INT"}, "f": [{"g": "INT"}], "k": {"x": "INT"}}');
    place.write('b.js', '{"a": "STRING", "b": "TINYINT", "c": {"d": "DOUBLE", "new": "INT"}, "f": [{"g": "STRING"}], "k": "STRING"}');
    expect(await run('merge', '--primary-schema', 'a.js', '--secondary-schema', 'b.js', '--merged-schema', 'c.js')).toMatchObject({code: 0});
    expect(JSON.parse(readFileSync(place.at('c.js'), 'utf8'))).toEqual({a: 'STRING', b: 'INT', c: {d: 'DOUBLE'}, f: [{g: 'STRING'}], k: {x: 'STRING'}});
    const profile = (name: string, field: object) => place.write(name, JSON.stringify({version: 1, collections: [{name: 'x', read: 'all', documents: 1, fields: [{name: '_id', as: 'int', types: {int: 1}}, field]}]}));
    profile('new1.json', {name: 'n', as: 'int', types: {int: 1}});
    profile('new2.json', {name: 'n', as: 'long', types: {long: 1}});
    expect(answer(await run('merge', 'new1.json', 'new2.json', '--json'))).toMatchObject({schema: {collections: [{documents: 2, fields: [{name: '_id'}, {name: 'n', as: 'long', types: {int: 1, long: 1}}]}]}});
  });

  test('mends a file by the lines of a load’s errors, and says which line is none', async () => {
    place.write('posts.js', '{"_id": "INT", "customer": {"title": "TINYINT"}, "comments": [{"n": "INT"}]}');
    place.write('errors.txt', "'wrong value (STRING) for posts.customer.title(TINYINT)': 59\n'wrong value (BIGINT) for posts.comments.n(INT)': 1\n");
    expect(await run('patch', 'posts.js', 'errors.txt', '-o', 'mended.js')).toMatchObject({code: 0});
    expect(JSON.parse(readFileSync(place.at('mended.js'), 'utf8'))).toEqual({_id: 'INT', customer: {title: 'STRING'}, comments: [{n: 'BIGINT'}]});
    place.write('errors.txt', 'nonsense\n');
    expect(await run('patch', 'posts.js', 'errors.txt')).toMatchObject({code: 2, stderr: expect.stringContaining('errors.txt:1')});
  });

  test('prints the tables of an old file by the names that they had', async () => {
    place.write('posts.js', '{"_id": {"oid": "STRING", "bsontype": "INT"}, "comments": [{"tests": ["INT"]}]}');
    expect((await run('tables', 'posts.js', '--compat', '--prefix', '2016_')).stdout.split('\n').slice(0, 3)).toEqual(['2016_posts', '2016_post_comments', '2016_post_comment_tests']);
  });

  test('the demo loads, follows and proves, without a server', async () => {
    const ended = await run('demo');
    expect(ended, ended.stderr).toMatchObject({code: 0});
    expect(ended.stdout).toContain('every document has its rows, and every row its document\n');
    expect(place.list()).toEqual(['demo-output', 'demo-output/schema.json', 'demo-output/shop.db']);
    expect(namesIn(place.at('demo-output/shop.db'))).toEqual(expect.arrayContaining(['customers', 'orders', 'orders_lines', 'orders_lines_tags', 'qmetlstatus', 'visits_pages']));
    expect(rowsOf(place.at('demo-output/shop.db'), 'SELECT count(*), max(id) FROM orders')).toEqual([[240n, 241n]]);
  });
});
