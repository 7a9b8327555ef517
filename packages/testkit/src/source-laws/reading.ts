import {expect} from 'vitest';
import type {Row, Schema} from '@sluice/core';
import {expectSameRows} from '../compare.ts';
import {bigKey, bytesKey, compositeKey, heavy, noKey, sequence, textKey, type Fixture} from '../fixtures.ts';
import {batchesOf, bytesIn, discovered, read, rowsOf} from '../reading.ts';
import type {SourceSuite} from '../source-contract.ts';

const KB = 1024;
const HEAVY = heavy(12, 300 * KB, 'heavy_rows');

/** How rows come: each once, within limits, from any position, owned by the receiver. */
export function readingLaws({harness, law}: SourceSuite): void {
  const {noTypes = [], noResume, noKeys} = harness;
  const cannotResume = noResume && 'the source cannot resume';

  law('reads each row once, in batches of no more rows than asked', [sequence(1001, 'thousand'), noKey], async (source, fixtures) => {
    for (const [i, {schema, rows}] of fixtures.entries()) {
      const found = await discovered(source, schema.table);
      for (const maxRows of [[1, 100, 1000, 5000], [1, 5, 100]][i]!) {
        const batches = await batchesOf(read(source, found, {maxRows}));
        for (const batch of batches) expect(batch.rows.length).toBeLessThanOrEqual(maxRows);
        expectSameRows(schema, batches.flatMap(batch => batch.rows), rows);
      }
    }
  });

  law('ends a batch at the byte limit: rows of several hundred kB', [HEAVY], async (source, [fixture]) => {
    const maxBytes = 1024 * KB;
    const batches = await batchesOf(read(source, await discovered(source, 'heavy_rows'), {maxBytes}));
    // The batch ends once its rows reach the limit: without its last row it is below it. A quarter for "about".
    for (const batch of batches) expect(bytesIn(batch.rows.slice(0, -1))).toBeLessThanOrEqual(maxBytes * 1.25);
    expectSameRows(fixture!.schema, batches.flatMap(({rows}) => rows), fixture!.rows);
  });

  law('a row larger than the byte limit is a batch of its own', [HEAVY], async (source, [fixture]) => {
    const batches = await batchesOf(read(source, await discovered(source, 'heavy_rows'), {maxBytes: 100 * KB}));
    expect(batches.map(({rows}) => rows.length)).toEqual(fixture!.rows.map(() => 1));
    expectSameRows(fixture!.schema, batches.flatMap(({rows}) => rows), fixture!.rows);
  });

  law('keeps the order that it promises', [compositeKey, bigKey], async (source, fixtures) => {
    for (const {schema} of fixtures) {
      const found = await discovered(source, schema.table);
      if (found.order !== 'key') continue;
      const keys = found.primaryKey.map(name => found.columns.findIndex(column => column.name === name));
      const rows = await rowsOf(read(source, found, {maxRows: 3}));
      for (const [i, row] of rows.entries()) if (i > 0) expect(compareKeys(rows[i - 1]!, row, keys), `order of rows ${i - 1} and ${i}`).toBeLessThan(0);
    }
  });

  law('reads a subset of the columns, in another order', [compositeKey, sequence(25)], async (source, fixtures) => {
    for (const {schema, rows} of fixtures) {
      const found = await discovered(source, schema.table);
      for (const pick of [[1, 0], [1], [0]]) {
        const some: Schema = {...found, columns: pick.map(i => found.columns[i]!)};
        const wanted: Schema = {...schema, columns: pick.map(i => schema.columns[i]!)};
        expectSameRows(wanted, await rowsOf(read(source, some, {maxRows: 4})), rows.map(row => pick.map(i => row[i]!)));
      }
    }
  });

  const resumable: readonly (readonly [string, Fixture, string | false | undefined])[] = [
    ['a sequence', sequence(25), false],
    ['a composite key', compositeKey, false],
    ['a text key', textKey, false],
    ['a key of bytes', bytesKey, noTypes.includes('bytes') && 'the system has no bytes'],
    ['a key of 64 bits', bigKey, false],
    ['no key', noKey, false],
  ];
  for (const [what, wanted, unless] of resumable) {
    law(`prefix and rest after any position are the whole, the position having been JSON: ${what}`, [wanted], async (source, [fixture]) => {
      const {schema, rows} = fixture!;
      const found = await discovered(source, schema.table);
      for (const maxRows of [1, 4]) {
        const batches = await batchesOf(read(source, found, {maxRows}));
        for (const [i, {position}] of batches.entries()) {
          // A source may be unable to resume in a table that has no key; it says so by null.
          if (position === null && (noKeys || schema.primaryKey.length === 0)) continue;
          expect(typeof position, 'a position is a string').toBe('string');
          const prefix = batches.slice(0, i + 1).flatMap(batch => batch.rows);
          await using later = await harness.connect();
          const rest = await rowsOf(read(later, found, {maxRows, after: JSON.parse(JSON.stringify(position))}));
          expectSameRows(schema, [...prefix, ...rest], rows);
        }
      }
    }, cannotResume || unless);
  }

  law('resumes a read that leaves out the key columns', [compositeKey], async (source, [fixture]) => {
    const {schema, rows} = fixture!;
    const found = await discovered(source, schema.table);
    const some: Schema = {...found, columns: found.columns.slice(0, 1)};
    const batches = await batchesOf(read(source, some, {maxRows: 4}));
    for (const [i, {position}] of batches.entries()) {
      const prefix = batches.slice(0, i + 1).flatMap(batch => batch.rows);
      const rest = await rowsOf(read(source, some, {after: position}));
      expectSameRows({...schema, columns: schema.columns.slice(0, 1)}, [...prefix, ...rest], rows.map(row => row.slice(0, 1)));
    }
  }, cannotResume || (noKeys && 'the system knows no keys'));

  law('the receiver owns the rows, and the bytes in them', [sequence(25), bytesKey], async (source, fixtures) => {
    for (const {schema, rows} of fixtures) {
      const found = await discovered(source, schema.table);
      const kept: Row[] = [];
      for await (const batch of read(source, found, {maxRows: 4})) {
        for (const row of batch.rows) {
          kept.push(row.map(value => (value instanceof Uint8Array ? value.slice() : value)));
          for (const value of row) if (value instanceof Uint8Array) value.fill(0x2a);
          row.fill(null);
          row.push('more');
        }
        batch.rows.length = 0;
      }
      expectSameRows(schema, kept, rows);
      expectSameRows(schema, await rowsOf(read(source, found)), rows);
    }
  }, noTypes.includes('bytes') && 'the system has no bytes');

  law('keeps what it gave: a batch does not change while others are read', [HEAVY, sequence(1001, 'thousand')], async (source, fixtures) => {
    for (const {schema, rows} of fixtures) {
      const batches = await batchesOf(read(source, await discovered(source, schema.table), {maxRows: 7}));
      expectSameRows(schema, batches.flatMap(batch => batch.rows), rows);
    }
  });

  law('all reads see one snapshot', [sequence(25, 'snapshot')], async (source, [fixture]) => {
    const found = await discovered(source, 'snapshot');
    const first = await rowsOf(read(source, found));
    await harness.insert!(fixture!, [1000, 'late']);
    expectSameRows(fixture!.schema, first, fixture!.rows);
    expectSameRows(fixture!.schema, await rowsOf(read(source, found)), fixture!.rows);
    await using later = await harness.connect();
    expectSameRows(fixture!.schema, await rowsOf(read(later, found)), [...fixture!.rows, [1000, 'late']]);
  }, !harness.insert && 'the harness cannot insert');
}

/** Compares two integer keys as numbers. */
function compareKeys(a: Row, b: Row, positions: readonly number[]): number {
  for (const i of positions) {
    const left = BigInt(a[i] as number);
    const right = BigInt(b[i] as number);
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
