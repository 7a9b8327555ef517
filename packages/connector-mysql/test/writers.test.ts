import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Batch, Row, Schema} from '@sluice/core';
import {MysqlDestination} from '../src/index.ts';
import {openLab, servers, type Lab} from './lab.ts';

const {signal} = new AbortController();
const schemaOf = (table: string): Schema => ({table, primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, {name: 'v', type: 'text', nullable: true}]});
const batchOf = (...ids: number[]): Batch => ({rows: ids.map((id): Row => [id, `v${id}`]), position: null});

describe.each(servers)('writers side by side on $kind', it => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(it); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  test.each(['replace', 'append', 'upsert', 'mirror'] as const)('fill two tables, and one of them twice, at the same time: %s', async mode => {
    const [a, b] = [schemaOf(`a_${mode}`), schemaOf(`b_${mode}`)];
    const request = {catalog: {tables: [a, b], views: [], others: []}, mode, ...((mode === 'append' || mode === 'upsert') && {beside: true as const})};
    await using destination = new MysqlDestination(lab.endpoint());
    await using load = await destination.begin(request, signal);
    expect(load.concurrent).toBe(true);
    const writers = [await load.open(a, signal), await load.open(a, signal), await load.open(b, signal)];
    expect(await lab.threads()).toHaveLength(3);
    // Each is in the middle of its transaction when the next one writes.
    const rows = [[1, 2], [11, 12], [5]];
    for (const [i, writer] of writers.entries()) await writer.write(batchOf(...rows[i]!));
    await Promise.all(writers.map(writer => writer.commit(null)));
    // What is written after the last commit goes with its writer, and with no other one.
    for (const [i, writer] of writers.entries()) await writer.write(batchOf(100 + i));
    await writers[1]!.commit(null);
    for (const writer of writers) await writer[Symbol.asyncDispose]();
    await load.finish(signal);
    const readBack = async (schema: Schema) => {
      const read: Row[] = [];
      for await (const batch of load.readBack(schema, {maxRows: 100, maxBytes: 1e6}, signal)) read.push(...batch.rows);
      return read.map(([id]) => Number(id)).sort((x, y) => x - y);
    };
    expect(await Promise.all([readBack(a), readBack(b)])).toEqual([[1, 2, 11, 12, 101], [5]]);
    await load.publish(signal);
    expect(await lab.rows(`SELECT COUNT(*), MAX(id) FROM a_${mode}`)).toEqual([[5, 101]]);
    expect(await lab.rows(`SELECT id FROM b_${mode}`)).toEqual([[5]]);
  });

  test('come one at a time where rows go into live tables', async () => {
    const schema = schemaOf('live');
    await using destination = new MysqlDestination(lab.endpoint());
    await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'append'}, signal);
    expect(load.concurrent).toBeUndefined();
    await using _writer = await load.open(schema, signal);
    await expect(load.open(schema, signal)).rejects.toThrow('one table at a time');
  });
});
