import {createServer, connect as connectSocket, type AddressInfo, type Socket} from 'node:net';
import {once} from 'node:events';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {PipelineError, Secret, type Endpoint, type Row, type Schema} from '@sluice/core';
import {breakableProxy, expectNoLeak, rejection, until, within} from '@sluice/testkit';
import {MysqlDestination, MysqlSource} from '../src/index.ts';
import {parseEndpoint} from '../src/endpoint.ts';
import {Session} from '../src/session.ts';
import {PackedGatherer} from '../src/packed/packed-rows.ts';
import {gatherRows, streamBatches} from '../src/stream-batches.ts';
import {insertRows, openLab, servers, type Lab} from './lab.ts';

const never = new AbortController().signal;
const LIMITS = {after: null, maxRows: 100, maxBytes: 1 << 20};

/** A proxy that can forget the connections it has, as a firewall does, while new ones work. */
async function forgetfulProxy(host: string, port: number) {
  const pairs: [Socket, Socket][] = [];
  const listener = createServer(client => {
    const server = connectSocket(port, host);
    for (const [from, to] of [[client, server], [server, client]] as const) {
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
    pairs.push([client, server]);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    forget() {
      for (const pair of pairs) for (const socket of pair) { socket.unpipe(); socket.pause(); }
    },
    async [Symbol.asyncDispose]() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      listener.close();
    },
  };
}

for (const server of servers) {
  describe(`connections to ${server.kind}`, () => {
    let lab: Lab;
    let large: Schema;
    beforeAll(async () => {
      lab = await openLab(server);
      await lab.run('CREATE TABLE large (id int PRIMARY KEY, body longtext)');
      await insertRows(lab, 'large', Array.from({length: 400}, (_, i): Row => [i, 'x'.repeat(100_000)]));
      await lab.run('CREATE TABLE small (id int PRIMARY KEY, note text)');
      await insertRows(lab, 'small', [[1, 'a'], [2, 'b']]);
      await using source = new MysqlSource(lab.endpoint());
      large = (await source.discover(never)).tables.find(it => it.table === 'large')!;
    });
    beforeEach(async () => { await until('no thread is left over', async () => (await lab.threads()).length === 0); });
    afterAll(async () => { await lab[Symbol.asyncDispose](); });

    const small: Schema = {table: 'small', columns: [{name: 'id', type: 'int', nullable: false}, {name: 'note', type: 'text', nullable: true}], primaryKey: ['id']};
    const rowsOf = async (source: MysqlSource, schema: Schema) => {
      const rows: Row[] = [];
      for await (const batch of source.read({schema, ...LIMITS}, never)) rows.push(...batch.rows);
      return rows;
    };
    const state = async () => (await lab.rows(`SELECT STATE FROM information_schema.PROCESSLIST WHERE USER = '${lab.user}' AND COMMAND = 'Query'`)).map(row => String(row[0]));

    test('a connection cut in silence in mid-read ends in a retryable error, and the server lets go', async () => {
      await using proxy = await forgetfulProxy(server.host, server.port);
      const endpoint: Endpoint = {...lab.endpoint(), url: lab.endpoint().url.replace(/:\d+\//, `:${proxy.port}/`) + '?timeout=1'};
      await using source = new MysqlSource(endpoint);
      const reading = (async () => {
        for await (const _ of source.read({schema: large, ...LIMITS, maxRows: 5}, never)) proxy.forget();
      })();
      const error = await within(20_000, 'the read', rejection(reading));
      expect(error).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
      expect((error as Error).message).toMatch(/nothing was heard for 1 s/);
      // The thread blocked in the middle of the result was killed, not left to wait for days.
      await until('the thread is gone', async () => (await lab.threads()).length === 0);
    }, 30_000);

    test('a connection cut in silence in mid-load ends in a retryable error', async () => {
      await using proxy = await forgetfulProxy(server.host, server.port);
      const endpoint: Endpoint = {...lab.endpoint(), url: lab.endpoint().url.replace(/:\d+\//, `:${proxy.port}/`) + '?timeout=1'};
      await using destination = new MysqlDestination(endpoint);
      const schema: Schema = {...small, table: 'loaded'};
      await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, never);
      await using writer = await load.open(schema, never);
      await writer.write({rows: [[1, 'a']], position: null});
      await writer.commit(null);
      proxy.forget();
      await writer.write({rows: Array.from({length: 100}, (_, i): Row => [i + 10, 'y'.repeat(100_000)]), position: null});
      const error = await within(20_000, 'the load', rejection(writer.commit(null)));
      expect(error).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
    }, 30_000);

    test('a server that computes for longer than the timeout is waited for', async () => {
      await using session = await Session.open(parseEndpoint(lab.endpoint('?timeout=0.3')), 'read', never);
      expect(await session.rows('SELECT SLEEP(2), 1', never)).toEqual([[0, 1]]);
    });

    test('a server that cannot be reached any more is not waited for', async () => {
      await using proxy = await breakableProxy({host: server.host, port: server.port});
      const endpoint: Endpoint = {...lab.endpoint(), url: lab.endpoint().url.replace(/:\d+\//, `:${proxy.port}/`) + '?timeout=0.5'};
      const session = await Session.open(parseEndpoint(endpoint), 'read', never);
      const asking = rejection(session.rows('SELECT SLEEP(60)', never));
      await until('the server computes', async () => (await state()).includes('User sleep'));
      proxy.goSilent();
      expect(await within(25_000, 'the statement', asking)).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
      await session[Symbol.asyncDispose]();
      await lab.killAll();
    }, 40_000);

    test('a server that does not greet is given up after ten seconds', async () => {
      await using proxy = await breakableProxy({host: server.host, port: server.port});
      proxy.goSilent();
      await using source = new MysqlSource({...lab.endpoint(), url: lab.endpoint().url.replace(/:\d+\//, `:${proxy.port}/`)});
      expect(await within(15_000, 'discover', rejection(source.discover(never)))).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
    }, 20_000);

    test('a reset in mid-read is a retryable error', async () => {
      await using source = new MysqlSource(lab.endpoint());
      const error = await within(10_000, 'the read', rejection((async () => {
        for await (const _ of source.read({schema: large, ...LIMITS, maxRows: 5}, never)) lab.proxy.cut();
      })()));
      expect(error).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
      // The snapshot went with the connection: reading on would mix two moments.
      expect(await rejection(rowsOf(source, small))).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
    });

    test('KILL QUERY in mid-read is a retryable error, and the snapshot lives on', async () => {
      await using source = new MysqlSource(lab.endpoint());
      await rowsOf(source, small);
      const error = await within(10_000, 'the read', rejection((async () => {
        for await (const _ of source.read({schema: large, ...LIMITS, maxRows: 5}, never)) {
          for (const thread of await lab.threads()) await lab.run(`KILL QUERY ${thread}`);
        }
      })()));
      expect(error).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
      expect(await rowsOf(source, small)).toEqual([[1, 'a'], [2, 'b']]);
    });

    test('leaving early keeps the snapshot, and lets go of the table', async () => {
      await lab.run('DROP TABLE IF EXISTS moving');
      await lab.run('CREATE TABLE moving (id int PRIMARY KEY, body longtext)');
      await insertRows(lab, 'moving', Array.from({length: 300}, (_, i): Row => [i, 'x'.repeat(100_000)]));
      await using source = new MysqlSource(lab.endpoint());
      const moving = (await source.discover(never)).tables.find(it => it.table === 'moving')!;
      for await (const _ of source.read({schema: moving, ...LIMITS, maxRows: 5}, never)) break;
      await lab.run("INSERT INTO small VALUES (3, 'late')");
      await lab.run("INSERT INTO moving VALUES (1000, 'late')");
      expect(await rowsOf(source, small)).toEqual([[1, 'a'], [2, 'b']]);
      expect(await rowsOf(source, moving)).toHaveLength(300);
      // Nobody who alters the table waits for our transaction …
      await within(5_000, 'altering a table that was read', lab.run('ALTER TABLE moving ADD extra int, ALGORITHM = COPY'));
      // … and what the snapshot no longer knows is an error, not something else.
      expect(await rejection(rowsOf(source, moving))).toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'moving'}});
      await lab.run('DELETE FROM small WHERE id = 3');
    });

    test('leaving while the server computes stops the statement', async () => {
      await using session = await Session.open(parseEndpoint(lab.endpoint()), 'read', never);
      const controller = new AbortController();
      const stream = streamBatches(session, {query: {sql: 'SELECT SLEEP(60)'}, where: 'test'}, gatherRows({maxRows: 1, maxBytes: 1, measure: () => 1}), controller.signal);
      const asking = rejection(stream.next());
      await until('the server computes', async () => (await state()).includes('User sleep'));
      controller.abort(new Error('stop'));
      expect(await within(5_000, 'the abort', asking)).toBe(controller.signal.reason);
      await until('the server has stopped', async () => !(await state()).includes('User sleep'));
      expect(await session.rows('SELECT 1', never)).toEqual([[1]]);
    });

    test('a message that is no row ends the reading with what is wrong, not with a connection that is gone', async () => {
      await using session = await Session.open(parseEndpoint(lab.endpoint()), 'read', never);
      const stream = streamBatches(session, {query: {sql: 'SELECT 1'}, where: {table: 'small'}}, new PackedGatherer(['int', 'int'], {maxRows: 10, maxBytes: 1000}), never);
      expect(await rejection(stream.next())).toMatchObject({code: 'SLUICE_CONNECT', context: {table: 'small'}, message: expect.stringContaining('no row that was asked for') as string});
      expect(session.alive).toBe(false);
    });

    test.each(['small', 'other kind'])('a table that somebody has locked (%s) is waited for as long as lockTimeout says, then named', async table => {
      await lab.run('CREATE TABLE IF NOT EXISTS `other kind` (id int PRIMARY KEY, note text) ENGINE = MyISAM');
      await lab.run(`LOCK TABLES \`${table}\` WRITE`);
      try {
        await using source = new MysqlSource(lab.endpoint('?lockTimeout=1'));
        const catalog = await within(10_000, 'discover', source.discover(never));
        const schema = catalog.tables.find(it => it.table === table)!;
        const error = await within(10_000, 'the read', rejection(rowsOf(source, schema)));
        expect(error).toMatchObject({code: 'SLUICE_LOCKED', retryable: true, context: {table}});
        expect((error as Error).message).toBe(`table ${table}: another session holds a lock on it, and 1 s have passed (error 1205)`);
        expect((error as PipelineError).remedy).toMatch(/LOCK TABLES.*lockTimeout/);
        const problems = await within(10_000, 'the check', source.check(never));
        expect(problems).toEqual([{path: table, message: expect.stringMatching(/another session holds a lock on it.*LOCK TABLES/) as string}]);
        // The snapshot outlives it, and so does the way to the table.
        await lab.run('UNLOCK TABLES');
        expect(await rowsOf(source, schema)).toHaveLength(table === 'small' ? 2 : 0);
      } finally {
        await lab.run('UNLOCK TABLES');
        await lab.run('DROP TABLE `other kind`');
      }
    }, 40_000);

    test('sessions of both kinds wait for a lock as long as the URL says', async () => {
      for (const role of ['read', 'write'] as const) {
        for (const [query, seconds] of [['', 60], ['?lockTimeout=7', 7]] as const) {
          await using session = await Session.open(parseEndpoint(lab.endpoint(query)), role, never);
          expect(await session.rows('SELECT @@lock_wait_timeout', never)).toEqual([[seconds]]);
        }
      }
    });

    const refused = async (endpoint: Endpoint): Promise<Error> => {
      await using source = new MysqlSource(endpoint);
      return await rejection(source.discover(never)) as Error;
    };

    test('wrong password, unknown database, closed port, unknown host: one clear sentence each', async () => {
      const password = 'canary-4711';
      const wrong = await refused({...lab.endpoint(), password: new Secret(password)});
      expect(wrong).toMatchObject({code: 'SLUICE_AUTH', retryable: false});
      expect(wrong.message).toMatch(/refuses this user and password/);
      expectNoLeak(wrong, password);
      await lab.run(`GRANT SELECT ON \`sluice_no_such_db\`.* TO '${lab.user}'@'%'`);
      const unknown = await refused(lab.endpoint('', 'sluice_no_such_db'));
      expect(unknown).toMatchObject({code: 'SLUICE_CONNECT', retryable: false});
      expect(unknown.message).toMatch(/no such database/);
      expect(await refused(lab.endpoint('', 'mysql'))).toMatchObject({code: 'SLUICE_AUTH'});
      const closed = await refused({url: 'mysql://u@127.0.0.1:9/db'});
      expect(closed).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
      expect(closed.message).toBe('server mysql://127.0.0.1:9/db: nothing listens there');
      const nowhere = await refused({url: 'mysql://u@host.invalid/db'});
      expect(nowhere).toMatchObject({code: 'SLUICE_CONNECT'});
    });

    test('TLS: required is refused by a server without it, preferred takes what there is, verify wants a certificate it knows', async () => {
      const [[, has]] = await lab.rows("SHOW VARIABLES LIKE 'have_ssl'").then(rows => rows.length > 0 ? rows : lab.rows("SHOW STATUS LIKE 'Ssl_server_not_after'")) as [[string, string]];
      const encrypted = has !== 'DISABLED' && has !== '' && has !== 'NO';
      const cipher = async (query: string) => {
        await using session = await Session.open(parseEndpoint(lab.endpoint(query)), 'read', never);
        return (await session.rows("SHOW STATUS LIKE 'Ssl_cipher'", never))[0]?.[1];
      };
      expect(await cipher('?ssl=off')).toBe('');
      if (encrypted) {
        expect(await cipher('?ssl=preferred')).toMatch(/TLS|AES|CHACHA/);
        expect(await cipher('?ssl=required')).toMatch(/TLS|AES|CHACHA/);
        expect(await rejection(cipher('?ssl=verify'))).toMatchObject({code: 'SLUICE_CONNECT', retryable: false});
        await using source = new MysqlSource(lab.endpoint('?ssl=required'));
        expect(await rowsOf(source, small)).toEqual([[1, 'a'], [2, 'b']]);
      } else {
        expect(await cipher('?ssl=preferred')).toBe('');
        expect(await rejection(cipher('?ssl=required'))).toMatchObject({code: 'SLUICE_CONNECT', retryable: false});
      }
      expect(await rejection(cipher('?ssl=verify&ca=/no/such/file.pem'))).toMatchObject({code: 'SLUICE_CONFIG'});
    });

    test.skipIf(server.socket === null)('reads through a Unix socket', async () => {
      const endpoint = lab.endpoint(`?socket=${server.socket}`);
      await using source = new MysqlSource({...endpoint, url: endpoint.url.replace(/127\.0\.0\.1:\d+/, 'localhost')});
      expect(await rowsOf(source, small)).toEqual([[1, 'a'], [2, 'b']]);
      expect(source.label).toContain('socket=');
    });

    test('check names every table the user may not read, at once', async () => {
      const other = await openLab(server);
      for (const name of ['one', 'two', 'three']) await other.run(`CREATE TABLE ${name} (id int)`);
      const user = `sluice_r_${lab.user.slice(-6)}`;
      const host = "'%'";
      await other.run(`CREATE USER '${user}'@${host} IDENTIFIED BY 'pw-canary-1'`);
      await other.run(`GRANT INSERT ON \`${other.database}\`.one TO '${user}'@${host}`);
      await other.run(`GRANT INSERT ON \`${other.database}\`.two TO '${user}'@${host}`);
      await other.run(`GRANT SELECT ON \`${other.database}\`.three TO '${user}'@${host}`);
      const endpoint: Endpoint = {url: other.endpoint().url.replace(/\/\/[^@]+@/, `//${user}@`), password: new Secret('pw-canary-1')};
      await using source = new MysqlSource(endpoint);
      const problems = await source.check(never);
      expect(problems.map(({path}) => path).sort()).toEqual(['one', 'two']);
      expect(problems[0]?.message).toMatch(/may not do this with the table.*; GRANT SELECT ON `\w+`\.`one` TO 'sluice_r_/);
      await using destination = new MysqlDestination(endpoint);
      const found = await destination.check(never);
      expect(found.map(({message}) => message).join()).toMatch(/create tables/);
      expectNoLeak([problems, found], 'pw-canary-1');
      await other.run(`DROP USER '${user}'@${host}`);
      await other[Symbol.asyncDispose]();
    });
  });
}
