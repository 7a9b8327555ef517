import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Schema} from '@sluice/core';
import {until} from '@sluice/testkit';
import {MysqlDestination, MysqlSource} from '../src/index.ts';
import {connectPlain, openLab, servers, type Lab} from './lab.ts';

const {signal} = new AbortController();
const schema: Schema = {table: 'live', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}]};
const catalog = {tables: [schema], views: [], others: []};

describe.each(servers)('a guest on a busy $kind', it => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(it);
    await lab.run('CREATE TABLE live (id bigint PRIMARY KEY)');
    await lab.run('INSERT INTO live VALUES (1)');
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  test('an exchange that has to wait for a long reader keeps no other reader waiting for long', async () => {
    const [long, short] = [await connectPlain(it, lab.database), await connectPlain(it, lab.database)];
    await using destination = new MysqlDestination(lab.endpoint());
    await using load = await destination.begin({catalog, mode: 'replace'}, signal);
    await load.finish(signal);
    await long.query('START TRANSACTION');
    await long.query('SELECT * FROM live');
    const published = load.publish(signal);
    const queued = async () => (await lab.rows(`SELECT ID FROM information_schema.PROCESSLIST WHERE USER = '${lab.user}' AND STATE LIKE 'Waiting for table metadata lock%'`)).length > 0;
    await until('the exchange waits', queued, 30_000);
    // Behind one that waits for as long as the reader reads, this fails.
    await short.query('SET lock_wait_timeout = 10');
    await short.query('SELECT * FROM live');
    await long.query('COMMIT');
    await published;
    expect(await lab.rows('SELECT * FROM live')).toEqual([]);
    await long.end();
    await short.end();
  });

  test('a limit on statements that the URL sets is kept at the server', async () => {
    await using source = new MysqlSource(lab.endpoint('?statementTimeout=0.5&lockTimeout=60'));
    await lab.run('CREATE TABLE base (id int PRIMARY KEY)');
    await lab.run('INSERT INTO base VALUES (1)');
    const {tables} = await source.discover(signal);
    const base = tables.find(({table}) => table === 'base')!;
    await expect(async () => {
      for await (const _ of source.read({schema: base, where: 'SLEEP(20) = 0', after: null, maxRows: 10, maxBytes: 1e6}, signal));
    }).rejects.toMatchObject({code: 'SLUICE_CONNECT', message: expect.stringContaining('max_'), remedy: expect.stringContaining('statementTimeout')});
  });
});
