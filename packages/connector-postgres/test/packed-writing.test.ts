import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {packRows} from '@sluice/checksum';
import type {Row, Schema, Writer} from '@sluice/core';
import {rejection} from '@sluice/testkit';
import {PostgresDestination} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
const schema: Schema = {table: 'packed_refusals', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, {name: 'note', type: 'text', nullable: true}]};
const MALFORMED = 0xff;

describe.skipIf(postgres === null)('packed rows', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  const write = async (writer: Writer, ...batches: readonly (readonly Row[])[]) => {
    for (const rows of batches) await writer.packed!.write(writer.packed!.fit(packRows(schema.columns, rows))!);
  };
  const ids = (...values: number[]) => values.map((id): Row => [id, 'note']);

  test('refused because of text that is none are an error that names table, column and row', async () => {
    await using destination = new PostgresDestination(lab.endpoint());
    await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, signal);
    await using writer = await load.open(schema, signal);
    const rows = (from: number) => packRows(schema.columns, Array.from({length: 3}, (_, i): Row => [from + i, 'note']));
    await writer.packed!.write(writer.packed!.fit(rows(1))!);
    const second = rows(4);
    second.bytes[second.starts[2]! - 1] = MALFORMED;
    await writer.packed!.write(writer.packed!.fit(second)!);
    expect(await rejection(writer.commit(null))).toMatchObject({
      name: 'PipelineError', code: 'SLUICE_VALUE', message: 'row 5 of table packed_refusals: column note holds text that is not Unicode', context: {table: 'packed_refusals', column: 'note', row: 4},
    });
  });

  test('refused because their key is there already are an error that names the row, whichever batch of those that go in together it is in', async () => {
    for (const [batches, row] of [[[ids(1, 2), ids(3, 4), ids(5, 1), ids(6)], 5], [[ids(1, 2), ids(2, 1), ids(7), ids(8)], 2], [[ids(1), ids(2), ids(3), ids(4, 4)], 4]] as const) {
      await using destination = new PostgresDestination(lab.endpoint());
      await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, signal);
      await using writer = await load.open(schema, signal);
      expect(await rejection(write(writer, ...batches).then(() => writer.commit(null)))).toMatchObject({
        name: 'PipelineError', code: 'SLUICE_VALUE', message: expect.stringMatching(new RegExp(`^row ${row + 1} of table packed_refusals: `)), context: {table: 'packed_refusals', row},
      });
    }
  });

  test.each([['', 1], ['?statementTimeout=60', 3]])('go in together, but not where a statement has its time: %s', async (options, statements) => {
    await using destination = new PostgresDestination(lab.endpoint(options));
    await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, signal);
    {
      await using writer = await load.open(schema, signal);
      await write(writer, ids(1, 2), ids(3), ids(4, 5));
      expect(await writer.commit(null)).toEqual({rows: 5});
    }
    await load.finish(signal);
    await load.publish(signal);
    // Rows of one savepoint have one transaction.
    expect(await lab.rows('SELECT count(*), count(DISTINCT xmin::text) FROM packed_refusals')).toEqual([['5', String(statements)]]);
  });

  test('of a server that is gone, while more of them are awaited, are a retryable error', async () => {
    await using destination = new PostgresDestination(lab.endpoint());
    await using load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, signal);
    await using writer = await load.open(schema, signal);
    await write(writer, ids(1, 2), ids(3));
    await lab.killAll();
    expect(await rejection(write(writer, ids(4), ids(5), ids(6)).then(() => writer.commit(null)))).toMatchObject({code: 'SLUICE_CONNECT', retryable: true});
  });
});
