import {expect} from 'vitest';
import type {WriteMode} from '@sluice/core';
import {batchOf, positionOf, type Bench} from '../bench.ts';
import type {DestinationSuite} from '../destination-contract.ts';
import {hostileTables, sequence} from '../fixtures.ts';
import {never} from '../reading.ts';
import type {Schema} from '@sluice/core';

/** The position is stored with the rows, and only with them. */
export function positionLaws({harness, law, without}: DestinationSuite): void {
  const {schema, rows} = sequence(10);

  law('a replace load starts from the beginning, whatever was committed before', async bench => {
    for (let i = 0; i < 2; i++) {
      expect(await resumeAfter(bench, schema, 'replace')).toBeNull();
      await bench.load([{schema, rows}], {position: positionOf('10')});
    }
  }, without('replace'));

  for (const mode of ['append', 'upsert'] as const) {
    const unless = without(mode) || (harness.noPositions && 'the destination stores no positions');

    law(`a position is committed with the rows, and found by the next run: ${mode}`, async bench => {
      expect(await resumeAfter(bench, schema, mode)).toBeNull();
      for (const [from, to] of [[0, 3], [3, 10]] as const) {
        await bench.load([{schema, rows: rows.slice(from, to)}], {mode, position: positionOf(`after ${to}`)});
        await bench.connect();
        expect(await resumeAfter(bench, schema, mode)).toBe(`after ${to}`);
      }
      await bench.expectStored(schema, rows);
    }, unless);

    law(`a position whose rows were not committed is not there: ${mode}`, async bench => {
      {
        await using load = await bench.begin([schema], mode);
        await using writer = await load.open(schema, never);
        await writer.write(batchOf(rows.slice(0, 3)));
        await writer.commit(positionOf('3'));
        await writer.write({...batchOf(rows.slice(3)), position: positionOf('10')});
      }
      await bench.connect();
      expect(await resumeAfter(bench, schema, mode)).toBe('3');
      await bench.expectStored(schema, rows.slice(0, 3));
    }, unless);

    law(`a commit without rows moves the position: ${mode}`, async bench => {
      await bench.load([{schema, rows}], {mode, position: positionOf('a')});
      await bench.load([{schema, rows: []}], {mode, position: positionOf('b')});
      await bench.connect();
      expect(await resumeAfter(bench, schema, mode)).toBe('b');
    }, unless);

    law(`each table has its own position: ${mode}`, async bench => {
      const tables = [sequence(2), sequence(3, 'other'), hostileTables[0]!];
      for (const fixture of tables) await bench.load([fixture], {mode, position: positionOf(`of ${fixture.schema.table}`)});
      await bench.connect();
      for (const fixture of tables) expect(await resumeAfter(bench, fixture.schema, mode)).toBe(`of ${fixture.schema.table}`);
    }, unless);

    law(`where no position stands, a writer says whether the live table holds rows: ${mode}`, async bench => {
      for (const beside of [undefined, true] as const) {
        if (beside && harness.noBeside) continue;
        const startsEmpty = async () => {
          await bench.connect();
          await using load = await bench.begin([schema], mode, {beside});
          await using writer = await load.open(schema, never);
          return writer.startsEmpty;
        };
        await bench.load([{schema, rows: []}], {mode: 'replace'});
        expect(await startsEmpty()).toBe(true);
        await bench.load([{schema, rows}], {mode: 'replace'});
        expect(await startsEmpty()).toBe(false);
      }
    }, unless || without('replace') || (harness.noStartsEmpty && 'its writers do not say so'));

    law(`a position is kept as it is, whatever text it is: ${mode}`, async bench => {
      for (const text of ['', ' ', '0', 'null', `{"key": ["it's", "\\\\", "\u{1F600}"]}`, "'; drop table sequence; --", 'ünï\ncode\t', 'x'.repeat(4000)]) {
        await bench.load([{schema, rows: []}], {mode, position: positionOf(text)});
        await bench.connect();
        expect(await resumeAfter(bench, schema, mode)).toBe(text);
      }
    }, unless);
  }
}

async function resumeAfter(bench: Bench, schema: Schema, mode: WriteMode): Promise<string | null> {
  await using load = await bench.begin([schema], mode);
  await using writer = await load.open(schema, never);
  return writer.resumeAfter;
}
