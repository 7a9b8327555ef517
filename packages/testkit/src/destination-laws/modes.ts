import {expect} from 'vitest';
import {ErrorCode} from '@sluice/core';
import type {Operation, Row} from '@sluice/core';
import {batchOf} from '../bench.ts';
import type {DestinationSuite} from '../destination-contract.ts';
import {bigKey, bytesKey, compositeKey, noKey, sequence, textKey} from '../fixtures.ts';
import {never} from '../reading.ts';
import {rejection} from '../waiting.ts';

/** What append and upsert do to rows that are there. */
export function modeLaws({harness, law, without}: DestinationSuite): void {
  const noUpsert = without('upsert');

  law('append adds to what is there', async bench => {
    const {schema, rows} = sequence(30);
    for (let i = 0; i < 30; i += 10) await bench.load([{schema, rows: rows.slice(i, i + 10)}], {mode: 'append'});
    await bench.expectStored(schema, rows);
  }, without('append'));

  law('append without a key adds the same rows again', async bench => {
    for (let i = 0; i < 2; i++) await bench.load([noKey], {mode: 'append'});
    await bench.expectStored(noKey.schema, [...noKey.rows, ...noKey.rows]);
  }, without('append'));

  law('append leaves other tables alone', async bench => {
    await bench.load([sequence(3), sequence(4, 'other')], {mode: 'append'});
    await bench.load([{...sequence(0), rows: [[9, 'nine']]}], {mode: 'append'});
    await bench.expectStored(sequence(0).schema, [...sequence(3).rows, [9, 'nine']]);
    await bench.expectStored(sequence(0, 'other').schema, sequence(4).rows);
  }, without('append'));

  law('upsert is idempotent', async bench => {
    const tables = [sequence(50), compositeKey, textKey, bigKey, ...(harness.noTypes?.includes('bytes') ? [] : [bytesKey])];
    for (let i = 0; i < 3; i++) {
      await bench.load(tables, {mode: 'upsert', batchRows: 7});
      for (const {schema, rows} of tables) await bench.expectStored(schema, rows);
    }
  }, noUpsert);

  law('upsert replaces every column of a row, by null too', async bench => {
    const {schema} = compositeKey;
    await bench.load([compositeKey], {mode: 'upsert'});
    await bench.load([{schema, rows: [[null, 7, 9], ['new', 8, 9], ['changed', 11, 100]]}], {mode: 'upsert'});
    await bench.expectStored(schema, [
      ...compositeKey.rows.filter(([, minor, major]) => !(minor === 7 && major === 9) && !(minor === 11 && major === 100)),
      [null, 7, 9], ['new', 8, 9], ['changed', 11, 100],
    ]);
  }, noUpsert);

  law('the last write wins, across loads, batches, and within one batch', async bench => {
    const {schema} = sequence(0);
    await bench.load([{schema, rows: [[1, 'a'], [2, 'a'], [3, 'a']]}], {mode: 'upsert'});
    await using load = await bench.begin([schema], 'upsert');
    await using writer = await load.open(schema, never);
    await writer.write(batchOf([[1, 'b'], [2, 'b'], [2, 'c'], [2, null], [4, 'x'], [4, 'y']]));
    await writer.write(batchOf([[2, 'd'], [1, 'c'], [1, 'd']]));
    await writer.commit(null);
    await bench.expectStored(schema, [[1, 'd'], [2, 'd'], [3, 'a'], [4, 'y']]);
  }, noUpsert);

  law('deletes by key', async bench => {
    const {schema, rows} = sequence(20);
    await bench.load([{schema, rows}], {mode: 'upsert'});
    await using load = await bench.begin([schema], 'upsert');
    await using writer = await load.open(schema, never);
    await writer.write(batchOf([[3, null], [21, 'new'], [4, 'whatever'], [999, null], [5, 'five']], ['delete', 'insert', 'delete', 'delete', 'update']));
    await bench.expectStored(schema, rows);
    await writer.commit(null);
    await bench.expectStored(schema, [...rows.filter(([id]) => ![3, 4, 5].includes(id as number)), [21, 'new'], [5, 'five']]);
  }, noUpsert);

  law('deletes by a composite key, and by a text key', async bench => {
    await bench.load([compositeKey, textKey], {mode: 'upsert'});
    await using load = await bench.begin([compositeKey.schema, textKey.schema], 'upsert');
    {
      await using writer = await load.open(compositeKey.schema, never);
      await writer.write(batchOf([[null, 7, 9], [null, 11, 2]], ['delete', 'delete']));
      await writer.commit(null);
    }
    {
      await using writer = await load.open(textKey.schema, never);
      await writer.write(batchOf([['a', null], ["o'k", null], ['', null]], ['delete', 'delete', 'delete']));
      await writer.commit(null);
    }
    await bench.expectStored(compositeKey.schema, compositeKey.rows.filter(([, minor, major]) => !(minor === 7 && major === 9) && !(minor === 11 && major === 2)));
    await bench.expectStored(textKey.schema, textKey.rows.filter(([code]) => !['a', "o'k", ''].includes(code as string)));
  }, noUpsert);

  law('operations apply in their order: delete and insert of one key in one batch', async bench => {
    const {schema, rows} = sequence(4);
    await bench.load([{schema, rows}], {mode: 'upsert'});
    const changes: readonly (readonly [Row, Operation])[] = [
      [[1, 'x'], 'update'], [[1, null], 'delete'], [[1, 'back'], 'insert'],
      [[2, null], 'delete'], [[2, 'back'], 'insert'], [[2, null], 'delete'],
      [[5, 'new'], 'insert'], [[5, 'newer'], 'update'],
      [[6, 'new'], 'insert'], [[6, null], 'delete'],
    ];
    for (const size of [changes.length, 1]) {
      await using load = await bench.begin([schema], 'upsert');
      await using writer = await load.open(schema, never);
      for (let i = 0; i < changes.length; i += size) {
        const some = changes.slice(i, i + size);
        await writer.write(batchOf(some.map(([row]) => row), some.map(([, op]) => op)));
      }
      expect(await writer.commit(null)).toEqual({rows: changes.length});
      await bench.expectStored(schema, [[1, 'back'], [3, 'row 3'], [4, 'row 4'], [5, 'newer']]);
    }
  }, noUpsert);

  law('upsert into a table without a key is a SCHEMA error that names it', async bench => {
    const error = await rejection(bench.load([noKey], {mode: 'upsert'}), 'the load');
    expect(error).toMatchObject({name: 'PipelineError', code: ErrorCode.SCHEMA, context: {table: 'no_key'}});
  }, noUpsert);
}
