import {ErrorCode, Fitting, PipelineError, type Batch, type Operation, type Position, type Row} from '@sluice/core';
import {TransactionWriter, type ServerSession, type TransactionSql} from '../src/index.ts';
import fc from 'fast-check';
import {expect, test} from 'vitest';

const SQL: TransactionSql = {begin: 'begin', savepoint: 'savepoint', undo: 'undo', release: 'release', deadlock: {native: 'deadlock', keeps: 'savepoint'}};
const never = new AbortController().signal;

/** A server that keeps rows by the rules of a transaction with one savepoint, and refuses some. */
class Server implements ServerSession {
  alive = true;
  readonly said: string[] = [];
  live: Row[] = [];
  #open: Row[] | null = null;
  #saved = 0;
  readonly #refuses: (row: Row) => boolean;

  constructor(refuses: (row: Row) => boolean = () => false) {
    this.#refuses = refuses;
  }

  async run(sql: string): Promise<void> {
    if (!this.alive) throw new PipelineError(ErrorCode.CONNECT, 'table t: the connection is gone');
    this.said.push(sql);
    if (sql === 'begin') this.#open = [];
    else if (this.#open === null) throw new Error(`${sql} outside of a transaction`);
    else if (sql === 'savepoint') this.#saved = this.#open.length;
    else if (sql === 'undo') this.#open.length = this.#saved;
    else if (sql === 'COMMIT') { this.live.push(...this.#open); this.#open = null; } else if (sql === 'ROLLBACK') this.#open = null;
  }

  async apply(rows: readonly Row[]): Promise<void> {
    for (const row of rows) {
      // What came before the refused row is in already.
      if (this.#refuses(row)) throw new PipelineError(ErrorCode.VALUE, 'table t: a value does not fit its column', {column: 'c', remedy: 'correct it'});
      this.#open!.push(row);
    }
  }

  destroy(): void {
    this.alive = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
  }
}

function writerOf(server: Server, {apply = rows => server.apply(rows), placed = [], sql = SQL, signal = never}: {
  apply?: (rows: readonly Row[], ops: readonly Operation[] | undefined) => Promise<void>;
  placed?: (Position | null)[];
  sql?: TransactionSql;
  signal?: AbortSignal;
} = {}) {
  let closed = 0;
  const writer = new TransactionWriter(server, {
    table: 't', order: 'any', resumeAfter: null, fitting: new Fitting('t', []), transaction: sql, apply,
    place: async position => { placed.push(position); },
    closed: () => { closed++; },
  }, signal);
  return {writer, closings: () => closed};
}

const batch = (...values: number[]): Batch => ({rows: values.map(value => [value]), position: null});
const at = (text: string) => text as Position;

test('a commit holds its rows and its position, and counts the rows since the one before', async () => {
  const server = new Server();
  const placed: (Position | null)[] = [];
  await using writer = writerOf(server, {placed}).writer;
  await writer.write(batch(1, 2));
  await writer.write(batch(3));
  expect(await writer.commit(at('a'))).toEqual({rows: 3});
  await writer.write(batch(4));
  expect(await writer.commit(null)).toEqual({rows: 1});
  expect(server.live).toEqual([[1], [2], [3], [4]]);
  expect(placed).toEqual(['a', null]);
});

test('a commit without rows is a transaction with the position alone', async () => {
  const server = new Server();
  await using writer = writerOf(server).writer;
  await writer.write(batch());
  expect(await writer.commit(at('a'))).toEqual({rows: 0});
  expect(server.said).toEqual(['begin', 'COMMIT']);
});

test('savepoints are released where the dialect wants it, and only there', async () => {
  for (const release of ['release', null]) {
    const server = new Server();
    await using writer = writerOf(server, {sql: {...SQL, release}}).writer;
    await writer.write(batch(1));
    await writer.commit(null);
    expect(server.said).toEqual(['begin', 'savepoint', ...(release === null ? [] : [release]), 'COMMIT']);
  }
});

test('savepoints go with the next statement where the session keeps them for it', async () => {
  const {server, apply} = deferring(new Server());
  await using writer = writerOf(server, {apply}).writer;
  await writer.write(batch(1));
  await writer.write(batch(2));
  await writer.commit(null);
  expect(server.live).toEqual([[1], [2]]);
  expect(server.said).toEqual(['begin', 'savepoint', 'rows', 'release', 'savepoint', 'rows', 'release', 'COMMIT']);
  expect(server.ways).toEqual(['begin', 'rows', 'rows', 'COMMIT']);
});

/** The server behind a session that keeps statements for the next one; `ways`: what was sent by itself. */
function deferring(server: Server) {
  const kept: string[] = [];
  const ways: string[] = [];
  const run = server.run.bind(server);
  const bring = async (sql: string) => {
    ways.push(sql);
    for (const each of kept.splice(0)) await run(each);
  };
  return {
    server: Object.assign(server, {
      ways,
      defer: (sql: string) => { kept.push(sql); },
      run: async (sql: string) => {
        await bring(sql);
        await run(sql);
      },
    }),
    apply: async (rows: readonly Row[]) => {
      await bring('rows');
      server.said.push('rows');
      await server.apply(rows);
    },
  };
}

test.each([false, true])('the first refused row is found, whichever and however many are refused, and nothing is live (the session keeps savepoints: %s)', async keeps => {
  await fc.assert(fc.asyncProperty(fc.array(fc.array(fc.boolean(), {maxLength: 20}), {minLength: 1, maxLength: 4}), async batches => {
    fc.pre(batches.some(rows => rows.includes(true)));
    const plain = new Server(([refused]) => refused === true);
    const {server, apply} = keeps ? deferring(plain) : {server: plain, apply: undefined};
    const {writer} = writerOf(server, {...(apply && {apply})});
    const told = (async () => {
      for (const rows of batches) await writer.write({rows: rows.map(refused => [refused]), position: null});
      await writer.commit(null);
    })();
    const first = batches.flat().indexOf(true);
    await expect(told).rejects.toMatchObject({
      code: ErrorCode.VALUE, retryable: false, remedy: 'correct it', context: {table: 't', column: 'c', row: first},
      message: `row ${first + 1} of table t: a value does not fit its column`,
    });
    await writer[Symbol.asyncDispose]();
    expect(server.live).toEqual([]);
  }), {seed: 1});
});

test('operations are tried with their rows', async () => {
  const seen: [number, Operation[] | undefined][] = [];
  const server = new Server();
  const {writer} = writerOf(server, {
    apply: async (rows, ops) => {
      seen.push([rows.length, ops && [...ops]]);
      if (ops?.includes('delete')) throw new PipelineError(ErrorCode.VALUE, 'table t: no');
    },
  });
  await writer.write({rows: [[1], [2], [3]], ops: ['insert', 'update', 'delete'], position: null});
  await expect(writer.commit(null)).rejects.toMatchObject({context: {row: 2}});
  expect(seen).toEqual([[3, ['insert', 'update', 'delete']], [2, ['insert', 'update']], [1, ['delete']]]);
  await writer[Symbol.asyncDispose]();
});

test('what is no refusal of a value is passed on as it is, without a search', async () => {
  const failure = new PipelineError(ErrorCode.WRITE, 'table t: the disk of the server is full');
  let tries = 0;
  const server = new Server();
  const {writer} = writerOf(server, {apply: async () => { tries++; throw failure; }});
  await writer.write(batch(1, 2, 3));
  await expect(writer.commit(null)).rejects.toBe(failure);
  // And again: a writer that failed never commits.
  await expect(writer.commit(null)).rejects.toBe(failure);
  await expect(writer.write(batch(4))).rejects.toBe(failure);
  await writer[Symbol.asyncDispose]();
  expect(tries).toBe(1);
  expect(server.said).toEqual(['begin', 'savepoint', 'ROLLBACK']);
});

test('a refusal that comes with the end of the connection is no search, and no rollback', async () => {
  const server = new Server();
  const {writer} = writerOf(server, {apply: async () => { server.destroy(); throw new PipelineError(ErrorCode.VALUE, 'table t: no'); }});
  await writer.write(batch(1, 2));
  await expect(writer.commit(null)).rejects.toMatchObject({message: 'table t: no'});
  await writer[Symbol.asyncDispose]();
  expect(server.said).toEqual(['begin', 'savepoint']);
});

test('write returns while the batch is on its way, and the next one waits for it', async () => {
  const server = new Server();
  let release = () => {};
  const held = new Promise<void>(resolve => { release = resolve; });
  let running = 0, most = 0;
  const {writer} = writerOf(server, {
    apply: async rows => {
      most = Math.max(most, ++running);
      await held;
      await server.apply(rows);
      running--;
    },
  });
  await writer.write(batch(1));
  const second = writer.write(batch(2));
  release();
  await second;
  await writer.commit(null);
  expect(most).toBe(1);
  expect(server.live).toEqual([[1], [2]]);
  await writer[Symbol.asyncDispose]();
});

test('disposed without a commit it waits for what is on its way, leaves no trace, and is closed once', async () => {
  const server = new Server();
  const {writer, closings} = writerOf(server);
  await writer.write(batch(1));
  await writer[Symbol.asyncDispose]();
  await writer[Symbol.asyncDispose]();
  expect(server.live).toEqual([]);
  expect(server.said.at(-1)).toBe('ROLLBACK');
  expect(closings()).toBe(1);
  await expect(writer.write(batch(2))).rejects.toThrow('the writer is closed');
});

test('an abort shows at the next call', async () => {
  const server = new Server();
  const stop = new AbortController();
  const {writer} = writerOf(server, {signal: stop.signal});
  await writer.write(batch(1));
  stop.abort(new Error('enough'));
  await expect(writer.commit(null)).rejects.toThrow('enough');
  await writer[Symbol.asyncDispose]();
  expect(server.live).toEqual([]);
});

test.each(['savepoint', 'nothing'] as const)('a deadlock that leaves %s: the batch is tried again where nothing is lost by it, else told', async keeps => {
  const server = new Server();
  let deadlocks = 0;
  const apply = async (rows: readonly Row[]) => {
    if (deadlocks-- <= 0) return await server.apply(rows);
    if (keeps === 'nothing') await server.run('ROLLBACK');
    throw new PipelineError(ErrorCode.LOCKED, 'table t: a deadlock', {native: 'deadlock', retryable: true});
  };
  const {writer} = writerOf(server, {apply, sql: {...SQL, deadlock: {native: 'deadlock', keeps}}});
  // The second one waits until the first is in.
  const write = async (number: number) => {
    await writer.write(batch(number));
    await writer.write(batch());
  };
  deadlocks = 2;
  await write(1);
  await writer.commit(null);
  expect(server.live).toEqual([[1]]);
  await write(2);
  deadlocks = 1;
  const committed = write(3).then(() => writer.commit(null));
  if (keeps === 'savepoint') await committed;
  // The rows of an earlier batch went with the transaction.
  else await expect(committed).rejects.toMatchObject({code: 'SLUICE_LOCKED'});
  expect(server.live).toEqual(keeps === 'savepoint' ? [[1], [2], [3]] : [[1]]);
  await writer[Symbol.asyncDispose]();
});

test('a deadlock that comes back every time is told', async () => {
  const server = new Server();
  let tries = 0;
  const {writer} = writerOf(server, {apply: async () => {
    tries++;
    throw new PipelineError(ErrorCode.LOCKED, 'table t: a deadlock', {native: 'deadlock', retryable: true});
  }});
  await writer.write(batch(1));
  await expect(writer.commit(null)).rejects.toMatchObject({code: 'SLUICE_LOCKED'});
  expect(tries).toBe(5);
  await writer[Symbol.asyncDispose]();
});
