import {idDocument, findField} from '@sluice/bson';
import {must, type PipelineError} from '@sluice/core';
import {MongoConnection, MongoDocumentReader, MongoDocuments, parseEndpoint} from '@sluice/connector-mongodb';
import {breakableProxy, rejection} from '@sluice/testkit';
import {BSON} from 'mongodb';
import {afterAll, describe, expect, it} from 'vitest';
import {all, idsOf, mongodb, never, openLab} from './lab.ts';

const {Binary, Code, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp} = BSON;

/** The stand-in knows fewer types than MongoDB has. */
const isWhole = mongodb?.version !== 'mongo-java-server';

/** In the order of MongoDB. */
const IDS: readonly unknown[] = [
  ...(isWhole ? [new MinKey()] : []), null, ...(isWhole ? [new Double(NaN)] : []), new Double(-Infinity), new Int32(-7), new Double(0.5), Decimal128.fromString('0.75'), new Int32(1), Long.fromString('9007199254740993'), new Double(Infinity),
  '', 'A', 'a', 'ab', 'ä', '\u{1F600}', new Map([['b', 1], ['1', 2]]), {x: {y: 1}}, new Binary(Buffer.alloc(0)), new Binary(Buffer.from('ab')),
  new ObjectId('000000000000000000000001'), new ObjectId('ffffffffffffffffffffffff'), false, true, new Date(-1), new Date(1), new Timestamp({t: 1, i: 2}), new Timestamp({t: 2, i: 1}),
  ...(isWhole ? [new MaxKey()] : []),
];

describe.skipIf(!mongodb)(`documents of MongoDB (${mongodb?.version})`, async () => {
  const lab = mongodb ? await openLab() : null;
  const {address, database, insert, db, place} = lab!;
  afterAll(async () => { await lab?.[Symbol.asyncDispose](); });
  const open = (endpoint = place()) => new MongoDocuments(parseEndpoint(endpoint));
  const idOfDocument = (document: Uint8Array) => idDocument(must(findField(document, '_id'), '_id'));

  it('come in the order of their ids, whatever the types of these, from behind any one up to any other', async () => {
    await insert('mixed', IDS.toReversed().map(_id => ({_id})));
    await using documents = open();
    const everything = await all(documents.read({collection: 'mixed', after: null, until: null}, never));
    const ids = idsOf(everything);
    expect(ids).toHaveLength(IDS.length);
    const bounds = [null, ...everything.map(idOfDocument)];
    for (const [low, id] of bounds.entries()) {
      for (const included of id === null ? [false] : [false, true]) {
        const after = id && {id, included};
        const from = included ? low - 1 : low;
        expect(idsOf(await all(documents.read({collection: 'mixed', after, until: null}, never))), `after ${low}`).toEqual(ids.slice(from));
        for (const high of [1, low, low + 1, ids.length].filter(each => each > 0 && each <= ids.length)) {
          const until = bounds[high]!;
          expect(idsOf(await all(documents.read({collection: 'mixed', after, until}, never))), `after ${low} until ${high} ${included}`).toEqual(ids.slice(from, high));
        }
      }
    }
  });

  it('come as many as are wanted, over the types of their ids', async () => {
    await using documents = open();
    const ids = idsOf(await all(documents.read({collection: 'mixed', after: null, until: null}, never)));
    const first = idOfDocument((await all(documents.read({collection: 'mixed', after: null, until: null, limit: 1}, never)))[0]!);
    for (const limit of [1, 7, 8, 9, 15, 16]) {
      expect(idsOf(await all(documents.read({collection: 'mixed', after: {id: first, included: true}, until: null, limit}, never))), String(limit)).toEqual(ids.slice(0, limit));
    }
  });

  it.skipIf(!isWhole)('of ids that no query can hold are read from the beginning, and say why they cannot be gone on with', async () => {
    await insert('codes', [{_id: 1}, {_id: new Code('a', {b: 1})}]);
    await using documents = open();
    const found = await all(documents.read({collection: 'codes', after: null, until: null}, never));
    expect(found).toHaveLength(2);
    const last = {id: idOfDocument(found[1]!), included: false};
    expect(await rejection(all(documents.read({collection: 'codes', after: last, until: null}, never)))).toMatchObject({code: 'SLUICE_VALUE'});
  });

  it('go on behind the last one when the connection breaks', async () => {
    const many = Array.from({length: 10_000}, (_, i) => ({_id: i, text: 'x'.repeat(1000)}));
    await insert('many', many);
    await using proxy = await breakableProxy(address);
    await using documents = open(place('', proxy));
    const found: Uint8Array[] = [];
    let groups = 0;
    for await (const group of documents.read({collection: 'many', after: null, until: null}, never)) {
      found.push(...group);
      if (++groups <= 2) proxy.cut();
    }
    expect(groups).toBeGreaterThan(2);
    expect(idsOf(found)).toEqual(many.map(({_id}) => `{"$numberInt":"${_id}"}`));
  });

  it('end with a retryable error when the server stays away', async () => {
    const proxy = await breakableProxy(address);
    await using _ = proxy;
    await using documents = open(place('serverSelectionTimeoutMS=200', proxy));
    const error = await rejection((async () => { for await (const group of documents.read({collection: 'many', after: null, until: null}, never)) if (group.length > 0) proxy.down(); })());
    expect(error).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
  });

  it('stop when they are told to, and leave no cursor behind', async () => {
    await using documents = open();
    const stop = new AbortController();
    const reason = new Error('enough');
    const error = await rejection((async () => { for await (const group of documents.read({collection: 'many', after: null, until: null}, stop.signal)) if (group.length > 0) stop.abort(reason); })());
    expect(error).toBe(reason);
    for await (const _ of documents.read({collection: 'many', after: null, until: null}, never)) break;
  });

  it('are cut into parts of about the same size', async () => {
    await using documents = open();
    const cuts = await documents.cut('many', 4, never);
    expect(cuts).toHaveLength(3);
    const bounds = [null, ...cuts, null];
    const parts: string[][] = [];
    for (let i = 0; i < 4; i++) {
      const after = bounds[i] ? {id: bounds[i]!, included: false} : null;
      parts.push(idsOf(await all(documents.read({collection: 'many', after, until: bounds[i + 1]!}, never))));
    }
    expect(parts.flat()).toHaveLength(10_000);
    expect(new Set(parts.flat()).size).toBe(10_000);
    expect(await documents.cut('mixed', 4, never), 'few documents').toEqual([]);
  });

  it('are fetched by their ids, of every type; those that are gone are absent', async () => {
    await using documents = open();
    const reader = new MongoDocumentReader(await documents.connection(never));
    const wanted = (await all(documents.read({collection: 'mixed', after: null, until: null}, never))).map(idOfDocument);
    const gone = [new Int32(4711), 'gone', new ObjectId('0000000000000000000000aa')].map(id => BSON.serialize({'': id}));
    const found = await all(reader.fetch('mixed', '_id', [...wanted, ...gone], never));
    expect(idsOf(found).toSorted()).toEqual(idsOf(await all(documents.read({collection: 'mixed', after: null, until: null}, never))).toSorted());
    await insert('old', [{_id: 1, id: 7}, {_id: 2, id: 8}]);
    expect(idsOf(await all(reader.fetch('old', 'id', [BSON.serialize({'': new Int32(8)})], never)))).toEqual(['{"$numberInt":"2"}']);
  });

  it('tell their collections, their sizes and who they are', async () => {
    await using documents = open();
    const found = await documents.collections(never);
    expect(found.map(({name}) => name)).toEqual([...(isWhole ? ['codes'] : []), 'many', 'mixed', 'old']);
    expect(found.every(({kind, capped}) => kind === 'collection' && !capped)).toBe(true);
    // FerretDB estimates.
    expect((await documents.size('many', never)).documents! / 10_000).toBeCloseTo(1, mongodb!.version.startsWith('FerretDB') ? 0 : 9);
    expect(documents.warnings.join()).toContain('no snapshot');
    expect((await documents.identity(never)).id).toContain(database.name);
    expect((await documents.about(never)).system).toContain('MongoDB ');
    expect(await documents.check(never)).toEqual([]);
    await using other = open(place('', {database: `${database.name}_none`}));
    expect(await other.check(never)).toEqual([{message: expect.stringContaining('there is no collection')}]);
    expect(await db.listCollections().toArray()).toHaveLength(isWhole ? 4 : 3);
  });

  it('of a server that is not there: one problem, retryable', async () => {
    await using documents = open({url: 'mongodb://reader@127.0.0.1:1/shop?serverSelectionTimeoutMS=200'});
    expect(await documents.check(never)).toEqual([{message: 'server mongodb://127.0.0.1:1/shop: nothing listens there (ECONNREFUSED); check host and port in the URL, and that the server runs'}]);
    const error = await rejection(MongoConnection.open(parseEndpoint({url: 'mongodb://127.0.0.1:1/shop?serverSelectionTimeoutMS=200'}), never)) as PipelineError;
    expect(error).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
  });
});
