import {ErrorCode, type DigestRequest, type Source} from '@sluice/core';
import {deidentify, parsePolicy} from '@sluice/transform-deidentify';
import {expect, test} from 'vitest';
import {folders, Lab, told} from './lab.ts';

const folder = folders();
const columns = '  person: {columns: {id: keep, name: drop, zip: keep}}\n  thing: {columns: {k: keep, x: keep}}\n';
const rules = (tables = columns) => () => [deidentify(parsePolicy(`version: 1\ntables:\n${tables}`))];

async function lab(): Promise<Lab> {
  const made = new Lab(folder(), {rules: rules()}).source(
    'CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, zip TEXT)',
    "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 100) INSERT INTO person SELECT i, 'name ' || i, '53703' FROM c",
    'CREATE TABLE thing (k INTEGER PRIMARY KEY, x TEXT)', 'INSERT INTO thing SELECT id, name FROM person',
  );
  await made.bulk();
  return made;
}

/** An update whose source and destination write down what they are asked for. */
async function watchedUpdate(of: Lab, digestRanges?: Source['digestRanges']) {
  const asked: string[] = [];
  await using source = of.openSource();
  await using destination = of.openDestination();
  const inOwnWords = (requests: readonly DigestRequest[]) => requests.map(({schema: {table, columns}, ranges}) => `${table}(${columns.map(({name}) => name).join()}) in ${ranges.length}`).join('; ');
  const {report} = await of.attempt('changes', {
    source: {
      ...source, kind: source.kind, label: source.label, warnings: [],
      async digestRanges(requests, signal, onTable) {
        asked.push(inOwnWords(requests));
        return await (digestRanges ?? source.digestRanges!)(requests, signal, onTable);
      },
    },
    destination: new Proxy(destination, {
      get(target, name) {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...parts: unknown[]): unknown => {
          if (name === 'plan') asked.push('plan of the destination');
          return Reflect.apply(member, target, parts);
        };
      },
    }),
  });
  return {report, asked};
}

test('rows are compared while the rest is planned, and asked for once', async () => {
  const {report, asked} = await watchedUpdate(await lab());
  expect(report.refresh?.kind).toBe('none');
  expect(asked).toEqual(['person(id,zip) in 10; thing(k,x) in 10', 'plan of the destination']);
});

test('a change is seen by what was asked ahead', async () => {
  const changed = (await lab()).source("UPDATE person SET zip = '53704' WHERE id = 35");
  const {report} = await watchedUpdate(changed);
  expect(told(report)).toEqual({person: expect.stringMatching(/^patched: rows changed in 1 of 10/), thing: 'unchanged'});
  await changed.sameAsFresh();
});

test('a table that is another one now is not asked about by what was known of it', async () => {
  const changed = (await lab()).source('DROP TABLE thing', 'CREATE TABLE thing (x TEXT PRIMARY KEY, k INTEGER)', 'INSERT INTO thing SELECT name, id FROM person');
  const {report, asked} = await watchedUpdate(changed);
  expect(asked[0]).toBe('person(id,zip) in 10');
  expect(told(report)).toEqual({person: 'unchanged', thing: expect.stringMatching(/^rewritten: /)});
  await changed.sameAsFresh();
});

test('rules that have another column read are not answered by what was asked ahead', async () => {
  const changed = await lab();
  changed.options = {...changed.options, rules: rules(columns.replace('name: drop', 'name: keep'))};
  const {report} = await watchedUpdate(changed);
  expect(told(report)['person']).toMatch(/^rewritten: the rules for it changed/);
  await changed.sameAsFresh();
});

test('a plan that is refused stops the comparing', async () => {
  const changed = await lab();
  changed.options = {...changed.options, rules: rules(columns.replace(', zip: keep', ''))};
  let stopped = false;
  const {report, asked} = await watchedUpdate(changed, (_, signal) => new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      stopped = true;
      reject(signal.reason as Error);
    });
  }));
  expect(report.error?.code).toBe(ErrorCode.UNDECIDED);
  expect(asked).toHaveLength(1);
  expect(stopped).toBe(true);
});

test('a source that fails while it compares ends the run, and what is live stays', async () => {
  const changed = await lab();
  const {report} = await watchedUpdate(changed, () => Promise.reject(new Error('the source broke')));
  expect(report.status).toBe('failed');
  await changed.sameAsFresh();
});
