import {expect} from 'vitest';
import {ErrorCode, type GroupTable, type Position, type Row} from '@sluice/core';
import {CANARY} from '../fixtures.ts';
import {post, posts, put} from '../groups-bench.ts';
import type {GroupsSuite} from '../groups-contract.ts';
import {expectNoLeak} from '../leaks.ts';
import {never} from '../reading.ts';
import {rejection} from '../waiting.ts';

/** A row that is refused leaves all as it was, and its error says where it is, never what is in it. */
export function refusalLaws({harness, law}: GroupsSuite): void {
  const [root, child] = posts;

  law('a row that is refused leaves every table and the position as they were', async bench => {
    await using store = await bench.open([posts]);
    await put(store, [['a']], post('a', 2), 'before');
    const twice: Row[] = [[`${CANARY} key`, 1, CANARY], [`${CANARY} key`, 1, CANARY]];
    const error = await rejection(put(store, [['a'], [`${CANARY} key`]], [[['a', CANARY]], twice], 'after'), 'the replacing');
    expectNoLeak(error, CANARY);
    expect(error).toMatchObject({code: ErrorCode.VALUE, context: {table: 'posts_comments'}});
    expect(await store.position(never)).toBe('before');
    await bench.expectStored(root.schema, post('a', 2)[0]);
    await bench.expectStored(child.schema, post('a', 2)[1]);
    // The store goes on.
    await put(store, [['a']], post('a', 1), 'after');
    await bench.expectStored(child.schema, post('a', 1)[1]);
  });

  law('a row that is refused in the second family leaves the first', async bench => {
    const others = posts.map(({schema, group}): GroupTable => ({group, schema: {...schema, table: `other_${schema.table}`}}));
    await using store = await bench.open([posts, others]);
    const error = await rejection(store.replace([
      {family: 0, groups: [['a']], rows: post('a', 2)},
      {family: 1, groups: [[CANARY]], rows: [[[CANARY, CANARY], [CANARY, CANARY]], []]},
    ], 'after' as Position, never), 'the replacing');
    expectNoLeak(error, CANARY);
    expect(error).toMatchObject({code: ErrorCode.VALUE, context: {table: 'other_posts'}});
    await bench.expectStored(root.schema, []);
    await bench.expectStored(child.schema, []);
    expect(await store.position(never)).toBeNull();
  });

  law('NULL where a column allows none is a VALUE error of `fit` or of `replace`, with its place', async bench => {
    await using store = await bench.open([posts]);
    const error = await rejection(put(store, [[CANARY]], [[[CANARY, CANARY]], [[CANARY, null, CANARY]]]), 'the replacing');
    expectNoLeak(error, CANARY);
    expect(error).toMatchObject({code: ErrorCode.VALUE, context: {table: 'posts_comments', column: 'idx'}});
  });

  law('a row without a key is a VALUE error, also where the column allows NULL', async bench => {
    const loose = posts.map(({schema, group}): GroupTable => ({group, schema: {...schema, primaryKey: [], columns: schema.columns.map(column => ({...column, nullable: true}))}}));
    await using store = await bench.open([loose]);
    expect(() => store.fit(0, [[['a', 'x']], [['a', 1, 'x'], [null, 2, CANARY]]])).toThrow(expect.objectContaining({code: ErrorCode.VALUE, context: {table: 'posts_comments', column: 'post', row: 1}}));
  });

  for (const {column, value} of harness.unholdable ?? []) {
    law(`a value that cannot be held is a VALUE error of \`fit\`, or meets its rule: ${column.name}`, async bench => {
      const table: GroupTable = {group: ['id'], schema: {table: 'holding', primaryKey: ['id'], columns: [{name: 'id', type: 'int', nullable: false}, column]}};
      {
        await using store = await bench.open([[table]]);
        expect(() => store.fit(0, [[[1, null], [2, value]]])).toThrow(expect.objectContaining({code: ErrorCode.VALUE, context: {table: 'holding', column: column.name, row: 1}}));
      }
      await using store = await bench.open([[table]], {losses: new Map([['holding', new Map([[column.name, 'null' as const]])]])});
      await put(store, [[1], [2]], [[[1, null], [2, value]]]);
      await bench.expectStored(table.schema, [[1, null], [2, null]]);
      expect(store.adjustments.get('holding')).toMatchObject([{column: column.name, rule: 'null', count: 1}]);
    });
  }
}
