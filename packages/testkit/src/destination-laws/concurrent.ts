import {expect} from 'vitest';
import type {Load, Row, Writer} from '@sluice/core';
import {batchOf} from '../bench.ts';
import {expectSameRows} from '../compare.ts';
import type {DestinationSuite} from '../destination-contract.ts';
import {compositeKey, noKey, sequence, type Fixture} from '../fixtures.ts';
import {never, rowsOf} from '../reading.ts';
import {rejection, until, within} from '../waiting.ts';

const ROWS = sequence(90, 'shared');
const THIRDS = [0, 1, 2].map(third => ROWS.rows.slice(third * 30, third * 30 + 30));

/** Several writers of one load at the same time. */
export function concurrentLaws({harness, law}: DestinationSuite): void {
  const {modes = ['replace', 'append', 'upsert', 'mirror'], concurrent, noBeside, noKeys} = harness;
  const alone = !concurrent && 'the destination takes one table at a time';

  law('says whether loads beside what is live take several writers', async bench => {
    expect(bench.destination.capabilities.concurrent === true).toBe(concurrent === true);
    for (const mode of modes) {
      const beside = mode === 'replace' || mode === 'mirror';
      {
        await using load = await bench.begin([ROWS.schema], mode);
        expect(load.concurrent === true, mode).toBe(beside && concurrent === true);
      }
      if (beside || noBeside) continue;
      await using load = await bench.begin([ROWS.schema], mode, {beside: true});
      expect(load.concurrent === true, `${mode} beside`).toBe(concurrent === true);
    }
  });

  law('writers of one table and of others, open at once and written in turns, bring all rows, and nothing shows before publish', async bench => {
    const others = [compositeKey, noKey];
    await using load = await bench.begin([ROWS, ...others].map(({schema}) => schema));
    await withWriters(load, [ROWS, ROWS, ROWS, ...others], async writers => {
      const parts = [...THIRDS, ...others.map(({rows}) => rows)];
      for (const half of [0, 1]) {
        await Promise.all(writers.map(async (writer, i) => {
          const rows = parts[i]!;
          const middle = Math.ceil(rows.length / 2);
          await put(writer, half === 0 ? rows.slice(0, middle) : rows.slice(middle));
        }));
      }
      const counts = await Promise.all(writers.map(writer => writer.commit(null)));
      expect(counts.map(({rows}) => rows)).toEqual(parts.map(({length}) => length));
    });
    await load.finish(never);
    for (const {schema} of [ROWS, ...others]) expect(await bench.stored(schema)).toBeNull();
    // Read back side by side, too.
    const limits = {maxRows: 7, maxBytes: 1 << 20};
    const back = await Promise.all([ROWS, ...others].map(({schema}) => rowsOf(load.readBack(schema, limits, never))));
    for (const [i, {schema, rows}] of [ROWS, ...others].entries()) expectSameRows(schema, back[i]!, rows);
    await load.publish(never);
    for (const {schema, rows} of [ROWS, ...others]) await bench.expectStored(schema, rows);
  }, alone, 60_000);

  law('what one writer committed stays when another of the same table is disposed without', async bench => {
    await using load = await bench.begin([ROWS.schema]);
    await withWriters(load, [ROWS, ROWS], async ([one, two]) => {
      await put(one!, THIRDS[0]!);
      await put(two!, THIRDS[1]!);
      await one!.commit(null);
    });
    await load.finish(never);
    await load.publish(never);
    await bench.expectStored(ROWS.schema, THIRDS[0]!);
  }, alone);

  law('a key that two writers of one table bring is refused', async bench => {
    await using load = await bench.begin([ROWS.schema]);
    const error = await within(60_000, 'the second writer', rejection(withWriters(load, [ROWS, ROWS], async ([one, two]) => {
      await put(one!, THIRDS[0]!);
      await one!.commit(null);
      await put(two!, THIRDS[0]!.slice(5, 6));
      await two!.commit(null);
    }), 'the second writer'));
    expect(error).toMatchObject({name: 'PipelineError', context: {table: 'shared'}});
  }, alone || (noKeys && 'keys are not enforced'), 90_000);

  law('a load that is dropped while several write leaves no trace, and no connection', async bench => {
    const before = await harness.listTables!();
    const connections = await harness.serverConnections?.();
    {
      await using load = await bench.begin([ROWS.schema, compositeKey.schema]);
      const writers = await Promise.all([ROWS, ROWS, compositeKey].map(({schema}) => load.open(schema, never)));
      await put(writers[0]!, THIRDS[0]!);
      await put(writers[1]!, THIRDS[1]!);
      await writers[0]!.commit(null);
    }
    expect(await harness.listTables!()).toEqual(before);
    if (connections !== undefined) await until('the connections are gone', async () => await harness.serverConnections!() <= Math.max(1, connections), 20_000);
  }, alone || (!harness.listTables && 'the harness cannot list tables'));
}

async function put(writer: Writer, rows: readonly Row[]): Promise<void> {
  const batch = batchOf(rows);
  writer.fit(batch);
  await writer.write(batch);
}

async function withWriters(load: Load, fixtures: readonly Fixture[], run: (writers: readonly Writer[]) => Promise<void>): Promise<void> {
  const writers = await Promise.all(fixtures.map(({schema}) => load.open(schema, never)));
  try {
    await run(writers);
  } finally {
    for (const writer of writers) await writer[Symbol.asyncDispose]();
  }
}
