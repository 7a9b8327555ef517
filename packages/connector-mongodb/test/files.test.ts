import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {documentJson} from '@sluice/bson';
import type {PipelineError, Row} from '@sluice/core';
import {documentFromJson, DocumentSource, FileDocuments} from '@sluice/connector-mongodb';
import {expectNoLeak, rejection} from '@sluice/testkit';
import {BSON} from 'mongodb';
import {afterAll, describe, expect, it} from 'vitest';
import {all, idsOf, never} from './lab.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-documents-'));
afterAll(() => { rmSync(folder, {recursive: true}); });

describe('a document as Extended JSON', () => {
  it.each([
    '{"_id":{"$oid":"0102030405060708090a0b0c"},"z":{"$numberInt":"-5"},"1":{"$numberLong":"9223372036854775807"},"d":{"$numberDouble":"-0.0"},"n":{"$numberDouble":"NaN"},"e":{"$numberDouble":"1e+300"}}',
    '{"d":{"$numberDecimal":"1.10"},"n":{"$numberDecimal":"NaN"},"w":{"$date":{"$numberLong":"-9223372036854775808"}},"b":true,"u":null,"s":"\u{1F600} \\" \\\\ \\n"}',
    '{"b":{"$binary":{"base64":"AP8=","subType":"00"}},"o":{"$binary":{"base64":"AP8=","subType":"02"}},"u":{"$binary":{"base64":"ABEiM0RVZneImaq7zN3u/w==","subType":"04"}},"t":{"$timestamp":{"t":4294967295,"i":1}}}',
    '{"r":{"$regularExpression":{"pattern":"a/b","options":"i"}},"c":{"$code":"f()"},"w":{"$code":"f()","$scope":{"x":{"$numberInt":"1"}}},"s":{"$symbol":"x"},"a":{"$undefined":true},"m":{"$minKey":1},"M":{"$maxKey":1}}',
    '{"":{},"a.b":[],"$c":{"$ref":"x","$id":{"$numberInt":"1"}},"nested":[[{"x":[{"$numberInt":"1"},null]}],"y"]}',
  ])('comes back to the letter: %#', text => {
    expect(documentJson(documentFromJson(text)).text).toBe(text);
  });

  it('may be relaxed, or as older tools wrote it, and is what the driver reads', () => {
    const text = '{"i": 5, "l": 3000000000, "f": 9.5, "when": {"$date": "2020-02-29T12:00:00.001Z"}, "old": {"$date": 1600000000000}, "n": {"$numberLong": "7"}, "r": {"$regex": "x", "$options": ""}, "u": {"$uuid": "00112233-4455-6677-8899-aabbccddeeff"}}';
    const read = documentFromJson(text);
    expect(Buffer.from(read).equals(Buffer.from(BSON.serialize(BSON.EJSON.parse(text, {relaxed: false}), {ignoreUndefined: false})))).toBe(true);
    // Which the driver would round, or refuse.
    expect(documentJson(documentFromJson('{"a": 9007199254740993, "b": 9.0, "c": {"$binary": "AP8=", "$type": "80"}}')).text)
      .toBe('{"a":{"$numberLong":"9007199254740993"},"b":{"$numberDouble":"9.0"},"c":{"$binary":{"base64":"AP8=","subType":"80"}}}');
  });

  it.each([
    '', '[]', '7', '{', '{"a":}', '{"a":1,}', '{"a" 1}', '{a:1}', '{"a":01}', '{"a":1}{', '{"a":"\u0001"}', '{"a":18446744073709551616}', '{"a":{"$oid":"canary"}}', '{"a":{"$numberInt":"2147483648"}}', '{"a":{"$date":"canary"}}',
    '{"a":{"$binary":{"base64":"canary!","subType":"00"}}}', '{"a\\u0000b":1}', '{"a":"\\ud800"}', '{"a":{"$numberDecimal":"canary"}}', '{"a":{"$timestamp":{"t":-1,"i":1}}}', `{"a":${'['.repeat(300)}${']'.repeat(300)}}`,
  ])('that is none is refused, and not shown: %#', text => {
    let error: unknown = null;
    try {
      documentFromJson(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({code: 'SLUICE_VALUE'});
    expectNoLeak(error, 'canary');
  });
});

describe('documents in files', () => {
  const documents = Array.from({length: 3000}, (_, i) => ({_id: i, text: `${i} {[}] "quoted\\" \u{1F600}`.repeat(3), parts: [{n: i}]}));
  const put = (name: string, content: string | Uint8Array) => { writeFileSync(join(folder, name), content); };
  const lines = documents.map(each => BSON.EJSON.stringify(each, {relaxed: false}));
  put('lines.jsonl', lines.join('\n'));
  put('array.json', `\uFEFF[\n${lines.join(',\n')}\n]\n`);
  put('dump.bson', Buffer.concat(documents.map(each => BSON.serialize(each))));
  put('dump.metadata.json', '{"indexes":[]}');
  put('prelude.json', '{"ServerVersion":"7.0.1"}');
  put('packed.bson.gz', gzipSync(Buffer.concat(documents.map(each => BSON.serialize(each)))));
  put('README.md', 'no documents');

  it('are collections by the names of the files, and come in their order', async () => {
    await using files = new FileDocuments(folder);
    expect(await files.check(never)).toEqual([]);
    expect((await files.collections(never)).map(({name}) => name)).toEqual(['array', 'dump', 'lines', 'packed']);
    const wanted = documents.map(({_id}) => `{"$numberInt":"${_id}"}`);
    for (const name of ['array', 'dump', 'lines', 'packed']) {
      expect(idsOf(await all(files.read({collection: name, after: null, until: null}, never))), name).toEqual(wanted);
      expect(idsOf(await all(files.sample(name, 7, never))), name).toEqual(wanted.slice(0, 7));
    }
  });

  it('become the rows of tables', async () => {
    await using source = new DocumentSource(new FileDocuments(join(folder, 'lines.jsonl')), {naming: 'clean', prefix: '', schemas: null, sample: null, collections: null, views: false});
    const {tables} = await source.discover(never);
    expect(tables.map(({table}) => table)).toEqual(['lines', 'lines_parts']);
    const rows: Row[] = [];
    for await (const batch of source.read({schema: tables[1]!, after: null, maxRows: 700, maxBytes: 1 << 20}, never)) {
      expect(batch.position).toBe(null);
      rows.push(...batch.rows);
    }
    expect(rows).toEqual(documents.map(({_id}) => [_id, 1, _id, null]));
  });

  it.each([['json.jsonl', '{"a":1}\n{"canary\n'], ['text.json', '{"a":1} canary'], ['latin.jsonl', Buffer.from('{"a":"canary\xff"}', 'latin1')], ['cut.bson', BSON.serialize({a: 'canary'}).subarray(0, -3)], ['bad.bson.gz', Buffer.from('canary')]])('that are damaged say which and where: %s', async (name, content) => {
    put(name, content);
    await using files = new FileDocuments(join(folder, name));
    const error = await rejection(all(files.read({collection: name.split('.')[0]!, after: null, until: null}, never))) as PipelineError;
    expect(error).toMatchObject({code: 'SLUICE_VALUE', message: expect.stringMatching(new RegExp(`^document [12] of .*${name}: `))});
    expectNoLeak(error, 'canary');
    rmSync(join(folder, name));
  });

  it('that are not there, or two of one collection, are told', async () => {
    await using gone = new FileDocuments(join(folder, 'nowhere'));
    expect(await gone.check(never)).toEqual([{message: expect.stringContaining('ENOENT')}]);
    put('lines.json', '[]');
    await using twice = new FileDocuments(folder);
    expect(await rejection(twice.collections(never))).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringContaining('lines.json and lines.jsonl')});
    rmSync(join(folder, 'lines.json'));
  });
});
