import fc from 'fast-check';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Batch, Row, Schema} from '@sluice/core';
import {NATIVE_TYPES} from '../src/native-types.ts';
import {PostgresDestination, PostgresSource} from '../src/index.ts';
import {literal, openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();

/** A column type, and values of it as SQL reads them. */
const SAMPLES: Readonly<Record<string, readonly string[]>> = {
  boolean: ['t', 'f'],
  smallint: ['-32768', '32767'], integer: ['-2147483648', '2147483647'], bigint: ['-9223372036854775808', '9007199254740993'],
  real: ['0.1', '3.4028235e+38', 'NaN', '-Infinity', '-0'], 'double precision': ['0.30000000000000004', '5e-324', 'NaN', 'Infinity', '-0'],
  numeric: ['0.10', 'NaN', 'Infinity', '-Infinity', `1${'0'.repeat(200)}.${'0'.repeat(99)}1`], 'numeric(10,3)': ['1.500', 'NaN', '-9999999.999'], 'numeric(3,-2)': ['12300'], 'numeric(2,4)': ['0.0012'],
  text: ['', '\\N', 'tab\t', 'nl\n', '\u{1F600}', 'a\\b'], 'character varying(5)': ['abcde', '\u{1F600}'.repeat(5)], 'character(4)': ['ab', 'abcd', ''], name: ['pg_class'],
  bytea: ['\\x', '\\x00ff5c4e0a'],
  date: ['4713-01-01 BC', '0001-01-01', '5874897-12-31', 'infinity', '-infinity'],
  'time without time zone': ['00:00:00', '24:00:00', '12:34:56.789012'], 'time(2) without time zone': ['12:34:56.5', '01:00:00'],
  'time with time zone': ['12:00:00.5+05:30', '24:00:00-15:59'],
  'timestamp without time zone': ['4713-01-01 00:00:00 BC', '294276-12-31 23:59:59.999999', 'infinity', '2021-03-28 02:30:00.5'], 'timestamp(3) without time zone': ['2020-01-01 00:00:00.5', '2020-01-01 00:00:00', '0044-03-15 12:00:00.25 BC', '-infinity'],
  'timestamp with time zone': ['4713-01-01 00:00:00+00 BC', '294276-12-31 23:59:59.999999+00', '-infinity', '2021-10-31 01:30:00+02'],
  interval: ['1 year 2 mons -3 days 04:05:06.789', '-00:00:00.000001', '838:59:59', '-178000000 years', '178000000 years'], 'interval day to second(3)': ['1 day 00:00:00.5'],
  json: ['{"b": 1,   "a": [1.10, 12345678901234567890123]}', 'null', '"\\u0041"'], jsonb: ['{"b": 1, "a": 1.10}', '[1e400]'], jsonpath: ['$."a"[*]?(@ > 1)'],
  uuid: ['3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
  money: ['-92233720368547758.08', '1.5'], 'bit(3)': ['101'], 'bit varying': ['', '10101'],
  inet: ['10.0.0.1/8', '::1', '1.2.3.4'], cidr: ['10.0.0.0/8'], macaddr: ['08:00:2b:01:02:03'], macaddr8: ['08:00:2b:01:02:03:04:05'],
  xml: ['<a b="1">&lt;</a>', 'just text'], tsvector: ["'a':1A 'it''s':2,3B"], tsquery: ["'a' & !'b'"],
  point: ['(0.1,-0)'], line: ['{1,2,3}'], lseg: ['[(0,0),(1,1)]'], box: ['(1,1),(0,0)'], path: ['[(0,0),(1,1)]', '((0,0),(1,1))'], polygon: ['((0,0),(1,1),(1,0))'], circle: ['<(0,0),1.5>'],
  int4range: ['[1,5)', 'empty', '(,)'], int8range: ['[1,)'], numrange: ['(1.10,2.20]'], daterange: ['[2020-01-01,infinity)'], tsrange: ['["2020-01-01 00:00:00.5",)'], tstzrange: ['["2020-01-01 00:00:00+00","2021-01-01 00:00:00+00")'],
  int4multirange: ['{[1,3),[5,7)}', '{}'], int8multirange: ['{}'], nummultirange: ['{[1.1,2.2]}'], datemultirange: ['{}'], tsmultirange: ['{}'], tstzmultirange: ['{[2020-01-01 00:00:00+00,)}'],
  '"char"': ['a', '\\200', ''], oid: ['4294967295'], xid: ['7'], xid8: ['7'], cid: ['7'], tid: ['(1,2)'], pg_lsn: ['16/B374D848'], pg_snapshot: ['10:20:10,14'], txid_snapshot: ['10:20:10,14'],
  regclass: ['pg_class'], regcollation: ['"C"'], regconfig: ['simple'], regdictionary: ['simple'], regnamespace: ['public'], regoper: ['pg_catalog.||/'], regoperator: ['+(integer,integer)'], regproc: ['now'],
  regprocedure: ['now()'], regrole: ['postgres'], regtype: ['integer'], refcursor: ['c'], int2vector: ['1 2'], oidvector: ['1 2'], aclitem: ['=r/postgres'],
  'integer[]': ['{1,NULL,3}', '{}', '[2:3]={1,2}', '{{1,2},{3,4}}'], 'text[]': ['{"a,b","c\\"d",NULL,"NULL",""}', '{"tab\t","nl\n"}'], 'bytea[]': ['{"\\\\x00ff"}'], 'timestamp with time zone[]': ['{"2020-01-01 00:00:00+00"}'], 'numeric(10,3)[]': ['{1.500}'],
  mood: ['sad', `it's "ok"`], 'mood[]': ['{sad}'], pair: ['(1,"a ""b"", c")', '(,)'], positive: ['1.50'], '"odd ""type"""': ['x'], 'elsewhere.feeling': ['fine'], floatrange: ['[0.1,0.2)'],
  hstore: ['"a"=>"1", "b"=>NULL'], citext: ['MiXed'],
};

describe.skipIf(postgres === null)('every type', () => {
  let lab: Lab;
  /** Another database with the same types of users. */
  let there: Lab;
  let extensions: readonly string[] = [];
  const entries = () => Object.entries(SAMPLES).filter(([type]) => (type !== 'hstore' && type !== 'citext') || extensions.includes(type));

  beforeAll(async () => {
    lab = await openLab(postgres!);
    there = await openLab(postgres!);
    extensions = (await lab.rows("SELECT name FROM pg_available_extensions WHERE name IN ('hstore', 'citext')")).map(row => row[0]!);
    for (const it of [lab, there]) {
      for (const name of extensions) await it.run(`CREATE EXTENSION ${name}`);
      await it.run(`
      CREATE TYPE mood AS ENUM ('sad', 'it''s "ok"'); CREATE TYPE pair AS (a int, b text); CREATE DOMAIN positive AS numeric(8,2) CHECK (VALUE > 0);
      CREATE TYPE "odd ""type""" AS ENUM ('x'); CREATE SCHEMA elsewhere; CREATE TYPE elsewhere.feeling AS ENUM ('fine'); CREATE TYPE floatrange AS RANGE (subtype = float8);
      GRANT USAGE ON SCHEMA elsewhere TO PUBLIC`);
    }
    const columns = entries().map(([type], i) => `c${i} ${type}`);
    await lab.run(`CREATE TABLE every_type (id int PRIMARY KEY, ${columns.join(', ')})`);
    for (let row = 0; ; row++) {
      const values = entries().map(([, samples]) => literal(samples[row] ?? null));
      await lab.run(`INSERT INTO every_type VALUES (${row}, ${values.join(', ')})`);
      if (values.every(value => value === 'NULL')) break;
    }
  });
  afterAll(async () => {
    await lab[Symbol.asyncDispose]();
    await there[Symbol.asyncDispose]();
  });

  test('the samples name every type of the list, but one that no table can have', () => {
    const spelled = new Set(Object.keys(SAMPLES).map(type => type.replace(/\(.*?\)| (?:without|with) time zone$/g, '')));
    const alias: Readonly<Record<string, string>> = {
      bool: 'boolean', int2: 'smallint', int4: 'integer', int8: 'bigint', float4: 'real', float8: 'double precision', varchar: 'character varying', bpchar: 'character', varbit: 'bit varying',
      timetz: 'time', timestamptz: 'timestamp', char: '"char"',
    };
    expect(Object.keys(NATIVE_TYPES).filter(type => !spelled.has(alias[type] ?? type))).toEqual(['gtsvector']);
  });

  test('goes from PostgreSQL to PostgreSQL as the same type, every value the same to the server', async () => {
    await using source = new PostgresSource(lab.endpoint());
    await using destination = new PostgresDestination(there.endpoint());
    const {tables} = await source.discover(signal, {wants: name => name === 'every_type'});
    const {adjustments, omissions} = await copy(source, destination, tables);
    expect({adjustments, omissions}).toEqual({adjustments: [], omissions: []});

    for (const sql of [
      "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'every_type'::regclass AND attnum > 0 ORDER BY attnum",
      'SELECT t::text FROM every_type t ORDER BY id',
    ]) expect(await there.rows(sql)).toEqual(await lab.rows(sql));
  });

  test('a type that the destination has not becomes text, and is listed', async () => {
    await using source = new PostgresSource(lab.endpoint());
    const {tables} = await source.discover(signal, {wants: name => name === 'every_type'});
    const schema: Schema = {
      table: 'lost', primaryKey: [],
      columns: [
        {...tables[0]!.columns.find(column => column.native?.sql === 'pair')!, name: 'a', native: {dialect: 'postgres', sql: 'gone'}},
        {name: 'b', type: 'text', nullable: true, native: {dialect: 'postgres', sql: 'text; DROP TABLE every_type'}},
        {name: 'c', type: 'text', nullable: true, native: {dialect: 'postgres', sql: 'text COLLATE pg_catalog."gone"'}},
      ],
    };
    await using destination = new PostgresDestination(there.endpoint());
    const plan = await destination.plan({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, signal);
    expect(plan.tables[0]!.columns.map(({to}) => to)).toEqual(['text', 'text', 'text']);
    expect(plan.omissions.map(({kind, name}) => `${kind} ${name}`)).toEqual(['type a', 'type b', 'collation c']);
    expect(plan.tables[0]!.ddl.join()).not.toContain('DROP');
  });

  test('an enumeration that the destination has not is made with the load, and goes with one that is dropped', async () => {
    const type = '"a ""new"" mood"';
    const schema: Schema = {table: 'moods', primaryKey: [], columns: [{name: 'a', type: 'text', nullable: true, enumValues: ['b', "it's", 'a'], native: {dialect: 'postgres', sql: type}}]};
    const catalog = {tables: [schema], views: [], others: []};
    const labels = async () => (await there.rows(`SELECT enumlabel FROM pg_enum WHERE enumtypid = to_regtype('${type}') ORDER BY enumsortorder`)).map(row => row[0]);
    await using destination = new PostgresDestination(there.endpoint());
    for (const publish of [false, true]) {
      await using load = await destination.begin({catalog, mode: 'replace'}, signal);
      expect([load.target.omissions, load.target.tables[0]!.ddl[0]]).toEqual([[], `CREATE TYPE ${type} AS ENUM ('b', 'it''s', 'a')`]);
      await using writer = await load.open(schema, signal);
      await writer.write({rows: [["it's"], ['a'], [null]], position: null});
      await writer.commit(null);
      await load.finish(signal);
      if (publish) await load.publish(signal);
      await writer[Symbol.asyncDispose]();
      await load[Symbol.asyncDispose]();
      expect(await labels()).toEqual(publish ? ['b', "it's", 'a'] : []);
    }
    expect(await there.rows('SELECT a FROM moods ORDER BY a')).toEqual([["it's"], ['a'], [null]]);
    expect((await destination.plan({catalog, mode: 'replace'}, signal)).tables[0]!.ddl[0]).toContain('CREATE TABLE');
  });

  test('law: whatever numbers and texts go in come out, through COPY both ways', async () => {
    const columns = ['a double precision', 'b real', 'c text', 'd bytea', 'e numeric', 'f bigint'];
    await lab.run(`CREATE TABLE law (id int PRIMARY KEY, ${columns.join(', ')})`);
    const row = fc.tuple(
      fc.double(), fc.float(), fc.string({unit: 'binary'}).filter(it => !it.includes('\0')), fc.uint8Array(), fc.tuple(fc.bigInt({min: -(10n ** 30n), max: 10n ** 30n}), fc.nat(12)).map(([whole, scale]) => decimal(whole, scale)),
      fc.bigInt({min: -(2n ** 63n), max: 2n ** 63n - 1n}).map(n => Number.isSafeInteger(Number(n)) ? Number(n) : n));
    const rows = fc.sample(fc.array(row, {minLength: 200, maxLength: 200}), {seed: 7, numRuns: 1})[0]!.map((values, i): Row => [i, ...values]);
    await using source = new PostgresSource(lab.endpoint());
    const schema = (await source.discover(signal, {wants: name => name === 'law'})).tables[0]!;
    await using destination = new PostgresDestination(there.endpoint());
    await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, signal);
    await using writer = await load.open(schema, signal);
    const batch: Batch = {rows: rows.map(each => [...each]), position: null};
    writer.fit(batch);
    expect(writer.adjustments).toEqual([]);
    await writer.write(batch);
    await writer.commit(null);
    const back: Row[] = [];
    for await (const {rows: some} of load.readBack(schema, {maxRows: 50, maxBytes: 1e6}, signal)) back.push(...some);
    expect(back).toEqual(rows);
  });
});

function decimal(whole: bigint, scale: number): string {
  const digits = String(whole < 0n ? -whole : whole).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return whole < 0n ? `-${text}` : text;
}

async function copy(source: PostgresSource, destination: PostgresDestination, tables: readonly Schema[]) {
  await using load = await destination.begin({catalog: {tables, views: [], others: []}, mode: 'replace'}, signal);
  const adjustments: unknown[] = [];
  for (const schema of tables) {
    await using writer = await load.open(schema, signal);
    const sent: string[] = [];
    for await (const batch of source.read({schema, after: null, maxRows: 3, maxBytes: 1e6}, signal)) {
      sent.push(...batch.rows.map(print));
      writer.fit(batch);
      await writer.write(batch);
    }
    await writer.commit(null);
    adjustments.push(...writer.adjustments);
    const back: string[] = [];
    for await (const batch of load.readBack(schema, {maxRows: 3, maxBytes: 1e6}, signal)) back.push(...batch.rows.map(print));
    expect(back).toEqual(sent);
  }
  const omissions = [...load.target.omissions, ...await load.finish(signal)];
  await load.publish(signal);
  return {adjustments, omissions};
}

const print = (row: Row) => row.map(value => value instanceof Uint8Array ? Buffer.from(value).toString('hex') : typeof value === 'bigint' ? `${value}n` : Object.is(value, -0) ? '-0' : String(value)).join('|');
