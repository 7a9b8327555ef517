import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {packRows} from '@sluice/checksum';
import type {Row, Schema} from '@sluice/core';
import {rejection} from '@sluice/testkit';
import {PostgresDestination} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();
const schema: Schema = {table: 'packed_refusals', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, {name: 'note', type: 'text', nullable: true}]};
const MALFORMED = 0xff;

describe.skipIf(postgres === null)('packed rows that only the server refuses', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  test('because of text that is none are an error that names table, column and row', async () => {
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
});
