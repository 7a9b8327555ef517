import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Catalog, Schema} from '@sluice/core';
import {PostgresSource} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();

describe.skipIf(postgres === null)('discover', () => {
  let lab: Lab;
  let catalog: Catalog;
  const table = (name: string): Schema => catalog.tables.find(each => each.table === name) ?? expect.fail(`no table ${name}`);
  const others = (name: string | null, kind: string) => catalog.others.filter(each => each.table === name && each.kind === kind).map(each => each.name);

  beforeAll(async () => {
    lab = await openLab(postgres!);
    await lab.run(`
      CREATE TYPE mood AS ENUM ('sad', 'it''s "ok"');
      CREATE TYPE pair AS (a int, b text);
      CREATE DOMAIN positive AS numeric(8,2) NOT NULL CHECK (VALUE > 0);
      CREATE DOMAIN nested AS positive;
      CREATE SEQUENCE lonely;
      CREATE TABLE parent (id int PRIMARY KEY, code varchar(20) NOT NULL UNIQUE);
      CREATE TABLE everything (
        big bigint GENERATED ALWAYS AS IDENTITY, small smallserial, price numeric(10,3), odd numeric(3,-2), feeling mood DEFAULT 'sad', amount nested,
        name varchar(50) DEFAULT 'it''s' NOT NULL, c char(4) COLLATE "C", at timestamp(3) DEFAULT now(), tags text[], pos pair, whole int DEFAULT -3,
        doubled int GENERATED ALWAYS AS (whole * 2) STORED, parent_id int REFERENCES parent ON DELETE CASCADE DEFERRABLE,
        PRIMARY KEY (name, big), CONSTRAINT whole_range CHECK (whole > -100));
      COMMENT ON TABLE everything IS 'all of it'; COMMENT ON COLUMN everything.price IS 'in euros';
      CREATE INDEX by_expression ON everything (lower(name), whole DESC);
      CREATE UNIQUE INDEX some_rows ON everything (price) WHERE whole > 0;
      CREATE INDEX with_more ON everything (whole) INCLUDE (price);
      CREATE INDEX by_tags ON everything USING gin (tags);
      CREATE INDEX plain ON everything (price, whole DESC);
      CREATE TABLE parted (id int, day date) PARTITION BY RANGE (day);
      CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
      CREATE TABLE base (id int); CREATE TABLE derived (more int) INHERITS (base);
      INSERT INTO parted VALUES (1, '2020-05-05'); INSERT INTO base VALUES (1); INSERT INTO derived VALUES (2, 3);
      CREATE VIEW cheap AS SELECT name, price FROM everything WHERE price < 10;
      CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one;
      CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
      CREATE PROCEDURE proceed() LANGUAGE sql AS 'select 1';
      CREATE TRIGGER watch BEFORE INSERT ON base FOR EACH ROW EXECUTE FUNCTION act();
      CREATE TABLE guarded (id int); ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON guarded USING (id > 0);
      CREATE UNLOGGED TABLE fleeting (id int);
      CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.other (id int);`);
    await using source = new PostgresSource(lab.endpoint());
    catalog = await source.discover(signal);
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  test('tables: partitions are one table, of inherited ones each is its own, other schemas are not seen', async () => {
    expect(catalog.tables.map(each => each.table)).toEqual(['base', 'derived', 'everything', 'fleeting', 'guarded', 'parent', 'parted']);
    await using source = new PostgresSource(lab.endpoint());
    const rows = async (name: string) => {
      const all: unknown[] = [];
      for await (const batch of source.read({schema: table(name), after: null, maxRows: 10, maxBytes: 1e6}, signal)) all.push(...batch.rows);
      return all;
    };
    expect(await rows('base')).toEqual([[1]]);
    expect(await rows('derived')).toEqual([[2, 3]]);
    expect(await rows('parted')).toEqual([[1, '2020-05-05']]);
    await using there = new PostgresSource(lab.endpoint('?schema=elsewhere'));
    expect((await there.discover(signal)).tables.map(each => each.table)).toEqual(['other']);
  });

  test('columns: types, modifiers, domains, defaults, identities, generated ones', () => {
    const {columns, primaryKey, comment, order} = table('everything');
    expect({primaryKey, comment, order}).toEqual({primaryKey: ['name', 'big'], comment: 'all of it', order: undefined});
    expect(columns).toEqual([
      {name: 'big', type: 'int', nullable: false, native: {dialect: 'postgres', sql: 'bigint'}, autoIncrement: true},
      {name: 'small', type: 'int', nullable: false, native: {dialect: 'postgres', sql: 'smallint'}, autoIncrement: true},
      {name: 'price', type: 'decimal', nullable: true, native: {dialect: 'postgres', sql: 'numeric(10,3)'}, precision: 10, scale: 3, comment: 'in euros'},
      {name: 'odd', type: 'decimal', nullable: true, native: {dialect: 'postgres', sql: 'numeric(3,-2)'}, precision: 5, scale: 0},
      {name: 'feeling', type: 'text', nullable: true, native: {dialect: 'postgres', sql: 'mood'}, enumValues: ['sad', `it's "ok"`], default: {kind: 'expression', dialect: 'postgres', sql: "'sad'::mood"}},
      {name: 'amount', type: 'decimal', nullable: true, native: {dialect: 'postgres', sql: 'nested'}, precision: 8, scale: 2},
      {name: 'name', type: 'text', nullable: false, native: {dialect: 'postgres', sql: 'character varying(50)'}, maxLength: 50, default: {kind: 'literal', text: "it's"}},
      {name: 'c', type: 'text', nullable: true, native: {dialect: 'postgres', sql: 'character(4) COLLATE pg_catalog."C"'}, maxLength: 4},
      {name: 'at', type: 'timestamp', nullable: true, native: {dialect: 'postgres', sql: 'timestamp(3) without time zone'}, scale: 3, default: {kind: 'expression', dialect: 'postgres', sql: 'now()'}},
      {name: 'tags', type: 'text', nullable: true, native: {dialect: 'postgres', sql: 'text[]'}},
      {name: 'pos', type: 'text', nullable: true, native: {dialect: 'postgres', sql: 'pair'}},
      {name: 'whole', type: 'int', nullable: true, native: {dialect: 'postgres', sql: 'integer'}, default: {kind: 'literal', text: '-3'}},
      {name: 'doubled', type: 'int', nullable: true, native: {dialect: 'postgres', sql: 'integer'}, generated: {dialect: 'postgres', sql: '(whole * 2)', stored: true}},
      {name: 'parent_id', type: 'int', nullable: true, native: {dialect: 'postgres', sql: 'integer'}},
    ]);
    expect(table('parent').order).toBe('key');
  });

  test('indexes: what others can have, and the rest in the words of the server', () => {
    expect(table('everything').indexes).toEqual([
      {name: 'by_expression', unique: false, parts: [{column: null, expression: {dialect: 'postgres', sql: 'lower(name::text)'}}, {column: 'whole', descending: true}],
        native: {dialect: 'postgres', sql: 'USING btree (lower((name)::text), whole DESC)'}},
      {name: 'by_tags', unique: false, parts: [{column: 'tags'}], kind: 'gin', native: {dialect: 'postgres', sql: 'USING gin (tags)'}},
      {name: 'plain', unique: false, parts: [{column: 'price'}, {column: 'whole', descending: true}]},
      {name: 'some_rows', unique: true, parts: [{column: 'price'}], kind: 'partial', native: {dialect: 'postgres', sql: 'USING btree (price) WHERE (whole > 0)'}},
      {name: 'with_more', unique: false, parts: [{column: 'whole'}], native: {dialect: 'postgres', sql: 'USING btree (whole) INCLUDE (price)'}},
    ]);
    expect(table('parent').indexes).toEqual([{name: 'parent_code_key', unique: true, parts: [{column: 'code'}]}]);
  });

  test('keys, checks, views', () => {
    expect(table('everything').foreignKeys).toEqual([{name: 'everything_parent_id_fkey', columns: ['parent_id'], table: 'parent', referencedColumns: ['id'], onUpdate: 'NO ACTION', onDelete: 'CASCADE'}]);
    expect(table('everything').checks).toEqual([{name: 'whole_range', dialect: 'postgres', sql: '(whole > \'-100\'::integer)'}]);
    expect(catalog.views).toEqual([{name: 'cheap', dialect: 'postgres', columns: ['name', 'price'], sql: expect.stringContaining('FROM everything')}]);
  });

  test('how large tables are is told of those that nobody analysed and of partitioned ones, without waiting for who alters one', async () => {
    await lab.run(`
      CREATE SCHEMA sized;
      CREATE TABLE sized.fresh (id int PRIMARY KEY, wide text) WITH (autovacuum_enabled = false);
      CREATE TABLE sized.parts (id int, wide text) PARTITION BY RANGE (id);
      CREATE TABLE sized.parts_1 PARTITION OF sized.parts FOR VALUES FROM (0) TO (50) WITH (autovacuum_enabled = false);
      CREATE TABLE sized.parts_2 PARTITION OF sized.parts FOR VALUES FROM (50) TO (100) PARTITION BY RANGE (id);
      CREATE TABLE sized.parts_3 PARTITION OF sized.parts_2 FOR VALUES FROM (50) TO (100) WITH (autovacuum_enabled = false);
      CREATE TABLE sized.untouched (id int) WITH (autovacuum_enabled = false);
      CREATE TABLE sized.altered (id int) WITH (autovacuum_enabled = false);
      INSERT INTO sized.fresh SELECT i, (SELECT string_agg(md5(i::text || j), '') FROM generate_series(1, 300) j) FROM generate_series(1, 100) i;
      INSERT INTO sized.parts SELECT i, repeat('x', 1000) FROM generate_series(0, 99) i;
      INSERT INTO sized.altered VALUES (1)`);
    await lab.run('SELECT pg_stat_force_next_flush()');
    await using source = new PostgresSource(lab.endpoint('?schema=sized'));
    await lab.run('BEGIN; LOCK TABLE sized.altered IN ACCESS EXCLUSIVE MODE');
    let tables: Catalog['tables'];
    try {
      ({tables} = await source.discover(signal));
    } finally {
      await lab.run('ROLLBACK');
    }
    const sizes = new Map(tables.map(({table: name, approximateRows: rows, approximateBytes: bytes}) => [name, {rows, bytes}]));
    expect([...sizes].map(([name, {rows}]) => [name, rows])).toEqual([['altered', 1], ['fresh', 100], ['parts', 100], ['untouched', undefined]]);
    const [[fresh, parts]] = await lab.rows("SELECT pg_table_size('sized.fresh'), pg_table_size('sized.parts_1') + pg_table_size('sized.parts_3')") as [[string, string]];
    expect([sizes.get('fresh')!.bytes, sizes.get('parts')!.bytes]).toEqual([Number(fresh), Number(parts)]);
    // What lies beside a table's pages counts.
    expect(sizes.get('fresh')!.bytes).toBeGreaterThan(100 * 300 * 32);
    expect([sizes.get('untouched')!.bytes, sizes.get('altered')!.bytes]).toEqual([0, undefined]);
  });

  test('keys whose index is in the order of a locale serve no ranges', async () => {
    await lab.run(`
      CREATE SCHEMA keys; CREATE TABLE keys.bytes (id text COLLATE "C" PRIMARY KEY, x text COLLATE "en-x-icu"); CREATE TABLE keys.number (id int PRIMARY KEY);
      CREATE TABLE keys.second (n int, id text COLLATE "en-x-icu", PRIMARY KEY (n, id)); CREATE TABLE keys.spoken (n int, id text COLLATE "en-x-icu", PRIMARY KEY (id, n))`);
    await using source = new PostgresSource(lab.endpoint('?schema=keys'));
    expect((await source.discover(signal)).tables.map(({table: name, seeks}) => [name, seeks])).toEqual([['bytes', undefined], ['number', undefined], ['second', undefined], ['spoken', false]]);
  });

  test('what does not travel is listed', () => {
    expect(others(null, 'sequence')).toEqual(['lonely']);
    expect(others('base', 'trigger')).toEqual(['watch']);
    expect(others('guarded', 'policy').sort()).toEqual(['guarded', 'mine']);
    expect(others(null, 'function')).toEqual(['act']);
    expect(others(null, 'procedure')).toEqual(['proceed']);
    expect(others(null, 'view')).toEqual(['kept']);
    expect(others(null, 'type').sort()).toEqual(['mood', 'nested', 'pair', 'positive']);
    expect(others('everything', 'foreign key')).toEqual(['everything_parent_id_fkey']);
    for (const name of ['parted', 'base', 'derived', 'fleeting']) expect(others(name, 'table'), name).toEqual([name]);
  });

  test('a policy that hides rows is a problem, and reading is an error instead of fewer rows', async () => {
    await using source = new PostgresSource(lab.endpoint());
    expect((await source.check(signal)).map(problem => problem.path)).toEqual(['guarded']);
    const reading = (async () => {
      for await (const _ of source.read({schema: table('guarded'), after: null, maxRows: 1, maxBytes: 1}, signal));
    })();
    await expect(reading).rejects.toMatchObject({code: 'SLUICE_AUTH', context: {table: 'guarded'}});
  });

  test('a schema that is not there is told', async () => {
    await using source = new PostgresSource(lab.endpoint('?schema=nowhere'));
    await expect(source.discover(signal)).rejects.toMatchObject({code: 'SLUICE_SCHEMA', message: expect.stringContaining('nowhere')});
    expect(await source.check(signal)).toHaveLength(1);
  });
});
