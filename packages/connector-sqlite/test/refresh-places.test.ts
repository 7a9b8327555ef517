import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Column, Place, Row, Schema} from '@sluice/core';
import {CANARY, expectNoLeak, expectRows, expectSameRows, fixtures, rejection, type Fixture} from '@sluice/testkit';
import Database from 'better-sqlite3';
import {beforeEach, describe, expect, test} from 'vitest';
import {never} from './loading.ts';
import {begin, digestOf, limits, loadAnew, placesOf, readRows, writeBatches} from './refreshing.ts';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();
let file: string;
beforeEach(() => { file = join(newFolder(), 'study.db'); });

const id: Column = {name: 'id', type: 'int', nullable: false};
const label: Column = {name: 'label', type: 'text', nullable: true};
const keyed: Schema = {table: 'keyed', columns: [id, label], primaryKey: ['id'], order: 'key'};
const counted: Schema = {table: 'counted', columns: [{...id, nullable: true}, label], primaryKey: []};
const rows = (...keys: readonly (number | bigint)[]): Row[] => keys.map(key => [key, `row ${key}`]);
const range = (from: number, to: number) => Array.from({length: to - from + 1}, (_, i) => from + i);

const all = (sql: string) => {
  const db = new Database(file, {readonly: true});
  try {
    return db.prepare(sql).raw().safeIntegers().all();
  } finally {
    db.close();
  }
};

/** Writes batches as they are given. */
async function places(schema: Schema, batches: readonly Row[][]): Promise<(Place | null)[]> {
  await using load = await begin(file, [schema], 'nothing');
  await using writer = await load.open(schema, 'anew', never);
  const found: (Place | null)[] = [];
  for (const batch of batches) {
    found.push(await writer.write({rows: batch.map(row => [...row]), position: null}));
    await writer.commit();
    const digested = await load.digestPlaces(schema, found.filter(place => place !== null), limits, never);
    expect(digested).toEqual(batches.slice(0, digested.length).map(one => digestOf(schema, one)));
  }
  return found;
}

describe('a table whose key is the rowid', () => {
  test('has places at both ends of 64 bits, and beyond what JSON can hold', async () => {
    const min = -(2n ** 63n), max = 2n ** 63n - 1n;
    expect(await places(keyed, [rows(min, -9_007_199_254_740_993n), rows(-5, 0, 7), rows(2n ** 53n + 1n), rows(max)])).toEqual([
      '[["-9223372036854775808","-9007199254740993"]]', '[[-5,7]]', '[["9007199254740993","9007199254740993"]]', '[["9223372036854775807","9223372036854775807"]]',
    ]);
  });

  test.each<[string, Row[][], number]>([
    ['within a batch', [rows(1, 2), rows(5, 4), rows(8)], 1],
    ['from one batch to the next', [rows(10, 20), rows(5, 7), rows(30)], 1],
  ])('has none from the first key on that does not ascend %s', async (_, batches, placed) => {
    expect((await places(keyed, batches)).map(place => place !== null)).toEqual(batches.map((__, i) => i < placed));
  });

  test('has none when the source promises no order', async () => {
    const {order: _, ...schema} = keyed;
    expect(await places(schema, [rows(1, 2), rows(3)])).toEqual([null, null]);
  });

  test('keeps places that have grown or shrunk within their gap', async () => {
    const chunks = (await loadAnew(file, [{schema: keyed, rows: rows(...range(1, 30).map(n => n * 10))}], {size: 10})).get('keyed')!;
    await using load = await begin(file, [keyed], 'live', ['keyed']);
    await using writer = await load.open(keyed, 'patch', never);
    expect(await writer.remove([chunks[1]!.place!])).toBe(10);
    expect(await writer.write({rows: rows(101, 102, 150), position: null})).toBe('[[101,150]]');
    expect(await writer.write({rows: rows(151, 209), position: null})).toBe('[[151,209]]');
    expect(await writer.write({rows: rows(301), position: null})).toBe('[[301,301]]');
  });

  test('a batch that would reach over a row that stayed has no place', async () => {
    const chunks = (await loadAnew(file, [{schema: keyed, rows: rows(...range(1, 30))}], {size: 10})).get('keyed')!;
    await using load = await begin(file, [keyed], 'live', ['keyed']);
    await using writer = await load.open(keyed, 'patch', never);
    await writer.remove([chunks[0]!.place!, chunks[2]!.place!]);
    expect(await writer.write({rows: rows(5, 25), position: null})).toBeNull();
  });
});

describe('a table whose rowids are counted', () => {
  test('never gives a rowid again that was taken out, or noted, in this load', async () => {
    const chunks = (await loadAnew(file, [{schema: counted, rows: rows(...range(1, 30))}], {size: 10})).get('counted')!;
    await using load = await begin(file, [counted], 'live', ['counted']);
    {
      await using writer = await load.open(counted, 'patch', never);
      expect(await writer.remove([chunks[2]!.place!])).toBe(10);
      expect(await writer.write({rows: rows(101, 102), position: null})).toBe('[[31,32]]');
      expect(await writer.remove(['[[31,32]]' as Place])).toBe(2);
      expect(await writer.write({rows: rows(103, 104, 105), position: null})).toBe('[[33,35]]');
      // Noted by a run that was killed, and not there.
      expect(await writer.retain([chunks[0]!.place!, '[[33,35]]' as Place, '[[90,99]]' as Place])).toBe(10);
      expect(await writer.write({rows: rows(106), position: null})).toBe('[[100,100]]');
      expect(await writer.write({rows: [], position: null})).toBe('[]');
      await writer.commit();
    }
    await load.finish(never);
    await load.publish(never);
    expect((all('SELECT rowid, id FROM counted') as bigint[][]).map(row => row.map(Number))).toEqual([...range(1, 10).map(n => [n, n]), [33, 103], [34, 104], [35, 105], [100, 106]]);
  });

  test('has no places behind the last rowid there is', async () => {
    await using load = await begin(file, [counted], 'nothing');
    await using writer = await load.open(counted, 'anew', never);
    await writer.remove(['[["9223372036854775805","9223372036854775805"]]' as Place]);
    expect(await writer.write({rows: rows(1, 2), position: null})).toBe('[["9223372036854775806","9223372036854775807"]]');
    expect(await writer.write({rows: rows(3), position: null})).toBeNull();
    await writer.commit();
    expect(await load.countRows(counted, never)).toBe(3);
  });

  test('has none where its columns take all names of the rowid', async () => {
    const schema: Schema = {table: 'hidden', columns: ['rowid', '_ROWID_', 'oid'].map(name => ({name, type: 'int', nullable: true})), primaryKey: []};
    await using load = await begin(file, [schema], 'nothing');
    await using writer = await load.open(schema, 'anew', never);
    expect(await writer.write({rows: [[1, 2, 3]], position: null})).toBeNull();
    await writer.commit();
    expect(load.patchable(schema)).toBe(false);
    expect(await readRows(load, schema, null)).toEqual([[1, 2, 3]]);
    expect(await writer.retain([])).toBe(1);
  });
});

describe('rows that are refused', () => {
  const unique: Schema = {...counted, columns: [id, label], indexes: [{name: 'u', unique: true, parts: [{column: 'label'}]}]};

  test('by a unique index, or for a null: VALUE with table and row, and never the value', async () => {
    await loadAnew(file, [{schema: unique, rows: [[1, CANARY], [2, 'b']]}]);
    await using load = await begin(file, [unique], 'live', ['counted']);
    for (const [row, message] of [[[3, CANARY], 'a unique index has the same key already'], [[null, 'c'], 'null in a column that is not nullable']] as [Row, string][]) {
      await using writer = await load.open(unique, 'patch', never);
      await writer.write({rows: [[10, 'x'], [11, 'y']], position: null});
      const error = await rejection(writer.write({rows: [[12, 'z'], row], position: null}));
      expect(error).toMatchObject({code: 'SLUICE_VALUE', message: expect.stringContaining(message) as string, context: {table: 'counted', row: 3}});
      expectNoLeak(error, CANARY);
    }
    expect(await load.countRows(unique, never)).toBe(2);
  });

  test('are not, when two rows exchange what is unique: all are taken out before any is put in', async () => {
    const chunks = (await loadAnew(file, [{schema: unique, rows: rows(...range(1, 30))}], {size: 10})).get('counted')!;
    await using load = await begin(file, [unique], 'live', ['counted']);
    {
      await using writer = await load.open(unique, 'patch', never);
      expect(await writer.remove([chunks[0]!.place!, chunks[2]!.place!])).toBe(20);
      await writeBatches(writer, unique, [...range(1, 10).map((n): Row => [n, `row ${n + 20}`]), ...range(21, 30).map((n): Row => [n, `row ${n - 20}`])], 10);
    }
    expect(await load.finish(never)).toEqual([]);
    await load.publish(never);
    expect(all("SELECT count(*), sum(label = 'row ' || id) FROM counted")).toEqual([[30n, 10n]]);
    expect(all("SELECT \"unique\" FROM pragma_index_list('counted')")).toEqual([[1n]]);
  });
});

test('a writer that is dropped leaves what was committed, and nothing else', async () => {
  await using load = await begin(file, [keyed], 'nothing');
  {
    await using writer = await load.open(keyed, 'anew', never);
    await writeBatches(writer, keyed, rows(1, 2, 3));
    await writer.write({rows: rows(4, 5), position: null});
  }
  expect(await readRows(load, keyed, null)).toEqual(rows(1, 2, 3));
  {
    await using writer = await load.open(keyed, 'anew', never);
    await writer.write({rows: rows(9), position: null});
  }
  expect(await readRows(load, keyed, null), 'made anew').toEqual([]);
});

test('nothing of a row that was taken out, or of a table that was dropped, stays readable in the file', async () => {
  const wide = (from: number) => range(from, from + 9).map((n): Row => [n, `${CANARY}-${n}-${'x'.repeat(n % 3 ? 20 : 20_000)}`]);
  const indexed: Schema = {...keyed, indexes: [{name: 'i', unique: false, parts: [{column: 'label'}]}]};
  const gone: Schema = {...keyed, table: 'gone'};
  const chunks = (await loadAnew(file, [{schema: indexed, rows: [...rows(...range(1, 10)), ...wide(11)]}, {schema: gone, rows: wide(1)}, {schema: counted, rows: wide(1)}], {size: 10})).get('keyed')!;
  expect(readFileSync(file).includes(CANARY)).toBe(true);
  {
    await using load = await begin(file, [indexed, counted], 'live', ['keyed']);
    {
      await using writer = await load.open(indexed, 'patch', never);
      expect(await writer.remove([chunks[1]!.place!])).toBe(10);
      await writer.commit();
    }
    await load.finish(never);
    await load.publish(never);
  }
  expect(readFileSync(file).includes(CANARY)).toBe(false);
  expect(all('SELECT count(*) FROM keyed')).toEqual([[10n]]);
});

describe('hostile tables, place by place', () => {
  const {everyType, empty, hostileColumns, hostileTables, compositeKey, textKey, bytesKey, bigKey, noKey, sequence, wide, heavy} = fixtures;
  const named: readonly Fixture[] = [everyType, empty, hostileColumns, ...hostileTables, compositeKey, textKey, bytesKey, noKey, sequence(1001), wide(300, 20), heavy(7, 300_000)];
  const sorted: Fixture = {schema: {...bigKey.schema, order: 'key'}, rows: [...bigKey.rows].sort((a, b) => ((a[0] as number | bigint) < (b[0] as number | bigint) ? -1 : 1))};
  const fixture = (one: Fixture): Fixture => (one.schema.primaryKey.length === 1 ? {...one, schema: {...one.schema, order: 'key'}} : one);

  test.each([...named.map(fixture), sorted].map(one => [one.schema.table, one] as const))('%s is read back and digested as it was written, and can be patched', async (_, {schema, rows: given}) => {
    await using load = await begin(file, [schema], 'nothing');
    await using writer = await load.open(schema, 'anew', never);
    const written = given.map(row => [...row]);
    writer.fit({rows: written, position: null});
    const size = Math.max(1, Math.ceil(given.length / 3));
    const chunks = await writeBatches(writer, schema, written, size);
    const digests = await load.digestPlaces(schema, placesOf(chunks), {maxRows: 3, maxBytes: 1000}, never);
    expect(digests).toEqual(chunks.map(({digest}) => digest));
    for (const [i, {place}] of chunks.entries()) expectRows(schema, await readRows(load, schema, place), written.slice(i * size, (i + 1) * size));
    expectSameRows(schema, await readRows(load, schema, null), written);
    if (chunks.length < 3) return;
    // Out with the middle, and in again.
    expect(await writer.remove([chunks[1]!.place!])).toBe(chunks[1]!.rows);
    await writer[Symbol.asyncDispose]();
    await using patcher = await load.open(schema, 'patch', never);
    await patcher.remove([chunks[1]!.place!]);
    const [again] = await writeBatches(patcher, schema, written.slice(size, 2 * size), size);
    expect(await load.digestPlaces(schema, placesOf([chunks[0]!, again!, chunks[2]!]), limits, never)).toEqual(chunks.slice(0, 3).map(({digest}) => digest));
    expect(await load.countRows(schema, never)).toBe(given.length);
  });
});
