import type {CursorBound, Position, Schema, Source} from '@sluice/core';
import {until} from '@sluice/testkit';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {PostgresSource} from '../src/source.ts';
import {connectPlain, openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();

describe.skipIf(postgres === null)('cursors', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  const connectTo = () => connectPlain(Object.assign(new URL(postgres!.url), {pathname: `/${lab.database}`}).href);
  const schemaOf = async (source: Source, table: string) => (await source.discover(signal)).tables.find(each => each.table === table)!;
  const settle = async (source: Source, table: string, column: string) => (await source.settleCursors!([{table, column}], signal))[0]!;
  async function read(source: Source, schema: Schema, cursor: string, after: Position | null, bound: CursorBound, where?: string) {
    const rows = [];
    for await (const batch of source.read({schema, after, until: bound.until, cursor, maxRows: 100, maxBytes: 1 << 20, ...(where !== undefined && {where})}, signal)) {
      expect(batch.position).toBeNull();
      rows.push(...batch.rows);
    }
    return rows.map(row => row[0]);
  }

  test('a row that is committed late is waited for, and comes once', async () => {
    await lab.run("CREATE TABLE late (id serial PRIMARY KEY, label text); INSERT INTO late (label) VALUES ('a'), ('b')");
    const other = await connectTo();
    await other.query('BEGIN');
    await other.query("INSERT INTO late (label) VALUES ('late')"); // 3
    await lab.run("INSERT INTO late (label) VALUES ('d')"); // 4
    let after: Position | null = null;
    {
      await using source = new PostgresSource(lab.endpoint('?lockTimeout=0.1'));
      const schema = await schemaOf(source, 'late');
      const bound = await settle(source, 'late', 'id');
      expect(bound).toEqual({until: null, open: true});
      expect(await read(source, schema, 'id', null, bound)).toEqual([]);
    }
    {
      await using source = new PostgresSource(lab.endpoint());
      const schema = await schemaOf(source, 'late');
      const settling = settle(source, 'late', 'id');
      await until('it has asked what is open', async () => (await lab.rows(`SELECT 1 FROM pg_stat_activity WHERE query LIKE '%virtualxid%' AND usename = '${lab.user}' AND state = 'idle'`)).length > 0);
      await lab.run("INSERT INTO late (label) VALUES ('e')"); // 5: began later, and is for the next run
      await other.query('COMMIT');
      const bound = await settling;
      expect(await read(source, schema, 'id', null, bound)).toEqual([1, 2, 3, 4]);
      expect(await read(source, schema, 'id', null, bound, "label <> 'late'")).toEqual([1, 2, 4]);
      after = bound.until;
    }
    await using source = new PostgresSource(lab.endpoint());
    const schema = await schemaOf(source, 'late');
    expect(await read(source, schema, 'id', after, await settle(source, 'late', 'id'))).toEqual([5]);
    await other.end();
  });

  test('a transaction that has written nothing yet counts: the time of its rows is that of its beginning', async () => {
    await lab.run('CREATE TABLE moments (id int PRIMARY KEY, at timestamptz(3) NOT NULL DEFAULT now())');
    const other = await connectTo();
    await other.query('BEGIN');
    await other.query('SELECT now()');
    await lab.run('INSERT INTO moments VALUES (2)');
    {
      await using source = new PostgresSource(lab.endpoint('?lockTimeout=0.1'));
      await schemaOf(source, 'moments');
      expect(await settle(source, 'moments', 'at')).toEqual({until: null, open: true});
    }
    await other.query('INSERT INTO moments VALUES (1)');
    await other.query('COMMIT');
    await other.end();
    await using source = new PostgresSource(lab.endpoint());
    const schema = await schemaOf(source, 'moments');
    expect(await read(source, schema, 'at', null, await settle(source, 'moments', 'at'))).toEqual([1, 2]);
  });

  test('a table without rows has no bound; a column that cannot be a cursor, and values that none reaches, are told', async () => {
    await lab.run('CREATE TABLE odd (id int PRIMARY KEY, day date, at timestamp, n numeric, label text); CREATE TABLE nothing (id int PRIMARY KEY)');
    await using source = new PostgresSource(lab.endpoint());
    const schema = await schemaOf(source, 'odd');
    expect(await settle(source, 'nothing', 'id')).toEqual({until: null, open: false});
    for (const column of ['day', 'label', 'absent']) await expect(settle(source, 'odd', column), column).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
    await lab.run("INSERT INTO odd VALUES (1, NULL, 'infinity', 'NaN', ''), (2, NULL, NULL, NULL, ''), (3, NULL, '2020-01-01', 7.50, '')");
    for (const column of ['at', 'n']) {
      const bound = await settle(source, 'odd', column);
      await expect(read(source, schema, column, null, bound)).rejects.toMatchObject({code: 'SLUICE_VALUE', message: expect.stringContaining('2 rows have')});
      expect(await read(source, schema, column, null, bound, 'id = 3')).toEqual([3]);
      expect(await read(source, schema, column, bound.until, bound, 'id = 3')).toEqual([]);
      await expect(read(source, schema, 'id', bound.until, bound)).rejects.toMatchObject({code: 'SLUICE_SCHEMA'});
    }
  });
});
