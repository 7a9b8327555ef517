import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest';
import {folders} from './support/folder.ts';
import {mongodb, openMongo, type MongoDatabase} from './support/mongo.ts';
import {hostileCases, recordedCases, sideBySide, type OplogCase} from './support/oplog-cases.ts';
import {openPostgres, postgres, type PostgresDatabase} from './support/postgres.ts';
import {mongoToPsql} from './support/program.ts';
import {referenceTables, sorted} from './support/reference-tables.ts';

const folder = folders();
// Each runs the program five times, on machines that are busy.
vi.setConfig({testTimeout: 300_000});
const recorded = recordedCases();
// Null where the data that lies beside the project does not.
const sets: readonly (readonly [string, readonly OplogCase[] | null])[] = [['recorded', recorded], ['hostile', hostileCases]];

test.skipIf(!recorded)('what the tables are held against is what the superseded system left of the recorded documents', () => {
  expect(recorded).toHaveLength(40);
  const text = (value: unknown) => (value === null ? null : typeof value === 'boolean' ? (value ? 't' : 'f') : /^\d{4}-\d\d-\d\dT/.test(String(value)) ? `${String(value).replace('T', ' ').replace(/\.?0*Z$/, '')}+00` : String(value));
  for (const {name, schemas, after, tables = {}} of recorded!) {
    const found = Object.assign({}, ...Object.entries(schemas).map(([collection, schema]) => referenceTables(collection, schema, after[collection] ?? []))) as ReturnType<typeof referenceTables>;
    const wanted = Object.fromEntries(Object.entries(tables).map(([table, {columns, rows}]) => [table, {columns, rows: sorted(rows.map(row => row.map(text)))}]));
    expect(found, name).toEqual(wanted);
  }
});

describe.skipIf(!mongodb || !postgres)(`mongo-to-psql --compat, whole oplogs of many collections (${mongodb?.version ?? 'no server'})`, () => {
  let source: MongoDatabase;
  let target: PostgresDatabase;
  beforeAll(async () => {
    source = await openMongo(mongodb!);
  });
  afterAll(async () => { await source[Symbol.asyncDispose](); });

  describe.each(sets)('%s cases', (_, cases) => {
    test.skipIf(!cases).each(['v1', 'v2'] as const)('told in form %s leave the tables that the superseded system made of the documents', async form => {
      target = await openPostgres(postgres!);
      await using _target = target;
      const place = folder();
      const {schemas, before, after, logs} = sideBySide(cases!, form, source.name);
      for (const [collection, schema] of Object.entries(schemas)) place.write(`schemas/${collection}.js`, JSON.stringify(schema));
      for (const {name} of await source.db.listCollections({}, {nameOnly: true}).toArray()) await source.db.collection(name).drop();
      for (const n of logs.keys()) await source.forget(n);
      const oplogs = await Promise.all(logs.map((__, n) => source.oplog(n)));
      const run = (command: string) => mongoToPsql([command, '--source', source.url, '--target', target.url, '--schemas', 'schemas', '--compat', '--oplog', oplogs.join(','), '--json'], {cwd: place.path});

      for (const [collection, documents] of Object.entries(before)) await source.put(collection, documents);
      expect(await run('load')).toMatchObject({code: 0});
      for (const [collection, documents] of Object.entries(after)) await source.put(collection, documents);
      for (const [n, entries] of logs.entries()) await source.logAt(entries, n);
      const synced = await run('sync');
      expect(synced, synced.stderr).toMatchObject({code: 0});

      await target.run("SET timezone TO 'UTC'");
      for (const [collection, schema] of Object.entries(schemas)) {
        for (const [table, {columns, rows}] of Object.entries(referenceTables(collection, schema, after[collection]!))) {
          expect((await target.rows(`SELECT attname FROM pg_attribute WHERE attrelid = '"${table}"'::regclass AND attnum > 0 ORDER BY attnum`)).flat(), table).toEqual(columns);
          expect(sorted(await target.rows(`SELECT * FROM "${table}"`)), table).toEqual(rows);
        }
      }
      expect(JSON.parse((await run('sync')).stdout)).toMatchObject({changes: 0, caughtUp: true});
      expect(await run('verify')).toMatchObject({code: 0});
    });
  });
});
