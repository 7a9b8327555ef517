import {expect} from 'vitest';
import type {Column, Row, Schema, TableLossRules} from '@sluice/core';
import {batchOf, type Bench} from '../bench.ts';
import type {DestinationSuite} from '../destination-contract.ts';
import {never} from '../reading.ts';

const id: Column = {name: 'id', type: 'int', nullable: false};
const must: Column = {name: 'must', type: 'text', nullable: false};

/** What cannot be held meets the rule of its column, is counted, and is never in the way of the rest. */
export function lossLaws({harness, law, without}: DestinationSuite): void {
  for (const mode of ['replace', 'append', 'upsert'] as const) {
    law(`by the rule quarantine rows leave their batch as they came, and the others arrive: ${mode}`, async bench => {
      const schema: Schema = {table: 'losing', columns: [id, must], primaryKey: ['id']};
      const rows: Row[] = [[1, 'a'], [2, null], [3, 'c'], [4, null], [5, 'e']];
      const {fitted, committed, counted} = await loadFitted(bench, schema, [rows.slice(0, 3), rows.slice(3)], new Map([['must', 'quarantine']]), mode);
      expect(fitted).toEqual([[{row: [2, null], ordinal: 1, columns: ['must']}], [{row: [4, null], ordinal: 3, columns: ['must']}]]);
      expect(counted).toEqual([{column: 'must', rule: 'quarantine', count: 2}]);
      expect(committed).toBe(3);
      await bench.expectStored(schema, [rows[0]!, rows[2]!, rows[4]!]);
    }, without(mode));
  }

  const unholdable = harness.unholdable ?? [];
  const none = unholdable.length === 0 && 'the destination holds every value';
  law('a value that cannot be held is judged as such, and is refused with its column', async bench => {
    for (const [i, {column, value}] of unholdable.entries()) {
      const {schema, rows} = losing(i, column, value);
      const judge = await bench.destination.judge!({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, never);
      expect(judge(schema.table, column.name, value), column.name).toMatchObject({refused: expect.any(String)});
      await expect(loadFitted(bench, schema, [rows], new Map(), 'replace'), column.name).rejects.toMatchObject({code: 'SLUICE_VALUE', context: {table: schema.table, column: column.name, row: 1}});
    }
  }, none || without('replace'));

  law('by the rule null NULL takes the place of a value that cannot be held, and nothing else changes', async bench => {
    for (const [i, {column, value}] of unholdable.entries()) {
      const {schema, rows} = losing(i, column, value);
      const {counted, committed} = await loadFitted(bench, schema, [rows], new Map([[column.name, 'null']]), 'replace');
      expect({counted, committed}, column.name).toEqual({counted: [{column: column.name, rule: 'null', count: 1}], committed: 3});
      await bench.expectStored(schema, [[1, null, 'a'], [2, null, 'b'], [3, null, 'c']]);
    }
  }, none || without('replace'));

  law('by the rule quarantine a row with a value that cannot be held is handed back to the letter', async bench => {
    for (const [i, {column, value}] of unholdable.entries()) {
      const {schema, rows} = losing(i, column, value);
      const {fitted} = await loadFitted(bench, schema, [rows], new Map([[column.name, 'quarantine']]), 'replace');
      expect(fitted, column.name).toEqual([[{row: [2, value, 'b'], ordinal: 1, columns: [column.name]}]]);
      await bench.expectStored(schema, [[1, null, 'a'], [3, null, 'c']]);
    }
  }, none || without('replace'));
}

function losing(i: number, column: Column, value: Row[number]): {readonly schema: Schema; readonly rows: Row[]} {
  return {
    schema: {table: `losing_${i}`, columns: [id, column, {...must, name: 'beside'}], primaryKey: ['id']},
    rows: [[1, null, 'a'], [2, value, 'b'], [3, null, 'c']],
  };
}

/** A whole load by rules; what each `fit` took out, and what the writer counted. */
async function loadFitted(bench: Bench, schema: Schema, batches: readonly (readonly Row[])[], rules: TableLossRules, mode: 'replace' | 'append' | 'upsert') {
  await using load = await bench.begin([schema], mode, never, [], new Map([[schema.table, rules]]));
  await using writer = await load.open(schema, never);
  const fitted: {row: Row; ordinal: number; columns: string[]}[][] = [];
  for (const rows of batches) {
    const {batch, quarantined} = writer.fit(batchOf(rows));
    fitted.push(quarantined.map(({row, ordinal, reasons}) => ({row, ordinal, columns: reasons.map(({column}) => column)})));
    await writer.write(batch);
  }
  const committed = (await writer.commit(null)).rows;
  const counted = writer.adjustments.flatMap(({column, rule, count}) => rule === undefined ? [] : [{column, rule, count}]);
  await load.finish(never);
  await load.publish(never);
  return {fitted, committed, counted};
}
