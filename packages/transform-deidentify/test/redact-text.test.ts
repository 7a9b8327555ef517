import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import type {Row, Schema} from '@sluice/core';
import {deidentify, noTools, parsePolicy} from '@sluice/transform-deidentify';
import {describe, expect, test} from 'vitest';
import {knownValues} from '@sluice/redact';
import {KnownSubjects} from '../src/methods/known-subjects.ts';
import {loadEngine} from '../src/methods/redact-engine.ts';
import {change} from './change.ts';
import {catalogOf, never, table, told} from './tables.ts';

interface Given {
  readonly schema: Schema;
  readonly rows: readonly Row[];
}

/** Lets the last table through, after everything was looked at. */
async function release(policy: string, ...tables: readonly Given[]) {
  const source = new MemorySource(new MemoryDatabase({tables}));
  const catalog = catalogOf(tables.map(({schema}) => schema));
  const transform = deidentify(parsePolicy(`version: 1\n${policy}`));
  expect(told(transform.check(catalog))).toEqual([]);
  await transform.prepare!(source, catalog, never);
  const {schema, rows} = tables.at(-1)!;
  const plan = transform.plan(schema)!;
  const out = plan.apply({rows: rows.map(row => [...row]), position: null}).rows;
  return {out, plan, notes: Object.fromEntries(plan.notes!().map(({column, message, count}) => [`${column ?? ''} ${message}`, count]))};
}

const people: Given = {
  schema: table('people', {id: 'int', first_name: {}, last_name: {}, mrn: {}, ssn: {}, town: {}, score: 'int'}),
  rows: [[1, 'Xaviera', 'Quibblex', 'ZQ77421', '123-45-6789', 'Grobnik', 5512], [2, 'Tamsin', 'Ollerenshaw', 'ZQ90210', '987-65-4321', 'Plumstead', 8844]],
};
const notes = (rows: readonly Row[]): Given => ({schema: table('notes', {person: 'int', note: {}}), rows});
const rules = `
subjects: {people: {key: [id]}, notes: {key: [person]}}
tables:
  people: {columns: {id: keep, first_name: {class: name.given, method: drop}, last_name: {class: name.family, method: drop}, mrn: {class: mrn, method: drop}, ssn: drop, town: {class: geo.city, method: drop}, score: keep}}
  notes: {columns: {person: keep, note: redactText}}`;

const tools = noTools();
await loadEngine(tools.learned);

describe('redactText', () => {
  test('finds what is known of the subject of the row, and nothing of others', async () => {
    const {out, notes: counted} = await release(rules, people, notes([
      [1, 'quibblex seen, code zq77421, from grobnik, scored 5512'], [2, 'code zq90210 is well'], [1, 'code zq90210 is not hers'], [null, 'code zq77421 again'], [3, 'nobody is known'], [1, null],
    ]));
    const texts = out.map(([, text]) => text);
    expect(texts[0]).not.toMatch(/quibblex|zq77421|grobnik/iu);
    expect(texts[0]).toContain('scored 5512');
    expect(texts[1]).toBe('code [MRN] is well');
    expect(texts.slice(4)).toEqual(['nobody is known', null]);
    expect(counted).toMatchObject({'note is of a row without a subject: nothing was known of it': 1});
    expect(counted['note was redacted']).toBeGreaterThanOrEqual(2);
  });

  test('takes columns by their names where the policy gives no class', async () => {
    const bare = rules.replaceAll(/\{class: [a-z.]+, method: drop\}/gu, 'drop');
    const {out} = await release(bare, people, notes([[1, 'then quibblex, zq77421, came']]));
    expect(out[0]![1]).toBe('then [NAME], [MRN], came');
  });

  test('without a subject finds what looks like an identifier, and says that no more was looked for', async () => {
    const {out, notes: counted, plan} = await release('tables: {notes: {columns: {person: keep, note: redactText}}}', notes([[1, 'call 608-262-1234 or mail ann@example.com']]));
    expect(out[0]![1]).toBe('call [PHONE] or mail [EMAIL]');
    expect(counted).toMatchObject({'note nobody said whose rows these are: no known values were looked for': 0, 'note [PHONE]': 1, 'note [EMAIL]': 1, 'note was redacted': 1});
    expect(plan.dependsOn).toBeUndefined();
  });

  test('depends on what is known, so that texts are made again when a name changes', async () => {
    const {plan} = await release(rules, people, notes([]));
    expect(plan.dependsOn?.map(({schema, columns}) => [schema.table, ...columns])).toEqual([['people', 'id', 'first_name', 'last_name', 'mrn', 'ssn', 'town']]);
  });

  test('finds what documents say of the subject, by the class of a path or the names of members', async () => {
    const profiles = (rows: readonly Row[]): Given => ({schema: table('profiles', {person: 'int', contact: 'json', given: {}}), rows});
    const documents = [
      [1, '{"name": [{"family": "Quibblex", "given": ["Xaviera"]}], "score": 5512, "seen": "grobnik"}', '{"pet": "Wumpus", "mrn": 774219, "remark": "grobnik smiled"}'],
      [2, '{"name": [{"family": "Ollerenshaw"}]}', ''], [3, null, null],
    ];
    const policy = `
subjects: {profiles: {key: [person]}, notes: {key: [person]}}
tables:
  profiles: {columns: {person: keep, contact: drop, given: {json: {$.pet: {class: R, method: drop}, $.remark: redactText, $.mrn: drop}}}}
  notes: {columns: {person: keep, note: redactText}}`;
    const told = notes([[1, 'quibblex and xaviera with wumpus, 774219, grobnik, scored 5512'], [2, 'wumpus met ollerenshaw']]);
    const {out, plan} = await release(policy, profiles(documents), told);
    expect(out.map(([, text]) => text)).toEqual(['[NAME] and [NAME] with [ID], [MRN], grobnik, scored 5512', 'wumpus met [NAME]']);
    expect(plan.dependsOn?.map(({schema, columns}) => [schema.table, ...columns])).toEqual([['profiles', 'person', 'contact', 'given']]);
    const named = await release(policy.replace('contact: drop', 'contact: {class: name.full, method: drop}'), profiles(documents), told);
    expect(named.out[0]![1]).toContain('[NAME], scored [NAME]');
    const none = await release(policy.replace('contact: drop', 'contact: {class: none, method: drop}'), profiles(documents), told);
    expect(none.out[0]![1]).toContain('quibblex');
  });

  test('is made again when values are known as something else', () => {
    const fingerprint = (policy: string) => {
      const transform = deidentify(parsePolicy(`version: 1\n${policy}`));
      transform.check(catalogOf([people.schema, notes([]).schema]));
      return transform.fingerprint!(notes([]).schema);
    };
    expect(fingerprint(rules)).toBe(fingerprint(rules));
    expect(fingerprint(rules.replace('class: mrn', 'class: none'))).not.toBe(fingerprint(rules));
  });

  test('counts no value, and takes numbers for text where a column has no type', () => {
    const {out, notes: counted} = change('redactText', 'any', [123_456_789n, 'SSN 123-45-6789', new Uint8Array(2), true, 5n, ''], {tools});
    expect(out.slice(1)).toEqual(['SSN [SSN]', null, true, 5n, '']);
    expect(JSON.stringify(counted)).not.toMatch(/\d{3}/u);
    expect(counted).toMatchObject({'is bytes and no text: NULL': 1});
  });

  test('never makes a text longer than its column', () => {
    const {out, notes: counted, column} = change('redactText', {type: 'text', maxLength: 8}, ['ab@cd.io', '1.2.3.4', 'fine'], {tools});
    expect(column.maxLength).toBe(8);
    for (const text of out) expect((text as string).length).toBeLessThanOrEqual(8);
    expect([out[2], out[0]]).toEqual(['fine', '[EMAIL]']);
    expect(change('redactText', {type: 'text', maxLength: 7}, ['x 1.2.3.4'.slice(2)], {tools}).out).toEqual(['[IP]']);
    expect(change('redactText', {type: 'text', maxLength: 6}, ['a@b.io'], {tools})).toMatchObject({out: [''], notes: {'has no room for labels: taken out without': 1}});
    expect(counted).not.toHaveProperty('has no room for labels: taken out without');
  });

  test('looks at a key that does not leave itself', async () => {
    const {out, plan} = await release(rules.replace('person: keep', 'person: drop'), people, notes([[1, 'walked from grobnik'], [2, 'walked from grobnik']]));
    expect([out, plan.schema.columns.map(({name}) => name), plan.uses]).toEqual([[['walked from [LOCATION]'], ['walked from grobnik']], ['note'], [0, 1]]);
  });

  test('does not guess when it has not looked', () => {
    expect(() => change('redactText', 'text', ['x'], {context: {subject: ['p']}, others: [[1]], tools: noTools()})).toThrow(/was not prepared before the run/u);
    expect(() => change('redactText', 'text', ['x'])).toThrow(/was not prepared before the run/u);
  });
});

describe('what is known of subjects', () => {
  const column = {table: 'people', column: 'name', class: 'A', kind: 'name.full'} as const;
  test('has bounds, which it does not pass in silence', () => {
    const some = new KnownSubjects(knownValues, 10_000);
    expect(() => { for (let i = 0; i < 1000; i++) some.add(`person ${i}`, column, `Name number ${i}`); }).toThrow(expect.objectContaining({code: 'SLUICE_CONFIG', context: {table: 'people', column: 'name'}, message: expect.not.stringContaining('Name number') as string}));
    const one = new KnownSubjects(knownValues);
    expect(() => { for (let i = 0; i < 6000; i++) one.add('same', column, `Name number ${i}`); }).toThrow(/more than 5,000 different values/u);
  });
  test('holds each value once', () => {
    const some = new KnownSubjects(knownValues);
    for (let i = 0; i < 10; i++) some.add('same', column, ' Ann Miller ');
    expect([some.subjects, some.of('same')!.size, some.of('other')]).toEqual([1, 1, undefined]);
  });
});
