import {expect} from 'vitest';
import {ErrorCode, type GroupTable, type Row} from '@sluice/core';
import {expectSameRows} from '../compare.ts';
import {everyType} from '../fixtures.ts';
import {post, posts, put} from '../groups-bench.ts';
import type {GroupsSuite} from '../groups-contract.ts';
import {never} from '../reading.ts';
import {rejection} from '../waiting.ts';

/** Tables as they are there already, and values of every type. */
export function tableLaws({law}: GroupsSuite): void {
  const [root, child] = posts;

  law('what is read back is what `fit` made of the rows, in every type', async bench => {
    const table: GroupTable = {schema: everyType.schema, group: ['id']};
    await using store = await bench.open([[table]]);
    const kept: Row[] = [];
    for (const row of everyType.rows) {
      for (let at = 1; at < row.length; at++) {
        const one = row.map((value, i) => (i === 0 || i === at ? value : null));
        one[0] = kept.length + 1;
        try {
          store.fit(0, [[one]]);
        } catch {
          continue; // the system holds no such value
        }
        kept.push(one);
      }
    }
    expect(kept.length).toBeGreaterThan(everyType.rows.length);
    const ids = kept.map((row): Row => [row[0]!]);
    await store.replace([{family: 0, groups: ids, rows: [kept.map(row => [...row])]}], undefined, never);
    expectSameRows(table.schema, (await store.read(0, ids, never))[0]!, kept);
    await bench.expectStored(table.schema, kept);
  });

  law('a new column is added to a table that is there, and a new table made', async bench => {
    {
      await using store = await bench.open([[root]]);
      await put(store, [['a']], [post('a', 0)[0]]);
    }
    const wider: GroupTable = {...root, schema: {...root.schema, columns: [...root.schema.columns, {name: 'stars', type: 'int', nullable: true}]}};
    await using store = await bench.open([[wider, child]]);
    await put(store, [['b']], [[['b', 'new', 5]], [['b', 1, 'x']]]);
    await bench.expectStored(wider.schema, [['a', 'first title of a', null], ['b', 'new', 5]]);
    await bench.expectStored(child.schema, [['b', 1, 'x']]);
  });

  law('a table that is another one is refused as a SCHEMA error, and nothing changes', async bench => {
    {
      await using store = await bench.open([posts]);
      await put(store, [['a']], post('a', 1));
    }
    const other: GroupTable = {...child, schema: {...child.schema, columns: child.schema.columns.map(column => (column.name === 'body' ? {name: 'body', type: 'int', nullable: true} : column))}};
    expect(await rejection(bench.open([[root, other]]), 'the opening')).toMatchObject({code: ErrorCode.SCHEMA});
    await bench.expectStored(child.schema, post('a', 1)[1]);
  });

  law('a read-only store makes nothing: a table that is not there is a SCHEMA error', async bench => {
    expect(await rejection(bench.open([posts], {readOnly: true}), 'the opening')).toMatchObject({code: ErrorCode.SCHEMA, context: {table: 'posts'}});
    expect(await bench.harness.readBack(root.schema)).toBeNull();
  });

  law('a read-only store adds nothing: a column that is not there is a SCHEMA error', async bench => {
    {
      await using store = await bench.open([posts]);
      await put(store, [['a']], post('a', 1));
    }
    const wider: GroupTable = {...child, schema: {...child.schema, columns: [...child.schema.columns, {name: 'stars', type: 'int', nullable: true}]}};
    expect(await rejection(bench.open([[root, wider]], {readOnly: true}), 'the opening')).toMatchObject({code: ErrorCode.SCHEMA, context: {table: 'posts_comments', column: 'stars'}});
    await bench.expectStored(child.schema, post('a', 1)[1]);
  });

  law('tables whose groups do not go together are refused with every problem', async bench => {
    const wrong: GroupTable = {schema: child.schema, group: ['idx']};
    const unknown: GroupTable = {schema: {...child.schema, table: 'third'}, group: ['nowhere']};
    const error = await rejection(bench.open([[root, wrong, unknown]]), 'the opening');
    expect(error).toMatchObject({code: ErrorCode.SCHEMA, problems: [{path: 'posts_comments'}, {path: 'third.nowhere'}, {path: 'third'}]});
  });

  law('quarantine is no rule for rows of a group', async bench => {
    const losses = new Map([['posts', new Map([['title', 'quarantine' as const]])]]);
    expect(await rejection(bench.open([posts], {losses}), 'the opening')).toMatchObject({code: ErrorCode.CONFIG});
  });
}
