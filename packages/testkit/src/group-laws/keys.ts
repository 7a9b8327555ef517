import {expect} from 'vitest';
import {groupText, type Column, type GroupStore, type GroupTable, type Row, type Value} from '@sluice/core';
import {expectSameRows} from '../compare.ts';
import {hostileTables} from '../fixtures.ts';
import {post, posts, postsOf, put} from '../groups-bench.ts';
import type {GroupsSuite} from '../groups-contract.ts';
import {never} from '../reading.ts';
import {HOSTILE_COLUMNS} from '../values.ts';

/** Longer texts and bytes are no keys anywhere. */
const MAX_LENGTH = 200;
const INDEX: Column = {name: 'idx', type: 'int', nullable: false};

/** Every type tells groups apart, under every name. */
export function keyLaws({harness, law}: GroupsSuite): void {
  const {noKeyTypes = []} = harness;
  for (const {column, values} of HOSTILE_COLUMNS) {
    if (column.type === 'json' || column.type === 'any') continue;
    law(`groups are told apart by ${column.name}, a column of ${column.type}`, async bench => {
      const key: Column = {...column, nullable: false};
      const tables: GroupTable[] = [
        {schema: {table: 'roots', columns: [{...key, name: 'the key'}], primaryKey: []}, group: ['the key']},
        {schema: {table: 'leaves', columns: [INDEX, key], primaryKey: []}, group: [key.name]},
      ];
      await using store = await bench.open([tables]);
      const keys = new Map<string, Value>();
      for (const {value} of values) {
        if ((typeof value === 'string' || value instanceof Uint8Array) && value.length > MAX_LENGTH) continue;
        const rows: Row[][] = [[[value]], [[1, value]]];
        try {
          store.fit(0, rows);
        } catch {
          expect(store.key(0, [value])).toBeNull();
          continue; // the system holds no such value, which is its types' business
        }
        keys.set(groupText(rows[0]![0]!), rows[0]![0]![0]!);
        expect(store.key(0, [value])).toEqual(rows[0]![0]);
      }
      const all = [...keys.values()];
      expect(all.length).toBeGreaterThan(1);
      await put(store, all.map(value => [value]), [all.map(value => [value]), all.flatMap(value => [[1, value], [2, value]])]);
      await expectPaged(store, all.map(value => [value]));
      for (const value of all) {
        const read = await store.read(0, [[value]], never);
        expectSameRows(tables[1]!.schema, read[1]!, [[1, value], [2, value]]);
        expect(await put(store, [[value]], [[[value]], [[7, value]]])).toEqual([3, 2]);
      }
      await bench.expectStored(tables[1]!.schema, all.map(value => [7, value]));
      // What only the table of an array has a row of is listed, too.
      await put(store, [[all[0]!]], [[], [[8, all[0]!]]]);
      await expectPaged(store, all.map(value => [value]));
    }, noKeyTypes.includes(column.type) && `the system compares no ${column.type}`);
  }

  law('groups of several columns, in another order and under other names in each table', async bench => {
    const tables: GroupTable[] = [
      {
        group: ['major', 'minor'],
        schema: {table: 'pairs', primaryKey: ['major', 'minor'], columns: [{name: 'minor', type: 'text', nullable: false, maxLength: 20}, {name: 'note', type: 'text', nullable: true}, {name: 'major', type: 'int', nullable: false}]},
      },
      {
        group: ['of_major', 'of_minor'],
        schema: {table: 'pairs_items', primaryKey: [], columns: [{name: 'of_major', type: 'int', nullable: false}, {name: 'of_minor', type: 'text', nullable: false, maxLength: 20}, INDEX]},
      },
    ];
    await using store = await bench.open([tables]);
    const keys: Row[] = [1, 2, 10].flatMap(major => ['', 'a', 'A', "o'k"].map((minor): Row => [major, minor]));
    await put(store, keys, [keys.map(([major, minor]): Row => [minor!, null, major!]), keys.flatMap(([major, minor]): Row[] => [[major!, minor!, 1], [major!, minor!, 2]])]);
    expect(await put(store, [[2, 'a'], [10, 'z']], [[['a', 'new', 2]], []])).toEqual([3, 1]);
    const rest = keys.filter(([major, minor]) => major !== 2 || minor !== 'a');
    await bench.expectStored(tables[0]!.schema, [...rest.map(([major, minor]): Row => [minor!, null, major!]), ['a', 'new', 2]]);
    await bench.expectStored(tables[1]!.schema, rest.flatMap(([major, minor]): Row[] => [[major!, minor!, 1], [major!, minor!, 2]]));
    await expectPaged(store, keys, 5);
  });

  for (const {schema} of hostileTables) {
    law(`keeps groups in a table whose name is hostile: ${schema.table}`, async bench => {
      const names = ['order', 'qu"ote', 'tick`s', "apos'trophe", 'percent%s', '?', '$1', '__proto__'];
      const table: GroupTable = {
        group: ['id', ...names],
        schema: {...schema, primaryKey: [], columns: [{name: 'id', type: 'int', nullable: false}, ...names.map((name): Column => ({name, type: 'text', nullable: false, maxLength: 20})), {name: 'body', type: 'text', nullable: true}]},
      };
      await using store = await bench.open([[table]]);
      const key = (id: number): Row => [id, ...names.map((_, i) => `${id} ${i} '"\\`)];
      await put(store, [key(1), key(2)], [[[...key(1), 'one'], [...key(2), 'two']]]);
      expect(await put(store, [key(1)], [[[...key(1), 'new']]])).toEqual([1, 1]);
      expectSameRows(table.schema, (await store.read(0, [key(1), key(2)], never))[0]!, [[...key(1), 'new'], [...key(2), 'two']]);
      expect(await store.keys(0, key(1), 10, never)).toEqual([key(2)]);
    });
  }

  law('rows without a key are counted, and none of anybody\'s groups', async bench => {
    const loose = posts.map(({schema, group}): GroupTable => ({group, schema: {...schema, primaryKey: [], columns: schema.columns.map(column => ({...column, nullable: true}))}}));
    {
      await using load = await bench.destination.begin({catalog: {tables: loose.map(({schema}) => schema), views: [], others: []}, mode: 'append'}, never);
      for (const [i, {schema}] of loose.entries()) {
        await using writer = await load.open(schema, never);
        await writer.write({rows: i === 0 ? [[null, 'nobody'], ['a', 'known']] : [[null, 1, 'x'], [null, 2, 'y']], position: null});
        await writer.commit(null);
      }
      await load.finish(never);
      await load.publish(never);
    }
    await using store = await bench.open([loose]);
    expect(await store.keyless(0, never)).toEqual([1, 2]);
    expect(await store.keys(0, null, 10, never)).toEqual([['a']]);
    await put(store, [['a']], post('a', 1));
    expect(await store.keyless(0, never)).toEqual([1, 2]);
  });

  law('rows that are alike, in a table without a primary key, stay as many as they are', async bench => {
    const table: GroupTable = {group: ['id'], schema: {...posts[0].schema, primaryKey: []}};
    await using store = await bench.open([[table]]);
    const twice = postsOf(post('a', 0), post('a', 0))[0];
    await put(store, [['a']], [twice]);
    expect(await put(store, [['a']], [twice])).toEqual([2, 2]);
    expectSameRows(table.schema, (await store.read(0, [['a']], never))[0]!, twice);
    expect(await store.keys(0, null, 10, never)).toEqual([['a']]);
  });
}

/** Fails unless pages of so many keys list each once. */
async function expectPaged(store: GroupStore, wanted: readonly Row[], limit = 2): Promise<void> {
  const listed: Row[] = [];
  for (let after: Row | null = null; listed.length <= wanted.length;) {
    const page: readonly Row[] = await store.keys(0, after, limit, never);
    expect(page.length).toBeLessThanOrEqual(limit);
    if (page.length === 0) break;
    listed.push(...page);
    after = page.at(-1)!;
  }
  expect(listed.map(groupText).sort()).toEqual(wanted.map(groupText).sort());
}
