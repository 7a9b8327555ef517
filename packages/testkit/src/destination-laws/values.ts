import {expect} from 'vitest';
import type {Column, Row, Schema, Value} from '@sluice/core';
import {ErrorCode, PipelineError} from '@sluice/core';
import {holdable} from '../adapt.ts';
import {batchOf, Bench} from '../bench.ts';
import {expectSameRows, printValue, sameValue} from '../compare.ts';
import type {DestinationSuite} from '../destination-contract.ts';
import {typesFixture} from '../fixtures.ts';
import {findLeaks} from '../leaks.ts';
import {LIMITS, never, rowsOf} from '../reading.ts';
import {HOSTILE_COLUMNS} from '../values.ts';

/** Each hostile value arrives, and what cannot be held is never changed in silence. */
export function valueLaws({harness, laws, law}: DestinationSuite): void {
  const {noTypes = [], modes = ['replace']} = harness;
  const mode = modes[0]!;
  const lawOf = (type: string, value: string) => `keeps ${type} without loss: ${value}`;
  const columns = holdable(HOSTILE_COLUMNS, noTypes, ({type}, value) => laws.keeps(lawOf(type, value)));
  const {schema, rows} = typesFixture('every_type', columns);

  // One load for all the laws below; each looks at its own value.
  let loading: Promise<Row[]> | undefined;
  const once = () => loading ??= (async () => {
    await harness.reset();
    await using bench = new Bench(harness);
    await bench.connect();
    await bench.load([{schema, rows}], {mode});
    return await bench.stored(schema) ?? expect.fail('the table is not there');
  })();

  for (const {column, values} of HOSTILE_COLUMNS) {
    for (const {name} of values) {
      laws.law(lawOf(column.type, name), async () => {
        const height = columns.find(held => held.column.name === column.name)!.values.findIndex(value => value.name === name);
        const at = schema.columns.findIndex(c => c.name === column.name);
        const actual = (await once()).find(([id]) => id === height + 1)?.[at];
        const wanted = rows[height]![at];
        if (!sameValue(column, actual, wanted)) {
          expect(printValue(column, actual).slice(0, 500)).toBe(printValue(column, wanted).slice(0, 500));
          expect.fail('the values differ beyond their first 500 characters');
        }
      }, noTypes.includes(column.type) && `the system has no ${column.type}`);
    }
  }

  laws.law('keeps null in every type', async () => {
    expectSameRows(schema, (await once()).filter(([id]) => id === rows.length), rows.slice(-1));
  });

  law('a value that does not fit is refused with its place, or altered by `fit` and counted: never changed in silence', async bench => {
    for (const {column, value} of EXTREMES) {
      if (!noTypes.includes(column.type)) await judge(bench, column, value);
    }
  }, mode !== 'replace' && 'the destination has no replace', 120_000);
}

/** Writes one extreme value between two ordinary rows and sees that what `fit` left is what is there. */
async function judge(bench: Bench, column: Column, value: NonNullable<Value>): Promise<void> {
  const what = `${column.type} ${printValue(column, value).slice(0, 60)}`;
  const schema: Schema = {table: 'extreme', columns: [{name: 'id', type: 'int', nullable: false}, column], primaryKey: ['id']};
  await using load = await bench.begin([schema]);
  await using writer = await load.open(schema, never);
  const before = batchOf([[1, null], [2, null]]);
  writer.fit(before);
  await writer.write(before);
  const batch = batchOf([[3, null], [4, value]]);
  const refused = await (async () => {
    writer.fit(batch);
    const fitted = batchOf(batch.rows).rows;
    await writer.write(batch);
    await writer.commit(null);
    return fitted;
  })().catch((error: unknown) => error as Error);

  if (refused instanceof Error) {
    expect(refused, what).toBeInstanceOf(PipelineError);
    expect(refused, what).toMatchObject({code: ErrorCode.VALUE, context: {table: 'extreme', row: 3}});
    if (typeof value === 'string' && value.length > 5) expect(findLeaks(refused, value), what).toEqual([]);
    return;
  }
  const changed = !sameValue(column, refused[1]![1], value);
  const counted = writer.adjustments.filter(adjustment => adjustment.column === column.name).reduce((sum, {count}) => sum + count, 0);
  expect(counted, `${what}: adjustments counted`).toBe(changed ? 1 : 0);
  const wanted: Row[] = [[1, null], [2, null], ...refused];
  expectSameRows(schema, await rowsOf(load.readBack(schema, LIMITS, never)), wanted);
  await load.finish(never);
  await load.publish(never);
  expectSameRows(schema, await bench.stored(schema), wanted);
}

/** Values at and beyond the edge of what systems hold. All are possible in the data model, by one source or another. */
const EXTREMES: readonly {readonly column: Column; readonly value: NonNullable<Value>}[] = ([
  ['float', NaN], ['float', Infinity], ['float', -Infinity], ['float', -0], ['float', 5e-324],
  ['int', 18_446_744_073_709_551_615n], ['int', 9_223_372_036_854_775_808n],
  ['decimal', '123456789.123', {precision: 10, scale: 2}], ['decimal', '0.005', {precision: 10, scale: 2}], ['decimal', `1${'0'.repeat(70)}`, {precision: 10, scale: 2}],
  ['text', 'longer than it may be', {maxLength: 5}], ['text', 'NUL\u0000inside'], ['text', 'white at the end  ', {maxLength: 20}],
  ['bytes', new Uint8Array(40).fill(65), {maxLength: 20}],
  ['date', '0000-00-00'], ['date', '2020-00-00'], ['date', '2020-02-00'], ['date', '0000-01-01'],
  ['time', '838:59:59'], ['time', '900:00:00'], ['time', '-838:59:59'], ['time', '12:00:00.1234567', {scale: 6}],
  ['timestamp', '0000-00-00 00:00:00'], ['timestamp', '2021-06-15 12:00:00.1234567', {scale: 6}], ['timestamp', '2021-06-15 12:00:00.9', {scale: 0}],
  ['timestamptz', '0001-01-01 00:00:00', {scale: 0}], ['timestamptz', '9999-12-31 23:59:59', {scale: 0}],
  ['json', `{"deep": ${'['.repeat(150)}${']'.repeat(150)}}`], ['json', '{"a": 1, "a": 2}'], ['json', '1.10'], ['json', '123456789012345678901234567890'],
] as const).map(([type, value, more = {}]) => ({column: {name: 'extreme', type, nullable: true, ...more}, value}));
