import {expect} from 'vitest';
import {expectSameRows} from '../compare.ts';
import {heavy, sequence} from '../fixtures.ts';
import {bytesIn, discovered, isAbort, never, read, rowsOf} from '../reading.ts';
import type {SourceSuite} from '../source-contract.ts';
import {rejection, settled, until, within} from '../waiting.ts';

const MB = 1024 * 1024;
/** 40 MB in rows of 100 kB: more than the buffers of a socket. */
export const LARGE = heavy(400, MB / 10, 'large');

/** How a read ends before its end, and that nothing runs ahead of a slow reader. */
export function endingLaws({harness, law}: SourceSuite): void {
  const countsConnections = !harness.serverConnections && 'the harness does not count connections';

  law('stops before it starts when it is aborted already', [sequence(25)], async source => {
    const found = await discovered(source, 'sequence');
    const signal = AbortSignal.abort(new Error('stop'));
    const first = read(source, found, {signal})[Symbol.asyncIterator]();
    for (const [what, promise] of Object.entries({check: source.check(signal), discover: source.discover(signal), read: first.next()})) expect(isAbort(await rejection(promise, what), signal), what).toBe(true);
  });

  law('abort stops a read', [LARGE], async source => {
    const controller = new AbortController();
    let batches = 0;
    const reading = (async () => {
      for await (const _ of read(source, await discovered(source, 'large'), {maxRows: 5, signal: controller.signal})) {
        batches++;
        controller.abort(new Error('stop'));
      }
    })();
    const error = await within(10_000, 'an aborted read', rejection(reading, 'an aborted read'));
    expect(isAbort(error, controller.signal), 'rejects with the reason of the signal').toBe(true);
    expect(batches, 'batches after the abort').toBe(1);
  });

  law('abort releases the connection', [LARGE], async source => {
    const found = await discovered(source, 'large');
    const before = await harness.serverConnections!();
    const controller = new AbortController();
    await rejection((async () => {
      for await (const _ of read(source, found, {maxRows: 5, signal: controller.signal})) controller.abort(new Error('stop'));
    })());
    await until('the connections are those before the read', async () => (await harness.serverConnections!()) <= before);
  }, countsConnections);

  law('break leaves the source usable', [LARGE, sequence(25)], async (source, [, small]) => {
    const large = await discovered(source, 'large');
    for (let i = 0; i < 3; i++) {
      await within(10_000, 'leaving a read', (async () => { for await (const _ of read(source, large, {maxRows: 5})) break; })());
    }
    expectSameRows(small!.schema, await within(10_000, 'a read after a break', rowsOf(read(source, await discovered(source, 'sequence')))), small!.rows);
  });

  law("break releases the server's connection", [LARGE], async source => {
    const found = await discovered(source, 'large');
    const before = await harness.serverConnections!();
    for (let i = 0; i < 3; i++) for await (const _ of read(source, found, {maxRows: 5})) break;
    await until('the connections are those before the reads', async () => (await harness.serverConnections!()) <= before);
  }, countsConnections);

  law('a read that was never started holds nothing', [LARGE], async source => {
    const found = await discovered(source, 'large');
    const before = await harness.serverConnections!();
    for (let i = 0; i < 3; i++) read(source, found);
    expect(await harness.serverConnections!()).toBeLessThanOrEqual(before);
  }, countsConnections);

  law('dispose closes every connection, a read under way included', [LARGE], async source => {
    await source[Symbol.asyncDispose]();
    const before = await harness.serverConnections!();
    const other = await harness.connect();
    const reading = read(other, await discovered(other, 'large'), {maxRows: 5})[Symbol.asyncIterator]();
    await reading.next();
    await within(10_000, 'disposing while a read is under way', (async () => { await other[Symbol.asyncDispose](); await reading.return?.(); })());
    await until('the connections are those before the source', async () => (await harness.serverConnections!()) <= before);
  }, countsConnections);

  law('can be disposed twice, used or not', [LARGE], async source => {
    const unused = await harness.connect();
    for await (const _ of read(source, await discovered(source, 'large'), {maxRows: 5})) break;
    for (const it of [source, unused]) {
      await within(10_000, 'the first dispose', Promise.resolve(it[Symbol.asyncDispose]()));
      await within(10_000, 'the second dispose', Promise.resolve(it[Symbol.asyncDispose]()));
    }
  });

  law('never runs more than a batch ahead of a slow reader', [LARGE], async source => {
    const found = await discovered(source, 'large');
    const start = await fetched();
    const reading = read(source, found, {maxRows: 10})[Symbol.asyncIterator]();
    const first = await reading.next();
    expect(bytesIn(first.value.rows)).toBeGreaterThan(MB / 2);
    const ahead = await settled(async () => (await fetched()) - start);
    await reading.return?.();
    // Two batches of 1 MB; the rest is for the buffers of sockets, for pages, and for what a heap does on its own.
    expect(ahead / MB, 'MB fetched for a reader that has taken one batch of 1 MB out of 40').toBeLessThan(16);
  });

  const fetched = async () => {
    if (harness.bytesFetched) return harness.bytesFetched();
    const {heapUsed, external} = process.memoryUsage();
    return heapUsed + external;
  };

  law('check finds nothing wrong with a source that works', [], async source => {
    expect(await source.check(never)).toEqual([]);
  });
}
