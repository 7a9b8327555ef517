import type {CursorBound, Position, Schema, Source} from '@sluice/core';
import {until} from '@sluice/testkit';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {MysqlSource} from '../src/source.ts';
import {connectPlain, openLab, servers, type Lab} from './lab.ts';

const {signal} = new AbortController();

describe.each(servers)('cursors of $kind', it => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(it);
    await lab.run(`GRANT PROCESS ON *.* TO '${lab.user}'@'%'`);
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

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
    await lab.run('CREATE TABLE late (id int AUTO_INCREMENT PRIMARY KEY, label varchar(20))');
    await lab.run("INSERT INTO late (label) VALUES ('a'), ('b')");
    const other = await connectPlain(it, lab.database);
    await other.query('START TRANSACTION');
    await other.query("INSERT INTO late (label) VALUES ('late')"); // 3
    await lab.run("INSERT INTO late (label) VALUES ('d')"); // 4
    let after: Position | null = null;
    {
      await using source = new MysqlSource(lab.endpoint('?lockTimeout=1'));
      const schema = await schemaOf(source, 'late');
      const bound = await settle(source, 'late', 'id');
      expect(bound).toEqual({until: null, open: true});
      expect(await read(source, schema, 'id', null, bound)).toEqual([]);
    }
    {
      await using source = new MysqlSource(lab.endpoint());
      const schema = await schemaOf(source, 'late');
      // The greatest value was asked for, and the connection waits: only then comes what is for the next run.
      const known = new Set(await lab.threads());
      const settling = settle(source, 'late', 'id');
      let seen = 0;
      await until('it has asked what is open', async () => {
        for (const thread of await lab.threads()) if (!known.has(thread)) { known.add(thread); seen++; }
        return seen > 2;
      });
      await lab.run("INSERT INTO late (label) VALUES ('e')"); // 5
      await other.query('COMMIT');
      const bound = await settling;
      expect(await read(source, schema, 'id', null, bound)).toEqual([1, 2, 3, 4]);
      expect(await read(source, schema, 'id', null, bound, "label <> 'late'")).toEqual([1, 2, 4]);
      after = bound.until;
    }
    await using source = new MysqlSource(lab.endpoint());
    const schema = await schemaOf(source, 'late');
    expect(await read(source, schema, 'id', after, await settle(source, 'late', 'id'))).toEqual([5]);
    await other.end();
  });

  test('a statement that waits for the table has its time already, and no transaction yet', async () => {
    await lab.run('CREATE TABLE moments (id int PRIMARY KEY, at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP)');
    await lab.run("INSERT INTO moments VALUES (1, '2020-01-01 00:00:00')");
    const holder = await connectPlain(it, lab.database);
    const waiting = await connectPlain(it, lab.database);
    await holder.query('LOCK TABLES moments READ');
    const inserted = waiting.query('INSERT INTO moments (id) VALUES (2)');
    await until('the statement waits', async () => (await lab.rows("SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'INSERT INTO moments%' AND STATE LIKE 'Waiting for table%'")).length > 0);
    {
      await using source = new MysqlSource(lab.endpoint('?lockTimeout=1'));
      await schemaOf(source, 'moments');
      expect(await settle(source, 'moments', 'at')).toEqual({until: null, open: true});
    }
    await holder.query('UNLOCK TABLES');
    await inserted;
    await Promise.all([holder.end(), waiting.end()]);
    await using source = new MysqlSource(lab.endpoint());
    const schema = await schemaOf(source, 'moments');
    expect(await read(source, schema, 'at', null, await settle(source, 'moments', 'at'))).toEqual([1, 2]);
  });

  test('what a cursor cannot be, and what none reaches, is told; without the privilege nothing is promised', async () => {
    await lab.run('CREATE TABLE odd (id int PRIMARY KEY, day date, at timestamp(3) NULL, n decimal(5,2), label text)');
    await lab.run('CREATE TABLE isam (id int PRIMARY KEY) ENGINE = MyISAM');
    await lab.run('CREATE TABLE nothing (id int PRIMARY KEY)');
    await using source = new MysqlSource(lab.endpoint());
    const schema = await schemaOf(source, 'odd');
    expect(await settle(source, 'nothing', 'id')).toEqual({until: null, open: false});
    for (const column of ['day', 'label', 'absent']) await expect(settle(source, 'odd', column), column).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
    await expect(settle(source, 'isam', 'id')).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
    await lab.run("INSERT INTO odd VALUES (1, NULL, NULL, NULL, ''), (2, NULL, NULL, NULL, ''), (3, NULL, '2020-01-01 00:00:00.123', 7.50, '')");
    for (const column of ['at', 'n']) {
      const bound = await settle(source, 'odd', column);
      await expect(read(source, schema, column, null, bound)).rejects.toMatchObject({code: 'SLUICE_VALUE', message: expect.stringContaining('2 rows have')});
      expect(await read(source, schema, column, null, bound, 'id = 3')).toEqual([3]);
      expect(await read(source, schema, column, bound.until, bound, 'id = 3')).toEqual([]);
      await expect(read(source, schema, 'id', bound.until, bound)).rejects.toMatchObject({code: 'SLUICE_SCHEMA'});
    }
    await lab.run(`REVOKE PROCESS ON *.* FROM '${lab.user}'@'%'`);
    await using blind = new MysqlSource(lab.endpoint());
    await expect(settle(blind, 'odd', 'n')).rejects.toMatchObject({code: 'SLUICE_AUTH'});
  });
});
