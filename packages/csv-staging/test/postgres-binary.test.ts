import type {Row} from '@sluice/core';
import {describe, expect, it} from 'vitest';
import {PostgresBinaryRows, type PostgresBinaryType} from '../src/postgres-binary/index.ts';

const HEAD = `${Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1').toString('hex')}0000000000000000`;

function bytesOf(types: readonly PostgresBinaryType[], rows: readonly Row[]): string {
  const table = new PostgresBinaryRows(types);
  const chunks: Buffer[] = [];
  for (const row of rows) {
    table.add(row);
    if (table.full) chunks.push(table.take());
  }
  return Buffer.concat([...chunks, table.end()]).toString('hex');
}

const one = (type: PostgresBinaryType, value: Row[number]) => bytesOf([type], [[value]]).slice(HEAD.length + 4, -4);

describe("rows in the binary format of PostgreSQL's COPY", () => {
  it('have a head and an end, also where there are none', () => {
    expect(bytesOf(['text'], [])).toBe(`${HEAD}ffff`);
    expect(bytesOf(['text', 'int8'], [['a', 1], [null, null]])).toBe(`${HEAD}0002 0000000161 000000080000000000000001 0002 ffffffff ffffffff ffff`.replaceAll(' ', ''));
  });

  // As the manual of PostgreSQL and the functions `…send` of its source have them.
  it.each<[PostgresBinaryType, Row[number], string]>([
    ['bool', true, '01'], ['bool', false, '00'],
    ['int8', -1, 'ffffffffffffffff'], ['int8', 2 ** 53 - 1, '001fffffffffffff'], ['int8', -(2 ** 53) + 1, 'ffe0000000000001'], ['int8', 2n ** 63n - 1n, '7fffffffffffffff'], ['int8', -(2n ** 63n), '8000000000000000'],
    ['float8', 1.5, '3ff8000000000000'], ['float8', -0, '8000000000000000'], ['float8', Infinity, '7ff0000000000000'],
    ['text', '', ''], ['text', 'Zürich', '5ac3bc72696368'], ['text', '😀'.repeat(20), 'f09f9880'.repeat(20)], ['text', `${'a'.repeat(23)}ü`, `${'61'.repeat(23)}c3bc`], ['json', '{"a":"\\u0000"}', '7b2261223a225c7530303030227d'],
    ['jsonb', '{}', '017b7d'], ['bytea', new Uint8Array([0, 255]), '00ff'], ['uuid', '00112233-4455-6677-8899-aabbccddeeff', '00112233445566778899aabbccddeeff'],
    ['timestamptz', 946_684_800_000, '0000000000000000'], ['timestamptz', 946_684_799_999, 'fffffffffffffc18'], ['timestamptz', 0, 'fffca2fec4c82000'],
    // The first and the last moment of PostgreSQL.
    ['timestamptz', -210_866_803_200_000, hexOf(-210_866_803_200_000n)], ['timestamptz', 9_224_318_015_999_999n, hexOf(9_224_318_015_999_999n)],
    ['timestamptz', 2 ** 53 - 1, hexOf(2n ** 53n - 1n)], ['timestamptz', -(2 ** 47) - 1, hexOf(-(2n ** 47n) - 1n)],
    ['numeric', '0', '0000000000000000'], ['numeric', '0.00', '0000000000000002'], ['numeric', '1', '00010000000000000001'], ['numeric', '-1', '00010000400000000001'], ['numeric', '10000', '00010001000000000001'],
    ['numeric', '12345.678', '0003000100000003000109291a7c'], ['numeric', '0.00012', '0002ffff00000005000107d0'], ['numeric', '0.00001', '0001fffe0000000503e8'],
    ['numeric', `1${'0'.repeat(6144)}`, '00010600000000000001'], ['numeric', `0.${'0'.repeat(6175)}1`, '0001f9f8000018200001'],
  ])('are what the server sends: %s', (type, value, expected) => {
    expect(one(type, value)).toBe((expected.length / 2).toString(16).padStart(8, '0') + expected);
  });

  it('come in chunks, in which a row of any size is whole', () => {
    const rows: Row[] = Array.from({length: 300}, (_, i) => ['€'.repeat(i * 10), i]);
    rows.push(['€'.repeat(1 << 20), 1], ['', 2]);
    const expected = rows.map(([text, number]) => {
      const length = Buffer.byteLength(String(text));
      return `0002${length.toString(16).padStart(8, '0')}${'e282ac'.repeat(length / 3)}00000008${Number(number).toString(16).padStart(16, '0')}`;
    });
    expect(bytesOf(['text', 'int8'], rows) === `${HEAD}${expected.join('')}ffff`).toBe(true);
  });

  it.each<[PostgresBinaryType, Row[number]]>([
    ['bool', 1], ['int8', 0.5], ['int8', 2n ** 63n], ['int8', '1'], ['float8', '1'], ['text', 1], ['bytea', 'x'], ['uuid', 'x'], ['numeric', 'NaN'], ['numeric', '1e5'], ['numeric', 1], ['timestamptz', '2000-01-01 00:00:00.000'],
  ])('are not made of other values than their columns hold: %s', (type, value) => {
    expect(() => one(type, value)).toThrow('column 0 holds a');
  });
});

/** Microseconds since 2000 of milliseconds since 1970, in 64 bits. */
function hexOf(milliseconds: bigint): string {
  return BigInt.asUintN(64, (milliseconds - 946_684_800_000n) * 1000n).toString(16).padStart(16, '0');
}
