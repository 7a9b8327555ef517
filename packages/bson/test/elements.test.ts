import {PipelineError} from '@sluice/core';
import {BSON, BSONRegExp, Code} from 'bson';
import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {BsonType, checkDocument, documentJson, Elements, findField, int32At, MAX_DEPTH} from '../src/index.ts';
import {documents} from './documents.ts';
import {element, int32, raw, string} from './raw.ts';

function failure(run: () => unknown): PipelineError {
  try {
    run();
  } catch (error) {
    if (error instanceof PipelineError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** What reading all of it gives: the text, or the refusal. Any other error is a failure of the test. */
function outcome(document: Uint8Array): string {
  try {
    checkDocument(document);
    return documentJson(document).text;
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    expect(error.code).toBe('SLUICE_VALUE');
    return error.message;
  }
}

describe('the elements of a document', () => {
  test('come in their order, with any name, and nothing of a value is looked at', () => {
    const inner = raw(element(BsonType.STRING, 'x', string('y')));
    const document = raw(element(BsonType.INT32, 'a.b', int32(5)), element(BsonType.DOCUMENT, '', inner), element(BsonType.NULL, '$set'), element(BsonType.NULL, 'a.b'));
    const seen = [];
    for (const elements = Elements.of(document); elements.next();) seen.push([elements.name(), elements.type, elements.end - elements.start]);
    expect(seen).toEqual([['a.b', 0x10, 4], ['', 3, inner.length], ['$set', 10, 0], ['a.b', 10, 0]]);
    const elements = Elements.of(document);
    elements.next();
    elements.next();
    const within = elements.inner();
    expect([within.next(), within.name(), within.depth, within.next()]).toEqual([true, 'x', 1, false]);
  });

  test('a field is found by its name; the first of several', () => {
    const document = raw(element(BsonType.INT32, 'ab', int32(1)), element(BsonType.INT32, 'a', int32(2)), element(BsonType.INT32, 'a', int32(3)), element(BsonType.INT32, 'ü', int32(4)));
    expect(int32At(document, findField(document, 'a')!.start)).toBe(2);
    expect(int32At(document, findField(document, 'ü')!.start)).toBe(4);
    expect(findField(document, 'b')).toBeNull();
  });

  test('a name that is not UTF-8 has no text', () => {
    const elements = Elements.of(raw(element(BsonType.NULL, Buffer.of(0xff, 0x41))));
    elements.next();
    expect(elements.name()).toBeNull();
  });
});

describe('a document that is damaged', () => {
  const whole = raw(element(BsonType.DOCUMENT, 'a', raw(element(BsonType.ARRAY, 'list', raw(element(BsonType.STRING, '0', string('secret')))))));

  test('is refused with the path of the place, and none of its data', () => {
    const bytes = Uint8Array.from(whole);
    // The length of the text within the array: its bytes are followed by four closing ones.
    new DataView(bytes.buffer).setInt32(bytes.length - 3 - 'secret'.length - 1 - 4, 1000, true);
    const {code, message, remedy} = failure(() => checkDocument(bytes));
    expect([code, message]).toEqual(['SLUICE_VALUE', expect.stringMatching(/^a document is damaged in the field a\.list\.0, at byte \d+: a value ends behind its document$/)]);
    expect(remedy).toContain('validate');
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['nothing at all', Buffer.of(), /damaged at byte 0: .*at least 5 bytes/],
    ['a length too large', Buffer.concat([int32(100), Buffer.of(0)]), /its length is not what it says/],
    ['a negative length', Buffer.concat([int32(-1), Buffer.of(0)]), /its length/],
    ['bytes behind it', Buffer.concat([raw(), Buffer.of(0)]), /its length/],
    ['no zero at its end', Buffer.concat([int32(5), Buffer.of(1)]), /zero byte/],
    ['a type that is none', raw(element(0x20, 'field')), /damaged at byte 11: there is no type of this number/],
    ['a name with a line break, and a long one', raw(element(3, 'a\nb', raw(element(3, 'x'.repeat(100), raw(element(8, 't', Buffer.of(2))))))), /in the field a\?b\.x{64}…\.t, at/],
    ['a zero before its end', raw(Buffer.of(0, 0, 0, 0)), /no type of this number/],
    ['a name without an end', raw(Buffer.from([10, 65, 65, 65])), /a name does not end/],
    ['a string of negative length', raw(element(2, 's', int32(-5))), /a length is too small/],
    ['a string of no length', raw(element(2, 's', int32(0))), /a length is too small/],
    ['a string without its zero', raw(element(2, 's', Buffer.concat([int32(2), Buffer.from('ab')]))), /a text does not end with a zero byte/],
    ['an array in which a document ends', raw(element(4, 'l', Buffer.concat([int32(4), Buffer.of(0)]))), /a length is too small/],
    ['a binary longer than the document', raw(element(5, 'b', Buffer.concat([int32(10), Buffer.of(0)]))), /ends behind its document/],
    ['a binary of negative length', raw(element(5, 'b', Buffer.concat([int32(-1), Buffer.of(0)]))), /a length is too small/],
    ['an old binary of two lengths', raw(element(5, 'b', Buffer.concat([int32(6), Buffer.of(2), int32(3), Buffer.of(1, 2)]))), /subtype 2/],
    ['a boolean of 2', raw(element(8, 't', Buffer.of(2))), /neither 0 nor 1/],
    ['a regular expression without options', raw(element(11, 'r', Buffer.from('a\0b'))), /a name does not end/],
    ['code whose scope is longer', raw(element(15, 'c', Buffer.concat([int32(16), string('a'), Buffer.of(5, 0, 0, 0, 0, 0)]))), /in the field c, .*as long as they say/],
    ['a short int64', raw(element(18, 'n', Buffer.of(1, 2, 3))), /ends behind its document/],
  ])('%s', (_, bytes, message) => {
    expect(failure(() => checkDocument(bytes)).message).toMatch(message);
  });

  test('whatever bytes are changed or missing, it is read or refused, and nothing around it is looked at', () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.integer({min: 0, max: 255})), {minLength: 1, maxLength: 4});
    let refused = 0;
    fc.assert(fc.property(documents, changes, fc.boolean(), (document, changed, cut) => {
      const bytes = BSON.serialize(document);
      for (const [place, value] of changed) bytes[place % bytes.length] = value;
      const kept = cut ? bytes.subarray(0, changed[0]![0] % bytes.length) : bytes;
      const [among0, among255] = [0, 255].map(around => {
        const memory = new Uint8Array(kept.length + 128).fill(around);
        memory.set(kept, 64);
        return outcome(memory.subarray(64, 64 + kept.length));
      });
      expect(among0).toBe(among255);
      if (among0!.startsWith('a document is damaged')) refused++;
    }), {numRuns: 2000, seed: 3});
    expect(refused).toBeGreaterThan(500);
  });
});

describe('documents within documents', () => {
  /** `levels` documents in one another, below the whole one. */
  function nested(levels: number): Uint8Array {
    const head = 'Lxd'.length + 4;
    const document = Buffer.alloc(levels * (head + 1) + 5);
    for (let i = 0, at = 0; i <= levels; i++, at += head) {
      document.writeInt32LE(document.length - at - i, at);
      if (i < levels) document.set([BsonType.DOCUMENT, 'd'.charCodeAt(0), 0], at + 4);
    }
    return document;
  }

  test('may be as deep as MongoDB stores them and deeper', () => {
    expect(documentJson(nested(MAX_DEPTH)).text).toBe(`${'{"d":'.repeat(MAX_DEPTH)}{}${'}'.repeat(MAX_DEPTH)}`);
  });

  test.each([MAX_DEPTH + 1, 100_000])('are refused where they are %i deep', levels => {
    const {message} = failure(() => checkDocument(nested(levels)));
    expect(message).toBe('a document nests more than 200 levels deep in the field d.d.d.d.d.d.d.d');
    expect(failure(() => documentJson(nested(levels))).message).toBe(message);
  });
});

test('a document of 16 MB is read', () => {
  const text = 'x'.repeat(16_000_000);
  const document = raw(element(BsonType.STRING, 's', string(text)));
  checkDocument(document);
  expect(documentJson(document).text).toHaveLength(text.length + '{"s":""}'.length);
});

test('no byte that is changed makes a refusal tell what a document holds', () => {
  const whole = BSON.serialize({a: {text: 'CANARY', n: 1, more: 'CANARY'}, list: ['CANARY', {b: 'CANARY'}], code: new Code('CANARY', {s: 'CANARY'}), r: new BSONRegExp('CANARY', 'i'), bytes: Buffer.from('CANARY\0CANARY')});
  let refused = 0;
  for (let place = 0; place < whole.length; place++) {
    for (let value = 0; value < 256; value++) {
      const bytes = Uint8Array.from(whole);
      bytes[place] = value;
      try {
        checkDocument(bytes);
      } catch (error) {
        refused++;
        expect((error as Error).message).not.toContain('ANARY');
      }
    }
  }
  expect(refused).toBeGreaterThan(10_000);
});
