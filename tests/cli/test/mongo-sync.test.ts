import {BSON, type Document} from 'mongodb';
import {afterAll, beforeAll, beforeEach, describe, expect, test, vi} from 'vitest';
import {folders, type Folder} from './support/folder.ts';
import {mongodb, openMongo, type MongoDatabase} from './support/mongo.ts';
import {openPostgres, postgres, type PostgresDatabase} from './support/postgres.ts';
import {mongoToPsql, type Ended} from './support/program.ts';

const folder = folders();
// Each runs the program some ten times, on machines that are busy.
vi.setConfig({testTimeout: 180_000});

/** How one document was, is, and what the log says of it in both of its forms. The id is the name. */
interface Change {
  readonly before: Document | null;
  readonly after: Document | null;
  readonly v1: readonly Document[];
  readonly v2: readonly Document[];
  /** Rows of `posts` (title, n, address_city), of `post_comments` (body, idx) and of `post_comment_tags` (tags, posts_comments_idx, idx). */
  readonly posts?: readonly unknown[];
  readonly comments?: readonly unknown[];
  readonly tags?: readonly unknown[];
}

const comment = (body: string | null, ...tags: string[]) => ({body, tags});
const set = (o: Document) => ({op: 'u', o: {$set: o}});
const diff = (d: Document) => ({op: 'u', o: {$v: 2, diff: d}});
const both = (entry: Document) => ({v1: [entry], v2: [entry]});
const base = {title: 't', n: 1, address: {city: 'Oslo'}, comments: [comment('a', 'x'), comment('b', 'y', 'z')]};
const rowsOfBase = {posts: [['t', '1', 'Oslo']], comments: [['a', '1'], ['b', '2']], tags: [['x', '1', '1'], ['y', '2', '1'], ['z', '2', '2']]};

const changes: Readonly<Record<string, Change>> = {
  'a field is set and another unset in one entry': {
    before: base, after: {title: 'new', address: {city: 'Oslo'}, comments: base.comments},
    v1: [{op: 'u', o: {$set: {title: 'new'}, $unset: {n: true}}}], v2: [diff({u: {title: 'new'}, d: {n: false}})],
    ...rowsOfBase, posts: [['new', null, 'Oslo']],
  },
  'an element is replaced in its place': {
    before: base, after: {...base, comments: [comment('c'), base.comments[1]]},
    v1: [set({'comments.0': comment('c')})], v2: [diff({scomments: {a: true, u0: comment('c')}})],
    posts: rowsOfBase.posts, comments: [['c', '1'], ['b', '2']], tags: [['y', '2', '1'], ['z', '2', '2']],
  },
  'an element becomes null and keeps its place': {
    before: base, after: {...base, comments: [null, base.comments[1]]},
    v1: [{op: 'u', o: {$unset: {'comments.0': true}}}], v2: [diff({scomments: {a: true, u0: null}})],
    posts: rowsOfBase.posts, comments: [[null, '1'], ['b', '2']], tags: [['y', '2', '1'], ['z', '2', '2']],
  },
  'an element becomes a number': {
    before: base, after: {...base, comments: [5, base.comments[1]]},
    v1: [set({'comments.0': 5})], v2: [diff({scomments: {a: true, u0: 5}})],
    posts: rowsOfBase.posts, comments: [[null, '1'], ['b', '2']], tags: [['y', '2', '1'], ['z', '2', '2']],
  },
  'an element is set beyond the end': {
    before: {...base, comments: [comment('a')]}, after: {...base, comments: [comment('a'), null, comment('d')]},
    v1: [set({'comments.2': comment('d')})], v2: [diff({scomments: {a: true, u1: null, u2: comment('d')}})],
    posts: rowsOfBase.posts, comments: [['a', '1'], [null, '2'], ['d', '3']], tags: [],
  },
  'an array shrinks and an inner one grows': {
    before: base, after: {...base, comments: [comment('a', 'x', 'w')]},
    v1: [set({comments: [comment('a', 'x', 'w')]})], v2: [diff({scomments: {a: true, l: 1, s0: {stags: {a: true, u1: 'w'}}}})],
    posts: rowsOfBase.posts, comments: [['a', '1']], tags: [['x', '1', '1'], ['w', '1', '2']],
  },
  'an array is emptied: no row of it stays': {
    before: base, after: {...base, comments: []}, v1: [set({comments: []})], v2: [diff({u: {comments: []}})], posts: rowsOfBase.posts, comments: [], tags: [],
  },
  'the whole document is replaced': {
    before: base, after: {title: 'other'}, ...both({op: 'u', o: {title: 'other'}}), posts: [['other', null, null]], comments: [], tags: [],
  },
  'a replacement has fields that look like a diff': {
    before: base, after: {title: 'other', diff: 1, $set: 2}, ...both({op: 'u', o: {title: 'other', diff: 1, $set: 2}}), posts: [['other', null, null]], comments: [], tags: [],
  },
  'a struct is replaced by one without its fields': {
    before: base, after: {...base, address: {}}, v1: [set({address: {}})], v2: [diff({u: {address: {}}})], ...rowsOfBase, posts: [['t', '1', null]],
  },
  'a text has dollars, quotes and a backslash': {
    before: base, after: {...base, comments: [comment(`$$ ' " \\N`)]}, v1: [set({comments: [comment(`$$ ' " \\N`)]})], v2: [diff({u: {comments: [comment(`$$ ' " \\N`)]}})],
    posts: rowsOfBase.posts, comments: [[`$$ ' " \\N`, '1']], tags: [],
  },
  'it is deleted': {before: base, after: null, ...both({op: 'd', o: {}}), posts: [], comments: [], tags: []},
  'it was inserted before the load, and the log tells it again': {before: base, after: base, ...both({op: 'i', o: base}), ...rowsOfBase},
  'it is inserted, changed and deleted': {before: null, after: null, ...both({op: 'i', o: base}), posts: [], comments: [], tags: []},
  'a document that is not there is changed': {before: null, after: null, ...both(set({'comments.0': comment('orphan')})), posts: [], comments: [], tags: []},
  'it is inserted in a transaction': {before: null, after: base, ...both({op: 'c', transaction: true}), ...rowsOfBase},
};
const names = Object.keys(changes);

const schema = JSON.stringify({_id: 'STRING', title: 'STRING', n: 'INT', address: {city: 'STRING'}, comments: [{body: 'STRING', tags: ['STRING']}]});

/** Entries of the log as a server writes them: with namespace and id. */
function entriesOf(database: string, form: 'v1' | 'v2'): Document[] {
  const ns = `${database}.posts`;
  return names.flatMap(_id => changes[_id]![form].map(({transaction, o = {}, ...entry}): Document => {
    if (transaction === true) return {op: 'c', ns: 'admin.$cmd', o: {applyOps: [{op: 'i', ns, o: {_id, ...base}}]}};
    const change = entry['op'] === 'd' || entry['op'] === 'i' ? {o: {_id, ...o}} : {o: Object.keys(o).some(key => key === '$v' || (key.startsWith('$') && key !== '$set')) || '$set' in o && typeof o['$set'] === 'object' ? o : {_id, ...o}, o2: {_id}};
    return {ns, ...entry, ...change};
  }));
}

const documents = (of: 'before' | 'after') => names.flatMap(_id => (changes[_id]![of] === null ? [] : [{_id, ...changes[_id]![of]}]));
const answer = ({stdout}: Ended) => JSON.parse(stdout) as Readonly<Record<string, unknown>>;

describe.skipIf(!mongodb || !postgres)(`mongo-to-psql sync from a recorded oplog (${mongodb?.version ?? 'no server'})`, () => {
  let source: MongoDatabase;
  let target: PostgresDatabase;
  let place: Folder;
  let options: readonly string[];
  beforeAll(async () => {
    source = await openMongo(mongodb!);
    target = await openPostgres(postgres!);
  });
  afterAll(async () => {
    await target[Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
  });
  beforeEach(() => { place = folder(); });

  const run = (command: string, ...words: string[]) => mongoToPsql([command, ...options, ...words], {cwd: place.path});
  const rowsOf = async (_id: string) => ({
    posts: await target.rows(`SELECT title, n, address_city FROM posts WHERE id = '${_id}'`),
    comments: await target.rows(`SELECT body, idx FROM post_comments WHERE posts_id = '${_id}' ORDER BY idx`),
    tags: await target.rows(`SELECT tags, posts_comments_idx, idx FROM post_comment_tags WHERE posts_id = '${_id}' ORDER BY 2, 3`),
  });

  test.each(['v1', 'v2'] as const)('what the log says in its form %s becomes what the documents are, once and again', async form => {
    place.write('schemas/posts.js', schema);
    options = ['--source', source.url, '--target', target.url, '--schemas', 'schemas', '--compat', '--oplog', await source.oplog()];
    await source.put('posts', documents('before'));
    expect(await run('load')).toMatchObject({code: 0});
    await source.put('posts', documents('after'));
    await source.log(entriesOf(source.name, form));
    const ended = await run('sync', '--json');
    expect(ended, ended.stderr).toMatchObject({code: 0});
    for (const name of names) {
      const {posts, comments, tags} = changes[name]!;
      expect(await rowsOf(name), name).toEqual({posts, comments, tags});
    }
    expect(answer(await run('sync', '--json'))).toMatchObject({status: 'ok', changes: 0, caughtUp: true});
    expect(await run('verify')).toMatchObject({code: 0, stdout: expect.stringContaining('every document has its rows')});
    expect(await run('status')).toMatchObject({code: 0});
    expect((await target.rows('SELECT status, error, ts ~ \'^Timestamp\\(\\d+, \\d+\\)$\' FROM qmetlstatus ORDER BY time_start DESC LIMIT 3')))
      .toEqual([['2', 'f', 't'], ['1', 'f', 't'], ['0', 'f', 't']]);
  });

  test('collections are dropped, renamed and have dots in their names; those of other databases are nobody’s', async () => {
    options = ['--source', source.url, '--target', target.url, '--oplog', await source.oplog(1), '--changes', 'oplog'];
    for (const name of ['kept', 'kept.sub', 'gone', 'moved', 'there']) await source.put(name, [{_id: 1, at: name}]);
    expect(await run('load', '--collections', 'kept,kept.sub,gone,moved,there')).toMatchObject({code: 0});
    options = [...options, '--collections', 'kept,kept.sub,gone,moved,there'];
    await source.put('kept', [{_id: 1, at: 'kept'}]);
    await source.put('kept.sub', [{_id: 1, at: 'sub changed'}]);
    await source.db.collection('gone').drop();
    await source.db.collection('there').drop();
    await source.db.collection('moved').drop();
    await source.put('there', [{_id: 2, at: 'moved'}]);
    await source.log([
      {op: 'u', ns: `${source.name}.kept.sub`, o: {$set: {at: 'sub changed'}}, o2: {_id: 1}},
      {op: 'd', ns: `other_${source.name}.kept`, o: {_id: 1}},
      {op: 'c', ns: `${source.name}.$cmd`, o: {drop: 'gone'}},
      {op: 'c', ns: `${source.name}.$cmd`, o: {renameCollection: `${source.name}.moved`, to: `${source.name}.there`, dropTarget: true}},
    ], 1);
    const ended = await run('sync', '--json');
    expect(ended, ended.stderr).toMatchObject({code: 0});
    for (const [table, rows] of Object.entries({kept: [['1', 'kept']], kept_sub: [['1', 'sub changed']], gone: [], moved: [], there: [['2', 'moved']]})) {
      expect(await target.rows(`SELECT id, at FROM ${table}`), table).toEqual(rows);
    }
    expect(await run('verify')).toMatchObject({code: 0});
  });

  test('a document that was inserted on one shard and changed on another has its rows, whichever log is read first', async () => {
    const logs = [await source.oplog(2), await source.oplog(3)];
    place.write('shop.yaml', `source: ${source.url}\ntarget: \${TARGET}\noplog: [${logs.join(', ')}]\ncollections: [sharded]\n`);
    options = ['--config', 'shop.yaml'];
    const given = (command: string, ...words: string[]) => mongoToPsql([command, ...options, ...words], {cwd: place.path, env: {TARGET: target.url}});
    await source.put('sharded', [{_id: 'old', key: 1, n: 1}]);
    expect(await given('load')).toMatchObject({code: 0});
    await source.put('sharded', [{_id: 'new', key: 2, n: 3}]);
    await source.log([{op: 'i', ns: `${source.name}.sharded`, o: {_id: 'new', key: 2, n: 2}}], 2);
    // The first field of o2 is the key of the shard, not the id.
    await source.log([{op: 'u', ns: `${source.name}.sharded`, o: {$v: 2, diff: {u: {n: 3}}}, o2: {key: 2, _id: 'new'}}, {op: 'd', ns: `${source.name}.sharded`, o: {_id: 'old'}}], 3);
    const ended = await given('sync', '--json');
    expect(ended, ended.stderr).toMatchObject({code: 0});
    expect(await target.rows('SELECT id, n FROM sharded')).toEqual([['new', '3']]);
    expect((await target.rows('SELECT ts FROM qmetlstatus ORDER BY time_start DESC LIMIT 1'))[0]![0]).toMatch(/^Timestamp\(\d+, \d+\);Timestamp\(\d+, \d+\)$/);
  });

  test('a log that no longer reaches back is found out: exit code 3, and what to do', async () => {
    options = ['--source', source.url, '--target', target.url, '--oplog', await source.oplog(4), '--collections', 'rolled'];
    await source.put('rolled', [{_id: 1, n: 1}]);
    expect(await run('load')).toMatchObject({code: 0});
    await source.log([{op: 'u', ns: `${source.name}.rolled`, o: {$set: {n: 2}}, o2: {_id: 1}}, {op: 'n', ns: '', o: {}}], 4);
    const [database, ...rest] = (await source.oplog(4)).split('.');
    const {client} = source.db;
    await client.db(database).collection(rest.join('.')).deleteMany({ts: {$lt: new BSON.Timestamp({t: 1000, i: 0})}});
    const ended = await run('sync', '--json');
    expect(ended.code).toBe(3);
    expect(answer(ended)).toMatchObject({status: 'load needed', error: {code: 'SLUICE_POSITION', remedy: expect.stringContaining('load the collections again')}});
    expect(await run('status', '--json')).toMatchObject({code: 3});
    expect(await run('load')).toMatchObject({code: 0});
    expect(await run('sync')).toMatchObject({code: 0});
    expect(await run('status')).toMatchObject({code: 0});
  });

  test('names in upper case, of collections without an s and of structs with one, are followed and deleted', async () => {
    place.write('schemas/Post.js', JSON.stringify({_id: 'INT', select: 'STRING', Stats: {Hits: ['INT']}}));
    options = ['--source', source.url, '--target', target.url, '--oplog', await source.oplog(6), '--schemas', 'schemas', '--compat'];
    await source.put('Post', [{_id: 1, select: 'a', Stats: {Hits: [1, 2]}}, {_id: 2, select: 'b', Stats: {Hits: [3]}}]);
    expect(await run('load')).toMatchObject({code: 0});
    await source.put('Post', [{_id: 1, select: 'c', Stats: {Hits: [4]}}]);
    await source.log([{op: 'u', ns: `${source.name}.Post`, o: {$set: {select: 'c', 'Stats.Hits': [4]}}, o2: {_id: 1}}, {op: 'd', ns: `${source.name}.Post`, o: {_id: 2}}], 6);
    const ended = await run('sync');
    expect(ended, ended.stderr).toMatchObject({code: 0});
    expect(await target.rows('SELECT id, "select" FROM "Post"')).toEqual([['1', 'c']]);
    expect(await target.rows('SELECT * FROM "post_Stats_Hits"')).toEqual([['4', '1', '1']]);
    expect(await run('verify')).toMatchObject({code: 0});
  });

  test('dates are moments in UTC, whatever the time zone of the sessions, and text with a NUL is not cut', async () => {
    await target.run(`ALTER DATABASE ${target.name} SET timezone TO 'America/Chicago'`);
    options = ['--source', source.url, '--target', target.url, '--oplog', await source.oplog(7), '--collections', 'zoned'];
    await source.put('zoned', [{_id: 1, at: new Date('2016-02-08T19:52:23.883Z'), text: 'a\0b'}]);
    const loaded = await run('load');
    expect(loaded, loaded.stderr).toMatchObject({code: 0});
    const moment = "SELECT at AT TIME ZONE 'UTC', text FROM zoned";
    expect(await target.rows(moment)).toEqual([['2016-02-08 19:52:23.883', null]]);
    expect(JSON.parse((await target.rows('SELECT _extra FROM zoned'))[0]![0]!)).toMatchObject({text: {text: String.raw`"a\u0000b"`, reason: 'holds NUL'}});
    await source.put('zoned', [{_id: 1, at: new Date('2016-07-08T19:52:23.883Z'), text: 'c'}]);
    await source.log([{op: 'u', ns: `${source.name}.zoned`, o: {$set: {text: 'c'}}, o2: {_id: 1}}], 7);
    expect(await run('sync')).toMatchObject({code: 0});
    expect(await target.rows(moment)).toEqual([['2016-07-08 19:52:23.883', 'c']]);
  });

  test('nothing was loaded: sync and status say so with exit code 3', async () => {
    options = ['--source', source.url, '--target', 'sqlite:none.db', '--oplog', await source.oplog(5)];
    place.write('schemas/posts.js', schema);
    expect(await run('sync', '--schemas', 'schemas', '--json')).toMatchObject({code: 3});
    expect(await mongoToPsql(['status', '--target', 'sqlite:none.db'], {cwd: place.path})).toMatchObject({code: 3, stderr: expect.stringContaining('nothing was loaded yet')});
  });
});
