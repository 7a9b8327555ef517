import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {Secret, type Batch, type Position, type Row, type Schema, type Source} from '@sluice/core';
import {until} from '@sluice/testkit';
import {MysqlSource} from '../src/index.ts';
import {connectPlain, openLab, servers, type Lab} from './lab.ts';

const {signal} = new AbortController();

async function readAll(source: Source, schema: Schema, range: {after?: Position | null; until?: Position | null} = {}): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of source.read({schema, after: null, maxRows: 500, maxBytes: 1e6, ...range}, signal)) rows.push(...batch.rows);
  return rows;
}

describe.each(servers)('readers side by side on $kind', it => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab(it);
    await lab.run('CREATE TABLE accounts (id bigint PRIMARY KEY, amount int)');
    await lab.run('CREATE TABLE log (id bigint PRIMARY KEY AUTO_INCREMENT, account bigint)');
    await lab.run('INSERT INTO accounts VALUES (1, 100), (2, 100), (3, 100)');
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  const discover = async (source: Source): Promise<readonly Schema[]> => (await source.discover(signal)).tables;
  const tableOf = (schemas: readonly Schema[], name: string) => schemas.find(({table}) => table === name)!;

  test('read the same at the same time, whatever is committed between their being opened and their reading', async () => {
    await using source = new MysqlSource(lab.endpoint());
    const schemas = await discover(source);
    const [accounts, log] = [tableOf(schemas, 'accounts'), tableOf(schemas, 'log')];
    const before = await lab.rows('SELECT id, amount FROM accounts ORDER BY id');
    const forks = await source.fork(2, signal);
    await using _a = forks[0]!;
    await using _b = forks[1]!;
    // The first is in the middle of the table, the second has not begun, when others write.
    const reading = source.read({schema: accounts, after: null, maxRows: 1, maxBytes: 1e6}, signal)[Symbol.asyncIterator]();
    const seen: Row[] = [...(await reading.next() as IteratorYieldResult<Batch>).value.rows];
    await lab.run('UPDATE accounts SET amount = amount - 1 WHERE id = 1');
    await lab.run('INSERT INTO accounts VALUES (9, 9)');
    await lab.run('INSERT INTO log (account) VALUES (1)');
    expect(await readAll(forks[0]!, accounts)).toEqual(before);
    expect(await readAll(forks[1]!, log)).toEqual([]);
    for (let next = await reading.next(); next.done !== true; next = await reading.next()) seen.push(...next.value.rows);
    expect(seen).toEqual(before);
    expect(forks.map(fork => fork.snapshot)).toEqual([source.snapshot, source.snapshot]);
    expect(await lab.threads()).toHaveLength(3);
  });

  test.each([['no right beyond its database', null], ['the right to hold the whole server', 'RELOAD, PROCESS']] as const)('see the same of all tables while others write all the time, who never hear of it: by %s', async (_, privileges) => {
    if (privileges !== null) await lab.run(`GRANT ${privileges} ON *.* TO '${lab.user}'@'%'`);
    const [tick, tock] = ['tick', 'tock'].map(name => `${name}${privileges === null ? 1 : 2}`) as [string, string];
    for (const table of [tick, tock]) {
      await lab.run(`CREATE TABLE ${table} (id int PRIMARY KEY, n int)`);
      await lab.run(`INSERT INTO ${table} VALUES (1, 0)`);
    }
    const over = new AbortController();
    let written = 0;
    // Against the order of their names: whoever waits for one table with a lock on the other one is met by a deadlock.
    const writing = (async () => {
      const writer = await connectPlain(it, lab.database);
      while (!over.signal.aborted) {
        await writer.query('START TRANSACTION');
        await writer.query(`UPDATE ${tock} SET n = n + 1`);
        await writer.query(`UPDATE ${tick} SET n = n + 1`);
        await writer.query('COMMIT');
        written++;
        // Where somebody writes at every moment there is none to begin at.
        for (let i = 0; i < 4; i++) await writer.query('SELECT 1');
      }
      await writer.end();
    })();
    const seen = new Set<number>();
    for (let i = 0; i < 3; i++) {
      await using source = new MysqlSource(lab.endpoint());
      const schemas = await discover(source);
      const forks = await source.fork(3, signal);
      const so = written;
      await until('somebody writes', async () => written > so + 3);
      const all = await Promise.all([source, ...forks].map(async each => [await readAll(each, tableOf(schemas, tick)), await readAll(each, tableOf(schemas, tock))]));
      for (const fork of forks) await fork[Symbol.asyncDispose]();
      const numbers = new Set(all.flat(2).map(row => Number(row[1])));
      expect(numbers.size).toBe(1);
      seen.add([...numbers][0]!);
    }
    over.abort();
    await writing;
    expect(seen.size).toBe(3);
    if (privileges !== null) await lab.run(`REVOKE ${privileges} ON *.* FROM '${lab.user}'@'%'`);
  }, 120_000);

  test('wait for a transaction that has written, no longer than for any lock, and leave nothing open', async () => {
    const writer = await connectPlain(it, lab.database);
    await writer.query('START TRANSACTION');
    await writer.query('UPDATE accounts SET amount = amount + 1 WHERE id = 2');
    await using source = new MysqlSource(lab.endpoint('?lockTimeout=1'));
    await discover(source);
    await expect(source.fork(1, signal)).rejects.toMatchObject({code: 'SLUICE_LOCKED', retryable: true, remedy: expect.stringMatching(it.kind === 'mariadb' ? /lockTimeout.* GRANT RELOAD ON \*\.\* to/ : /lockTimeout.* GRANT RELOAD, PROCESS ON \*\.\* to/)});
    await until('no connection is left', async () => (await lab.threads()).length === 0);

    await using patient = new MysqlSource(lab.endpoint());
    const schemas = await discover(patient);
    const forking = patient.fork(1, signal);
    // The two readers, and whoever tries to lock.
    await until('the readers wait', async () => (await lab.threads()).length > 2);
    await writer.query('COMMIT');
    const [fork] = await forking;
    const expected = await lab.rows('SELECT id, amount FROM accounts ORDER BY id');
    expect(await readAll(patient, tableOf(schemas, 'accounts'))).toEqual(expected);
    expect(await readAll(fork!, tableOf(schemas, 'accounts'))).toEqual(expected);
    // Whoever writes goes on at once.
    await writer.query('SET lock_wait_timeout = 5');
    await writer.query('UPDATE accounts SET amount = amount + 1 WHERE id = 2');
    await fork![Symbol.asyncDispose]();
    await writer.end();
  });

  test('do not wait for a long statement, and nobody waits for them because of it', async () => {
    await lab.run(`GRANT RELOAD, PROCESS ON *.* TO '${lab.user}'@'%'`);
    const long = await connectPlain(it, lab.database);
    const id = long.threadId;
    const running = long.query('SELECT SLEEP(600) FROM log RIGHT JOIN accounts ON accounts.id = log.id LIMIT 1').catch((error: unknown) => error);
    await until('the statement has run for a while', async () => (await lab.rows(`SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = ${id} AND TIME >= 1`)).length > 0, 20_000);
    await using source = new MysqlSource(lab.endpoint('?lockTimeout=20'));
    const schemas = await discover(source);
    const [fork] = await source.fork(1, signal);
    // Tables that the long statement reads are open to all others.
    const other = await connectPlain(it, lab.database);
    await other.query('SET lock_wait_timeout = 5');
    await other.query('UPDATE accounts SET amount = amount + 1 WHERE id = 1');
    expect(await readAll(fork!, tableOf(schemas, 'accounts'))).toEqual(await readAll(source, tableOf(schemas, 'accounts')));
    expect((await lab.rows(`SELECT 1 FROM information_schema.PROCESSLIST WHERE ID = ${id} AND INFO IS NOT NULL`)).length).toBe(1);
    await fork![Symbol.asyncDispose]();
    await lab.run(`KILL ${id}`);
    await running;
    await other.end();
    await lab.run(`REVOKE RELOAD, PROCESS ON *.* FROM '${lab.user}'@'%'`);
  });

  // One more connection keeps writers off the one table.
  test.each([[4, 2], [3, 1], [2, 0], [1, 0]])('are as many as a server lets in that gives the user %i connections', async (most, count) => {
    await lab.run(`ALTER USER '${lab.user}'@'%' WITH MAX_USER_CONNECTIONS ${most}`);
    try {
      await using source = new MysqlSource(lab.endpoint());
      const accounts = tableOf((await source.discover(signal, {wants: name => name === 'accounts'})).tables, 'accounts');
      const forks = await source.fork(2, signal);
      expect(forks).toHaveLength(count);
      expect(source.warnings).toEqual(forks.length === 2 ? [] : [`the server has no connections for 3 readers that begin together: ${forks.length === 0 ? 'one reads' : '2 read'}`]);
      const before = await lab.rows('SELECT id, amount FROM accounts ORDER BY id');
      const reading = await readAll(source, accounts);
      await lab.run('UPDATE accounts SET amount = amount + 1 WHERE id = 1');
      expect(reading).toEqual(before);
      for (const fork of forks) {
        expect(await readAll(fork, accounts)).toEqual(before);
        await fork[Symbol.asyncDispose]();
      }
    } finally {
      await lab.run(`ALTER USER '${lab.user}'@'%' WITH MAX_USER_CONNECTIONS 0`);
    }
  });

  test.skipIf(it.kind !== 'mariadb')('are no doubt where everybody may lock tables', async () => {
    const user = `${lab.user}_p`;
    await lab.run(`CREATE USER '${user}'@'%' IDENTIFIED BY 'secret'`);
    await lab.run(`GRANT SELECT ON \`${lab.database}\`.* TO '${user}'@'%'`);
    await lab.run(`GRANT LOCK TABLES ON \`${lab.database}\`.* TO PUBLIC`);
    try {
      await using source = new MysqlSource({url: lab.endpoint().url.replace(lab.user, user), password: new Secret('secret')});
      await discover(source);
      expect(await source.forkDoubt(signal)).toBeNull();
      for (const fork of await source.fork(1, signal)) await fork[Symbol.asyncDispose]();
    } finally {
      await lab.run(`REVOKE LOCK TABLES ON \`${lab.database}\`.* FROM PUBLIC`);
      await lab.run(`DROP USER '${user}'@'%'`);
    }
  });

  test('wait for what was prepared and has left its connection', async () => {
    const writer = await connectPlain(it, lab.database);
    const xid = `'${lab.database}'`;
    await writer.query(`XA START ${xid}`);
    await writer.query('UPDATE accounts SET amount = amount + 1 WHERE id = 3');
    await writer.query(`XA END ${xid}`);
    await writer.query(`XA PREPARE ${xid}`);
    await writer.end();
    try {
      await using source = new MysqlSource(lab.endpoint('?lockTimeout=1'));
      await discover(source);
      await expect(source.fork(1, signal)).rejects.toMatchObject({code: 'SLUICE_LOCKED'});
    } finally {
      await lab.run(`XA ROLLBACK ${xid}`);
    }
  });

  test('are refused, with the privilege it takes, to a user who may not lock tables', async () => {
    const user = `${lab.user}_r`;
    await lab.run(`CREATE USER '${user}'@'%' IDENTIFIED BY 'secret'`);
    await lab.run(`GRANT SELECT ON \`${lab.database}\`.* TO '${user}'@'%'`);
    const endpoint = lab.endpoint();
    await using source = new MysqlSource({url: endpoint.url.replace(lab.user, user), password: new Secret('secret')});
    await discover(source);
    // A plan tells it before.
    expect(await source.forkDoubt(signal)).toMatch(/no grant says that it may: GRANT LOCK TABLES ON .* over one connection$/);
    await expect(source.fork(1, signal)).rejects.toMatchObject({code: 'SLUICE_AUTH', remedy: expect.stringContaining('GRANT LOCK TABLES ON')});
    for (const [privilege, on] of [['LOCK TABLES', `\`${lab.database}\`.*`], ['RELOAD, PROCESS', '*.*']] as const) {
      await lab.run(`GRANT ${privilege} ON ${on} TO '${user}'@'%'`);
      await using allowed = new MysqlSource({url: endpoint.url.replace(lab.user, user), password: new Secret('secret')});
      await discover(allowed);
      expect(await allowed.forkDoubt(signal)).toBeNull();
      for (const fork of await allowed.fork(1, signal)) await fork[Symbol.asyncDispose]();
      await lab.run(`REVOKE ${privilege} ON ${on} FROM '${user}'@'%'`);
    }
    await lab.run(`DROP USER '${user}'@'%'`);
  });

  test('end with the snapshot that they read from', async () => {
    const source = new MysqlSource(lab.endpoint());
    const accounts = tableOf(await discover(source), 'accounts');
    const [fork] = await source.fork(1, signal);
    await fork!.letGo!();
    await expect(readAll(fork!, accounts)).rejects.toThrow('let go');
    await fork![Symbol.asyncDispose]();
    await source[Symbol.asyncDispose]();
    await until('no thread is left over', async () => (await lab.threads()).length === 0);
  });

  describe('a table cut into parts', () => {
    const many = (from: string, condition: string) => `WITH RECURSIVE s AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM s WHERE n < 1000) SELECT ${from} FROM s a JOIN s b ON b.n <= 40 WHERE ${condition}`;
    const sizes = async (table: string, parts: number) => {
      await using source = new MysqlSource(lab.endpoint());
      const schema = tableOf(await discover(source), table);
      const cuts = await source.split(schema, parts, signal);
      const ends = [null, ...cuts, null];
      const pieces: Row[][] = [];
      for (let i = 1; i < ends.length; i++) pieces.push(await readAll(source, schema, {after: ends[i - 1]!, until: ends[i]!}));
      expect(pieces.flat()).toEqual(await readAll(source, schema));
      return pieces.map(piece => piece.length);
    };

    test('by its integer key, into about the same number of rows, gaps or not', {timeout: 120_000}, async () => {
      await lab.run('CREATE TABLE dense (id bigint PRIMARY KEY, v varchar(200))');
      await lab.run(`INSERT INTO dense ${many("a.n + 1000 * (b.n - 1), REPEAT('x', 100)", '1 = 1')}`);
      await lab.run('CREATE TABLE gaps (id bigint unsigned PRIMARY KEY, v varchar(200))');
      await lab.run('INSERT INTO gaps SELECT IF(id <= 30000, id, id + 18446744073709000000), v FROM dense');
      await lab.run('ANALYZE TABLE dense, gaps');
      for (const table of ['dense', 'gaps']) {
        for (const parts of [2, 4]) {
          const rows = await sizes(table, parts);
          expect(rows).toHaveLength(parts);
          // The server's estimates are off by up to half.
          for (const each of rows) expect(each).toBeGreaterThan(40_000 / parts / 2);
        }
      }
    });

    test('by the first column of a key of several', async () => {
      await lab.run('CREATE TABLE pairs (a int, b varchar(20) COLLATE utf8mb4_bin, v varchar(200), PRIMARY KEY (a, b))');
      await lab.run(`INSERT INTO pairs ${many("a.n, CONCAT('b', b.n), REPEAT('x', 100)", '1 = 1')}`);
      await lab.run('ANALYZE TABLE pairs');
      const rows = await sizes('pairs', 3);
      expect(rows).toHaveLength(3);
      for (const each of rows) expect(each).toBeGreaterThan(40_000 / 3 / 2);
    });

    test('is whole where there is no integer to cut it at, no key, or no row', async () => {
      await lab.run('CREATE TABLE words (w varchar(20) PRIMARY KEY)');
      await lab.run("INSERT INTO words VALUES ('a'), ('b'), ('c')");
      await lab.run('CREATE TABLE heap (v int)');
      await lab.run('INSERT INTO heap VALUES (1), (2)');
      await lab.run('CREATE TABLE nothing (id int PRIMARY KEY)');
      await using source = new MysqlSource(lab.endpoint());
      const schemas = await discover(source);
      for (const table of ['words', 'heap', 'nothing']) expect(await source.split(tableOf(schemas, table), 4, signal)).toEqual([]);
    });
  });
});
