import type {Row} from '@sluice/core';
import {expect, test} from 'vitest';
import {unlikeFigures, unlikeText, type Tally} from '../src/index.ts';
import {never, onlyTable, openSource, pet, petServer, PET_ID, rowsOf} from './lab.ts';

const REFUSED = {kind: 'error', status: 400, body: '{"message":"Query coordinator error","errorCode":"query.soql.type-mismatch"}'} as const;

test('the portal counts and sums what was read, of all rows and of those that meet a condition', async () => {
  const {server} = await petServer(10);
  await using _server = server;
  await using source = openSource(server, PET_ID);
  const schema = await onlyTable(source);
  const tally = await source.tally(schema, never);
  for (const row of await rowsOf(source, schema)) tally.add(row);
  const said = await source.figures(schema, null, never);
  expect(said).toEqual({
    rows: 10, lastUpdated: '2026-01-05T12:01:00.000Z', columns: [
      {name: 'license_issue_date', count: 10, min: '2015-12-02 00:00:00.000', max: '2015-12-11 00:00:00.000'}, {name: 'license_number', count: 10, min: 'S1', max: 'S9', isText: true}, {name: 'animal_s_name', count: 8, min: 'Zoë 1', max: 'Zoë 9', isText: true},
      {name: 'weight', count: 10, min: '1.50', max: '10.50', sum: '60.00'},
    ],
  });
  expect(tally.own()).toEqual(said.columns);
  expect(await source.figures(schema, 'weight > 9', never)).toMatchObject({rows: 2, columns: [{min: '2015-12-10 00:00:00.000'}, {count: 2}, {count: 1}, {sum: '20.00'}]});
  expect(await source.figures(schema, 'weight > 99', never)).toMatchObject({rows: 0, columns: [{count: 0, min: null, max: null}, {count: 0}, {count: 0}, {count: 0, min: null, max: null, sum: null}]});
});

test('of texts a portal says the least and the greatest in an order of its own: what it says must be held', async () => {
  const {server} = await petServer(0);
  await using _server = server;
  const {compare} = new Intl.Collator('en');
  server.add({id: 'text-0001', name: 'Texts', columns: [{fieldName: 'a', dataTypeName: 'text'}, {fieldName: 'b', dataTypeName: 'text'}], textOrder: compare, rows: [['"Zebra"', '"x"'], ['"apple"', null], ['"apple"', null]]});
  await using source = openSource(server, 'text-0001');
  const schema = await onlyTable(source);
  const tallyOf = async (rows: readonly Row[]) => {
    const tally = await source.tally(schema, never);
    for (const row of rows) tally.add(row);
    return tally;
  };
  const said = (await source.figures(schema, null, never)).columns!;
  expect(said).toEqual([{name: 'a', count: 3, min: 'apple', max: 'Zebra', isText: true}, {name: 'b', count: 1, min: 'x', max: 'x', isText: true}]);
  const unlike = (tally: Tally, held: (name: string, text: string) => boolean) => tally.ownBeside(said, held).map((own, i) => unlikeFigures(said[i]!, own));

  // Both are the outermost here as well, the other way around: nothing is to be looked up.
  const whole = await tallyOf(await rowsOf(source, schema));
  expect(whole.toLookUp(said)).toEqual([]);
  expect(unlike(whole, () => false)).toEqual([[], []]);
  // What lies within is looked up, and only where it is held it is what the portal says.
  const other = await tallyOf([['1', 'Aardvark', 'x'], ['2', 'apple', null], ['3', 'Zebra', null]]);
  expect(other.own()[0]).toMatchObject({min: 'Aardvark', max: 'apple'});
  expect(other.toLookUp(said)).toEqual([{name: 'a', texts: ['Zebra']}]);
  expect(unlike(other, (name, text) => name === 'a' && text === 'Zebra')).toEqual([[], []]);
  expect(unlike(other, () => false)).toEqual([['max'], []]);
  // Numbers that are texts are not the same for being the same number.
  expect(unlikeFigures({name: 'a', count: 1, min: '1.0', isText: true}, {name: 'a', count: 1, min: '1.00', isText: true})).toEqual(['min']);
});

test('a portal that does not say which text is the least still counts and sums; what it does not say is not compared', async () => {
  const {server} = await petServer(10);
  await using _server = server;
  await using source = openSource(server, PET_ID);
  const schema = await onlyTable(source);
  server.onRequest(({soql}) => { if (soql?.includes('min(`animal_s_name`)')) server.fail('totals', REFUSED); });
  const said = (await source.figures(schema, null, never)).columns!;
  expect(said).toMatchObject([{min: '2015-12-02 00:00:00.000'}, {count: 10}, {count: 8}, {sum: '60.00'}]);
  expect(said[1]).toEqual({name: 'license_number', count: 10});
  const tally = await source.tally(schema, never);
  for (const row of await rowsOf(source, schema)) tally.add(row);
  expect(tally.toLookUp(said)).toEqual([]);
  expect(tally.ownBeside(said, () => false).map((own, i) => unlikeFigures(said[i]!, own))).toEqual([[], [], [], []]);
});

test('with totals=rows a portal is asked for no figures of columns', async () => {
  const {server} = await petServer(10);
  await using _server = server;
  await using source = openSource(server, PET_ID, 'totals=rows');
  const schema = await onlyTable(source);
  expect(await source.figures(schema, null, never)).toEqual({rows: 10, lastUpdated: '2026-01-05T12:01:00.000Z', columns: []});
  expect(server.requests.map(({soql}) => soql ?? '').filter(soql => soql.includes('sum('))).toEqual([]);
  expect((await source.tally(schema, never)).own()).toEqual([]);
});

test('a portal that refuses to sum still counts rows; what one answer holds is of one moment', async () => {
  const {server, table} = await petServer(10);
  await using _server = server;
  await using source = openSource(server, PET_ID);
  const schema = await onlyTable(source);
  server.onRequest(({soql}) => { if (soql?.includes('sum(')) server.fail('totals', REFUSED); });
  expect(await source.figures(schema, null, never)).toMatchObject({rows: 10, columns: null});
  // Figures that one query has are of one moment.
  server.onRequest(({soql}) => { if (soql?.includes('sum(')) table.insert(pet(11)); });
  const before = server.requests.length;
  expect(await source.figures(schema, null, never)).toMatchObject({rows: 11, columns: [{count: 11}, {count: 11}, {}, {count: 11, max: '11.50'}]});
  expect(server.requests).toHaveLength(before + 1);
});

test('figures of more columns than one query has are of one moment, or refused', async () => {
  const {server} = await petServer(0);
  await using _server = server;
  const columns = Array.from({length: 15}, (_, i) => ({fieldName: `n_${i}`, dataTypeName: 'number', name: `N ${i}`}));
  const table = server.add({id: 'wide-0001', name: 'Wide', columns, rows: [columns.map((_, i) => `"${i}"`)]});
  await using source = openSource(server, 'wide-0001');
  const schema = await onlyTable(source);
  const said = await source.figures(schema, null, never);
  expect(said).toMatchObject({rows: 1});
  expect(said.columns?.map(({sum}) => sum)).toEqual(columns.map((_, i) => String(i)));
  server.onRequest(({soql}) => { if (soql?.includes('n_14')) table.insert(columns.map(() => '"1"')); });
  await expect(source.figures(schema, null, never)).rejects.toMatchObject({code: 'SLUICE_VERIFY', retryable: true, message: expect.stringContaining('changed the data set while it was counted')});
});

test('figures are alike as numbers, however they are written, and nothing else', () => {
  const own = {name: 'fee', count: 2, min: '1.50', max: '2', sum: '3.5'};
  expect(unlikeFigures({...own, min: '1.5', sum: '3.50'}, own)).toEqual([]);
  expect(unlikeFigures({...own, count: 3, min: '1.51', max: null, sum: '3.4999999999999999999'}, own)).toEqual(['count', 'min', 'max', 'sum']);
  expect(unlikeFigures({name: 'day', count: 1, min: '2015-01-01 00:00:00'}, {name: 'day', count: 1, min: '2015-01-02 00:00:00'})).toEqual(['min']);
});

test('what is not alike is told by column, and of many columns of the first', () => {
  const columns = Array.from({length: 9}, (_, i) => ({name: `c${i}`, unlike: i === 0 ? [] : i === 1 ? ['count', 'min'] : ['sum']}));
  expect(unlikeText(columns.slice(0, 6))).toEqual(['c1: count, min', 'c2: sum', 'c3: sum', 'c4: sum', 'c5: sum']);
  expect(unlikeText(columns.slice(0, 7)).at(-1)).toBe('and 1 more column');
  expect(unlikeText(columns).slice(4)).toEqual(['c5: sum', 'and 3 more columns']);
  expect(unlikeText(columns.slice(0, 1))).toEqual([]);
});
