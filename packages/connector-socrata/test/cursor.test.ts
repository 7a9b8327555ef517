import type {Position, Row} from '@sluice/core';
import {startSoda, type SodaServer, type SodaTable} from '@sluice/testkit/servers';
import {afterEach, beforeEach, expect, test} from 'vitest';
import type {SocrataSource} from '../src/index.ts';
import {never, onlyTable, openSource, pet, pets, PETS, PET_ID} from './lab.ts';

let server: SodaServer;
let table: SodaTable;
beforeEach(async () => {
  server = await startSoda();
  table = server.add({id: PET_ID, name: 'Pets', columns: PETS, rows: pets(20)});
});
afterEach(() => server[Symbol.asyncDispose]());

const CURSOR = ':updated_at';
const until = async (source: SocrataSource): Promise<Position | null> => (await source.settleCursors([{table: (await onlyTable(source)).table, column: CURSOR}], never))[0]!.until;

async function read(source: SocrataSource, after: Position | null, to: Position | null, more: {where?: string} = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of source.read({schema: await onlyTable(source), cursor: CURSOR, after, until: to, maxRows: 5, maxBytes: 1 << 20, ...more}, never)) {
    expect(batch.position).toBeNull();
    rows.push(...batch.rows);
  }
  return rows;
}
const numbersOf = (rows: readonly Row[]) => rows.map(row => row[5]);

test('what was changed or came since is read once, up to a bound that is fixed before', async () => {
  await using source = openSource(server, PET_ID, 'system=true&pageRows=4');
  const first = await until(source);
  expect(numbersOf(await read(source, null, first))).toEqual(Array.from({length: 20}, (_, i) => `S${i + 1}`));
  expect(await read(source, first, first)).toEqual([]);

  table.update(4, pet(50));
  table.insert(pet(21), pet(22));
  const second = await until(source);
  table.insert(pet(23));
  expect(numbersOf(await read(source, first, second))).toEqual(['S50', 'S21', 'S22']);
  expect(numbersOf(await read(source, first, second, {where: "weight > 30 OR license_number = 'S22'"}))).toEqual(['S50', 'S22']);
  expect(numbersOf(await read(source, second, await until(source)))).toEqual(['S23']);
});

test('a row that changes while the window is read is no reason to give half of it', async () => {
  await using source = openSource(server, PET_ID, 'system=true&pageRows=4');
  const bound = await until(source);
  let changed = false;
  server.onRequest(({topic}) => {
    if (topic !== 'rows' || changed) return;
    changed = true;
    table.update(19, pet(60));
  });
  await expect(read(source, null, bound)).rejects.toMatchObject({code: 'SLUICE_VERIFY', retryable: true});
});

test('an empty data set has no bound, and nothing is read up to none', async () => {
  table.remove(0, 20);
  await using source = openSource(server, PET_ID, 'system=true');
  expect(await until(source)).toBeNull();
  expect(await read(source, null, null)).toEqual([]);
});

test('after a full replace, rows whose key is :id would be there twice: that is refused', async () => {
  await using source = openSource(server, PET_ID, 'system=true');
  const bound = await until(source);
  table.replace(pets(18));
  await expect(read(source, bound, await until(source))).rejects.toMatchObject({code: 'SLUICE_POSITION', message: 'table pets: the publisher has replaced the whole data set: each row has another :id', remedy: 'load it anew'});
});

test('with a key of the publisher, all come again, and a warning tells of those that were left out', async () => {
  const keyed = server.add({id: 'keys-0001', name: 'Keyed', columns: PETS, rows: pets(20), rowIdentifier: 'license_number'});
  await using source = openSource(server, 'keys-0001', 'system=true');
  const bound = await until(source);
  keyed.replace(pets(18));
  expect(await read(source, bound, await until(source))).toHaveLength(18);
  expect(source.warnings).toEqual(['data set keys-0001: the publisher has replaced all rows: those that were left out are still in what was copied of table keyed; mode mirror or replace takes them away']);
});

test.for([['license_issue_date', 'system=true'], [':created_at', 'system=true'], ['weight', 'system=true'], [CURSOR, '']])('%s is no cursor with %s', async ([column, parameters]) => {
  await using source = openSource(server, PET_ID, parameters!);
  await expect(source.settleCursors([{table: (await onlyTable(source)).table, column: column!}], never)).rejects.toMatchObject({
    code: 'SLUICE_CONFIG', context: {table: 'pets', column}, remedy: 'take :updated_at, which system=true in the URL makes a column',
  });
});

test.for(['{"cursor":"id","at":"5"}', '{"cursor":":updated_at","at":"yesterday"}', '{"id":"row-x","rows":3}'])('%s is no position of the cursor', async text => {
  await using source = openSource(server, PET_ID, 'system=true');
  // As whoever stored one would bring it back.
  const strange = JSON.parse(JSON.stringify(text)) as Position;
  await expect(read(source, strange, await until(source))).rejects.toMatchObject({code: 'SLUICE_SCHEMA'});
});
