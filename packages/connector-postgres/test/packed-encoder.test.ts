import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {packRows} from '@sluice/checksum';
import type {ColumnType, Value} from '@sluice/core';
import {BinaryRows} from '../src/copy-binary/binary-rows.ts';
import {PackedEncoder} from '../src/copy-binary/packed-encoder.ts';
import {rewriting} from '../src/fit.ts';
import type {Family, TargetType} from '../src/target-type.ts';

const target = (family: Family, more: Partial<TargetType> = {}): TargetType => ({family, sql: family, length: null, precision: null, scale: null, ...more});

/** What a column makes of a value, by the way of packed rows and by that of values. Null where a value has to be looked at. */
function bothWays(type: TargetType, canonical: ColumnType): (value: Value) => readonly [packed: Buffer | null, values: Buffer | null] {
  const rewrite = rewriting(type);
  const encoder = PackedEncoder.of([{type, nullable: true, rewrite}])!;
  const rows = BinaryRows.of([{family: type.family, at: 0}])!;
  return value => {
    const stays = value === null || Object.is(rewrite(value), value);
    return [encoder.encode(packRows([{name: 'c', type: canonical, nullable: true}], [[value]])), stays ? rows.encode([[value]]) : null];
  };
}

const number = fc.stringMatching(/^-?0{0,2}[0-9]{0,6}(\.[0-9]{0,4})?$/);
const date = fc.stringMatching(/^(000[01]|19\d\d|2[04]00)-(0[0-3]|1[0-3])-([012]\d|3[0-2])$/);
const clock = fc.stringMatching(/^-?([01]\d|2[0-5]|\d{3}):[0-6]\d:[0-6]\d(\.\d{0,7})?$/);
const moment = fc.tuple(date, fc.constantFrom(' ', 'T', ''), clock).map(parts => parts.join(''));
const text = fc.oneof(fc.string({unit: 'binary', maxLength: 9}), fc.string({unit: 'grapheme', maxLength: 70}));
const hex = fc.oneof(fc.uuid(), fc.uuid().map(id => id.toUpperCase()), fc.string({maxLength: 36}));
const whole = fc.oneof(
  fc.constantFrom(0, -1, 2 ** 15 - 1, 2 ** 15, -(2 ** 15), -(2 ** 15) - 1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), 2n ** 64n - 1n),
  fc.integer(), fc.maxSafeInteger());
const float = fc.oneof(fc.double(), fc.float(), fc.constantFrom(NaN, -0, Infinity));

const CASES: readonly (readonly [string, TargetType, ColumnType, fc.Arbitrary<Value>])[] = [
  ['numeric(6,2)', target('numeric', {precision: 6, scale: 2}), 'decimal', number],
  ['numeric(3)', target('numeric', {precision: 3, scale: 0}), 'decimal', number],
  ['numeric(2,2)', target('numeric', {precision: 2, scale: 2}), 'decimal', number],
  ['numeric', target('numeric'), 'decimal', number],
  ['numeric(20) of integers', target('numeric', {precision: 20, scale: 0}), 'int', whole],
  ['numeric(5) of integers', target('numeric', {precision: 5, scale: 0}), 'int', whole],
  ['smallint', target('int2'), 'int', whole],
  ['integer', target('int4'), 'int', whole],
  ['bigint', target('int8'), 'int', whole],
  ['date', target('date'), 'date', date],
  ['timestamp(0)', target('timestamp', {scale: 0}), 'timestamp', moment],
  ['timestamp(3)', target('timestamp', {scale: 3}), 'timestamp', moment],
  ['timestamptz(6)', target('timestamptz', {scale: 6}), 'timestamptz', moment],
  ['timestamp', target('timestamp'), 'timestamp', moment],
  ['time(0)', target('time', {scale: 0}), 'time', clock],
  ['time(6)', target('time', {scale: 6}), 'time', clock],
  ['interval(2)', target('interval', {scale: 2}), 'time', clock],
  ['text', target('text'), 'text', text],
  ['varchar(3)', target('text', {length: 3}), 'text', text],
  ['json', target('json'), 'json', text],
  ['jsonb', target('jsonb'), 'json', text],
  ['uuid', target('uuid'), 'uuid', hex],
  ['boolean', target('bool'), 'bool', fc.boolean()],
  ['double precision', target('float8'), 'float', float],
  ['real', target('float4'), 'float', float],
  ['bytea', target('bytea'), 'bytes', fc.uint8Array({maxLength: 90})],
  ['bytea of text', target('bytea'), 'text', text],
  ['text of bytes', target('text'), 'bytes', fc.uint8Array({maxLength: 9})],
  ['integer of text', target('int4'), 'text', number],
  ['date of integers', target('date'), 'int', whole],
];

describe('packed rows become the bytes that their values become, or have to be looked at', () => {
  test.for(CASES)('%s', ([, type, canonical, values]) => {
    const both = bothWays(type, canonical);
    fc.assert(fc.property(fc.option(values), value => {
      const [packed, expected] = both(value);
      expect(packed?.toString('hex') ?? null).toBe(expected?.toString('hex') ?? null);
    }), {numRuns: 1_000});
  });

  test('NULL has to be looked at where the column allows none', () => {
    const encoder = PackedEncoder.of([{type: target('int4'), nullable: false, rewrite: rewriting(target('int4'))}])!;
    expect(encoder.encode(packRows([{name: 'c', type: 'int', nullable: false}], [[null]]))).toBeNull();
  });

  test('what was given out stays while the next batch is made, and a batch that is too large is for values', () => {
    const type = target('text');
    const encoder = PackedEncoder.of([{type, nullable: true, rewrite: rewriting(type)}])!;
    const rows = (value: string) => packRows([{name: 'c', type: 'text', nullable: true}], [[value]]);
    const first = encoder.encode(rows('first'))!;
    const second = encoder.encode(rows('x'.repeat(3_000_000)))!;
    expect([first.includes('first'), second.length > 3_000_000]).toEqual([true, true]);
    expect(encoder.encode(rows('x'.repeat(17_000_000)))).toBeNull();
    expect(second.includes('xxx')).toBe(true);
  });

  test('a type that only its server can write, or that fills its values up, has no way for packed rows', () => {
    for (const family of ['own', 'char'] as const) expect(PackedEncoder.of([{type: target(family), nullable: true, rewrite: rewriting(target(family))}])).toBeNull();
  });
});
