import {createHash} from 'node:crypto';
import {describe, expect, test} from 'vitest';
import {startPrivateServer, until} from '@sluice/testkit';
import {openDatabase, servers} from './support/database.ts';
import {folders} from './support/folder.ts';
import {sluice, start} from './support/program.ts';
import {proxied} from './support/proxied.ts';
import {reading, rowsOf} from './support/sqlite-file.ts';

const folder = folders();

for (const server of servers) {
  describe(`one moment of ${server.kind}`, () => {
    test('all tables come from one snapshot, whatever is committed meanwhile', async () => {
      const place = folder();
      await using source = await openDatabase(server);
      // The first table takes long to read; the second is read when the change is long done.
      await source.run(
        'CREATE TABLE a_accounts (id int PRIMARY KEY, cents int NOT NULL, filler varchar(200))',
        'CREATE TABLE b_total (cents bigint)',
        `INSERT INTO a_accounts SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n, 1, REPEAT('x', 200) FROM ${[...'abcd'].map(name => `(SELECT 0 n ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map(n => `UNION ALL SELECT ${n}`).join(' ')}) ${name}`).join(', ')}`,
        'INSERT INTO b_total VALUES (10000)',
      );
      await using way = await proxied(source);
      const running = start('sluice', ['copy', way.url(), 'sqlite:moment.db'], {cwd: place.path});
      way.proxy.throttle(2_000_000);
      await until('the first table is being read', () => way.proxy.bytesToClient > 200_000, 60_000);
      await source.run('START TRANSACTION', 'UPDATE a_accounts SET cents = 3', 'UPDATE b_total SET cents = 30000', 'COMMIT', 'CREATE TABLE c_later (x int)');
      way.proxy.resume();
      expect(await running.ended).toMatchObject({code: 0});
      expect(rowsOf(place.at('moment.db'), 'SELECT sum(cents), count(*) FROM a_accounts')).toEqual([[10_000n, 10_000n]]);
      expect(rowsOf(place.at('moment.db'), 'SELECT cents FROM b_total')).toEqual([[10_000n]]);
    });

    test('timestamps are instants: neither the zone of the server nor of the machine moves them', async () => {
      const place = folder();
      const eastern = await startPrivateServer(server.kind, {options: ['--default-time-zone=+05:00']});
      if (eastern === null) return expect(process.env['CI'], 'a server program').not.toBe('true');
      await using _ = eastern;
      await using source = await openDatabase(eastern);
      await source.run(
        "SET time_zone = '+05:00'",
        'CREATE TABLE moments (id int PRIMARY KEY, ts timestamp(6) NULL, dt datetime(6), made timestamp DEFAULT current_timestamp)',
        "INSERT INTO moments VALUES (1, '2024-07-01 05:00:00.123456', '2024-07-01 05:00:00.123456', '2024-07-01 05:00:00'), (2, '1970-01-01 05:00:01', '1970-01-01 05:00:01', '2024-01-01 00:00:00')",
      );
      for (const TZ of ['America/New_York', 'Asia/Kathmandu']) {
        expect(await sluice(['copy', source.url, 'sqlite:moments.db'], {cwd: place.path, env: {TZ}})).toMatchObject({code: 0});
        expect(rowsOf(place.at('moments.db'), 'SELECT ts, dt, made FROM moments ORDER BY id')).toEqual([
          ['2024-07-01 00:00:00.123456', '2024-07-01 05:00:00.123456', '2024-07-01 00:00:00'],
          ['1970-01-01 00:00:01.000000', '1970-01-01 05:00:01.000000', '2023-12-31 19:00:00'],
        ]);
      }
      await using back = await openDatabase(eastern);
      expect(await sluice(['copy', 'sqlite:moments.db', back.url], {cwd: place.path, env: {TZ: 'Asia/Kathmandu'}})).toMatchObject({code: 0});
      await back.run("SET time_zone = '+05:00'");
      const select = 'SELECT ts, dt, made FROM moments ORDER BY id';
      expect(await back.rows(select)).toEqual(await source.rows(select));
    });

    test('rows of 64 MB survive', async () => {
      const place = folder();
      await using source = await openDatabase(server);
      await source.run('CREATE TABLE large (id int PRIMARY KEY, body longblob, words longtext)');
      for (const id of [1, 2]) await source.run(`INSERT INTO large VALUES (${id}, '', '')`);
      // Doubled at the server: no packet is that large but the one that is read.
      for (const [column, unit] of [['body', `UNHEX('00ff5c27')`], ['words', `'ü\\\\\\n\\''`]] as const) {
        await source.run(`UPDATE large SET ${column} = ${unit} WHERE id = 1`);
        for (let i = 0; i < (column === 'body' ? 24 : 20); i++) await source.run(`UPDATE large SET ${column} = CONCAT(${column}, ${column}) WHERE id = 1`);
      }
      expect(await sluice(['copy', source.url, 'sqlite:large.db'], {cwd: place.path, env: {NODE_OPTIONS: '--max-old-space-size=400'}})).toMatchObject({code: 0});
      const sums = await source.rows('SELECT sha2(body, 256), length(body), sha2(words, 256) FROM large ORDER BY id');
      expect(sums[0]![1]).toBe(String(64 << 20));
      const copied = reading(place.at('large.db'), db => db.prepare('SELECT body, words FROM large ORDER BY id').all() as {body: Buffer; words: string}[]);
      const sha = (value: Buffer | string) => createHash('sha256').update(value).digest('hex');
      expect(copied.map(({body, words}) => [sha(body), String(body.length), sha(words)])).toEqual(sums);
    }, 120_000);
  });
}
