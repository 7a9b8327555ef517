import {expect} from 'vitest';
import type {Load, Schema, WriteMode, Writer} from '@sluice/core';
import {batchOf, positionOf, type Bench} from '../bench.ts';
import type {DestinationSuite} from '../destination-contract.ts';
import {sequence, type Fixture} from '../fixtures.ts';
import {never} from '../reading.ts';

const {schema, rows} = sequence(10);
const OLD: Fixture = {schema, rows: [[1, 'old'], [50, 'old']]};
/** Batches of two rows, a commit after every second batch. */
const BATCHES = [0, 2, 4, 6, 8].map(start => rows.slice(start, start + 2));
const COMMIT_EVERY = 2;

/** Kill between any two calls, run again, equal. */
export function crashLaws({harness, law, without}: DestinationSuite): void {
  for (const mode of ['append', 'upsert'] as const) {
    law(`killed between any two calls and run again, the table is the same: ${mode}`, async bench => {
      for (let calls = 1; ; calls++) {
        await harness.reset();
        await bench.connect();
        const finished = await run(bench, mode, calls);
        if (finished) break;
        await bench.crash();
        expect(await run(bench, mode, Infinity)).toBe(true);
        await bench.expectStored(schema, rows);
      }
    }, without(mode) || (harness.noPositions && 'the destination stores no positions'), 120_000);
  }

  law('a replace load killed between any two calls leaves the old table, and the next one is clean', async bench => {
    await bench.load([OLD]);
    const names = [...await harness.listTables?.() ?? []].sort();
    for (let calls = 1; ; calls++) {
      await harness.reset();
      await bench.connect();
      await bench.load([OLD]);
      if (await run(bench, 'replace', calls)) break;
      await bench.crash();
      await bench.expectStored(schema, OLD.rows);
      expect(await run(bench, 'replace', Infinity)).toBe(true);
      await bench.expectStored(schema, rows);
      expect([...await harness.listTables?.() ?? []].sort()).toEqual(names);
    }
  }, without('replace'), 120_000);
}

/**
 * One run, as the engine does it, which stops dead after so many calls: nothing is disposed.
 * Resolves with whether it came to its end.
 */
async function run(bench: Bench, mode: WriteMode, calls: number): Promise<boolean> {
  let left = calls;
  const may = () => left-- > 0;
  const table: Schema = schema;

  if (!may()) return false;
  const load: Load = await bench.begin([table], mode);
  if (!may()) return false;
  const writer: Writer = await load.open(table, never);
  const from = writer.resumeAfter === null ? 0 : Number(writer.resumeAfter);
  for (const [i, batch] of BATCHES.entries()) {
    if (i < from) continue;
    if (!may()) return false;
    await writer.write(batchOf(batch));
    if ((i + 1) % COMMIT_EVERY > 0 && i + 1 < BATCHES.length) continue;
    if (!may()) return false;
    await writer.commit(positionOf(String(i + 1)));
  }
  if (!may()) return false;
  await writer[Symbol.asyncDispose]();
  if (!may()) return false;
  await load.finish(never);
  if (!may()) return false;
  await load.publish(never);
  await load[Symbol.asyncDispose]();
  return true;
}
