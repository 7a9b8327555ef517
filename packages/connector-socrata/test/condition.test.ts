import {startSoda} from '@sluice/testkit/servers';
import {expect, test} from 'vitest';
import {conditionProblem} from '../src/index.ts';
import {batchesOf, never, onlyTable, openSource, pets, PETS, PET_ID, rowsOf} from './lab.ts';

test.for([
  "species = 'Cat'", "species='it''s; -- )' AND (a < 5 OR `order` = 'x')", 'within_circle(location, 47.6, -122.3, 500)', ":updated_at > '2026-01-01T00:00:00'", "name like '%\"%'", 'a-1 > -5 and b/2 < 1e3', "x = '名前'",
])('%s can be a condition', soql => {
  expect(conditionProblem(soql)).toBeNull();
});

test.for([
  ['', 'it is empty'], [' \n', 'it is empty'], ['a = 1) OR (1 = 1', 'it closes a parenthesis that it does not open'], ['(a = 1', 'it opens a parenthesis that it does not close'], ["a = 'x", 'it has a quote without its end'],
  ['a = `x', 'it has a quote without its end'], ['a = "x"', 'it has a double quote: texts stand between single ones, names between backticks'], ['a = 1 -- x', 'it has a comment'], ['a = 1 /* x', 'it has a comment'],
  ['a = 1; SELECT 2', 'it has a semicolon, and is to be one expression'], ['a = 1 |> select *', 'it has |>, and is to be one expression'],
  ['a = 1 LIMIT 5', 'it has the word LIMIT, which begins another part of a query; a column of that name stands between backticks'],
  ['a in (select b)', 'it has the word SELECT, which begins another part of a query; a column of that name stands between backticks'],
])('%j cannot: %s', ([soql, problem]) => {
  expect(conditionProblem(soql!)).toBe(problem);
});

test('rows that meet a condition are read, counted and summed; a position counts those before it', async () => {
  await using server = await startSoda();
  const table = server.add({id: PET_ID, name: 'Pets', columns: PETS, rows: pets(40)});
  await using source = openSource(server, PET_ID, 'pageRows=3');
  const schema = await onlyTable(source);
  const where = "weight > 10 OR license_number = 'S1'";
  const request = {schema, where, maxRows: 4, maxBytes: 1 << 20};
  const batches = [];
  for await (const batch of source.read({...request, after: null}, never)) batches.push(batch);
  expect(batches.flatMap(({rows}) => rows.map(row => row[2]))).toEqual(['S1', ...Array.from({length: 31}, (_, i) => `S${i + 10}`)]);
  expect(server.requests.filter(({topic}) => topic !== 'metadata').every(({soql}) => soql?.includes(` WHERE (${where})`))).toBe(true);

  const rest = [];
  for await (const batch of source.read({...request, after: batches[1]!.position}, never)) rest.push(...batch.rows);
  expect(rest.map(row => row[2])).toEqual(Array.from({length: 24}, (_, i) => `S${i + 17}`));
  // One that does not meet it may go.
  table.remove(4);
  for await (const batch of source.read({...request, after: batches[1]!.position}, never)) expect(batch.rows.length).toBeGreaterThan(0);
  table.remove(0);
  await expect((async () => { for await (const _ of source.read({...request, after: batches[1]!.position}, never)) break; })()).rejects.toMatchObject({code: 'SLUICE_POSITION'});
  expect(await rowsOf(source, schema)).toHaveLength(38);
  expect(await batchesOf(source, schema, {limit: 0})).toEqual([]);
});

test('what is wrong with a condition is said by the code of the portal, not in its words', async () => {
  await using server = await startSoda();
  server.add({id: PET_ID, name: 'Pets', columns: PETS, rows: pets(2)});
  await using source = openSource(server, PET_ID);
  const schema = await onlyTable(source);
  expect(await source.checkFilter(schema, 'species = 1', never)).toBe('it names a column that the data set has not');
  expect(await source.checkFilter(schema, 'license_number = ', never)).toBe('the portal refuses it (400 query.compiler.malformed, request 245c26b637796d52c60f9a5e902627db)');
  server.fail('totals', {kind: 'html'});
  await expect(source.checkFilter(schema, 'weight > 1', never)).rejects.toMatchObject({code: 'SLUICE_CONNECT'});
});
