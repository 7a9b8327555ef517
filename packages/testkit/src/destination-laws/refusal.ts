import {expect} from 'vitest';
import {ErrorCode, PipelineError} from '@sluice/core';
import type {Row, Schema, WriteMode} from '@sluice/core';
import {batchOf, type Bench} from '../bench.ts';
import type {DestinationSuite} from '../destination-contract.ts';
import {CANARY, sequence} from '../fixtures.ts';
import {expectNoLeak} from '../leaks.ts';
import {never} from '../reading.ts';
import {rejection} from '../waiting.ts';

const KEYED: Schema = {
  table: 'refusing',
  columns: [
    {name: 'code', type: 'text', nullable: false, maxLength: 60},
    {name: 'note', type: 'text', nullable: true},
    {name: 'must', type: 'text', nullable: false},
  ],
  primaryKey: ['code'],
};
const row = (key: string | number): Row => [`${key}`, `${CANARY} note ${key}`, CANARY];

/** A row that is refused: the error says where it is, and never what is in it. */
export function refusalLaws({harness, law, without}: DestinationSuite): void {
  const noKeys = harness.noKeys && 'the destination enforces no keys';

  law('a key that is there twice is refused: the error names table and row, never the data', async bench => {
    const error = await refused(bench, 'replace', [rowsFrom(0, 20), [...rowsFrom(20, 37), row(`${CANARY} twice`)], [row(41), row(42), row(`${CANARY} twice`), row(43)]]);
    expectRefusal(error, {table: 'refusing', row: 40});
  }, without('replace') || noKeys);

  law('a key that is there from an earlier load is refused: the error names table and row, never the data', async bench => {
    await bench.load([{schema: KEYED, rows: [row(`${CANARY} early`)]}], {mode: 'append'});
    const error = await refused(bench, 'append', [rowsFrom(0, 10), [...rowsFrom(10, 15), row(`${CANARY} early`), ...rowsFrom(15, 20)]]);
    expectRefusal(error, {table: 'refusing', row: 15});
    await bench.expectStored(KEYED, [row(`${CANARY} early`)]);
  }, without('append') || noKeys);

  for (const mode of ['replace', 'append', 'upsert'] as const) {
    law(`null in a column that may not be null is refused: the error names table, column and row, never the data: ${mode}`, async bench => {
      const error = await refused(bench, mode, [rowsFrom(0, 10), [...rowsFrom(10, 13), ['bad', CANARY, null], ...rowsFrom(13, 20)]]);
      expectRefusal(error, {table: 'refusing', column: 'must', row: 13});
    }, without(mode));
  }

  law('a refusal leaves what was committed, and nothing of the refused batch', async bench => {
    {
      await using load = await bench.begin([KEYED], 'append');
      await using writer = await load.open(KEYED, never);
      await writer.write(batchOf(rowsFrom(0, 5)));
      await writer.commit(null);
      await writer.write(batchOf(rowsFrom(5, 8)));
      await rejection((async () => {
        await writer.write(batchOf([...rowsFrom(8, 10), row(0), ...rowsFrom(10, 12)]));
        await writer.commit(null);
      })(), 'the write');
    }
    await bench.expectStored(KEYED, rowsFrom(0, 5));
  }, without('append') || noKeys);

  law('a refused row publishes nothing', async bench => {
    await bench.load([{schema: KEYED, rows: [row('old')]}]);
    await refused(bench, 'replace', [rowsFrom(0, 5), [row(0)]]);
    await bench.expectStored(KEYED, [row('old')]);
  }, without('replace') || noKeys);

  law('a failed load does not stand in the way of the next', async bench => {
    await refused(bench, 'replace', [rowsFrom(0, 5), [row(0)]]);
    await bench.load([{schema: KEYED, rows: rowsFrom(0, 5)}, sequence(3)]);
    await bench.expectStored(KEYED, rowsFrom(0, 5));
  }, without('replace') || noKeys);
}

function rowsFrom(start: number, end: number): Row[] {
  return Array.from({length: end - start}, (_, i) => row(start + i));
}

/** What a load that must fail is rejected with. Nothing is published. */
async function refused(bench: Bench, mode: WriteMode, batches: readonly (readonly Row[])[]): Promise<unknown> {
  return rejection((async () => {
    await using load = await bench.begin([KEYED], mode);
    await using writer = await load.open(KEYED, never);
    for (const some of batches) {
      const batch = batchOf(some);
      writer.fit(batch);
      await writer.write(batch);
    }
    await writer.commit(null);
    await load.finish(never);
    await load.publish(never);
  })(), 'the load');
}

function expectRefusal(error: unknown, place: {readonly table: string; readonly column?: string; readonly row: number}): void {
  expectNoLeak(error, CANARY);
  expect(error).toBeInstanceOf(PipelineError);
  expect(error).toMatchObject({code: ErrorCode.VALUE, retryable: false, context: place});
}
