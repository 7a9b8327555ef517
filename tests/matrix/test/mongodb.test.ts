import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {Column, ColumnType, Row} from '@sluice/core';
import {endpoint} from '@sluice/config';
import {runCopy} from '@sluice/engine';
import {openDestination, openSource} from '@sluice/registry';
import {expectSameRows, freshDatabase, server, type TestDatabase} from '@sluice/testkit';
import {BSON, MongoClient} from 'mongodb';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {readCsv, readJsonLines} from './plain/files.ts';
import {readMysql} from './plain/mysql.ts';
import {readPostgres} from './plain/postgres.ts';
import {printed, type SystemName} from './plain/print.ts';
import {readSqlite} from './plain/sqlite.ts';
import type {PlainReader} from './plain/table.ts';

const {Binary, Decimal128, Double, Int32, Long, ObjectId, Timestamp, UUID} = BSON;
const mongodb = await server('mongodb');
const folder = mkdtempSync(join(tmpdir(), 'sluice-matrix-mongodb-'));
const databases: TestDatabase[] = [];
afterAll(async () => {
  for (const database of databases) await database[Symbol.asyncDispose]();
  rmSync(folder, {recursive: true, force: true});
});

const fresh = async (kind: 'mariadb' | 'mysql' | 'postgres' | 'mongodb') => {
  const database = await freshDatabase((await server(kind))!);
  databases.push(database);
  return database.url;
};
const targets: readonly {readonly name: SystemName; readonly missing: boolean; readonly readPlain: PlainReader; url(): Promise<string>}[] = [
  {name: 'sqlite', missing: false, readPlain: readSqlite, url: async () => `sqlite:${join(folder, 'to.db')}`},
  {name: 'csv', missing: false, readPlain: readCsv, url: async () => `csv:${join(folder, 'csv')}/`},
  {name: 'jsonl', missing: false, readPlain: readJsonLines, url: async () => `jsonl:${join(folder, 'jsonl')}/`},
  ...await Promise.all(([['mariadb', readMysql], ['mysql', readMysql], ['postgres', readPostgres]] as const).map(async ([kind, readPlain]) => ({
    name: kind, readPlain, missing: await server(kind) === null, url: async () => await fresh(kind),
  }))),
];

const DOCUMENTS = [
  {
    _id: new ObjectId('65920080000000000000000a'), truth: true, int: new Int32(-5), long: Long.fromString('9223372036854775807'), double: new Double(0.1), decimal: Decimal128.fromString('123456789012345678901234567890.10'),
    text: 'emoji \u{1F600} "quoted" \\N\t\n', date: new Date('9999-12-31T23:59:59.999Z'), uuid: new UUID('00112233-4455-6677-8899-aabbccddeeff').toBinary(), bytes: new Binary(Buffer.from('00ff', 'hex')),
    stamp: new Timestamp({t: 1, i: 2}), deep: {er: {est: 'x'}}, list: [{a: new Int32(1), b: ['p', 'q']}, {a: new Int32(2), b: []}], late: new Int32(1),
  },
  {_id: new ObjectId('65920080000000000000000b'), truth: false, int: new Int32(7), long: new Int32(1), double: new Double(-1e300), decimal: Decimal128.fromString('-0.001'), text: '', date: new Date('0001-01-01T00:00:00.001Z'), list: [], late: new Int32(2)},
  {_id: new ObjectId('65920080000000000000000c'), late: null},
];
const [A, B, C] = DOCUMENTS.map(({_id}) => _id.toHexString()) as [string, string, string];

/** What has to arrive: columns as `name type`, and the rows in canonical form. */
const TABLES: Readonly<Record<string, {readonly columns: readonly string[]; readonly rows: readonly Row[]}>> = {
  things: {
    columns: ['id text', 'truth bool', 'int int', 'long int', 'double float', 'decimal decimal', 'text text', 'date timestamptz', 'uuid uuid', 'bytes bytes', 'stamp json', 'deep_er_est text', 'late int', '_extra json'],
    rows: [
      [A, true, -5, 9_223_372_036_854_775_807n, 0.1, '123456789012345678901234567890.10', 'emoji \u{1F600} "quoted" \\N\t\n', '9999-12-31 23:59:59.999', '00112233-4455-6677-8899-aabbccddeeff', Buffer.from('00ff', 'hex'),
        '{"$timestamp":{"t":1,"i":2}}', 'x', 1, null],
      [B, false, 7, 1, -1e300, '-0.001', '', '0001-01-01 00:00:00.001', null, null, null, null, 2, null],
      [C, null, null, null, null, null, null, null, null, null, null, null, null, null],
    ],
  },
  things_list: {columns: ['things_id text', 'idx int', 'a int', '_extra json'], rows: [[A, 1, 1, null], [A, 2, 2, null]]},
  things_list_b: {columns: ['things_id text', 'list_idx int', 'idx int', 'value text', '_extra json'], rows: [[A, 1, 1, 'p', null], [A, 1, 2, 'q', null]]},
};

describe.skipIf(!mongodb)(`from MongoDB (${mongodb?.version})`, () => {
  let from: string;
  beforeAll(async () => {
    from = await fresh('mongodb');
    const client = await MongoClient.connect(from);
    try {
      await client.db().collection('things').insertMany(DOCUMENTS);
    } finally {
      await client.close();
    }
  });

  for (const {name, missing, readPlain, url} of targets) {
    test.skipIf(missing)(`to ${name}: every document is rows of its tables, proved, and stands there for a plain driver`, async () => {
      const to = await url();
      await using source = await openSource(endpoint(from));
      await using destination = await openDestination(endpoint(to));
      const {report, cause} = await runCopy({tool: {name: 'matrix', version: '0'}, source, destination}, new AbortController().signal);
      expect(report.status, String(cause)).toBe('ok');
      expect(report.verification.status).toBe('passed');
      const arrived = await readPlain(to);
      expect([...arrived.keys()].toSorted()).toEqual(Object.keys(TABLES));
      for (const [table, {columns, rows}] of Object.entries(TABLES)) {
        const typed = columns.map((each): Column => {
          const [column, type] = each.split(' ');
          return {name: column!, type: type as ColumnType, nullable: true};
        });
        expect(arrived.get(table)!.columns).toEqual(typed.map(column => column.name));
        const plain = {table, columns: typed.map((column): Column => ({...column, type: 'any'})), primaryKey: []};
        // A source with every canonical type, as SQLite is.
        expectSameRows(plain, arrived.get(table)!.rows, rows.map(row => row.map((value, i) => printed(typed[i]!, value, {from: 'sqlite', to: name}))));
      }
    });
  }
});
