import {CANARY, freshDatabase, server, type TestDatabase} from '@sluice/testkit';
import {BSON, MongoClient, type Db} from 'mongodb';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {folders} from './support/folder.ts';
import {openPostgres, postgres} from './support/postgres.ts';
import {sluice} from './support/program.ts';
import {namesIn, rowsOf} from './support/sqlite-file.ts';

const mongodb = await server('mongodb');
const folder = folders();

describe.skipIf(!mongodb)(`copies of MongoDB (${mongodb?.version})`, () => {
  let database: TestDatabase;
  let client: MongoClient;
  let db: Db;
  beforeAll(async () => {
    database = await freshDatabase(mongodb!);
    client = await MongoClient.connect(database.url);
    db = client.db();
    await db.collection<{_id: number}>('orders').insertMany(Array.from({length: 250}, (_, i) => ({
      _id: i, customer: {name: `n${i}`}, lines: Array.from({length: i % 3}, (__, j) => ({sku: `s${j}`, amount: BSON.Decimal128.fromString(`${j}.50`)})), ...(i === 7 && {late: CANARY}), ...(i === 8 && {late: 8}),
    })));
    await db.collection<{_id: string}>('people').insertMany([{_id: 'b'}, {_id: 'a'}]);
  });
  const withOptions = (options: string) => {
    const url = new URL(database.url);
    for (const [name, value] of new URLSearchParams(options)) url.searchParams.set(name, value);
    return url.href;
  };
  afterAll(async () => {
    await client.close();
    await database.drop();
  });

  test('a database becomes tables in one go, proved; run again, what changed is there and what is gone is gone', async () => {
    const place = folder();
    const run = async () => {
      const ended = await sluice(['copy', database.url, 'sqlite:out.db', '--json'], {cwd: place.path});
      expect(ended, ended.stderr).toMatchObject({code: 0});
      return JSON.parse(ended.stdout) as {readonly status: string; readonly verification: {readonly status: string}; readonly warnings: readonly string[]; readonly tables: readonly {readonly name: string; readonly rowsRead: number; readonly verified: boolean}[]};
    };
    const first = await run();
    expect(first).toMatchObject({status: 'ok', verification: {status: 'passed'}});
    expect(first.tables.map(({name, rowsRead, verified}) => [name, rowsRead, verified]).toSorted()).toEqual([['orders', 250, true], ['orders_lines', 249, true], ['people', 2, true]]);
    expect(first.warnings.join('\n')).toContain('no snapshot');
    const file = place.at('out.db');
    expect(namesIn(file, "'table'")).toEqual(expect.arrayContaining(['orders', 'orders_lines', 'people']));
    expect(rowsOf(file, 'SELECT orders_id, idx, sku, amount FROM orders_lines WHERE orders_id = 5 ORDER BY idx')).toEqual([[5n, 1n, 's0', '0.50'], [5n, 2n, 's1', '1.50']]);
    expect(rowsOf(file, 'SELECT id FROM people ORDER BY id')).toEqual([['a'], ['b']]);

    await db.collection<{_id: number}>('orders').updateOne({_id: 5}, {$set: {lines: [{sku: 'new'}]}});
    await db.collection<{_id: number}>('orders').deleteOne({_id: 4});
    await run();
    expect(rowsOf(file, 'SELECT idx, sku FROM orders_lines WHERE orders_id IN (4, 5)')).toEqual([[1n, 'new']]);
    expect(rowsOf(file, 'SELECT count(*) FROM orders')).toEqual([[249n]]);
  });

  test('its tables can be chosen, renamed and planned; what fits no column is kept and counted, never shown', async () => {
    const place = folder();
    const plan = await sluice(['plan', database.url, 'sqlite:out.db', '--tables', 'people'], {cwd: place.path});
    expect(plan, plan.stderr).toMatchObject({code: 0});
    expect(plan.stdout).toContain('people');
    expect(plan.stdout).not.toContain('orders_lines');
    place.write('schemas/orders.json', '{"_id": "INT", "customer": {"name": "STRING"}}');
    const copied = await sluice(['copy', withOptions('schemas=schemas'), 'sqlite:out.db'], {cwd: place.path});
    expect(copied, copied.stderr).toMatchObject({code: 0});
    // Arrays, empty ones too, and what two documents have besides.
    expect(copied.stderr).toMatch(/values fit no column and are in the overflow, none is lost: orders: unknown field \(\d+\)/);
    expect(copied.stdout + copied.stderr).not.toContain(CANARY);
    expect(namesIn(place.at('out.db'), "'table'")).not.toContain('people');
    expect(rowsOf(place.at('out.db'), "SELECT id FROM orders WHERE _extra LIKE '%late%' ORDER BY id")).toEqual([[7n], [8n]]);
  });

  test('compatible tables have the names that they had', async () => {
    const place = folder();
    const ended = await sluice(['copy', withOptions('naming=compat&prefix=old_'), 'sqlite:out.db'], {cwd: place.path});
    expect(ended, ended.stderr).toMatchObject({code: 0});
    expect(namesIn(place.at('out.db'), "'table'")).toEqual(expect.arrayContaining(['old_order_lines', 'old_orders', 'old_orders__extra', 'old_people', 'old_people__extra']));
  });

  test.skipIf(postgres === null)('to PostgreSQL over several connections', async () => {
    const target = await openPostgres(postgres!);
    try {
      const ended = await sluice(['copy', database.url, target.url, '--parallel', '2', '--json'], {cwd: folder().path});
      expect(ended, ended.stderr).toMatchObject({code: 0});
      expect(await target.rows('SELECT count(*) FROM orders_lines')).toEqual([[String(JSON.parse(ended.stdout).tables.find(({name}: {name: string}) => name === 'orders_lines').rowsRead)]]);
    } finally {
      await target.drop();
    }
  });

  test('what is wrong is told at once, with what would be right, and ends with 2', async () => {
    const place = folder();
    const ended = await sluice(['copy', 'mongodb://127.0.0.1/?readPreference=second&replicaset=a&readPreferense=b', 'sqlite:out.db'], {cwd: place.path});
    expect(ended.code).toBe(2);
    for (const text of ['the URL names no database', 'readPreference must be one of', 'did you mean readPreference?']) expect(ended.stderr).toContain(text);
    const gone = await sluice(['check', 'mongodb://127.0.0.1:1/shop?serverSelectionTimeoutMS=200'], {cwd: place.path});
    expect(gone.code).toBe(1);
    expect(gone.stdout + gone.stderr).toContain('nothing listens there');
    const written = await sluice(['copy', 'sqlite:in.db', database.url], {cwd: place.path});
    expect(written.code).toBe(2);
    expect(written.stderr).toContain('mongodb can only be read from');
  });
});
