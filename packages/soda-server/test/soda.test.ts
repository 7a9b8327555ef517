import {gunzipSync} from 'node:zlib';
import {get} from 'node:http';
import {afterEach, describe, expect, test} from 'vitest';
import {rowIdOf, startSoda, type SodaOptions, type SodaServer} from '../src/index.ts';

const servers: SodaServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

async function bicycles(options: SodaOptions = {}) {
  const server = await startSoda(options);
  servers.push(server);
  const table = server.add({
    id: 'uczf-rk3c', name: 'Bicycle Counts', rowIdentifier: 'countid',
    columns: [{fieldName: 'countid', dataTypeName: 'number'}, {fieldName: 'date', dataTypeName: 'calendar_date', name: 'Date'}, {fieldName: 'counts', dataTypeName: 'number'}],
    rows: [['"19831896"', '"2023-06-03T00:00:00.000"', '"27"'], ['"19831897"', '"2023-06-03T00:15:00.000"', '"9.50"'], ['"19831898"', null, '"100"']],
  });
  return {server, table};
}

const ask = async ({host}: SodaServer, path: string, init: RequestInit = {}) => {
  const response = await fetch(`http://${host}${path}`, {redirect: 'manual', ...init});
  return {status: response.status, headers: response.headers, text: await response.text()};
};
const soql = async (server: SodaServer, query: string) => JSON.parse((await ask(server, `/resource/uczf-rk3c.json?$query=${encodeURIComponent(query)}`)).text) as unknown;

describe('answers are those that portals were seen to give', () => {
  test('rows of SODA 2.1: a line each, what is null left out, names and types in the head', async () => {
    const {server} = await bicycles();
    const {text, headers} = await ask(server, '/resource/uczf-rk3c.json?$limit=2');
    expect(text).toBe('[{"countid":"19831896","date":"2023-06-03T00:00:00.000","counts":"27"}\n,{"countid":"19831897","date":"2023-06-03T00:15:00.000","counts":"9.50"}]\n');
    expect(headers.get('x-soda2-fields')).toBe('["countid","date","counts"]');
    expect(headers.get('x-soda2-types')).toBe('["number","floating_timestamp","number"]');
    expect(headers.get('content-type')).toBe('application/json;charset=utf-8');
    expect((await ask(server, '/resource/uczf-rk3c.json?$where=counts%3E1000')).text).toBe('[]\n');
    expect((await ask(server, '/resource/uczf-rk3c.json?$offset=2')).text).toBe('[{"countid":"19831898","counts":"100"}]\n');
  });

  test('rows of SODA 3: the brackets on lines of their own', async () => {
    const {server} = await bicycles();
    const post = (query: string, more: object = {}) => ask(server, '/api/v3/views/uczf-rk3c/query.json', {method: 'POST', body: JSON.stringify({query, ...more})});
    expect((await post('SELECT counts')).text).toBe('[\n{"counts":"27"},\n{"counts":"9.50"},\n{"counts":"100"}\n]\n');
    expect((await post('SELECT counts WHERE counts > 1000')).text).toBe('[\n]\n');
    expect((await post('SELECT counts', {page: {pageNumber: 2, pageSize: 2}})).text).toBe('[\n{"counts":"100"}\n]\n');
  });

  test('CSV: quotes around everything, nothing for what is null', async () => {
    const {server} = await bicycles();
    expect((await ask(server, '/resource/uczf-rk3c.csv')).text).toBe('"countid","date","counts"\n"19831896","2023-06-03T00:00:00.000","27"\n"19831897","2023-06-03T00:15:00.000","9.50"\n"19831898",,"100"\n');
  });

  test('what does not exist', async () => {
    const {server} = await bicycles();
    expect(await ask(server, '/resource/songs.json')).toMatchObject({status: 404, text: '{\n  "code" : "dataset.missing",\n  "error" : true,\n  "message" : "Not found",\n  "data" : {\n    "id" : "songs"\n  }\n}\n'});
    const views = await ask(server, '/api/views/songs.json');
    expect(views).toMatchObject({status: 404, text: '{\n  "code" : "not_found",\n  "error" : true,\n  "message" : "Not found",\n  "data" : {\n    "id" : "songs"\n  }\n}\n'});
    expect(views.headers.get('x-error-code')).toBe('not_found');
  });

  test('metadata and the catalogue', async () => {
    const {server} = await bicycles();
    const {text} = await ask(server, '/api/views/uczf-rk3c.json');
    expect(text).toMatch(/^\{\n {2}"id" : "uczf-rk3c",\n {2}"name" : "Bicycle Counts",\n {2}"assetType" : "dataset",\n/);
    const view = JSON.parse(text) as {rowIdentifierColumnId: number; rowsUpdatedAt: number; columns: {id: number; fieldName: string; name: string; cachedContents: object}[]};
    expect(view.columns.map(({fieldName, name, cachedContents}) => ({fieldName, name, cachedContents}))).toEqual([
      {fieldName: 'countid', name: 'countid', cachedContents: {non_null: '3', null: '0'}}, {fieldName: 'date', name: 'Date', cachedContents: {non_null: '2', null: '1'}}, {fieldName: 'counts', name: 'counts', cachedContents: {non_null: '3', null: '0'}},
    ]);
    expect(view.rowIdentifierColumnId).toBe(view.columns[0]!.id);
    expect(view.rowsUpdatedAt).toBe(Date.UTC(2026, 0, 5, 12, 1) / 1000);
    const catalog = JSON.parse((await ask(server, '/api/catalog/v1?q=bicycle')).text) as {resultSetSize: number; results: {resource: {id: string}}[]};
    expect(catalog).toMatchObject({resultSetSize: 1, results: [{resource: {id: 'uczf-rk3c', columns_field_name: ['countid', 'date', 'counts']}}]});
    expect((await ask(server, '/api/catalog/v1?limit=1&offset=10000')).status).toBe(400);
  });

  test('bodies are compressed for those who can read it', async () => {
    const {server} = await bicycles();
    const packed = await new Promise<Buffer>((resolve, reject) => {
      get(`http://${server.host}/resource/uczf-rk3c.json`, {headers: {'accept-encoding': 'gzip'}}, response => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece)).on('end', () => { resolve(Buffer.concat(pieces)); });
      }).on('error', reject);
    });
    expect(JSON.parse(gunzipSync(packed).toString())).toHaveLength(3);
  });
});

describe('SoQL', () => {
  test('aggregates are exact, and named as the platform names them', async () => {
    const {server} = await bicycles();
    expect(await soql(server, 'SELECT count(*), count(date), sum(counts) AS s, min(counts) AS least, max(date) AS last')).toEqual([{count: '3', count_date: '2', s: '136.50', least: '9.50', last: '2023-06-03T00:15:00.000'}]);
    expect(await soql(server, "SELECT sum(counts) AS s, max(counts) AS m WHERE date > '2030'")).toEqual([{}]);
  });

  test('doubles are numbers, whichever way they are written', async () => {
    const server = await startSoda();
    servers.push(server);
    server.add({id: 'uczf-rk3c', name: 'Doubles', columns: [{fieldName: 'd', dataTypeName: 'double'}], rows: [['"1.5E3"'], ['"20"'], ['"-3"'], [null]]});
    expect(await soql(server, 'SELECT min(d) AS least, max(d) AS most, sum(d) AS s, count(d) AS n')).toEqual([{least: '-3', most: '1.5E3', s: '1517', n: '3'}]);
    expect(await soql(server, 'SELECT d WHERE d > 100')).toEqual([{d: '1.5E3'}]);
  });

  test('rows go on behind an :id whose text tells nothing of the order', async () => {
    const {server} = await bicycles();
    const all = await soql(server, 'SELECT :id, countid ORDER BY :id') as {':id': string; countid: string}[];
    expect(all.map(row => row[':id'])).toEqual([1, 2, 3].map(rowIdOf));
    expect(await soql(server, `SELECT countid WHERE :id > '${all[0]![':id']}' AND (counts < 50 OR counts = 100) ORDER BY :id DESC LIMIT 1`)).toEqual([{countid: '19831898'}]);
    expect(new Set(Array.from({length: 5000}, (_, i) => rowIdOf(i + 1))).size).toBe(5000);
  });

  test('stars come first, and hide the computed columns once there is an order', async () => {
    const {server} = await bicycles();
    server.add({id: 'comp-0001', name: 'Computed', columns: [{fieldName: 'a', dataTypeName: 'text'}, {fieldName: ':@computed_region_x', dataTypeName: 'number'}], rows: [['"x"', '"1"']]});
    const fields = async (query: string) => Object.keys((JSON.parse((await ask(server, `/resource/comp-0001.json?$query=${encodeURIComponent(query)}`)).text) as object[])[0] ?? {});
    expect(await fields('SELECT *')).toEqual(['a', ':@computed_region_x']);
    expect(await fields('SELECT *, :id ORDER BY :id')).toEqual(['a', ':id']);
    expect(await fields('SELECT :*, *, :@computed_region_x ORDER BY :id')).toEqual([':id', ':created_at', ':updated_at', ':version', 'a', ':@computed_region_x']);
    expect(await soql(server, 'SELECT :id, *')).toMatchObject({errorCode: 'query.compiler.malformed'});
  });

  test.for([
    ['SELECT missing', 'query.soql.no-such-column'], ['SELECT sum(date)', 'query.soql.type-mismatch'], ["SELECT * WHERE :id > 'nonsense'", 'query.soql.type-mismatch'], ['SELECT', 'query.compiler.malformed'],
    ['SELECT * WHERE counts >', 'query.compiler.malformed'], ['SELECT * LIMIT x', 'query.compiler.malformed'], ['SELECT power(counts)', 'query.soql.no-such-function'], ['SELECT countid, count(*)', 'query.soql.column-not-in-group-bys'],
  ])('%s is refused with %s', async ([query, errorCode]) => {
    const {server} = await bicycles();
    expect(await soql(server, query!)).toMatchObject({errorCode});
  });
});

describe('changes and faults', () => {
  test('a replace gives every row another :id; a lag shows what was', async () => {
    const {server, table} = await bicycles();
    const ids = async () => (await soql(server, 'SELECT :id ORDER BY :id') as {':id': string}[]).map(row => row[':id']);
    const before = await ids();
    table.lag();
    table.replace(table.rows.map(({cells}) => cells));
    expect(await ids()).toEqual(before);
    expect((await ask(server, '/resource/uczf-rk3c.json')).headers.get('x-soda2-data-out-of-date')).toBe('true');
    table.catchUp();
    const after = await ids();
    expect(after).toHaveLength(3);
    expect(after.filter(id => before.includes(id))).toEqual([]);
  });

  test('a fault meets as many requests of its kind as asked for, and no others', async () => {
    const {server} = await bicycles();
    server.fail('rows', {kind: 'throttle', retryAfter: '3'}, 2);
    expect((await ask(server, '/api/views/uczf-rk3c.json')).status).toBe(200);
    expect((await ask(server, '/resource/uczf-rk3c.json?$select=count(*)')).status).toBe(200);
    const first = await ask(server, '/resource/uczf-rk3c.json');
    expect([first.status, first.headers.get('retry-after')]).toEqual([429, '3']);
    expect((await ask(server, '/resource/uczf-rk3c.json')).status).toBe(429);
    expect((await ask(server, '/resource/uczf-rk3c.json')).status).toBe(200);
  });

  test('a page that breaks off breaks off; one that is unfinished ends well', async () => {
    const {server} = await bicycles({gzip: false});
    server.fail('rows', {kind: 'cut', afterRows: 1});
    await expect(ask(server, '/resource/uczf-rk3c.json')).rejects.toThrow('terminated');
    server.fail('rows', {kind: 'unfinished', afterRows: 1});
    expect((await ask(server, '/resource/uczf-rk3c.json')).text).toMatch(/^\[\{"countid":"19831896"[^}]*\}\n,\{"co[^}]*$/);
  });

  test('tokens and users', async () => {
    const {server} = await bicycles({tokens: ['good'], users: {id: 'secret'}, needsToken: true});
    const status = async (path: string, headers: Record<string, string> = {}) => (await ask(server, path, {headers})).status;
    expect(await status('/resource/uczf-rk3c.json', {'x-app-token': 'bad'})).toBe(403);
    expect(await status('/resource/uczf-rk3c.json')).toBe(200);
    expect(await status('/api/v3/views/uczf-rk3c/query.json')).toBe(403);
    expect(await status('/api/v3/views/uczf-rk3c/query.json', {'x-app-token': 'good'})).toBe(200);
    expect(await status('/resource/uczf-rk3c.json', {authorization: `Basic ${Buffer.from('id:other').toString('base64')}`})).toBe(401);
  });
});
