import {ErrorCode, Fitting, PipelineError, type PackedRows, type Row} from '@sluice/core';
import {TransactionWriter, type PackedFilling, type ServerSession, type TransactionSql} from '../src/index.ts';
import fc from 'fast-check';
import {expect, test} from 'vitest';

const SQL: TransactionSql = {begin: 'begin', savepoint: 'savepoint', undo: 'undo', release: 'release', deadlock: {native: 'deadlock', keeps: 'savepoint'}};
const never = new AbortController().signal;
const turn = () => new Promise<void>(resolve => { setImmediate(resolve); });
const refusal = () => new PipelineError(ErrorCode.VALUE, 'table t: a value does not fit its column', {column: 'c', remedy: 'correct it'});

/** Rows are one byte each. */
const packed = (...values: number[]): PackedRows => ({bytes: Uint8Array.from(values), starts: Uint32Array.from([...values.keys(), values.length]), rows: values.length});
const [REFUSED, UNREADY] = [200, 201];

/** A server whose rows come packed, and slowly; `ways`: how many bytes came by each statement. */
class Server implements ServerSession {
  alive = true;
  live: number[] = [];
  readonly said: string[] = [];
  readonly ways: string[] = [];
  /** Before the rows of a statement are taken. */
  before: () => Promise<void> = async () => {};
  #open: number[] = [];
  #saved = 0;

  async run(sql: string): Promise<void> {
    this.said.push(sql);
    if (sql === 'begin') this.#open = [];
    else if (sql === 'savepoint') this.#saved = this.#open.length;
    else if (sql === 'undo') this.#open.length = this.#saved;
    else if (sql === 'COMMIT') this.live.push(...this.#open);
  }

  async values(rows: readonly Row[]): Promise<void> {
    this.ways.push(`${rows.length} as values`);
    for (const [value] of rows) this.#take(Number(value));
  }

  filling(runBytes: number): PackedFilling {
    // Whoever writes in bytes that are still on their way changes what arrives.
    let [out, sent] = [new Uint8Array(100), new Uint8Array(100)];
    return {
      runBytes,
      encode: ({bytes}) => {
        if (bytes.includes(UNREADY)) return null;
        [out, sent] = [sent, out];
        sent.set(bytes);
        return sent.subarray(0, bytes.length);
      },
      apply: async (chunks, rows) => {
        await this.before();
        let taken = 0;
        for await (const chunk of chunks) {
          for (let i = 0; i < chunk.length; i++) {
            await turn();
            this.#take(chunk[i]!);
          }
          taken += chunk.length;
        }
        this.ways.push(`${taken} packed`);
        expect(taken).toBe(rows());
      },
      unpack: ({bytes}) => Array.from(bytes, value => [value]),
    };
  }

  destroy(): void {
    this.alive = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.destroy();
  }

  #take(value: number): void {
    if (value === REFUSED) throw refusal();
    this.#open.push(value);
  }
}

function writerOf(server: Server, runBytes = 1000, signal = never) {
  const writer = new TransactionWriter(server, {
    table: 't', order: 'any', resumeAfter: null, fitting: new Fitting('t', []), transaction: SQL,
    apply: rows => server.values(rows), packed: server.filling(runBytes), place: async () => {}, closed: () => {},
  }, signal);
  const write = async (...values: number[]) => {
    const rows = packed(...values);
    const given = writer.packed!.fit(rows);
    if (given === null) await writer.write({rows: [...rows.bytes].map(value => [value]), position: null});
    else await writer.packed!.write(given);
  };
  return {writer, write};
}

test('batches go in by one statement until there are enough of them, and by another before values', async () => {
  const server = new Server();
  const {writer, write} = writerOf(server, 5);
  await write(1, 2);
  await write(3);
  await write(4, 5);
  await write(6);
  await write(UNREADY, 7);
  await write(8);
  await writer.commit(null);
  expect(server.live).toEqual([1, 2, 3, 4, 5, 6, UNREADY, 7, 8]);
  expect(server.ways).toEqual(['5 packed', '1 packed', '2 as values', '1 packed']);
  expect(server.said).toEqual(['begin', ...Array.from({length: 4}, () => ['savepoint', 'release']).flat(), 'COMMIT']);
});

test('whatever comes in whatever pieces: it arrives in its order, or the first row that is refused is told', async () => {
  const value = fc.oneof({weight: 30, arbitrary: fc.nat(100)}, {weight: 1, arbitrary: fc.constantFrom(REFUSED, UNREADY)});
  await fc.assert(fc.asyncProperty(fc.array(fc.array(value, {maxLength: 8}), {maxLength: 8}), fc.integer({min: 1, max: 30}), async (batches, runBytes) => {
    const server = new Server();
    const {writer, write} = writerOf(server, runBytes);
    const told = (async () => {
      for (const values of batches) await write(...values);
      return await writer.commit(null);
    })();
    const all = batches.flat();
    const first = all.indexOf(REFUSED);
    if (first < 0) expect(await told).toEqual({rows: all.length});
    else await expect(told).rejects.toMatchObject({code: ErrorCode.VALUE, message: `row ${first + 1} of table t: a value does not fit its column`, context: {table: 't', column: 'c', row: first}});
    await writer[Symbol.asyncDispose]();
    expect(server.live).toEqual(first < 0 ? all : []);
  }), {seed: 1, numRuns: 200});
});

test('a batch is taken when the one before is on its way, and not sooner', async () => {
  const server = new Server();
  let start = () => {};
  server.before = () => new Promise<void>(resolve => { start = resolve; });
  const {writer, write} = writerOf(server);
  await write(1);
  let isTaken = false;
  const second = write(2).then(() => { isTaken = true; });
  for (let i = 0; i < 5; i++) await turn();
  expect(isTaken).toBe(false);
  start();
  await second;
  await writer.commit(null);
  expect(server.live).toEqual([1, 2]);
});

test('a refusal before a byte was taken, and a deadlock: each batch goes in by itself, and later ones together again', async () => {
  for (const error of [refusal(), new PipelineError(ErrorCode.LOCKED, 'table t: a deadlock', {native: 'deadlock', retryable: true})]) {
    const server = new Server();
    const {writer, write} = writerOf(server);
    await write(1);
    await writer.within(async () => {});
    let failures = 0;
    server.before = async () => { if (failures++ === 0) throw error; };
    await write(2);
    await write(3);
    await write(4);
    await writer.commit(null);
    expect(server.live).toEqual([1, 2, 3, 4]);
    expect(server.ways).toEqual(['1 packed', '1 as values', '2 packed']);
  }
});

test('what is no refusal of a value is passed on as it is, and nothing is tried again', async () => {
  const server = new Server();
  const failure = new PipelineError(ErrorCode.WRITE, 'table t: the disk of the server is full');
  server.before = async () => { throw failure; };
  const {writer, write} = writerOf(server);
  await write(1);
  await expect(writer.commit(null)).rejects.toBe(failure);
  await expect(write(2)).rejects.toBe(failure);
  await writer[Symbol.asyncDispose]();
  expect(server.said).toEqual(['begin', 'savepoint', 'ROLLBACK']);
  expect(server.ways).toEqual([]);
});

test('disposed without a commit, or aborted, while more was awaited it leaves no trace', async () => {
  const server = new Server();
  const {writer, write} = writerOf(server);
  await write(1);
  await writer[Symbol.asyncDispose]();
  const stop = new AbortController();
  const aborted = writerOf(server, 1000, stop.signal);
  await aborted.write(2);
  stop.abort(new Error('enough'));
  await expect(aborted.write(3)).rejects.toThrow('enough');
  await aborted.writer[Symbol.asyncDispose]();
  expect(server.live).toEqual([]);
  expect(server.said.filter(sql => sql === 'ROLLBACK')).toHaveLength(2);
  await expect(write(4)).rejects.toThrow('the writer is closed');
});
