import {BSON, MongoClient} from 'mongodb';
import {afterAll, describe, expect, it} from 'vitest';
import {takeReply} from '../src/reply-documents.ts';
import {mongodb, openLab} from './lab.ts';

describe.skipIf(!mongodb)(`answers that a cursor of the driver holds (${mongodb?.version})`, async () => {
  const lab = mongodb ? await openLab() : null;
  const {database, insert} = lab!;
  afterAll(async () => { await lab?.[Symbol.asyncDispose](); });

  it('are taken whole, answer by answer, to the last one', async () => {
    const documents = Array.from({length: 5}, (_, _id) => ({_id, list: [{at: _id}, null], text: 'ä'.repeat(_id)}));
    await insert('answers', documents);
    await using client = await MongoClient.connect(database.url);
    const cursor = client.db(database.name).collection('answers').find({}, {raw: true, batchSize: 2, sort: {_id: 1}});
    const taken: BSON.Document[][] = [];
    while (await cursor.hasNext()) taken.push(takeReply(cursor)!.map(bytes => BSON.deserialize(bytes)));
    expect(taken.flat()).toEqual(documents);
    // The driver's parser would have taken them one by one: nothing was left for it.
    expect(taken.map(({length}) => length)).toEqual([2, 2, 1]);
    expect(takeReply(cursor) ?? []).toEqual([]);
  });
});

describe('answers that are held in another way', () => {
  const answer = (cursor: unknown) => BSON.serialize({cursor, ok: 1});
  const whole = answer({nextBatch: [{_id: 1}], id: 0n, ns: 'a.b'});

  it.each<[string, object]>([
    ['no cursor of the driver', {}],
    ['no answer yet', {documents: null}],
    ['bytes under another name', {documents: {length: 1, bytes: whole, clear: () => { throw new Error('cleared'); }}}],
    ['one of the documents taken before', {documents: {length: 0, toBytes: () => whole, clear: () => { throw new Error('cleared'); }}}],
    ['no batch', {documents: {length: 0, toBytes: () => answer({id: 0n}), clear: () => { throw new Error('cleared'); }}}],
    ['a batch of other things', {documents: {length: 1, toBytes: () => answer({firstBatch: [1]}), clear: () => { throw new Error('cleared'); }}}],
    ['an error', {documents: {length: 0, toBytes: () => BSON.serialize({ok: 0}), clear: () => { throw new Error('cleared'); }}}],
  ])('are left to the driver: %s', (_, cursor) => {
    expect(takeReply(cursor)).toBeNull();
  });
});
