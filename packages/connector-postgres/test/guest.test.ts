import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Schema} from '@sluice/core';
import {until} from '@sluice/testkit';
import {PostgresDestination} from '../src/index.ts';
import {connectPlain, openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
const schema: Schema = {table: 'live', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}]};
const catalog = {tables: [schema], views: [], others: []};

describe.skipIf(postgres === null)('a guest on a busy server', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(postgres!);
    await lab.run(`SET ROLE ${lab.user}; CREATE TABLE live (id int PRIMARY KEY); INSERT INTO live VALUES (1); RESET ROLE`);
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  test('an exchange that has to wait for a long reader keeps no other reader waiting for long', async () => {
    const url = new URL(lab.server.url);
    url.pathname = `/${lab.database}`;
    const [long, short] = [await connectPlain(url.href), await connectPlain(url.href)];
    await using destination = new PostgresDestination(lab.endpoint());
    await using load = await destination.begin({catalog, mode: 'replace'}, signal);
    await load.finish(signal);
    await long.query('BEGIN; SELECT * FROM live');
    const published = load.publish(signal);
    const queued = async () => (await lab.rows(`SELECT pid FROM pg_stat_activity WHERE usename = '${lab.user}' AND wait_event_type = 'Lock'`)).length > 0;
    for (let round = 0; round < 2; round++) {
      await until('the exchange waits', queued, 30_000);
      // Behind one that waits for as long as the reader reads, this fails.
      await short.query("SET lock_timeout = '10s'; SELECT * FROM live");
    }
    await long.query('COMMIT');
    await published;
    expect(await lab.rows('SELECT * FROM live')).toEqual([]);
    await long.end();
    await short.end();
  });

  test('says who it is, and that it may be idle as long as it needs to', async () => {
    await using destination = new PostgresDestination(lab.endpoint());
    await destination.contents(signal);
    expect(await lab.rows(`SELECT DISTINCT application_name FROM pg_stat_activity WHERE usename = '${lab.user}'`)).toEqual([['sluice']]);
  });
});
