import {inspect} from 'node:util';
import {expect} from 'vitest';
import {ErrorCode, PipelineError} from '@sluice/core';
import {batchOf} from '../bench.ts';
import type {DestinationSuite} from '../destination-contract.ts';
import {heavy, sequence} from '../fixtures.ts';
import {expectNoLeak} from '../leaks.ts';
import {isAbort, LIMITS, never} from '../reading.ts';
import {rejection, until, within} from '../waiting.ts';

/** Abort, dispose, a server that dies, a destination that cannot work. */
export function endingLaws({harness, law, without}: DestinationSuite): void {
  const {modes = ['replace', 'append', 'upsert']} = harness;
  const mode = modes[0]!;
  const {schema, rows} = sequence(10);
  const request = {catalog: {tables: [schema], views: [], others: []}, mode};
  const countsConnections = !harness.serverConnections && 'the harness does not count connections';
  const cannotBreak = !harness.broken && 'the harness has no broken destination';

  law('stops before it starts when it is aborted already', async ({destination}) => {
    const signal = AbortSignal.abort(new Error('stop'));
    const begin = destination.begin(request, signal);
    begin.then(load => load[Symbol.asyncDispose](), () => {});
    for (const [what, promise] of Object.entries({check: destination.check(signal), plan: destination.plan(request, signal), begin})) {
      expect(isAbort(await rejection(promise, what), signal), what).toBe(true);
    }
  });

  law('every step of a load stops when it is aborted', async bench => {
    await bench.load([{schema, rows: [[1, 'old']]}], {mode});
    await using load = await bench.begin([schema], mode);
    {
      await using writer = await load.open(schema, never);
      await writer.write(batchOf(rows.slice(1)));
      await writer.commit(null);
    }
    const signal = AbortSignal.abort(new Error('stop'));
    for (const [what, promise] of Object.entries({
      open: load.open(schema, signal), finish: load.finish(signal), readBack: load.readBack(schema, LIMITS, signal)[Symbol.asyncIterator]().next(), publish: load.publish(signal),
    })) expect(isAbort(await rejection(promise, what), signal), what).toBe(true);
    await load[Symbol.asyncDispose]();
    await bench.expectStored(schema, mode === 'replace' ? [[1, 'old']] : [[1, 'old'], ...rows.slice(1)]);
  });

  for (const each of ['replace', 'append', 'upsert'] as const) {
    law(`a writer refuses to write and to commit once it is aborted, and leaves no trace: ${each}`, async bench => {
      await bench.load([{schema, rows: [[50, 'old']]}], {mode: each});
      const controller = new AbortController();
      {
        await using load = await bench.begin([schema], each, controller.signal);
        await using writer = await load.open(schema, controller.signal);
        await writer.write(batchOf(rows.slice(0, 5)));
        controller.abort(new Error('stop'));
        expect(isAbort(await rejection(writer.write(batchOf(rows.slice(5))), 'write'), controller.signal)).toBe(true);
        expect(isAbort(await rejection(writer.commit(null), 'commit'), controller.signal)).toBe(true);
      }
      await bench.expectStored(schema, [[50, 'old']]);
    }, without(each));
  }

  law('everything can be disposed twice, used or not', async bench => {
    const unused = await bench.connect();
    const destination = await bench.connect();
    const load = await bench.begin([schema], mode);
    const writer = await load.open(schema, never);
    await writer.write(batchOf(rows));
    for (const it of [writer, load, destination, unused]) {
      for (const time of ['first', 'second']) await within(10_000, `the ${time} dispose`, Promise.resolve(it[Symbol.asyncDispose]()));
    }
    expect(await bench.stored(schema) ?? []).toEqual([]);
  });

  law('dispose closes every connection, those of a dropped load included', async bench => {
    await bench.destination[Symbol.asyncDispose]();
    const before = await harness.serverConnections!();
    const destination = await bench.connect();
    const load = await bench.begin([schema], mode);
    const writer = await load.open(schema, never);
    await writer.write(batchOf(rows));
    for (const it of [writer, load, destination]) await it[Symbol.asyncDispose]();
    await until('the connections are those before the load', async () => (await harness.serverConnections!()) <= before);
  }, countsConnections);

  law('a server killed in mid-load is a retryable error: no hang, no crash, nothing published', async bench => {
    await bench.load([{schema, rows: [[1, 'old']]}], {mode});
    const error = await within(60_000, 'a load whose server was killed', rejection((async () => {
      const large = heavy(200, 100_000);
      await using load = await bench.begin([schema, large.schema], mode);
      await using writer = await load.open(large.schema, never);
      await writer.write(batchOf(large.rows.slice(0, 10)));
      await harness.kill!(bench.destination);
      for (let i = 10; i < large.rows.length; i += 10) await writer.write(batchOf(large.rows.slice(i, i + 10)));
      await writer.commit(null);
    })(), 'the load'));
    expect(error).toMatchObject({name: 'PipelineError', code: ErrorCode.CONNECT, retryable: true});
    await within(10_000, 'disposing after the kill', Promise.resolve(bench.destination[Symbol.asyncDispose]()));
    await bench.connect();
    await bench.expectStored(schema, [[1, 'old']]);
    await bench.load([{schema, rows: [[2, 'new']]}], {mode});
    await bench.expectStored(schema, mode === 'replace' ? [[2, 'new']] : [[1, 'old'], [2, 'new']]);
  }, !harness.kill && 'the harness cannot kill the server', 90_000);

  law('check finds nothing wrong with a destination that works', async ({destination}) => {
    expect(await destination.check(never)).toEqual([]);
  });

  law('check reports every problem at once, and never a password', async () => {
    const {it, secrets, problems} = await harness.broken!();
    await using broken = it;
    const found = await within(25_000, 'check', broken.check(never));
    expect(found.length).toBeGreaterThanOrEqual(problems);
    for (const {message} of found) expect(message, 'a message in lower case without a full stop').toMatch(/^[^A-Z].*[^.]$/s);
    expectNoLeak(found, ...secrets);
  }, cannotBreak);

  law('a destination that cannot work says so with a classified error, and never a password', async () => {
    const {it, secrets} = await harness.broken!();
    await using broken = it;
    const error = await within(25_000, 'begin', rejection(broken.begin(request, never), 'begin'));
    expect(error).toBeInstanceOf(PipelineError);
    expectNoLeak(error, ...secrets);
    expectNoLeak({label: broken.label, kind: broken.kind, json: JSON.stringify(broken) ?? '', text: inspect(broken, {depth: 10, showHidden: true})}, ...secrets);
  }, cannotBreak);
}
