import {expectNoLeak} from '@sluice/testkit';
import {startSoda, type SodaColumn, type SodaServer} from '@sluice/testkit/servers';
import {afterEach, describe, expect, test} from 'vitest';
import {batchesOf, never, onlyTable, openSource, pet, petServer, pets, PET_ID, rowsOf} from './lab.ts';

const servers: SodaServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

async function started(): Promise<SodaServer> {
  const server = await startSoda();
  servers.push(server);
  return server;
}

async function withPets(count: number, ...more: Parameters<typeof petServer> extends [number, ...infer Rest] ? Rest : never) {
  const lab = await petServer(count, ...more);
  servers.push(lab.server);
  return lab;
}

const field = (fieldName: string, dataTypeName: string, more: Partial<SodaColumn> = {}): SodaColumn => ({fieldName, dataTypeName, ...more});
const COLUMNS: readonly SodaColumn[] = [
  field('name', 'text', {name: 'Full Name', description: 'as on the form '}), field('amount', 'number'), field('at', 'calendar_date'), field('moment', 'date'), field('open', 'checkbox'), field('page', 'url'),
  field('place', 'location'), field('point', 'point'), field('area', 'multipolygon'), field('pay', 'money'), field('odd', 'hologram'), field('_1950', 'number'), field('order', 'text'),
];
const CELLS: readonly (string | null)[] = [
  '"\\ufeffZo\\u00eb \\"x\\" \\\\N\\n\u{1F600}"', '"1000010010.00000000"', '"2014-10-13T00:00:00.000"', '"2014-10-14T07:00:00.120Z"', 'true', '{"url":"https://example.org/?a=1&b"}',
  '{"latitude":"47.610975163","longitude":"-122.338146748","human_address":"{\\"address\\": \\"\\"}"}', '{"type":"Point","coordinates":[-87.62980010000001,41.0]}', '{"type":"MultiPolygon","coordinates":[[[[0,0],[1.10,0],[1,1],[0,0]]]]}',
  '"-0.10"', '{"deep":[1]}', '"0E-10"', '"word"',
];

describe.for(['2.1', '3'])('SODA %s', api => {
  test('every type arrives as it is published: digits, characters, documents', async () => {
    const server = await started();
    server.add({id: 'type-s001', name: 'All types', columns: COLUMNS, rows: [CELLS, COLUMNS.map(() => null)]});
    await using source = openSource(server, 'type-s001', `api=${api}`);
    const schema = await onlyTable(source);
    const [full, nulls] = await rowsOf(source, schema);
    expect(full!.slice(1)).toEqual([
      '\ufeffZoë "x" \\N\n\u{1F600}', '1000010010.00000000', '2014-10-13 00:00:00.000', '2014-10-14 07:00:00.120', true, '{"url":"https://example.org/?a=1&b"}',
      CELLS[6], CELLS[7], CELLS[8], '-0.10', '{"deep":[1]}', '0.0000000000', 'word',
    ]);
    expect(nulls!.slice(1)).toEqual(COLUMNS.map(() => null));
    expect(source.warnings).toEqual(['data set type-s001: nobody has told of the type hologram of column odd: its values are kept as JSON']);
    expect(schema.columns.map(({name, type, native}) => `${name} ${type} ${native?.sql}`)).toEqual([
      ':id text row_identifier', 'name text text', 'amount decimal number', 'at timestamp calendar_date', 'moment timestamptz date', 'open bool checkbox', 'page json url', 'place json location', 'point json point',
      'area json multipolygon', 'pay decimal money', 'odd json hologram', '_1950 decimal number', 'order text text',
    ]);
    expect(schema.columns[1]).toMatchObject({comment: 'Full Name: as on the form'});
    expect(schema.columns[2]).not.toHaveProperty('comment');
  });

  test('pages go by :id, behind the last row, and each row comes once', async () => {
    const {server} = await withPets(100);
    await using source = openSource(server, PET_ID, `api=${api}&pageRows=30`);
    const rows = await rowsOf(source, await onlyTable(source));
    expect(rows.map(row => row.slice(1))).toEqual(pets(100).map(cells => cells.map((cell, i) => (cell === null ? null : i === 0 ? (JSON.parse(cell) as string).replace('T', ' ') : JSON.parse(cell) as string))));
    const asked = server.requests.filter(({topic}) => topic === 'rows');
    expect(asked).toHaveLength(4);
    expect(asked[0]!.soql).toBe('SELECT `license_issue_date`, `license_number`, `animal_s_name`, `weight`, :id ORDER BY :id LIMIT 30');
    expect(asked[1]!.soql).toBe(`SELECT \`license_issue_date\`, \`license_number\`, \`animal_s_name\`, \`weight\`, :id WHERE :id > '${String(rows[29]![0])}' ORDER BY :id LIMIT 30`);
    expect(asked.map(request => request.api)).toEqual(asked.map(() => api));
  });

  test('a server that gives smaller pages than it was asked for is read to the end', async () => {
    const {server} = await withPets(50, {maxPage: 7});
    await using source = openSource(server, PET_ID, `api=${api}`);
    expect(await rowsOf(source, await onlyTable(source))).toHaveLength(50);
  });

  test('no more rows than asked for are fetched', async () => {
    const {server} = await withPets(50);
    await using source = openSource(server, PET_ID, `api=${api}&pageRows=20`);
    expect(await rowsOf(source, await onlyTable(source), {limit: 23})).toHaveLength(23);
    expect(server.requests.filter(({topic}) => topic === 'rows').map(({soql}) => /LIMIT \d+/.exec(soql ?? '')?.[0])).toEqual(['LIMIT 20', 'LIMIT 3']);
  });

  test('the next page is asked for before the rows of a full one are taken, and given up where nobody takes it', async () => {
    const {server} = await withPets(50);
    await using source = openSource(server, PET_ID, `api=${api}&pageRows=20`);
    const schema = await onlyTable(source);
    const pages = () => server.requests.filter(({topic}) => topic === 'rows').length;
    const batches = source.read({schema, after: null, maxRows: 20, maxBytes: 1 << 20}, never)[Symbol.asyncIterator]();
    expect((await batches.next()).value?.rows).toHaveLength(20);
    await expect.poll(pages, {timeout: 20_000}).toBe(2);
    await batches.return?.(undefined);
    expect(pages()).toBe(2);
    // A page that is known to be the last has none behind it.
    expect(await rowsOf(source, schema)).toHaveLength(50);
    expect(pages()).toBe(5);
  });

  test('hundreds of columns with long names are asked for by a star, and nothing is missing', async () => {
    const server = await started();
    const columns = Array.from({length: 200}, (_, i) => field(`a_field_with_a_name_of_about_forty_letters_${i}`, i % 2 === 0 ? 'number' : 'text'));
    server.add({id: 'wide-0001', name: 'Wide', columns: [...columns, field('secret', 'text', {flags: ['hidden']})], rows: [[...columns.map((_, i) => `"${i}"`), '"hidden"'], columns.map((_, i) => (i % 3 === 0 ? null : `"${i}.5"`))]});
    await using source = openSource(server, 'wide-0001', `api=${api}`);
    const rows = await rowsOf(source, await onlyTable(source));
    expect(rows.map(row => row.slice(1))).toEqual([columns.map((_, i) => String(i)), columns.map((_, i) => (i % 3 === 0 ? null : `${i}.5`))]);
    expect(server.requests.find(({topic}) => topic === 'rows')!.soql).toBe('SELECT *, :id ORDER BY :id LIMIT 10000');
    expect(Math.max(...server.requests.map(({path, soql}) => path.length + encodeURIComponent(soql ?? '').length))).toBeLessThan(7000);
  });
});

describe('what metadata says', () => {
  test("the publisher's identifier is the key; without one it is :id", async () => {
    const server = await started();
    const columns = [field('label', 'text'), field('code', 'number')];
    server.add({id: 'keys-0001', name: 'With key', columns, rowIdentifier: 'code', rows: [['"a"', '"7"']]});
    server.add({id: 'keys-0002', name: 'Without', columns});
    await using source = openSource(server, 'keys-0001,keys-0002');
    const {tables} = await source.discover(never);
    expect(tables.map(({table, primaryKey, columns: all}) => ({table, primaryKey, columns: all.map(({name, nullable}) => `${name}${nullable ? '' : ' not null'}`)}))).toEqual([
      {table: 'with_key', primaryKey: ['code'], columns: ['label', 'code not null']},
      {table: 'without', primaryKey: [':id'], columns: [':id not null', 'label', 'code']},
    ]);
    expect(await rowsOf(source, tables[0]!)).toEqual([['a', '7']]);
    expect(await rowsOf(source, tables[1]!)).toEqual([]);
  });

  test("the platform's columns are read on demand; hidden and computed ones are left out, and told", async () => {
    const server = await started();
    const columns = [field('label', 'text'), field('internal', 'text', {flags: ['hidden']}), field(':@computed_region_abcd_1234', 'number')];
    server.add({id: 'syst-0001', name: 'System', columns, rows: [['"a"', '"h"', '"12"']]});
    await using plain = openSource(server, 'syst-0001');
    const catalog = await plain.discover(never);
    expect(catalog.tables[0]!.columns.map(({name}) => name)).toEqual([':id', 'label']);
    expect(catalog.others).toEqual([
      {table: 'system', kind: 'column', name: 'internal', reason: 'the publisher hides it'},
      {table: 'system', kind: 'column', name: ':@computed_region_abcd_1234', reason: 'the platform computes it; computed=true reads it'},
    ]);
    await using all = openSource(server, 'syst-0001', 'system=true&computed=true');
    const schema = await onlyTable(all);
    expect(schema.columns.map(({name, type}) => `${name} ${type}`)).toEqual([':id text', ':created_at timestamptz', ':updated_at timestamptz', ':version text', 'label text', ':@computed_region_abcd_1234 decimal']);
    const [row] = await rowsOf(all, schema);
    expect(row).toEqual([expect.stringMatching(/^row-/), '2026-01-05 12:01:00.000', '2026-01-05 12:01:00.000', expect.stringMatching(/^rv-/), 'a', '12']);
  });

  test.for([
    ['Habitatges iniciats. Sèrie històrica 2000 – actualitat', 'habitatges_iniciats_serie_historica_2000_actualitat'], ['表', 'data_name_0001'], ['311 Calls', '311_calls'],
    ['A title that is much longer than any database takes for the name of a table, as some are', 'a_title_that_is_much_longer_than_any_database_takes_for_the'],
  ])('a table is named after its title: %s', async ([name, table]) => {
    const server = await started();
    server.add({id: 'name-0001', name: name!, columns: [field('a', 'text')]});
    await using source = openSource(server, 'name-0001');
    expect((await onlyTable(source)).table).toBe(table);
    await using named = openSource(server, 'name-0001', 'table=Mine');
    expect((await onlyTable(named)).table).toBe('Mine');
  });

  test('titles that are the same are told apart by the ids', async () => {
    const server = await started();
    for (const id of ['same-0001', 'same-0002']) server.add({id, name: 'Pets!', columns: [field('a', 'text')]});
    await using source = openSource(server, 'same-0001,same-0002');
    expect((await source.discover(never)).tables.map(({table}) => table)).toEqual(['pets_same_0001', 'pets_same_0002']);
  });

  test('it tells what it reads, from where, and as of when', async () => {
    const {server} = await withPets(3);
    await using source = openSource(server, PET_ID);
    expect(await onlyTable(source)).toMatchObject({table: 'seattle_pet_licenses', comment: 'Seattle Pet Licenses: A list of active/current Seattle pet licenses.', approximateRows: 3});
    expect(await source.about(never)).toEqual({system: 'Socrata, SODA 2.1', place: `${server.host}, as nobody`});
    expect(await source.identity()).toEqual({id: `socrata://${server.host}/${PET_ID}`, traits: {api: '2.1'}});
    expect(source.snapshot).toBe(`${PET_ID} as of 2026-01-05T12:01:00Z`);
  });
});

describe('a value that is not what its column says', () => {
  test.for([
    ['number', '"12,5"'], ['number', 'true'], ['number', '"1e5000"'], ['number', '""'], ['checkbox', '"maybe"'], ['calendar_date', '"13.10.2014"'], ['calendar_date', '"2014-10-13T00:00:00Z"'], ['date', '"2014-10-13T00:00:00"'],
    ['text', '5'], ['text', '{"a":1}'], ['text', '"\\ud800"'],
  ])('%s %s is refused by its place, and not shown', async ([dataTypeName, cell]) => {
    const server = await started();
    server.add({id: 'vals-0001', name: 'Values', columns: [field('label', 'text'), field('it', dataTypeName!)], rows: [['"PHI-CANARY-7f3a"', null], ['"b"', cell!]]});
    await using source = openSource(server, 'vals-0001', 'totals=rows');
    const schema = await onlyTable(source);
    const error: unknown = await rowsOf(source, schema).catch((each: unknown) => each);
    expect(error).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'values', column: 'it', row: 1}});
    expectNoLeak(error, 'PHI-CANARY-7f3a');
  });

  test('a row without the identifier is refused', async () => {
    const server = await started();
    server.add({id: 'vals-0002', name: 'Values', columns: [field('code', 'text')], rowIdentifier: 'code', rows: [[null]]});
    await using source = openSource(server, 'vals-0002');
    await expect(rowsOf(source, await onlyTable(source))).rejects.toMatchObject({code: 'SLUICE_VALUE', message: 'row 1 of table values, column code: the publisher names it as the identifier of rows, and a row has none'});
  });
});

describe('going on from a position', () => {
  test('gives the rows that came since, as long as those before are still there', async () => {
    const {server, table} = await withPets(30);
    await using source = openSource(server, PET_ID, 'pageRows=8');
    const schema = await onlyTable(source);
    const first = await batchesOf(source, schema);
    table.insert(pet(31), pet(32));
    const more = await rowsOf(source, schema, {after: first.at(-1)!.position});
    expect(more.map(row => row[2])).toEqual(['S31', 'S32']);
    expect(source.warnings).toEqual([]);
  });

  test('tells when rows before it were changed since, and only then', async () => {
    const {server, table} = await withPets(30);
    await using source = openSource(server, PET_ID);
    const schema = await onlyTable(source);
    const {position} = (await batchesOf(source, schema, {maxRows: 10}))[1]!;
    table.update(25, pet(99));
    const more = await batchesOf(source, schema, {after: position});
    expect(more.flatMap(({rows}) => rows.map(row => row[2]))).toEqual(['S21', 'S22', 'S23', 'S24', 'S25', 'S99', 'S27', 'S28', 'S29', 'S30']);
    expect(source.warnings).toEqual([]);
    // What was read with that change is not told of as changed since.
    expect(await rowsOf(source, schema, {after: more.at(-1)!.position})).toEqual([]);
    expect(source.warnings).toEqual([]);
    table.update(3, pet(98));
    expect(await rowsOf(source, schema, {after: position})).toHaveLength(10);
    expect(source.warnings).toEqual(['data set jguv-t9rb: the publisher has changed rows that were read before: table seattle_pet_licenses has them as they were; :updated_at as a cursor, or mode replace, brings them']);
  });

  test.for([['deleted a row', 'remove'], ['replaced all', 'replace']])('is refused when the publisher has %s', async ([, how]) => {
    const {server, table} = await withPets(30);
    await using source = openSource(server, PET_ID);
    const schema = await onlyTable(source);
    const {position} = (await batchesOf(source, schema, {maxRows: 10}))[1]!;
    if (how === 'remove') table.remove(3);
    else table.replace(pets(30));
    await expect(rowsOf(source, schema, {after: position})).rejects.toMatchObject({
      code: 'SLUICE_POSITION', message: `table seattle_pet_licenses: the publisher has replaced or deleted rows that were read before: 20 then, ${how === 'remove' ? 19 : 0} now`, remedy: 'load it anew',
    });
  });

  test.for(['', '{}', '{"id":"row-x"}', '{"id":5,"rows":1,"updated":null}', '{"id":"x","rows":0,"updated":null}', '{"id":"x","rows":1,"updated":5}'])('%j is no position', async text => {
    const {server} = await withPets(3);
    await using source = openSource(server, PET_ID);
    await expect(rowsOf(source, await onlyTable(source), {after: text as NonNullable<Parameters<typeof rowsOf>[2]>['after'] & string})).rejects.toMatchObject({code: 'SLUICE_CONFIG', message: 'this is no position of a Socrata source'});
  });
});
