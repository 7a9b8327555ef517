import {expect} from 'vitest';
import type {Position} from '@sluice/core';
import {expectSameRows} from '../compare.ts';
import {post, posts, postsOf, put} from '../groups-bench.ts';
import type {GroupsSuite} from '../groups-contract.ts';
import {sequence} from '../fixtures.ts';
import {never} from '../reading.ts';

/** Whole groups go and come, with a position, and nothing else changes. */
export function replaceLaws({law}: GroupsSuite): void {
  const [root, child] = posts;

  law('tables that are not there are made, hold nothing, and have no position', async bench => {
    await using store = await bench.open([posts]);
    expect(await store.position(never)).toBeNull();
    expect(await store.keys(0, null, 10, never)).toEqual([]);
    expect(await store.read(0, [['a']], never)).toEqual([[], []]);
    await bench.expectStored(root.schema, []);
    await bench.expectStored(child.schema, []);
  });

  law('groups come, and come again: replacing is idempotent', async bench => {
    await using store = await bench.open([posts]);
    const wanted = postsOf(post('a', 3), post('b', 0), post('c', 1));
    expect(await put(store, [['a'], ['b'], ['c']], wanted)).toEqual([0, 7]);
    for (let i = 0; i < 2; i++) expect(await put(store, [['a'], ['b'], ['c']], wanted)).toEqual([7, 7]);
    await bench.expectStored(root.schema, wanted[0]);
    await bench.expectStored(child.schema, wanted[1]);
  });

  law('a group that becomes smaller keeps no row of before, and other groups are untouched', async bench => {
    await using store = await bench.open([posts]);
    await put(store, [['a'], ['b']], postsOf(post('a', 5), post('b', 2)));
    expect(await put(store, [['a']], post('a', 1, 'second'))).toEqual([6, 2]);
    const wanted = postsOf(post('a', 1, 'second'), post('b', 2));
    await bench.expectStored(root.schema, wanted[0]);
    await bench.expectStored(child.schema, wanted[1]);
    expect(await put(store, [['b'], ['not there']], [[], []])).toEqual([3, 0]);
    await bench.expectStored(root.schema, post('a', 1, 'second')[0]);
    await bench.expectStored(child.schema, post('a', 1, 'second')[1]);
  });

  law('tables are emptied before the new rows come', async bench => {
    await using store = await bench.open([posts]);
    await put(store, [['a'], ['b']], postsOf(post('a', 2), post('b', 2)));
    const [deleted, inserted] = Object.values(await store.replace([{family: 0, groups: [['c']], rows: post('c', 1), empty: true}], undefined, never));
    expect([deleted, inserted]).toEqual([6, 2]);
    await bench.expectStored(root.schema, post('c', 1)[0]);
    await bench.expectStored(child.schema, post('c', 1)[1]);
  });

  law('the position is committed with the rows, and stays where none is given', async bench => {
    {
      await using store = await bench.open([posts]);
      await put(store, [['a']], post('a', 1), 'one');
      expect(await store.position(never)).toBe('one');
      await put(store, [['b']], post('b', 1));
      expect(await store.position(never)).toBe('one');
      await store.replace([], 'two' as Position, never);
    }
    await bench.connect();
    await using store = await bench.open([posts]);
    expect(await store.position(never)).toBe('two');
    await using other = await bench.open([posts], {positionKey: 'another feed', readOnly: true});
    expect(await other.position(never)).toBeNull();
  });

  law('a position is kept as it is, whatever text it is', async bench => {
    await using store = await bench.open([posts]);
    for (const text of ['', ' ', 'null', `{"key": ["it's", "\\\\", "\u{1F600}"]}`, "'; drop table posts; --", 'x'.repeat(4000)]) {
      await store.replace([], text as Position, never);
      expect(await store.position(never)).toBe(text);
    }
  });

  law('several families change at once', async bench => {
    const {schema} = sequence(0, 'states');
    await using store = await bench.open([posts, [{schema, group: ['id']}]]);
    await store.replace([
      {family: 0, groups: [['a']], rows: post('a', 2)},
      {family: 1, groups: [[1], [2]], rows: [[[1, 'started'], [2, null]]]},
    ], 'both' as Position, never);
    await bench.expectStored(root.schema, post('a', 2)[0]);
    await bench.expectStored(schema, [[1, 'started'], [2, null]]);
    expect(await store.position(never)).toBe('both');
  });

  law('groups are read per table, those that were asked for only', async bench => {
    await using store = await bench.open([posts]);
    await put(store, [['a'], ['b'], ['c']], postsOf(post('a', 2), post('b', 0), post('c', 3)));
    const wanted = postsOf(post('a', 2), post('b', 0));
    const read = await store.read(0, [['b'], ['a'], ['a'], ['not there']], never);
    for (const [i, {schema}] of posts.entries()) expectSameRows(schema, read[i] ?? null, wanted[i]!);
    await using reader = await bench.open([posts], {readOnly: true});
    for (const [i, rows] of (await reader.read(0, [['c']], never)).entries()) expectSameRows(posts[i]!.schema, rows, post('c', 3)[i]!);
  });

  law('thousands of groups are replaced, read and listed', async bench => {
    await using store = await bench.open([posts]);
    const ids = Array.from({length: 3001}, (_, i) => `post ${String(i).padStart(5, '0')}`);
    const wanted = postsOf(...ids.map((id, i) => post(id, i % 3)));
    const groups = ids.map(id => [id]);
    for (let i = 0; i < 2; i++) await put(store, groups, wanted);
    await bench.expectStored(root.schema, wanted[0]);
    await bench.expectStored(child.schema, wanted[1]);
    const read = await store.read(0, groups, never);
    expectSameRows(child.schema, read[1]!, wanted[1]);
    expect(await store.keys(0, null, 5000, never)).toEqual(groups);
  });

  law('an aborted call changes nothing', async bench => {
    await using store = await bench.open([posts]);
    await put(store, [['a']], post('a', 1), 'one');
    const gone = AbortSignal.abort(new Error('enough'));
    await expect(store.replace([{family: 0, groups: [['a']], rows: [[], []]}], 'two' as Position, gone)).rejects.toThrow('enough');
    await bench.expectStored(root.schema, post('a', 1)[0]);
  });
}
