import {describe, expect, it} from 'vitest';
import {MongoClient} from 'mongodb';
import {createConnection} from 'mysql2/promise';
import pg from 'pg';
import {freshDatabase, server, serverKinds, startPrivateServer} from '@sluice/testkit/servers';

const mysqlLike = serverKinds.filter(kind => kind !== 'postgres' && kind !== 'mongodb');

for (const kind of mysqlLike) {
  const shared = await server(kind);

  describe.skipIf(!shared)(`the ${kind} server of the tests`, () => {
    const running = () => shared as NonNullable<typeof shared>;

    it('is what it says it is', () => {
      expect(running().version.includes('MariaDB')).toBe(kind === 'mariadb');
    });

    it('is the same one for everybody who asks', async () => {
      expect(await server(kind)).toBe(running());
    });

    it('gives each test file a database of its own, and takes it back', async () => {
      const one = await freshDatabase(running());
      const other = await freshDatabase(running());
      expect(one.name).not.toBe(other.name);
      await one.drop();
      await one.drop();
      await expect(createConnection(one.url)).rejects.toMatchObject({code: 'ER_BAD_DB_ERROR'});
      await (await createConnection(other.url)).end();
      await other.drop();
    });

    it('takes rows of 64 MB and reads local files', async () => {
      const connection = await createConnection(running().url);
      const [[variables]] = await connection.query('SELECT @@max_allowed_packet AS packet, @@local_infile AS local') as unknown as [[{packet: number; local: number}]];
      await connection.end();
      expect(variables.packet).toBeGreaterThanOrEqual(64 * 1024 * 1024);
      expect(variables.local).toBe(1);
    });
  });

  // Null where the shared one was given by URL and there is no program here.
  const own = shared ? await startPrivateServer(kind) : null;

  describe.skipIf(!own)(`a private ${kind} server`, () => {
    it('comes back with its data after a kill, and leaves nothing behind', async () => {
      const killed = own as NonNullable<typeof own>;
      const database = await freshDatabase(killed);
      const connection = await createConnection(database.url);
      connection.on('error', () => {});
      await connection.query('CREATE TABLE kept (id INT PRIMARY KEY)');
      await connection.query('INSERT INTO kept VALUES (1)');
      await killed.kill();
      await expect(createConnection(database.url)).rejects.toMatchObject({code: 'ECONNREFUSED'});
      await killed.start();
      const again = await createConnection(database.url);
      expect((await again.query('SELECT id FROM kept'))[0]).toEqual([{id: 1}]);
      await again.end();
      await killed.stop();
      await killed.stop();
      expect(() => process.kill(killed.pid, 0)).toThrow(/ESRCH/);
    });
  });
}

const postgres = await server('postgres');

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({connectionString: url});
  client.on('error', () => {});
  await client.connect();
  return client;
}

describe.skipIf(!postgres)('the postgres server of the tests', () => {
  const running = () => postgres as NonNullable<typeof postgres>;

  it('is what it says it is, and the same one for everybody who asks', async () => {
    expect(running().version).toMatch(/^\d\d/u);
    expect(await server('postgres')).toBe(running());
  });

  it('gives each test file a database of its own in UTF-8, and takes it back even when somebody is connected', async () => {
    const one = await freshDatabase(running());
    const other = await freshDatabase(running());
    expect(one.name).not.toBe(other.name);
    const busy = await connected(one.url);
    expect((await busy.query('SHOW server_encoding')).rows).toEqual([{server_encoding: 'UTF8'}]);
    await one.drop();
    await one.drop();
    await expect(connected(one.url)).rejects.toMatchObject({code: '3D000'});
    await (await connected(other.url)).end();
    await other.drop();
  });
});

const ownPostgres = postgres ? await startPrivateServer('postgres') : null;

describe.skipIf(!ownPostgres)('a private postgres server', () => {
  it('comes back with its data after a kill, and leaves nothing behind', async () => {
    const killed = ownPostgres as NonNullable<typeof ownPostgres>;
    const database = await freshDatabase(killed);
    const client = await connected(database.url);
    await client.query('CREATE TABLE kept (id int PRIMARY KEY)');
    await client.query('INSERT INTO kept VALUES (1)');
    await killed.kill();
    await expect(connected(database.url)).rejects.toMatchObject({code: 'ECONNREFUSED'});
    await killed.start();
    const again = await connected(database.url);
    expect((await again.query('SELECT id FROM kept')).rows).toEqual([{id: 1}]);
    await again.end();
    await killed.stop();
    await killed.stop();
    expect(() => process.kill(killed.pid, 0)).toThrow(/ESRCH/);
  });
});

const mongodb = await server('mongodb');

async function withClient<T>(url: string, use: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(url, {serverSelectionTimeoutMS: 1_000});
  try {
    await client.connect();
    return await use(client);
  } finally {
    await client.close();
  }
}

describe.skipIf(!mongodb)(`the mongodb server of the tests (${mongodb?.version})`, () => {
  const running = () => mongodb as NonNullable<typeof mongodb>;

  it('gives each test file a database of its own, and takes it back', async () => {
    const one = await freshDatabase(running());
    const other = await freshDatabase(running());
    expect(one.name).not.toBe(other.name);
    await withClient(one.url, client => client.db().collection('kept').insertOne({a: 1}));
    await one.drop();
    await one.drop();
    expect(await withClient(one.url, client => client.db().collection('kept').countDocuments())).toBe(0);
    await other.drop();
  });

  it('keeps types of numbers, and puts ids of all types into one order', async () => {
    await using database = await freshDatabase(running());
    const ids = await withClient(database.url, async client => {
      const kept = client.db().collection<{_id: unknown}>('kept');
      await kept.insertMany([{_id: true}, {_id: 'a'}, {_id: 2.5}, {_id: {a: 1}}, {_id: 1}]);
      return (await kept.find({}, {sort: {_id: 1}}).toArray()).map(({_id}) => _id);
    });
    expect(ids).toEqual([1, 2.5, 'a', {a: 1}, true]);
  });
});

const ownMongodb = mongodb ? await startPrivateServer('mongodb') : null;

describe.skipIf(!ownMongodb)('a private mongodb server', () => {
  it('comes back after a kill, and leaves nothing behind', async () => {
    const killed = ownMongodb as NonNullable<typeof ownMongodb>;
    await killed.kill();
    await expect(withClient(killed.url, client => client.db('admin').command({ping: 1}))).rejects.toThrow(/ECONNREFUSED/);
    await killed.start();
    expect(await withClient(killed.url, client => client.db('admin').command({ping: 1}))).toMatchObject({ok: 1});
    await killed.stop();
    await killed.stop();
    expect(() => process.kill(killed.pid, 0)).toThrow(/ESRCH/);
  });
});
