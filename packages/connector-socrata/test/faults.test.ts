import {rejection} from '@sluice/testkit';
import type {SodaFault, SodaServer, SodaTable} from '@sluice/testkit/servers';
import {afterEach, describe, expect, test} from 'vitest';
import {never, noWaiting, onlyTable, openSource, pet, petServer, pets, PET_ID, rowsOf} from './lab.ts';

const servers: SodaServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

async function withPets(count: number) {
  const lab = await petServer(count);
  servers.push(lab.server);
  return lab;
}

const numbersOf = (rows: readonly (readonly unknown[])[]) => rows.map(row => row[2]);
const numbers = (count: number) => Array.from({length: count}, (_, i) => `S${i + 1}`);

describe('what passes is waited for, and every row comes once', () => {
  const faults: readonly (readonly [string, SodaFault])[] = [
    ['too many requests', {kind: 'throttle'}], ['an error of the server', {kind: 'error', status: 500}], ['a gateway without its server', {kind: 'error', status: 502, body: '<html>Bad gateway</html>'}],
    ['a query that the replica cannot answer now', {kind: 'error', status: 400, body: '{"errorCode":"query.datasource.unavailable","message":"x"}'}],
    ['a connection that is reset', {kind: 'reset'}], ['a page that breaks off', {kind: 'cut', afterRows: 7}], ['a page that breaks off before its first row', {kind: 'cut', afterRows: 0}],
    ['a page that ends without its bracket', {kind: 'unfinished', afterRows: 3}],
  ];
  test.for(faults)('%s', async ([, fault]) => {
    for (const api of ['2.1', '3']) {
      const {server} = await withPets(40);
      const timing = noWaiting();
      await using source = openSource(server, PET_ID, `pageRows=20&api=${api}`, {timing});
      const schema = await onlyTable(source);
      server.fail('rows', fault, 2);
      server.fail('totals', fault.kind === 'cut' || fault.kind === 'unfinished' ? {kind: 'reset'} : fault);
      expect(numbersOf(await rowsOf(source, schema))).toEqual(numbers(40));
      expect(timing.waits.length).toBeGreaterThanOrEqual(2);
    }
  });

  test('metadata, too', async () => {
    const {server} = await withPets(1);
    server.fail('metadata', {kind: 'error', status: 503}, 3);
    await using source = openSource(server, PET_ID);
    expect((await onlyTable(source)).table).toBe('seattle_pet_licenses');
  });

  test('a page that breaks off is gone on with behind its last whole row', async () => {
    const {server} = await withPets(40);
    await using source = openSource(server, PET_ID);
    server.fail('rows', {kind: 'cut', afterRows: 7});
    const rows = await rowsOf(source, await onlyTable(source));
    expect(server.requests.filter(({topic}) => topic === 'rows').map(({soql}) => /'(.*)'/.exec(soql ?? '')?.[1])).toEqual([undefined, rows[6]![0]]);
  });

  test('pauses grow, and what the server wants is kept to', async () => {
    const {server} = await withPets(5);
    const timing = noWaiting();
    await using source = openSource(server, PET_ID, '', {timing});
    const schema = await onlyTable(source);
    server.fail('rows', {kind: 'error', status: 503}, 4);
    server.fail('rows', {kind: 'throttle', retryAfter: '7'});
    await rowsOf(source, schema);
    expect(timing.waits).toEqual([250, 500, 1000, 2000, 7000]);
  });

  test('a date in Retry-After is taken by the clock of the server', async () => {
    const {server} = await withPets(5);
    const timing = noWaiting();
    await using source = openSource(server, PET_ID, '', {timing: {...timing, now: () => 0}});
    const schema = await onlyTable(source);
    server.fail('rows', {kind: 'throttle', retryAfter: new Date(Date.now() + 60_000).toUTCString()});
    await rowsOf(source, schema);
    expect(timing.waits).toHaveLength(1);
    expect(Math.abs(timing.waits[0]! - 60_000)).toBeLessThanOrEqual(30_000);
  });

  test('a server that cannot for long is given up, as an error that a later run may not meet', async () => {
    const {server} = await withPets(5);
    const timing = noWaiting();
    await using source = openSource(server, PET_ID, '', {timing});
    const schema = await onlyTable(source);
    server.fail('rows', {kind: 'throttle'}, Infinity);
    await expect(rowsOf(source, schema)).rejects.toMatchObject({
      code: 'SLUICE_CONNECT', retryable: true, message: `${server.host}: the portal has had too many requests (429 too_many_requests, request 245c26b637796d52c60f9a5e902627db); 6 attempts`,
      remedy: 'wait, or get an app token of the portal and pass it apart, as a password',
    });
    expect(timing.waits).toHaveLength(5);
  });

  test('one that wants an hour of quiet is not waited for', async () => {
    const {server} = await withPets(5);
    const timing = noWaiting();
    await using source = openSource(server, PET_ID, '', {timing});
    server.fail('metadata', {kind: 'throttle', retryAfter: '3600'});
    await expect(source.discover(never)).rejects.toMatchObject({code: 'SLUICE_CONNECT', retryable: true, message: expect.stringMatching(/; it wants 60 minutes of quiet$/) as string});
    expect(timing.waits).toEqual([]);
  });

  test('one that says nothing is asked again, and its answer taken however late others come', async () => {
    const {server} = await withPets(5);
    await using source = openSource(server, PET_ID, 'timeout=3');
    const schema = await onlyTable(source);
    server.fail('rows', {kind: 'silence'});
    expect(numbersOf(await rowsOf(source, schema))).toEqual(numbers(5));
    let answer = (): void => {};
    server.fail('rows', {kind: 'slow', until: new Promise<void>(resolve => { answer = resolve; })});
    server.onRequest(() => { setImmediate(answer); });
    expect(numbersOf(await rowsOf(source, schema))).toEqual(numbers(5));
  });

  test('waiting ends with an abort', async () => {
    const {server} = await withPets(5);
    const controller = new AbortController();
    const waiting = {...noWaiting(), wait: (_: number, signal: AbortSignal) => new Promise<void>((_resolve, reject) => {
      signal.addEventListener('abort', () => { reject(signal.reason as Error); });
      controller.abort(new Error('stop'));
    })};
    await using source = openSource(server, PET_ID, '', {timing: waiting});
    server.fail('metadata', {kind: 'throttle', retryAfter: '600'});
    expect(await rejection(source.discover(controller.signal))).toBe(controller.signal.reason);
  });
});

describe('a data set that changes while it is read is never half of one and half of another', () => {
  const changes: readonly (readonly [string, (table: SodaTable) => void, number])[] = [
    ['shrinks', table => table.remove(25, 5), 35], ['shrinks before what is read', table => table.remove(0, 5), 35], ['loses all', table => table.remove(0, 40), 0], ['grows', table => table.insert(pet(41)), 41],
    ['is changed in one row', table => table.update(30, pet(99)), 40], ['is replaced by the same', table => table.replace(pets(40)), 40], ['is replaced by less', table => table.replace(pets(3)), 3],
    ['loses a row and gets one', table => { table.remove(30); table.insert(pet(77)); }, 40],
  ];
  test.for(changes)('one that %s', async ([, change, after]) => {
    const {server, table} = await withPets(40);
    await using source = openSource(server, PET_ID, 'pageRows=10');
    const schema = await onlyTable(source);
    let pages = 0;
    server.onRequest(({topic}) => {
      if (topic === 'rows' && ++pages === 3) change(table);
    });
    await expect(rowsOf(source, schema)).rejects.toMatchObject({
      code: 'SLUICE_VERIFY', retryable: true, message: `table seattle_pet_licenses: the publisher changed the data set while it was read: 40 rows before, ${after} behind it`,
    });
    server.onRequest(null);
    // It is quiet again: a later run reads what is there now.
    expect(await rowsOf(source, schema)).toHaveLength(after);
  });

  test('a column that goes in the middle is named', async () => {
    const {server, table} = await withPets(40);
    await using source = openSource(server, PET_ID, 'pageRows=10');
    const schema = await onlyTable(source);
    server.onRequest(({topic}) => {
      if (topic === 'rows') table.reshape(table.options.columns.slice(0, 3));
    });
    await expect(rowsOf(source, schema)).rejects.toMatchObject({code: 'SLUICE_SCHEMA', retryable: false, message: expect.stringMatching(/: data set jguv-t9rb has no column weight \(400 query\.soql\.no-such-column, request \w+\)$/) as string});
  });

  test('metadata that lags behind a renamed column is told of as that', async () => {
    const {server, table} = await withPets(4);
    table.lagMetadata();
    table.reshape(table.options.columns.map(column => (column.fieldName === 'weight' ? {...column, fieldName: 'mass'} : column)));
    await using source = openSource(server, PET_ID);
    await expect(rowsOf(source, await onlyTable(source))).rejects.toMatchObject({code: 'SLUICE_SCHEMA', remedy: 'run again: it was renamed or taken away since it was described; where its metadata still lists it, tell the publisher'});
    table.catchUp();
    await using later = openSource(server, PET_ID);
    expect((await onlyTable(later)).columns.map(({name}) => name)).toContain('mass');
  });

  test('a replica that lags is read, and a warning says that it does', async () => {
    const {server, table} = await withPets(4);
    table.lag();
    table.insert(pet(5));
    await using source = openSource(server, PET_ID);
    expect(numbersOf(await rowsOf(source, await onlyTable(source)))).toEqual(numbers(4));
    expect(source.warnings).toEqual([`${server.host} says that what it answers queries of data set jguv-t9rb from lags behind the publisher's data: what changed since may be missing; run again later`]);
  });
});

test('a portal that refuses to sum is read, and a warning says what is not proved', async () => {
  const {server} = await withPets(40);
  await using source = openSource(server, PET_ID, 'pageRows=10');
  const schema = await onlyTable(source);
  server.onRequest(({soql}) => {
    if (soql?.includes('sum(')) server.fail('totals', {kind: 'error', status: 400, body: '{"message":"Query coordinator error","errorCode":"query.soql.type-mismatch"}'});
  });
  expect(numbersOf(await rowsOf(source, schema))).toEqual(numbers(40));
  expect(source.warnings).toEqual(['data set jguv-t9rb: the portal refuses to count and sum columns: that table seattle_pet_licenses is whole is known by the count of its rows alone']);
  server.fail('rows', {kind: 'body', text: '[]\n'});
  await expect(rowsOf(source, schema)).rejects.toMatchObject({code: 'SLUICE_VERIFY', message: expect.stringMatching(/: 0 rows came, and the portal counts 40$/) as string});
});

describe('nonsense never becomes rows', () => {
  test('pages in another order than they were asked for', async () => {
    const {server} = await withPets(40);
    await using source = openSource(server, PET_ID, 'pageRows=10');
    const schema = await onlyTable(source);
    server.fail('rows', {kind: 'reorder'}, Infinity);
    await expect(rowsOf(source, schema)).rejects.toMatchObject({code: 'SLUICE_VERIFY', retryable: true, message: expect.stringContaining('what came is not what the portal says it has') as string});
  });

  test('the same page again and again has an end', async () => {
    const {server} = await withPets(40);
    await using source = openSource(server, PET_ID, 'pageRows=10&totals=rows');
    const schema = await onlyTable(source);
    server.fail('rows', {kind: 'repeat'}, Infinity);
    await expect(rowsOf(source, schema)).rejects.toMatchObject({code: 'SLUICE_VERIFY', message: 'table seattle_pet_licenses: what came is not what the portal says it has: the portal sends rows again, or more than it counts'});
    expect(server.requests.filter(({topic}) => topic === 'rows')).toHaveLength(2);
  });

  test('an empty page where there should be rows', async () => {
    const {server} = await withPets(40);
    await using source = openSource(server, PET_ID, 'pageRows=10&totals=rows');
    const schema = await onlyTable(source);
    server.fail('rows', {kind: 'body', text: '[]\n'});
    await expect(rowsOf(source, schema)).rejects.toMatchObject({code: 'SLUICE_VERIFY', message: 'table seattle_pet_licenses: what came is not what the portal says it has: 0 rows came, and the portal counts 40'});
  });

  test.for([
    ['count', '{"license_number":"S1","weight":"1.50",":id":"row-x"}', 'license_issue_date: count, min, max; animal_s_name: count'],
    ['sum', '{"license_issue_date":"2015-12-02T00:00:00.000","license_number":"S1","animal_s_name":"Zoë 1","weight":"1.51",":id":"row-x"}', 'weight: min, max, sum'],
    ['least value', '{"license_issue_date":"2015-12-02T00:00:00.001","license_number":"S1","animal_s_name":"Zoë 1","weight":"1.50",":id":"row-x"}', 'license_issue_date: min, max'],
  ])('rows with another %s than the server has', async ([, row, said]) => {
    const {server} = await withPets(1);
    await using source = openSource(server, PET_ID);
    const schema = await onlyTable(source);
    server.fail('rows', {kind: 'body', text: `[${row}]\n`});
    const error = await rejection(rowsOf(source, schema));
    expect(error).toMatchObject({code: 'SLUICE_VERIFY'});
    expect((error as Error).message).toContain(said);
  });

  const bodies: readonly (readonly [string, SodaFault, string])[] = [
    ['a page of HTML', {kind: 'html'}, 'it answers with a page of HTML'], ['an object', {kind: 'body', text: '{"error":false}'}, 'what it sends is not an array of rows in JSON'],
    ['rows that are no JSON', {kind: 'body', text: '[{"license_number":S1}]'}, 'what it sends is not an array of rows in JSON'],
  ];
  test.for(bodies)('%s with status 200', async ([, fault, said]) => {
    const {server} = await withPets(4);
    await using source = openSource(server, PET_ID);
    const schema = await onlyTable(source);
    server.fail('rows', fault);
    await expect(rowsOf(source, schema)).rejects.toMatchObject({code: 'SLUICE_CONNECT', retryable: false, message: `${server.host} does not answer as a Socrata portal: ${said}`});
  });

  test('a column that the data set had not', async () => {
    const {server} = await withPets(1);
    await using source = openSource(server, PET_ID);
    const schema = await onlyTable(source);
    server.fail('rows', {kind: 'body', text: '[{":id":"row-x","species":"Cat"}]'});
    await expect(rowsOf(source, schema)).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'seattle_pet_licenses'}});
  });

  test('rows without :id, as of a view that groups', async () => {
    const {server} = await withPets(1);
    await using source = openSource(server, PET_ID);
    const schema = await onlyTable(source);
    server.fail('rows', {kind: 'body', text: '[{"license_number":"S1"}]'});
    await expect(rowsOf(source, schema)).rejects.toMatchObject({code: 'SLUICE_SCHEMA', remedy: 'a view that groups or joins rows cannot be read: name the data set that it is made of'});
  });
});
