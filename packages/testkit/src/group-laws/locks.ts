import {expect} from 'vitest';
import {ErrorCode} from '@sluice/core';
import {post, posts, put} from '../groups-bench.ts';
import type {GroupsSuite} from '../groups-contract.ts';
import {never} from '../reading.ts';
import {rejection, until} from '../waiting.ts';

/** One store at a time writes a table. */
export function lockLaws({harness, law}: GroupsSuite): void {
  const [root, child] = posts;

  law('a second store on one of the tables is LOCKED until the first is closed; one that only reads is not', async bench => {
    {
      await using store = await bench.open([posts]);
      await put(store, [['a']], post('a', 1));
      await bench.connect();
      expect(await rejection(bench.open([[child]]), 'the second store')).toMatchObject({code: ErrorCode.LOCKED});
      await using reader = await bench.open([posts], {readOnly: true});
      expect(await reader.keys(0, null, 10, never)).toEqual([['a']]);
    }
    await using store = await bench.open([posts]);
    await put(store, [['a']], post('a', 2));
    await bench.expectStored(child.schema, post('a', 2)[1]);
  }, undefined, 30_000);

  law('a load that would replace the tables is LOCKED while a store keeps them', async bench => {
    await using store = await bench.open([posts]);
    await bench.connect();
    const load = bench.destination.begin({catalog: {tables: [root.schema], views: [], others: []}, mode: 'replace'}, never);
    expect(await rejection(load, 'the load')).toMatchObject({code: ErrorCode.LOCKED});
    await put(store, [['a']], post('a', 1));
  }, undefined, 30_000);

  law('a store that could not be opened holds nothing', async bench => {
    const others = [{...root, schema: {...root.schema, table: 'free'}}];
    await using store = await bench.open([posts]);
    await bench.connect();
    expect(await rejection(bench.open([others, [child]]), 'the second store')).toMatchObject({code: ErrorCode.LOCKED});
    await store[Symbol.asyncDispose]();
    await using free = await bench.open([others, posts]);
    expect(await free.position(never)).toBeNull();
  }, undefined, 30_000);

  law('closing may be repeated, and leaves nothing open', async bench => {
    const before = await harness.serverConnections?.() ?? 0;
    const store = await bench.open([posts]);
    const reader = await bench.open([posts], {readOnly: true});
    await put(store, [['a']], post('a', 1));
    for (let i = 0; i < 2; i++) {
      await reader[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    }
    for (const destination of [bench.destination]) await destination[Symbol.asyncDispose]();
    await until('the connections are closed', async () => (await harness.serverConnections?.() ?? 0) <= before);
  });
}
