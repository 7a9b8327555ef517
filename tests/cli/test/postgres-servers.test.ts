import {startPrivateServer, until, type PrivateServer} from '@sluice/testkit';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {folders} from './support/folder.ts';
import {openPostgres, plainSession, postgres, type PostgresDatabase} from './support/postgres.ts';
import {sluice, start} from './support/program.ts';
import {proxied} from './support/proxied.ts';
import {canary, expectRefused} from './support/refused-copy.ts';
import {reportOf} from './support/report.ts';
import {smallVolume} from './support/small-volume.ts';
import {makeSqlite, rowsOf} from './support/sqlite-file.ts';

const folder = folders();

// A server that is broken is nobody else's; null where the shared one was given by URL and there is no program here.
const alone: PrivateServer | null = postgres ? await startPrivateServer('postgres') : null;
afterAll(async () => { await alone?.stop(); });

describe.skipIf(!alone)('a PostgreSQL server that', () => {
  let database: PostgresDatabase;
  beforeAll(async () => {
    database = await openPostgres(alone!);
    await database.run(
      'CREATE TABLE a_large (id int PRIMARY KEY, filler text)', "INSERT INTO a_large SELECT i, repeat('x', 1000) FROM generate_series(1, 16384) i",
      'CREATE TABLE b_small (id int PRIMARY KEY, note text)', `INSERT INTO b_small VALUES (1, '${canary}')`);
  });

  test('has no room left in the tablespace: nothing of the load stays', async ({skip}) => {
    using volume = smallVolume(4, alone!.pid);
    if (volume === null) {
      expect(process.env['CI'], 'a file system to fill').not.toBe('true');
      return skip('only root can mount a small file system');
    }
    const target = await openPostgres(alone!);
    await target.run(`CREATE TABLESPACE small LOCATION '${volume.path}'`, `ALTER DATABASE ${target.name} SET default_tablespace = small`, 'CREATE TABLE a_large (old int) TABLESPACE pg_default', 'INSERT INTO a_large VALUES (7)');
    const ended = await sluice(['copy', database.url, target.url, '--json'], {cwd: folder().path});
    expectRefused(ended, /table a_large: the disk of the server is full.*; make room/, 'SLUICE_WRITE', 'a_large');
    expect(await target.tables()).toEqual(['a_large']);
    expect(await target.rows('SELECT * FROM a_large')).toEqual([['7']]);
    await target.drop();
    await database.run('CHECKPOINT', 'DROP TABLESPACE small');
  });

  test('restarts between two tables: the run says so, nothing is published, the next one works', async () => {
    const place = folder();
    makeSqlite(place.at('live.db'), 'CREATE TABLE a_large (old)', "INSERT INTO a_large VALUES ('old')");
    const holder = await plainSession(database.url);
    // Found by its lock, and stopped by it before the second table.
    const running = await (async () => {
      await using way = await proxied(database);
      way.proxy.throttle(400_000);
      const started = start('sluice', ['copy', way.url(), 'sqlite:live.db', '--json'], {cwd: place.path});
      await until('rows arrive', () => way.proxy.bytesToClient > 150_000, 60_000);
      await holder.run('BEGIN', 'LOCK TABLE b_small');
      way.proxy.resume();
      await until('the second table is waited for', async () => (await holder.rows("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'b_small'::regclass")).length > 0, 60_000);
      await alone!.kill();
      await alone!.start();
      return await started.ended;
    })();
    await holder.end();
    expectRefused(running, /table b_small: the (connection|server).*; .*run again/, 'SLUICE_CONNECT', 'b_small');
    expect(rowsOf(place.at('live.db'), 'SELECT * FROM a_large')).toEqual([['old']]);
    expect(place.list()).toEqual(['live.db']);
    expect(await sluice(['copy', database.url, 'sqlite:live.db'], {cwd: place.path})).toMatchObject({code: 0});
  }, 120_000);

  test('is a standby: it is read, the report says so, what it cancels is told, and it takes no writes', async () => {
    await using standby = await startPrivateServer('postgres', {standbyOf: alone!, options: ['-c', 'max_standby_streaming_delay=10ms', '-c', 'hot_standby_feedback=off']});
    const url = new URL(database.url);
    url.port = String(standby!.port);
    const primary = await plainSession(database.url);
    const reader = await plainSession(url.href);
    await primary.run('UPDATE b_small SET id = id');
    await until('the standby follows', async () => (await reader.rows('SELECT pg_last_xact_replay_timestamp()'))[0]![0] !== null, 60_000);
    const place = folder();
    const copy = await sluice(['copy', url.href, 'sqlite:out.db', '--json'], {cwd: place.path});
    expect(copy.code, copy.stderr).toBe(0);
    expect(reportOf(copy).warnings).toContainEqual(expect.stringMatching(/read from a standby.*its state of/));
    expect(rowsOf(place.at('out.db'), 'SELECT count(*) FROM a_large')).toEqual([[16_384n]]);

    // A standby lets others take its snapshot, too.
    await using target = await openPostgres(postgres!);
    const several = reportOf(await sluice(['copy', url.href, target.url, '--parallel', '2', '--json'], {cwd: place.path}));
    expect(several).toMatchObject({status: 'ok', verification: {status: 'passed'}, warnings: [expect.stringMatching(/^read from a standby/)]});
    expect(await target.rows('SELECT count(*) FROM a_large')).toEqual([['16384']]);

    await using way = await proxied({server: standby!, url: url.href});
    way.proxy.throttle(200_000);
    const running = start('sluice', ['copy', way.url(), 'sqlite:out.db', '--json'], {cwd: place.path});
    await until('rows arrive', () => way.proxy.bytesToClient > 150_000, 60_000);
    // Rows that the standby's reader still sees are removed, and the standby may not wait for it.
    await primary.run('DELETE FROM a_large WHERE id > 16000', 'VACUUM a_large');
    const [[written]] = await primary.rows('SELECT pg_current_wal_lsn()') as [[string]];
    // Either it has replayed all of that, or what the reader holds up stands still: the reader is told to end, and finds out when it can send again.
    let last = '';
    let still = 0;
    await until('the standby has replayed it, or waits for its reader', async () => {
      const [[received, all, replayed]] = await reader.rows(`SELECT (pg_last_wal_receive_lsn() >= '${written}')::text, (pg_last_wal_replay_lsn() >= '${written}')::text, pg_last_wal_replay_lsn()::text`) as [[string, string, string]];
      still = replayed === last ? still + 1 : 0;
      last = replayed;
      return all === 'true' || (received === 'true' && still >= 20);
    }, 60_000);
    way.proxy.resume();
    expectRefused(await running.ended, /table a_large: .*; run again.* a standby .*max_standby_streaming_delay/, 'SLUICE_CONNECT', 'a_large');
    expect(rowsOf(place.at('out.db'), 'SELECT count(*) FROM a_large')).toEqual([[16_384n]]);

    const refused = await sluice(['copy', 'sqlite:out.db', url.href, '--json'], {cwd: place.path});
    expectRefused(refused, /read-only.*; write to the primary/, 'SLUICE_WRITE');
    await reader.end();
    await primary.end();
  }, 120_000);
});
