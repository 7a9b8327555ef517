import {expect} from 'vitest';
import {ErrorCode} from '@sluice/core';
import type {Column, Row, Schema} from '@sluice/core';
import type {DestinationSuite} from '../destination-contract.ts';
import {sequence} from '../fixtures.ts';
import {rejection} from '../waiting.ts';

/** When the table that is there is not the one that comes. */
export function schemaLaws({law, without}: DestinationSuite): void {
  const {schema, rows} = sequence(3);
  const [id, label] = schema.columns as readonly [Column, Column];
  const with_ = (...columns: readonly Column[]): Schema => ({...schema, columns});

  for (const mode of ['append', 'upsert'] as const) {
    law(`a new nullable column is added, null in the rows that are there: ${mode}`, async bench => {
      await bench.load([{schema, rows}], {mode});
      // The new column stands between the others: rows must not be taken for those of the stored order.
      const wider = with_(id, {name: 'extra "column"', type: 'text', nullable: true}, label);
      await bench.load([{schema: wider, rows: [[4, 'new', 'row 4'], [5, null, null]]}], {mode});
      const all: Row[] = [...rows.map(([key, text]): Row => [key!, null, text!]), [4, 'new', 'row 4'], [5, null, null]];
      await bench.expectStored(wider, all);
    }, without(mode));

    law(`the order of the columns does not matter: ${mode}`, async bench => {
      await bench.load([{schema, rows}], {mode});
      await bench.load([{schema: with_(label, id), rows: [['row 4', 4]]}], {mode});
      await bench.expectStored(schema, [...rows, [4, 'row 4']]);
    }, without(mode));

    const narrower: Readonly<Record<string, Schema>> = {
      'a column is missing': with_(id),
      'a column has another type': with_(id, {...label, type: 'int'}),
      'a new column may not be null': with_(id, label, {name: 'extra', type: 'int', nullable: false}),
      'the key is another': {...with_({...id}, {...label, nullable: false}), primaryKey: ['label']},
    };
    for (const [what, narrow] of Object.entries(narrower)) {
      law(`narrowing is a SCHEMA error that names the table and changes nothing: ${what}, ${mode}`, async bench => {
        await bench.load([{schema, rows}], {mode});
        const error = await rejection(bench.load([{schema: narrow, rows: []}], {mode}), 'the load');
        expect(error).toMatchObject({name: 'PipelineError', code: ErrorCode.SCHEMA, retryable: false, context: {table: 'sequence'}});
        await bench.expectStored(schema, rows);
      }, without(mode));
    }
  }
}
