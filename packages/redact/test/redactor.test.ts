import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {createAsyncRedactor, createRedactor, knownValues} from '@sluice/redact';
import type {Span} from '@sluice/identifiers';

const text = 'Maria Gonzalez, MRN 0012345, of Dayton, OH, was seen on 3/4/2024.';
const redactor = createRedactor();

describe('what takes the place of a find', () => {
  test('is a label of its kind by default', () => {
    expect(redactor.redact(text).text).toBe('[NAME], MRN [MRN], of [LOCATION], was seen on [DATE].');
  });
  test('is nothing when blank is asked for', () => {
    expect(createRedactor({replacement: 'blank'}).redact('seen by Adaeze Okonkwo today').text).toBe('seen by  today');
  });
  test('is what the function of the caller gives', () => {
    expect(createRedactor({replacement: span => `<${span.class}>`}).redact(text).text).toBe('<A>, MRN <H>, of <B>, was seen on <C>.');
  });
  test('is not taken for an identifier itself', () => {
    const once = redactor.redact(`${text} She lives at 12 Elm Street, Springfield, IL 62704 and works at Acme Industries Inc. Call 555-867-5309.`).text;
    expect(redactor.redact(once).text).toBe(once);
  });
});

test('offsets are those of the input, in UTF-16 units, whatever normalising did to it', () => {
  const hidden = '🩺 pt M\u200Baria Gonz\u00ADalez 🩺 has a cough';
  const spans = redactor.find(hidden);
  expect(spans.map(span => hidden.slice(span.start, span.end))).toEqual(['M\u200Baria Gonz\u00ADalez']);
});

test('a limited data set keeps dates, towns and post codes, and loses names and streets', () => {
  const limited = createRedactor({profile: 'limited-data-set'}).redact('Maria Gonzalez of Dayton, OH 45402, seen on 3/4/2024, phone 937-555-0144.').text;
  expect(limited).toBe('[NAME] of Dayton, OH 45402, seen on 3/4/2024, phone [PHONE].');
});

test('what is allowed stays, in any case', () => {
  expect(createRedactor({allow: ['maria gonzalez']}).redact(text).text).toContain('Maria Gonzalez');
});

test('strict mode takes what is not proved harmless', () => {
  const strict = createRedactor({strict: true});
  expect(strict.redact('The qwertyzu case 9938123 was quiet.').text).toMatch(/^The \[.+\] case \[.+\] was quiet\.$/);
  expect(strict.find('The patient has pneumonia and takes lisinopril 10 mg daily.')).toEqual([]);
  expect(strict.find('Foley catheter removed, Babinski sign negative.')).toEqual([]);
});

describe('detectors of others', () => {
  const span = (start: number, end: number): Span => ({start, end, class: 'R', kind: 'other', rule: 'model', score: 0.5});
  test('add finds and cannot take any away', () => {
    const with_ = createRedactor({plugins: [{name: 'mine', find: () => [span(text.indexOf('was'), text.indexOf('was') + 3)]}]});
    expect(with_.redact(text).text).toBe('[NAME], MRN [MRN], of [LOCATION], [ID] seen on [DATE].');
    expect(with_.find(text).map(one => one.rule)).toContain('mine.model');
    expect(with_.version).toContain('mine');
  });
  test('that tell a place outside of the text are an error', () => {
    for (const [start, end] of [[0, text.length + 1], [-1, 2], [3, 3], [0.5, 2]] as const) {
      expect(() => createRedactor({plugins: [{name: 'bad', find: () => [span(start, end)]}]}).find(text)).toThrow(/detector bad/);
    }
  });
  test('may wait', async () => {
    const slow = createAsyncRedactor({detectors: [{name: 'slow', find: async () => [span(0, 5)]}]});
    const {signal} = new AbortController();
    expect((await slow.redact('hello there', signal)).text).toBe('[ID] there');
    await expect(slow.find(text, AbortSignal.abort())).rejects.toThrow();
  });
  test('whose failure fails the redaction: no text is given out half examined', async () => {
    const broken = createAsyncRedactor({detectors: [{name: 'broken', find: () => Promise.reject(new Error('down'))}]});
    await expect(broken.redact(text, new AbortController().signal)).rejects.toThrow('down');
  });
});

describe('laws', () => {
  const words = fc.constantFrom('Maria', 'Gonzalez', 'the', 'patient', 'Dr.', ',', '.', '\n', ':', '-', '12', 'Elm', 'Street', 'Dayton', 'OH', '45402', 'Name:', 'St.', "O'Brien", '患者', '王', '\uD800', '\uDC00', '🩺', 'é', '\u200B', '&amp;', '(', ')', '"', '#', '/', 'van', 'der', 'MD', 'Sincerely,', 'JOHN');
  const texts = fc.array(fc.oneof(words, fc.string({maxLength: 6, unit: 'binary'})), {maxLength: 40}).map(parts => parts.join(' '));
  test('spans are in order, inside of the text, not empty, and do not overlap', () => {
    fc.assert(fc.property(texts, value => {
      let before = 0;
      for (const {start, end} of redactor.find(value)) {
        expect(start).toBeGreaterThanOrEqual(before);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(value.length);
        before = end;
      }
    }), {seed: 7, numRuns: 300});
  });
  test('the same text gives the same finds, whatever was examined before', () => {
    fc.assert(fc.property(texts, texts, (one, other) => {
      const first = redactor.find(one);
      redactor.find(other);
      expect(redactor.find(one)).toEqual(first);
    }), {seed: 7, numRuns: 50});
  });
  test('a known name of five letters or more never survives, in any case', () => {
    fc.assert(fc.property(texts, fc.constantFrom('Qwexandra', 'Zorblatt', 'Ypsilanti'), fc.boolean(), (value, name, upper) => {
      const known = knownValues([{value: name, class: 'A'}]);
      const {text: after} = redactor.redact(`${value} ${upper ? name.toUpperCase() : name.toLowerCase()} was here`, known);
      expect(after.toLowerCase()).not.toContain(name.toLowerCase());
    }), {seed: 7, numRuns: 100});
  });
});

describe('long and hostile texts', () => {
  test('are cut into windows and give the finds that they give alone', () => {
    const line = 'Maria Gonzalez of Dayton, OH was seen on 3/4/2024 with a cough and a fever for three days.\n';
    const one = redactor.find(line);
    const count = Math.ceil(410_000 / line.length);
    const spans = redactor.find(line.repeat(count));
    expect(spans.length).toBe(one.length * count);
    expect(spans.slice(-one.length).map(({start, end}) => [start, end])).toEqual(one.map(({start, end}) => [start + line.length * (count - 1), end + line.length * (count - 1)]));
  });
  const filler = 'The patient was well and had no complaints about anything today.\n';
  test('carry a name from one window into the next', () => {
    const long = `Mrs. Qorvella Stone was admitted.\n${filler.repeat(6_500)}Later Qorvella walked, and Stone agreed.\n${filler}`;
    expect(redactor.find(long).map(({start, end}) => long.slice(start, end))).toEqual(['Mrs. Qorvella Stone', 'Qorvella', 'Stone']);
  });
  test('carry the heading of a table through all of its rows', () => {
    const rows = Array.from({length: 20_000}, (_, at) => `lamp,table,wood,${at}\n`);
    const table = `last_name,first_name,city,score\n${rows.join('')}`;
    expect(redactor.find(table).filter(({rule}) => rule === 'column').length).toBe(60_000);
  });
  test.each([
    ['one word without end', 'a'],
    ['capitals', 'Aa '],
    ['marks', ',.-:;'],
    ['numbers', '1 '],
    ['numbers with hyphens', '1-'],
    ['initials', 'A. '],
    ['particles', 'de la '],
    ['labels', 'Name: '],
    ['line breaks', '\n'],
    ['apostrophes', "a'"],
    ['Han characters', '王'],
    ['parts of addresses in Han characters', '北京市区路1'],
    ['columns', 'name,city,zip\n'],
    ['given names', 'Maria '],
    ['addresses', '12 Elm Street, '],
    ['post codes', '12345 '],
    ['parts of addresses', 'Flat 5, '],
    ['towns', 'San '],
    ['dedications', 'Our Lady of '],
    ['heads of facilities', 'Medical Center of '],
    ['Hangul', '가나시 '],
    ['lone surrogates', '\uD800'],
  ])('end in time: %s', (_, shape) => {
    const hostile = shape.repeat(Math.ceil(60_000 / shape.length));
    expect(redactor.redact(hostile).text.length).toBeGreaterThan(0);
  });
});
