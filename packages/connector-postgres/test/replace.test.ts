import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import type {Catalog, Load, Row, Schema} from '@sluice/core';
import {PostgresDestination, PostgresSource} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
const SCHEMA: Schema = {
  table: 'items', primaryKey: ['id'],
  columns: [
    {name: 'id', type: 'int', nullable: false, autoIncrement: true}, {name: 'label', type: 'text', nullable: true},
    {name: 'price', type: 'decimal', precision: 8, scale: 2, nullable: true},
  ],
};
const catalogOf = (tables: readonly Schema[], views: Catalog['views'] = []): Catalog => ({tables, views, others: []});

describe.skipIf(postgres === null)('replace', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });
  beforeEach(async () => {
    await lab.killAll();
    await lab.run(`DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION ${lab.user}`);
  });
  /** As our user, who owns what it makes. */
  const own = async (sql: string) => { await lab.run(`SET ROLE ${lab.user}; ${sql}; RESET ROLE`); };
  const column = async (sql: string) => (await lab.rows(sql)).map(row => row[0]);

  async function fill(load: Load, schema: Schema, rows: readonly Row[]) {
    await using writer = await load.open(schema, signal);
    const batch = {rows: rows.map(row => [...row]), position: null};
    writer.fit(batch);
    await writer.write(batch);
    await writer.commit(null);
  }

  async function replace(schema: Schema, rows: readonly Row[], views: Catalog['views'] = []) {
    await using destination = new PostgresDestination(lab.endpoint());
    await using load = await destination.begin({catalog: catalogOf([schema], views), mode: 'replace'}, signal);
    await fill(load, schema, rows);
    const omissions = await load.finish(signal);
    return {omissions, ...await load.publish(signal)};
  }

  describe('what the server knows of a new table', () => {
    const large: Row[] = Array.from({length: 4_800}, (_, n) => [n, `${n}`.padEnd(1_900, 'x'), `${n}.00`]);
    const bounds = () => column("SELECT coalesce(array_length(histogram_bounds::text::text[], 1), 0) FROM pg_stats WHERE tablename = 'items' AND attname = 'id'");

    test('it knows roughly at once, and of a large one is left to learn the rest by itself', async () => {
      await replace(SCHEMA, large);
      expect(await column("SELECT attname FROM pg_stats WHERE tablename = 'items' ORDER BY 1")).toEqual(['id', 'label', 'price']);
      expect(await column("SELECT reltuples::int FROM pg_class WHERE relname = 'items'")).toEqual(['4800']);
      // Its own sample is due, or was taken already.
      await expect.poll(() => column("SELECT n_mod_since_analyze > 4000 OR autoanalyze_count > 0 FROM pg_stat_user_tables WHERE relname = 'items'"), {timeout: 25_000}).toEqual(['t']);
    });

    test('it leaves the table alone while it is built, and tends it again once it is live', async () => {
      await using destination = new PostgresDestination(lab.endpoint());
      await using load = await destination.begin({catalog: catalogOf([SCHEMA]), mode: 'replace'}, signal);
      await fill(load, SCHEMA, large);
      await load.finish(signal);
      expect(await column("SELECT reloptions FROM pg_class WHERE relkind = 'r' AND relname LIKE '\\_sluice\\_new%'")).toEqual(['{autovacuum_enabled=false}']);
      await load.publish(signal);
      expect(await column("SELECT reloptions FROM pg_class WHERE relname = 'items'")).toEqual([null]);
    });

    test('it knows all at once where it would not look by itself, or the table is small', async () => {
      await replace(SCHEMA, large.slice(0, 200));
      expect(await bounds()).toEqual(['101']);
      await lab.run(`ALTER ROLE ${lab.user} IN DATABASE ${lab.database} SET track_counts = off`);
      await replace(SCHEMA, large);
      expect(await bounds()).toEqual(['101']);
      await lab.run(`ALTER ROLE ${lab.user} IN DATABASE ${lab.database} RESET track_counts`);
    });
  });

  test('views, also of views and with options, grants, comments, triggers and keys of other tables survive', async () => {
    await own(`
      CREATE TABLE items (id int PRIMARY KEY, label text, price numeric(8,2)); COMMENT ON TABLE items IS 'kept';
      CREATE VIEW cheap WITH (security_barrier=true) AS SELECT id, label FROM items WHERE price < 10; CREATE VIEW "Very cheap" AS SELECT label AS "Name" FROM cheap;
      COMMENT ON VIEW cheap IS 'a view'; GRANT SELECT ON items TO PUBLIC; GRANT UPDATE (label) ON items TO PUBLIC; GRANT SELECT ON "Very cheap" TO postgres WITH GRANT OPTION;
      CREATE TABLE orders (item int CONSTRAINT of_item REFERENCES items ON DELETE CASCADE); INSERT INTO items VALUES (1, 'old', 1); INSERT INTO orders VALUES (1);
      CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
      CREATE TRIGGER watch BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION act(); ALTER TABLE items DISABLE TRIGGER watch`);
    const before = await lab.rows("SELECT oid, obj_description(oid) FROM pg_class WHERE relname = 'items'");
    expect(await replace(SCHEMA, [[1, 'new', '2.00'], [7, 'dear', '70.00']])).toEqual({omissions: []});
    expect((await lab.rows("SELECT oid FROM pg_class WHERE relname = 'items'"))[0]![0]).not.toBe(before[0]![0]);
    expect(await lab.rows('SELECT * FROM "Very cheap"')).toEqual([['new']]);
    expect(await column('SELECT reloptions FROM pg_class WHERE relname = \'cheap\'')).toEqual(['{security_barrier=true}']);
    expect(await lab.rows("SELECT relname, obj_description(oid), relacl FROM pg_class WHERE relname IN ('items', 'cheap', 'Very cheap') ORDER BY 1")).toEqual([
      ['Very cheap', null, expect.stringContaining('postgres=r*/')], ['cheap', 'a view', null], ['items', 'kept', expect.stringContaining('=r/')],
    ]);
    expect(await column("SELECT attacl FROM pg_attribute WHERE attrelid = 'items'::regclass AND attname = 'label'")).toEqual([`{=w/${lab.user}}`]);
    expect(await column("SELECT tgenabled FROM pg_trigger WHERE tgrelid = 'items'::regclass AND NOT tgisinternal")).toEqual(['D']);
    expect(await column("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'of_item'")).toEqual(['FOREIGN KEY (item) REFERENCES items(id) ON DELETE CASCADE']);
    expect(await column("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname LIKE '\\_sluice%'")).toEqual([]);
    expect((await column("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname LIKE 'items%' ORDER BY 1"))).toEqual(['items', 'items_id_seq', 'items_pkey']);
  });

  test('what another table still refers to keeps the old table: nothing is half done', async () => {
    await own('CREATE TABLE items (id int PRIMARY KEY, label text); CREATE TABLE orders (item int REFERENCES items); INSERT INTO items VALUES (1); INSERT INTO orders VALUES (1)');
    await expect(replace(SCHEMA, [[2, 'new', null]])).rejects.toMatchObject({code: 'SLUICE_VALUE'});
    expect(await lab.rows('SELECT id FROM items')).toEqual([['1']]);
    expect(await column("SELECT count(*) FROM pg_constraint WHERE contype = 'f'")).toEqual(['1']);
  });

  test.each([
    ['a materialized view', 'CREATE TABLE items (id int, label text); CREATE VIEW between AS SELECT id FROM items; CREATE MATERIALIZED VIEW m AS SELECT id FROM between', /materialized/],
    ['row-level security', 'CREATE TABLE items (id int); ALTER TABLE items ENABLE ROW LEVEL SECURITY', /row-level/],
    ['partitions', 'CREATE TABLE items (id int) PARTITION BY RANGE (id)', /partitioned/],
    ['a table that inherits', 'CREATE TABLE items (id int); CREATE TABLE more () INHERITS (items)', /inherits/],
    ['a view of its name', 'CREATE VIEW items AS SELECT 1 AS id', /a view of its name/],
  ])('%s in the way is told before a row is read', async (_, sql, message) => {
    await own(sql);
    await using destination = new PostgresDestination(lab.endpoint());
    await expect(destination.begin({catalog: catalogOf([SCHEMA]), mode: 'replace'}, signal)).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'items'}, message: expect.stringMatching(message)});
    expect(await column("SELECT relname FROM pg_class WHERE relname LIKE '\\_sluice\\_new%'")).toEqual([]);
  });

  test('a table of somebody else is not taken away', async () => {
    await lab.run('CREATE TABLE public.items (id int)');
    await using destination = new PostgresDestination(lab.endpoint());
    await expect(destination.begin({catalog: catalogOf([SCHEMA]), mode: 'replace'}, signal)).rejects.toMatchObject({code: 'SLUICE_AUTH', context: {table: 'items'}});
  });

  test('counters go on after the greatest value, and after none at one; append only raises them', async () => {
    await replace(SCHEMA, []);
    await lab.run("INSERT INTO items (label) VALUES ('first')");
    await replace(SCHEMA, [[41, 'a', null], [7, 'b', null]]);
    await lab.run("INSERT INTO items (label) VALUES ('next')");
    expect(await column('SELECT id FROM items ORDER BY id')).toEqual(['7', '41', '42']);
    await using destination = new PostgresDestination(lab.endpoint());
    for (const [id, next] of [[60, '61'], [50, '62']] as const) {
      await using load = await destination.begin({catalog: catalogOf([SCHEMA]), mode: 'append'}, signal);
      await fill(load, SCHEMA, [[id, 'appended', null]]);
      expect(await load.finish(signal)).toEqual([]);
      await load.publish(signal);
      await load[Symbol.asyncDispose]();
      expect(await column("INSERT INTO items (label) VALUES ('x') RETURNING id")).toEqual([next]);
      // The counter is further than any row now.
      await lab.run('DELETE FROM items WHERE id > 40');
    }
  });

  test('a whole schema goes from PostgreSQL to PostgreSQL: keys, indexes, checks, generated columns, defaults, views', async () => {
    await lab.run(`CREATE SCHEMA IF NOT EXISTS origin; GRANT ALL ON SCHEMA origin TO ${lab.user}; SET search_path = origin;
      CREATE TABLE parent (id int PRIMARY KEY, code varchar(9) UNIQUE);
      CREATE TABLE child (a int, b text, made timestamptz DEFAULT now(), parent int REFERENCES parent (id) ON DELETE SET NULL, twice int GENERATED ALWAYS AS (a * 2) STORED, PRIMARY KEY (b, a), CONSTRAINT positive CHECK (a > 0));
      CREATE UNIQUE INDEX partly ON child (parent) WHERE a > 5; CREATE INDEX more ON child (lower(b)) INCLUDE (a); COMMENT ON COLUMN child.a IS 'it''s a';
      CREATE VIEW joined AS SELECT c.a, p.code FROM child c JOIN parent p ON p.id = c.parent;
      INSERT INTO parent VALUES (1, 'x'), (2, 'y'); INSERT INTO child VALUES (1, 'one', '2020-01-01', 1), (7, 'seven', '2020-01-02', 2); SET search_path = public`);
    await using source = new PostgresSource(lab.endpoint('?schema=origin'));
    const catalog = await source.discover(signal);
    await using destination = new PostgresDestination(lab.endpoint());
    for (let round = 0; round < 2; round++) {
      await using load = await destination.begin({catalog, mode: 'replace'}, signal);
      expect(load.target.omissions).toEqual([]);
      for (const schema of catalog.tables) {
        await using writer = await load.open(schema, signal);
        for await (const batch of source.read({schema, after: null, maxRows: 100, maxBytes: 1e6}, signal)) {
          writer.fit(batch);
          await writer.write(batch);
        }
        await writer.commit(null);
      }
      expect(await load.finish(signal)).toEqual([]);
      expect(await load.publish(signal)).toEqual({});
    }
    const described = async (schema: string) => {
      await using it = new PostgresSource(lab.endpoint(`?schema=${schema}`));
      const found = await it.discover(signal);
      // Estimates of rows are the server's affair.
      return {...found, tables: found.tables.map(({approximateRows: _, approximateBytes: __, ...rest}) => rest)};
    };
    expect(await described('public')).toEqual(await described('origin'));
    expect(await lab.rows('SELECT * FROM public.joined ORDER BY 1')).toEqual([['1', 'x'], ['7', 'y']]);
    await lab.run('DROP SCHEMA origin CASCADE');
  });

  test('an expression that the destination cannot have is left out and listed', async () => {
    const schema: Schema = {
      ...SCHEMA, columns: [SCHEMA.columns[0]!, {name: 'label', type: 'text', nullable: true, default: {kind: 'expression', dialect: 'postgres', sql: 'no_such_function()'}}],
      checks: [{name: 'odd', dialect: 'mysql', sql: '`id` > 0'}],
    };
    await using destination = new PostgresDestination(lab.endpoint());
    await using load = await destination.begin({catalog: catalogOf([schema]), mode: 'replace'}, signal);
    expect(load.target.omissions.map(({kind, name}) => `${kind} ${name}`)).toEqual(['check odd']);
    expect((await load.finish(signal)).map(({kind, name}) => `${kind} ${name}`)).toEqual(['default label']);
  });

  test('two loads of one table do not meet: the second is told', async () => {
    await using one = new PostgresDestination(lab.endpoint());
    await using other = new PostgresDestination(lab.endpoint());
    await using load = await one.begin({catalog: catalogOf([SCHEMA]), mode: 'replace'}, signal);
    await expect(other.begin({catalog: catalogOf([SCHEMA]), mode: 'append'}, signal)).rejects.toMatchObject({code: 'SLUICE_LOCKED', retryable: true, context: {table: 'items'}});
    await load[Symbol.asyncDispose]();
    await using again = await other.begin({catalog: catalogOf([SCHEMA]), mode: 'append'}, signal);
    expect(again.target.tables).toHaveLength(1);
  });

  test('a lock of somebody else on the live table is waited for, then told with the table', async () => {
    await replace(SCHEMA, []);
    await using destination = new PostgresDestination(lab.endpoint('?lockTimeout=0.3'));
    await using load = await destination.begin({catalog: catalogOf([SCHEMA]), mode: 'replace'}, signal);
    await load.finish(signal);
    await lab.run('BEGIN; SELECT * FROM items');
    try {
      await expect(load.publish(signal)).rejects.toMatchObject({code: 'SLUICE_LOCKED', retryable: true, context: {table: 'items'}});
    } finally {
      await lab.run('ROLLBACK');
    }
    await load.publish(signal);
  });
});
