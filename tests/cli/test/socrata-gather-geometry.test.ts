import {startSoda, type SodaServer, type SodaTable} from '@sluice/testkit/servers';
import {beforeEach, describe, expect, test, vi} from 'vitest';
import {folders, type Folder} from './support/folder.ts';
import {hasPostgis} from './support/postgis.ts';
import {openPostgres, postgres, type PostgresDatabase} from './support/postgres.ts';
import {sluice, socrataGather, type Ended} from './support/program.ts';

const folder = folders();
// Each runs programs several times, on machines that are busy.
vi.setConfig({testTimeout: 300_000});
const TYPES = ['point', 'line', 'polygon', 'multipoint', 'multiline', 'multipolygon'];
const COLUMNS = [{fieldName: 'name', dataTypeName: 'text'}, ...TYPES.map(dataTypeName => ({fieldName: `a_${dataTypeName}`, dataTypeName}))];
const GEOMETRIES = [
  '{"type":"Point","coordinates":[-122.30,47.60]}', '{"type":"LineString","coordinates":[[0,0],[1.5,-2.50]]}', '{"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]],[[2,1],[3,1],[3,2],[2,1]]]}',
  '{"type":"MultiPoint","coordinates":[[0,0],[1,1]]}', '{"type":"MultiLineString","coordinates":[[[0,0],[1,1]],[[2,2],[3,3]]]}', '{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[[[5,5],[6,5],[6,6],[5,5]]]]}',
];

describe.skipIf(!hasPostgis)('geometries into PostgreSQL', () => {
  let server: SodaServer;
  let table: SodaTable;
  let target: PostgresDatabase;
  let place: Folder;
  beforeEach(async () => {
    server = await startSoda();
    table = server.add({id: 'aaaa-bbbb', name: 'Places', columns: COLUMNS, rows: [['"a"', ...GEOMETRIES], ['"b"', ...TYPES.map(() => null)]]});
    target = await openPostgres(postgres!);
    place = folder();
    write();
    return async () => {
      await target[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    };
  });
  const write = (more = '') => { place.write('topics.yaml', `targets: {warehouse: '${target.url}'}\ntopics:\n  places: {source: '${server.host}', tls: false, dataset: aaaa-bbbb, table: places${more}}\n`); };
  const gather = (...words: string[]) => socrataGather(['-t', 'places', ...words, '--json'], {cwd: place.path});
  const fine = (ended: Ended): Readonly<Record<string, unknown>> => {
    expect(ended, ended.stderr).toMatchObject({code: 0});
    return JSON.parse(ended.stdout) as Readonly<Record<string, unknown>>;
  };
  const types = async () => (await target.rows("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'places'::regclass AND attname LIKE 'a\\_%' ORDER BY attnum")).map(([type]) => type);
  const POSTGIS = ['Point', 'LineString', 'Polygon', 'MultiPoint', 'MultiLineString', 'MultiPolygon'].map(name => `geometry(${name},4326)`);

  test('are values of PostGIS where it is there: the same coordinates, proved, sealed and kept current', async () => {
    await target.run('CREATE EXTENSION postgis');
    expect(fine(await gather())).toMatchObject({mode: 'full', rowsInTable: 2, figures: {columns: [{}, {name: 'a_point', equal: true, source: {count: 1}, destination: {count: 1}}, {}, {}, {}, {}, {}]}});
    expect(await types()).toEqual(POSTGIS);
    const read = async (name: string) => (await target.rows(`SELECT ${TYPES.map(type => `ST_AsGeoJSON(a_${type}, 15)`).join(', ')} FROM places WHERE name = '${name}'`))[0]!.map(text => text === null ? null : JSON.parse(text) as unknown);
    expect(await read('a')).toEqual(GEOMETRIES.map(text => JSON.parse(text) as unknown));
    expect(await read('b')).toEqual(TYPES.map(() => null));
    expect(await target.rows("SELECT ST_X(a_point), ST_SRID(a_multipolygon), ST_Area(a_polygon), ST_IsValid(a_multipolygon) FROM places WHERE name = 'a'")).toEqual([['-122.3', '4326', '7.5', 't']]);

    table.update(1, ['"b"', '{"type":"Point","coordinates":[1,2]}', ...TYPES.slice(1).map(() => null)]);
    expect(fine(await gather())).toMatchObject({mode: 'incremental', rowsUpdated: 1});
    expect(fine(await gather('--deletions'))).toMatchObject({rowsUpdated: 0});
    expect((await read('b'))[0]).toEqual({type: 'Point', coordinates: [1, 2]});
    expect(JSON.parse((await sluice(['verify-receipt', 'receipts/places.receipt.json', '--target', target.url, '--json'], {cwd: place.path})).stdout)).toMatchObject({status: 'equal', chain: {length: 3}});
  });

  test('are GeoJSON to the letter without it, where a topic wants that, and where one coordinate is more than a double; a table keeps what it has', async () => {
    write(', geometry: postgis');
    expect((await gather()).stderr).toContain('the topic wants values of PostGIS, and its target has none');
    write();
    fine(await gather());
    expect(new Set(await types())).toEqual(new Set(['json']));
    await target.run('CREATE EXTENSION postgis');
    table.update(1, ['"b"', '{"type":"Point","coordinates":[1.000000000000000001,2]}', ...TYPES.slice(1).map(() => null)]);
    expect(fine(await gather())).toMatchObject({mode: 'incremental', rowsUpdated: 1});
    const told = 'column a_point has a geometry that PostGIS does not hold exactly: geometries are kept as GeoJSON';
    const ended = await gather('--initialize');
    expect(fine(ended)).toMatchObject({mode: 'full', rowsInTable: 2, remarks: `--initialize was given; ${told}`});
    expect(ended.stderr).toContain(told);
    expect(await target.rows("SELECT a_point::text FROM places WHERE name = 'b'")).toEqual([['{"type":"Point","coordinates":[1.000000000000000001,2]}']]);

    // Of ten pages and more what the portal has sent once is not asked for again, and nobody is told that a run went on with its own.
    const {cells} = table.rows[1]!;
    table.update(1, ['"b"', ...TYPES.map(() => null)]);
    table.insert(...Array.from({length: 19}, (_, i) => [`"${i}"`, ...TYPES.map(() => null)]), cells);
    write(', pageRows: 2');
    const pages = () => server.requests.filter(({topic}) => topic === 'rows').length;
    const before = pages();
    expect(fine(await gather('--initialize'))).toMatchObject({rowsRead: 22, rowsInTable: 22, remarks: `--initialize was given; ${told}`});
    // The one with that coordinate was not taken the first time.
    expect(pages() - before).toBe(12);
    table.remove(2, 20);

    table.update(1, ['"b"', ...TYPES.map(() => null)]);
    write(', geometry: geojson');
    fine(await gather('--initialize'));
    expect(new Set(await types())).toEqual(new Set(['json']));
    write();
    fine(await gather('--initialize'));
    expect(await types()).toEqual(POSTGIS);
  });
});
