import {expect} from 'vitest';
import type {Row} from '@sluice/core';
import {holdable} from '../adapt.ts';
import {batchOf} from '../bench.ts';
import {expectRows, expectSameRows} from '../compare.ts';
import type {DestinationSuite} from '../destination-contract.ts';
import {bytesKey, compositeKey, empty, heavy, hostileColumns, hostileTables, noKey, sequence, textKey, typesFixture} from '../fixtures.ts';
import {withoutTypes} from '../adapt.ts';
import {randomTable} from '../random-table.ts';
import {batchesOf, bytesIn, isAbort, LIMITS, never, rowsOf} from '../reading.ts';
import {HOSTILE_COLUMNS} from '../values.ts';
import {rejection} from '../waiting.ts';

const KB = 1024;

/** `Load.readBack`: the proof of a copy is only as good as this. */
export function readBackLaws({harness, laws, law, without}: DestinationSuite): void {
  const {noTypes = []} = harness;
  const columns = holdable(HOSTILE_COLUMNS, noTypes, ({type}, value) => laws.keeps(`keeps ${type} without loss: ${value}`));
  const tables = [
    typesFixture('every_type', columns), withoutTypes(empty, noTypes), hostileColumns, ...hostileTables.slice(0, 3), sequence(1001, 'thousand'),
    compositeKey, textKey, noKey, ...(noTypes.includes('bytes') ? [] : [bytesKey]), randomTable(7, columns), randomTable(8, columns),
  ];

  law('readBack gives what was written, in the order it promises, before the load is published', async bench => {
    await using load = await bench.begin(tables.map(({schema}) => schema));
    const orders: string[] = [];
    for (const {schema, rows} of tables) {
      await using writer = await load.open(schema, never);
      orders.push(writer.order);
      for (let i = 0; i < rows.length; i += 100) {
        const batch = batchOf(rows.slice(i, i + 100));
        writer.fit(batch);
        await writer.write(batch);
      }
      await writer.commit(null);
    }
    await load.finish(never);
    for (const [i, {schema, rows}] of tables.entries()) {
      const back = await rowsOf(load.readBack(schema, {...LIMITS, maxRows: 64}, never));
      (orders[i] === 'written' ? expectRows : expectSameRows)(schema, back, rows);
    }
  }, without('replace'), 60_000);

  law('readBack gives what an append wrote', async bench => {
    const {schema, rows} = sequence(250);
    await using load = await bench.begin([schema], 'append');
    await using writer = await load.open(schema, never);
    await writer.write(batchOf(rows));
    await writer.commit(null);
    await load.finish(never);
    (writer.order === 'written' ? expectRows : expectSameRows)(schema, await rowsOf(load.readBack(schema, LIMITS, never)), rows);
  }, without('append'));

  law('readBack gives the new rows of a replace load, not the live ones', async bench => {
    const {schema, rows} = sequence(10);
    await bench.load([{schema, rows: [[1, 'old']]}]);
    await using load = await bench.begin([schema]);
    await using writer = await load.open(schema, never);
    await writer.write(batchOf(rows));
    await writer.commit(null);
    await load.finish(never);
    expectSameRows(schema, await rowsOf(load.readBack(schema, LIMITS, never)), rows);
  }, without('replace'));

  law('readBack keeps to row and byte limits, and can be left early', async bench => {
    const {schema, rows} = heavy(12, 300 * KB);
    await using load = await bench.begin([schema]);
    await using writer = await load.open(schema, never);
    await writer.write(batchOf(rows));
    await writer.commit(null);
    await load.finish(never);
    for (const [maxRows, maxBytes] of [[5, LIMITS.maxBytes], [1000, 1000 * KB], [1000, 100 * KB]] as const) {
      const batches = await batchesOf(load.readBack(schema, {maxRows, maxBytes}, never));
      for (const batch of batches) {
        expect(batch.rows.length).toBeLessThanOrEqual(maxRows);
        expect(bytesIn(batch.rows.slice(0, -1))).toBeLessThanOrEqual(maxBytes * 1.25);
      }
      expectSameRows(schema, batches.flatMap(batch => batch.rows), rows);
    }
    for await (const _ of load.readBack(schema, {maxRows: 1, maxBytes: KB}, never)) break;
    expect(await rowsOf(load.readBack(schema, LIMITS, never))).toHaveLength(rows.length);
    await load.publish(never);
    await bench.expectStored(schema, rows);
  }, without('replace'));

  law('readBack stops when it is aborted', async bench => {
    const {schema, rows} = sequence(100);
    await using load = await bench.begin([schema]);
    await using writer = await load.open(schema, never);
    await writer.write(batchOf(rows));
    await writer.commit(null);
    await load.finish(never);
    const controller = new AbortController();
    const read: Row[] = [];
    const error = await rejection((async () => {
      for await (const batch of load.readBack(schema, {...LIMITS, maxRows: 10}, controller.signal)) {
        read.push(...batch.rows);
        controller.abort(new Error('stop'));
      }
    })(), 'an aborted readBack');
    expect(isAbort(error, controller.signal)).toBe(true);
    expect(read).toHaveLength(10);
  }, without('replace'));
}
