import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {endpoint} from '@sluice/config';
import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import type {Row} from '@sluice/core';
import {runCopy} from '@sluice/engine';
import {openDestination} from '@sluice/registry';
import {compileFlatten, planTables} from '@sluice/relational';
import {freshDatabase, server, type TestDatabase} from '@sluice/testkit';
import fc from 'fast-check';
import {BSON} from 'mongodb';
import pg from 'pg';
import {afterAll, describe, expect, test} from 'vitest';
import {readMysql} from './plain/mysql.ts';
import {readPostgres} from './plain/postgres.ts';
import {readSqlite} from './plain/sqlite.ts';

const {Binary, BSONRegExp, Decimal128, Double, Int32, Long, MaxKey, Timestamp} = BSON;
const folder = mkdtempSync(join(tmpdir(), 'sluice-matrix-overflow-'));
const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const database of databases) await database[Symbol.asyncDispose]();
  rmSync(folder, {recursive: true, force: true});
});

const targets = [
  {name: 'sqlite', missing: false, readPlain: readSqlite, url: async (mode: string) => `sqlite:${join(folder, `${mode}.db`)}`},
  ...await Promise.all(([['mariadb', readMysql], ['mysql', readMysql], ['postgres', readPostgres]] as const).map(async ([kind, readPlain]) => {
    const there = await server(kind);
    const url = async () => {
      const database = await freshDatabase(there!);
      databases.push(database);
      return database.url;
    };
    return {name: kind, readPlain, missing: there === null, url};
  })),
];

const names = fc.oneof(fc.constantFrom('', 'a', 'b', 'aa', 'B', 'é', '\ue000', '🙂', 'a.b', 'x\\', '$set', '"', 'tab\t', '\u0001', '\u007f', '\u2028', '10', '9'), fc.string({unit: 'grapheme', maxLength: 3}).filter(name => !name.includes('\0')));
const scalars: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom('', 'text', 'nul \0', '\b\f\n\r\t"\\/\u0001\u001f\u007f\u2028', '\ufffd\ufeff', '🙂', '\\u0000', 'x'.repeat(5000)), fc.string({unit: 'binary', maxLength: 12}),
  fc.double().map(value => new Double(value)), fc.integer().map(value => new Int32(value)), fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}).map(value => Long.fromBigInt(value)),
  fc.constantFrom('-0', '1.50', '1E+6000', 'NaN').map(text => Decimal128.fromString(text)), fc.constantFrom(true, false, null, new MaxKey(), new Date(-8.64e15), new BSONRegExp('a"b', 'ix')),
  fc.tuple(fc.integer({min: 0, max: 2 ** 32 - 1}), fc.integer({min: 0, max: 2 ** 32 - 1})).map(([t, i]) => new Timestamp({t, i})), fc.constant(new Binary(Buffer.from('00ff', 'hex'), 5)),
);
const {fields: documents} = fc.letrec<{value: unknown; fields: Map<string, unknown>; array: unknown[]}>(tie => ({
  value: fc.oneof({maxDepth: 5}, scalars, tie('fields'), tie('array')),
  fields: fc.array(fc.tuple(names, tie('value')), {maxLength: 5}).map(entries => new Map(entries)),
  array: fc.array(tie('value'), {maxLength: 3}),
}));
/** Arrays and documents within each other, and a date in the innermost: that is two more levels of JSON. */
const deep = (levels: number): unknown => (levels === 0 ? new Date(0) : levels % 2 === 0 ? [deep(levels - 1)] : {d: deep(levels - 1)});
const DOCUMENTS = [...fc.sample(documents, {numRuns: 400, seed: 5}), ...[1, 10, 19, 20, 21, 22, 60, 90].map(levels => new Map([['deep', deep(levels)]]))];

/** Rows of documents of which the plan knows the id, and that there is a list: all else goes to the overflow. */
function flattened(mode: 'clean' | 'compat') {
  const plan = planTables({collection: 'things', fields: [{name: '_id', as: 'int', types: {}}, {name: 'l', as: 'table', types: {}, items: {as: 'uuid', types: {}}}]}, {mode});
  const schemas = [...plan.tables.map(({schema}) => schema), ...plan.extra ? [plan.extra.schema] : []];
  const into: Row[][] = schemas.map(() => []);
  const flatten = compileFlatten(plan);
  for (const [i, document] of DOCUMENTS.entries()) flatten.add(BSON.serialize(new Map([...document, ['_id', new Int32(i)], ['l', [...document.values()].filter(value => value !== null)]])), into);
  return schemas.map(({together: _, ...schema}, i) => ({schema, rows: into[i]!}));
}

const textsOf = (rows: readonly Row[]) => rows.map(row => JSON.stringify(row.map(value => (value === null ? null : String(value))))).toSorted();

describe.each(['clean', 'compat'] as const)('what fits no column, %s tables', mode => {
  const tables = flattened(mode);

  test('is kept in either form', () => {
    const texts = tables.flatMap(({rows}) => rows.flat()).filter(value => typeof value === 'string');
    if (mode === 'clean') for (const form of ['{"value": ', '{"text": ']) expect(texts.filter(text => text.includes(form)).length).toBeGreaterThan(100);
    else for (const at of [-1, -2]) expect(tables.at(-1)!.rows.filter(row => row.at(at) !== null).length).toBeGreaterThan(100);
  });

  for (const {name, missing, readPlain, url} of targets) {
    test.skipIf(missing)(`stands in ${name} to the letter, and the copy is proved`, async () => {
      const to = await url(mode);
      await using source = new MemorySource(new MemoryDatabase({name: 'documents', tables}));
      await using destination = await openDestination(endpoint(to));
      const {report, cause} = await runCopy({tool: {name: 'matrix', version: '0'}, source, destination}, new AbortController().signal);
      expect(report.status, String(cause)).toBe('ok');
      expect(report.verification.status).toBe('passed');
      const arrived = await readPlain(to);
      for (const {schema, rows} of tables) expect(textsOf(arrived.get(schema.table)!.rows)).toEqual(textsOf(rows));
      if (name === 'postgres') expect(await jsonbColumns(to)).toEqual(mode === 'clean' ? ['things._extra', 'things_l._extra'] : ['things__extra.value']);
    });
  }
});

async function jsonbColumns(url: string): Promise<string[]> {
  const client = new pg.Client({connectionString: url});
  await client.connect();
  try {
    const {rows} = await client.query<{at: string}>("SELECT table_name || '.' || column_name AS at FROM information_schema.columns WHERE data_type = 'jsonb' ORDER BY 1");
    return rows.map(({at}) => at);
  } finally {
    await client.end();
  }
}
