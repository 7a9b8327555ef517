import {expect, test} from 'vitest';
import {parseEndpoint, SocrataSource} from '../src/index.ts';
import {never, noWaiting, onlyTable, petServer, PET_ID} from './lab.ts';

const open = (host: string, more = '') => new SocrataSource(parseEndpoint({url: `socrata://${host}/${PET_ID}?tls=false&pageRows=10${more}`}), noWaiting(), {provesLater: true});

test('rows come to their end before the portal has counted and summed them; what it says comes later', async () => {
  const {server} = await petServer(25);
  await using _server = server;
  await using source = open(server.host);
  const schema = await onlyTable(source);
  const rows = source.read({schema, after: null, maxRows: 10, maxBytes: 1 << 20}, never);
  let count = (await rows.next()).value?.rows.length ?? 0;
  let answer = () => {};
  const until = new Promise<void>(resolve => { answer = resolve; });
  server.fail('totals', {kind: 'slow', until});
  for await (const batch of rows) count += batch.rows.length;
  expect(count).toBe(25);
  let isProved = false;
  const proved = source.proved(schema).then(read => {
    isProved = true;
    return read;
  });
  await new Promise(resolve => { setTimeout(resolve, 20); });
  expect(isProved).toBe(false);
  answer();
  const {tally, said, schema: read, ...facts} = await proved;
  expect(read).toEqual(schema);
  expect(facts).toEqual({rows: 25, lastUpdated: '2026-01-05T12:01:00.000Z'});
  expect(said).toEqual(tally.own());
  expect(said).toMatchObject([{name: 'license_issue_date', count: 25}, {name: 'license_number', min: 'S1', max: 'S9'}, {name: 'animal_s_name'}, {name: 'weight', sum: '337.50'}]);
});

test('what came and is not what the portal says is told by the proof', async () => {
  const {server} = await petServer(25);
  await using _server = server;
  await using source = open(server.host);
  const schema = await onlyTable(source);
  const rows = source.read({schema, after: null, maxRows: 10, maxBytes: 1 << 20}, never);
  await rows.next();
  server.fail('totals', {kind: 'body', text: '[{"all_rows":"25","last_updated":"2026-01-05T12:01:00.000Z","count_0":"25","min_0":"2015-12-01T00:00:00.000","max_0":"2015-12-26T00:00:00.000"}]'});
  for await (const _ of rows);
  await expect(source.proved(schema)).rejects.toMatchObject({code: 'SLUICE_VERIFY', retryable: true, message: expect.stringMatching(/what came is not what the portal says it has: license_issue_date: min; license_number: count/) as string});
});

test('a proof that nobody waits for ends with its source', async () => {
  const {server} = await petServer(25);
  await using _server = server;
  const source = open(server.host);
  const schema = await onlyTable(source);
  const rows = source.read({schema, after: null, maxRows: 10, maxBytes: 1 << 20}, never);
  await rows.next();
  server.fail('totals', {kind: 'silence'});
  for await (const _ of rows);
  await source[Symbol.asyncDispose]();
  await expect(source.proved(schema)).rejects.toMatchObject({name: 'AbortError'});
});

test('a portal that is not asked for figures of columns does not refuse them', async () => {
  const {server} = await petServer(25);
  await using _server = server;
  await using source = open(server.host, '&totals=rows');
  const schema = await onlyTable(source);
  for await (const _ of source.read({schema, after: null, maxRows: 10, maxBytes: 1 << 20}, never));
  expect(await source.proved(schema)).toMatchObject({rows: 25, said: []});
  expect(source.warnings).toEqual([]);
});
