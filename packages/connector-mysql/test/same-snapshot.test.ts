import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {KeyRange} from '@sluice/core';
import {startPrivateServer, until, type PrivateServer} from '@sluice/testkit';
import {MysqlSource} from '../src/index.ts';
import {parseEndpoint} from '../src/endpoint.ts';
import {openSameSnapshot} from '../src/same-snapshot.ts';
import {Session} from '../src/session.ts';
import {startSnapshot} from '../src/snapshot.ts';
import {connectPlain, openLab, servers, type Lab} from './lab.ts';

const never = new AbortController().signal;
const TABLES = 40;
const WHOLE: KeyRange = {after: null, until: null};

for (const server of servers) {
  const mariadb = server.kind === 'mariadb';
  describe(`a second session on ${server.kind}`, () => {
    let lab: Lab;
    /** Where nobody else writes: on a server that others use a proof may be missing at any time. */
    let quiet: PrivateServer | null = null;
    beforeAll(async () => {
      if (mariadb) quiet = await startPrivateServer('mariadb');
      lab = await openLab(quiet ?? server);
      for (let i = 0; i < TABLES; i++) await lab.run(`CREATE TABLE t${i} (id int PRIMARY KEY, v int)`);
      for (let i = 0; i < TABLES; i++) await lab.run(`INSERT INTO t${i} VALUES (1, ${i}), (2, ${i})`);
    }, 120_000);
    afterAll(async () => {
      await lab[Symbol.asyncDispose]();
      await quiet?.[Symbol.asyncDispose]();
    }, 60_000);

    const grant = (on: boolean) => lab.run(on ? `GRANT PROCESS ON *.* TO '${lab.user}'@'%'` : `REVOKE PROCESS ON *.* FROM '${lab.user}'@'%'`);
    /** Whether a session opened after `meanwhile` is given out as one of the same snapshot, and what both see. */
    const open = async (meanwhile: () => Promise<void> = async () => {}) => {
      const endpoint = parseEndpoint(lab.endpoint());
      await using first = await Session.open(endpoint, 'read', never);
      await startSnapshot(first, never);
      await meanwhile();
      await using second = await openSameSnapshot(first, endpoint, never);
      if (second === null) return null;
      const see = (session: Session) => session.rows('SELECT SUM(v) FROM t0', never);
      return [await see(first), await see(second)];
    };
    test.runIf(mariadb)('is given out when it provably sees the same', async () => {
      await grant(true);
      // InnoDB works in the background at first.
      let seen: unknown[] | null = null;
      await until('the server rests', async () => (seen = await open()) !== null);
      expect(seen![0]).toEqual(seen![1]);
    });

    test('is not given out when something was committed in between', async () => {
      await grant(true);
      let n = 0;
      for (let i = 0; i < 5; i++) expect(await open(async () => { await lab.run(`UPDATE t0 SET v = ${1000 + n++}`); })).toBeNull();
    });

    test('is not given out while a transaction is open that one of them might have seen otherwise', async () => {
      await grant(true);
      const writer = await connectPlain(lab.server, lab.database);
      await writer.query('START TRANSACTION');
      await writer.query('UPDATE t1 SET v = v + 1');
      await lab.run('UPDATE t2 SET v = v + 1');
      // One is open, a newer one has ended: both sessions see the newer one, but which older ones do they see?
      expect(await open()).toBeNull();
      // It starts before both sessions and ends between them; the newest number stays the same.
      expect(await open(async () => { await writer.query('COMMIT'); })).toBeNull();
      await writer.end();
    });

    test('is not given out to a user who may not look, and that is no error', async () => {
      await grant(true);
      await grant(false);
      expect(await open()).toBeNull();
      await until('no thread is left over', async () => (await lab.threads()).length === 0);
    });

    test('gives the same digests as one alone, those of the snapshot, and is gone afterwards', async () => {
      await grant(true);
      const digest = async (query: string, meanwhile: () => Promise<void> = async () => {}) => {
        await using source = new MysqlSource(lab.endpoint(query));
        const {tables} = await source.discover(never);
        await meanwhile();
        const digests = await source.digestRanges(tables.map(schema => ({schema, ranges: [WHOLE]})), never);
        expect(await lab.threads()).toHaveLength(1);
        return digests;
      };
      const one = await digest('?digestSessions=1');
      expect(one).toHaveLength(TABLES);
      expect(await digest('')).toEqual(one);
      expect(await digest('', async () => { await lab.run('UPDATE t20 SET v = v + 1'); })).toEqual(one);
      expect(await digest('')).not.toEqual(one);
    });

    test.runIf(mariadb)('shares the work', async () => {
      await grant(true);
      await lab.run('CREATE TABLE IF NOT EXISTS wide (id int PRIMARY KEY, v longblob)');
      await lab.run("REPLACE INTO wide VALUES (1, REPEAT('a', 500000))");
      for (let i = 1; i < 256; i *= 2) await lab.run(`INSERT IGNORE INTO wide SELECT id + ${i}, v FROM wide`);
      const ranges = Array.from({length: 256}, (_, i): KeyRange => ({after: JSON.stringify([String(i)]) as KeyRange['after'], until: JSON.stringify([String(i + 1)]) as KeyRange['until']}));
      await until('both sessions compute', async () => {
        await using source = new MysqlSource(lab.endpoint());
        const schema = (await source.discover(never, {wants: name => name === 'wide'})).tables[0]!;
        const digests = {ended: false};
        const digesting = source.digestRanges([{schema, ranges}], never).finally(() => { digests.ended = true; });
        let most = 0;
        while (!digests.ended) most = Math.max(most, Number((await lab.rows(`SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = '${lab.user}' AND INFO LIKE '%SHA2%'`))[0]![0]));
        await digesting;
        return most === 2;
      });
    }, 60_000);
  });
}
