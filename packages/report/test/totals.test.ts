import {createHash} from 'node:crypto';
import {describe, expect, test} from 'vitest';
import {digestOf, totalsOf} from '../src/index.ts';
import {count, duration, kindOf, moment, size} from '../src/format.ts';
import {sampleReport, sampleTable} from './sample-report.ts';

describe('totals', () => {
  test('add up rows and columns of all tables', () => {
    expect(totalsOf(sampleReport())).toEqual({
      tables: 29, rowsRead: 124_618, rowsWritten: 124_618, rowsQuarantined: 0, dropped: 42, blanked: 6, changed: 1, added: 45,
    });
  });
});

describe('the digest of a copy', () => {
  const tables = [sampleTable('b', 2), sampleTable('ä', 1), sampleTable('a', 3)];

  test('is the SHA-256 of one line a table, sorted by the bytes of the name', () => {
    const [b, umlaut, a] = tables.map(table => `${table.digest}  ${table.target}\n`);
    expect(digestOf({tables})).toBe(createHash('sha256').update(a! + b! + umlaut!).digest('hex'));
  });

  test('does not depend on the order in which tables were copied', () => {
    expect(digestOf({tables: tables.toReversed()})).toBe(digestOf({tables}));
  });

  test('is that of the names at the destination', () => {
    expect(digestOf({tables: [sampleTable('a', 1, {target: 'z'})]})).not.toBe(digestOf({tables: [sampleTable('a', 1)]}));
  });

  test('does not exist while a table is unproved, or without tables', () => {
    expect(digestOf({tables: [...tables, sampleTable('c', 1, {verified: false})]})).toBeNull();
    expect(digestOf({tables: [...tables, sampleTable('c', 1, {digest: null})]})).toBeNull();
    expect(digestOf({tables: []})).toBeNull();
  });
});

describe('figures as a person reads them', () => {
  test('numbers have their thousands apart', () => {
    expect([0, 999, 1000, 1_234_567, 12_345_678_901].map(count)).toEqual(['0', '999', '1,000', '1,234,567', '12,345,678,901']);
  });

  test('times are as exact as they matter', () => {
    expect([0, 0.004, 0.994, 0.996, 9.94, 9.96, 59.4, 59.6, 61, 3599.7, 7620].map(duration))
      .toEqual(['0.00 s', '0.00 s', '0.99 s', '1.0 s', '9.9 s', '10 s', '59 s', '1 min 00 s', '1 min 01 s', '1 h 00 min', '2 h 07 min']);
  });

  test('sizes are in decimal units', () => {
    expect([0, 1, 999, 1000, 14_602_240, 99_960, 999_600, 1_500_000_000].map(size))
      .toEqual(['0 bytes', '1 byte', '999 bytes', '1.0 kB', '14.6 MB', '100 kB', '1.0 MB', '1.5 GB']);
  });

  test('a kind of system is not said twice', () => {
    expect(kindOf({kind: 'sqlite', label: 'collab.db'})).toBe('sqlite');
    expect(kindOf({kind: 'sqlite', label: 'sqlite:collab.db'})).toBeNull();
    expect(kindOf({kind: 'mysql', label: 'mariadb://db.example.org/study'})).toBe('mysql');
  });

  test('moments are in UTC and say so', () => {
    expect(moment('2026-11-24T15:31:54.318Z')).toBe('2026-11-24 15:31:54 UTC');
    expect(moment('whenever')).toBe('whenever');
  });
});
