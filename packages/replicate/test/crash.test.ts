import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {MemoryDatabase, MemoryDestination} from '@sluice/connector-memory';
import {MysqlDestination} from '@sluice/connector-mysql';
import {PostgresDestination} from '@sluice/connector-postgres';
import {SqliteDestination} from '@sluice/connector-sqlite';
import {Secret, type Destination, type Endpoint} from '@sluice/core';
import {crashLaw, randomNumbers, type Faults} from '@sluice/testkit';
import {freshDatabase, server, type ServerKind, type TestDatabase, type TestServer} from '@sluice/testkit/servers';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {syncDocuments, verifyDocuments, type ChangeFeed, type DocumentReader, type DocumentScan} from '../src/index.ts';
import {DATABASE, FakeMongo} from './fake-mongo.ts';
import {beginAnew, customer, expectInStep, never, openStore, order, shop} from './shop.ts';

type Mode = 'clean' | 'compat';

const IDS = 6;

/** A sequence of changes that follows from the seed alone: documents come, change and go, collections are emptied and renamed. */
function play(mongo: FakeMongo, seed: number, steps: number): void {
  const random = randomNumbers(seed);
  const below = (n: number) => Math.floor(random() * n);
  for (let step = 0; step < steps; step++) {
    const id = 1 + below(IDS);
    const dice = random();
    if (dice < 0.5) mongo.put('orders', order(id, below(4), {customer: `customer ${step}`, ...(random() < 0.3 && {note: `unknown ${step}`}), ...(random() < 0.2 && {total: `text ${step}`})}));
    else if (dice < 0.65) mongo.remove('orders', id);
    else if (dice < 0.8) mongo.put('customers', customer(`c${id}`, {name: `name ${step}`, mails: Array.from({length: below(3)}, (_, i) => `${step}.${i}@example.org`)}));
    else if (dice < 0.85) mongo.remove('customers', `c${id}`);
    else if (dice < 0.9) mongo.drop(random() < 0.5 ? 'orders' : 'customers', random() < 0.5 ? 'dropped' : 'truncated');
    else if (dice < 0.95) mongo.put('archive', order(100 + id, 1));
    else mongo.rename('archive', 'orders');
  }
}

/** Calls of feed and documents fail, too. */
function faulty(mongo: FakeMongo, faults: Faults): {readonly feed: ChangeFeed; readonly reader: DocumentReader; readonly scan: DocumentScan} {
  async function* each<T>(name: string, items: AsyncIterable<T>): AsyncGenerator<T> {
    const reading = items[Symbol.asyncIterator]();
    for (;;) {
      const next = await faults.step(name, () => reading.next());
      if (next.done) return;
      yield next.value;
    }
  }
  return {
    feed: {read: (after, options, signal) => each('feed.read', mongo.feed.read(after, options, signal))},
    reader: {fetch: (collection, idField, ids, signal) => each('reader.fetch', mongo.reader.fetch(collection, idField, ids, signal))},
    scan: {read: (request, signal) => each('scan.read', mongo.scan.read(request, signal))},
  };
}

interface Target extends AsyncDisposable {
  open(): Destination;
}

function endpointOf({kind, host, port, user, password}: TestServer, {name}: TestDatabase): Endpoint {
  return {url: `${kind === 'postgres' ? 'postgresql' : 'mysql'}://${encodeURIComponent(user)}@${host}:${port}/${name}`, ...(password !== '' && {password: new Secret(password)})};
}

async function serverTarget(it: TestServer): Promise<Target> {
  const database = await freshDatabase(it);
  const endpoint = endpointOf(it, database);
  return {open: () => (it.kind === 'postgres' ? new PostgresDestination(endpoint) : new MysqlDestination(endpoint)), [Symbol.asyncDispose]: () => database.drop()};
}

const found = await Promise.all((['postgres', 'mariadb', 'mysql'] satisfies ServerKind[]).map(kind => server(kind)));
/** A crash after a call leaves a server as one before the next call does, so that it is tried once there; what happens between proof and position, in memory and in a file. */
const everywhere = {moments: ['before', 'after'], proving: [true, false]} as const;
const once = {moments: ['after'], proving: [false]} as const;
const targets: readonly (readonly [name: string, make: () => Promise<Target>, typeof everywhere | typeof once])[] = [
  ['memory', async () => {
    const database = new MemoryDatabase();
    return {open: () => new MemoryDestination(database), async [Symbol.asyncDispose]() {}};
  }, everywhere],
  ['sqlite', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-replicate-'));
    return {open: () => new SqliteDestination(join(folder, 'target.db')), [Symbol.asyncDispose]: () => rm(folder, {recursive: true, force: true})};
  }, everywhere],
  ...found.flatMap(it => (it === null ? [] : [[it.kind, () => serverTarget(it), once] as const])),
];

describe.each(targets)('documents kept in tables of %s', (name, make, {moments, proving}) => {
  let target: Target;
  let destination: Destination;
  beforeAll(async () => {
    target = await make();
    destination = target.open();
  });
  afterAll(async () => {
    await destination[Symbol.asyncDispose]();
    await target[Symbol.asyncDispose]();
  });

  test.each(['clean', 'compat'] as const)('are in step after any sequence of changes, and all documents equal all rows: %s tables', async mode => {
    const collections = shop(mode);
    await beginAnew(destination, collections);
    const mongo = new FakeMongo();
    for (let seed = 1; seed <= (name === 'memory' ? 60 : 6); seed++) {
      play(mongo, seed, 25);
      await run(mongo, undefined, destination, mode, seed % 2 === 0);
      await expectInStep(destination, mongo, mode);
    }
    await using store = await openStore(destination, collections);
    expect(await verifyDocuments({reader: mongo.reader, scan: mongo.scan, store, collections}, never)).toMatchObject({equal: true, collections: [{missing: 0, differing: 0, extra: 0}, {missing: 0, differing: 0, extra: 0}]});
  }, 120_000);

  test.each(proving)('are in step whichever call the process dies in, when it runs again (rows are proved: %s)', async verify => {
    const mongo = new FakeMongo();
    play(mongo, 7, 8);
    mongo.put('archive', order(50, 2));
    mongo.rename('archive', 'orders');
    play(mongo, 8, 8);
    let dying: Faults | null = null;
    const {failures, calls} = await crashLaw({
      kinds: moments.map(when => ({how: 'crash', when})),
      async reset() {
        await beginAnew(destination, shop());
      },
      async run(faults) {
        dying = faults;
        await run(mongo, faults, destination, 'clean', verify);
      },
      // The server has noticed that the process is gone: its locks are free.
      async afterFailure() {
        await dying?.[Symbol.asyncDispose]();
      },
      equal: () => expectInStep(destination, mongo),
    });
    expect(new Set(calls)).toEqual(new Set(['destination.openGroups', 'groups.position', 'feed.read', 'reader.fetch', 'scan.read', 'groups.replace', ...(verify ? ['groups.read'] : [])]));
    expect(failures).toBe(calls.length * moments.length);
  }, 300_000);
});

async function run(mongo: FakeMongo, faults: Faults | undefined, destination: Destination, mode: Mode, verify: boolean): Promise<void> {
  const collections = shop(mode);
  await using store = await openStore(faults?.destination(destination) ?? destination, collections);
  await syncDocuments({...(faults ? faulty(mongo, faults) : {feed: mongo.feed, reader: mongo.reader, scan: mongo.scan}), store, database: DATABASE, collections, verify, maxChanges: 9}, never);
}
