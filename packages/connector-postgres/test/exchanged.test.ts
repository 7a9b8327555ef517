import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Source} from '@sluice/core';
import {PostgresSource} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const never = new AbortController().signal;

describe.skipIf(postgres === null)('a table whose rows a snapshot does not see any more', () => {
  let lab: Lab;
  beforeAll(async () => { lab = await openLab(postgres!); });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });

  const TABLES = `
    DROP TABLE IF EXISTS plain, parts, part_a, child, parent; CREATE TABLE plain (id int PRIMARY KEY, n int); INSERT INTO plain SELECT n, n FROM generate_series(1, 100) n;
    CREATE TABLE parts (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE TABLE part_a PARTITION OF parts FOR VALUES FROM (0) TO (50);
    CREATE TABLE part_b PARTITION OF parts FOR VALUES FROM (50) TO (1000); INSERT INTO parts SELECT n, n FROM generate_series(1, 100) n;
    CREATE TABLE parent (id int PRIMARY KEY, n int); INSERT INTO parent SELECT n, n FROM generate_series(1, 100) n; CREATE TABLE child () INHERITS (parent)`;
  const rowsOf = async (source: Source, table: string) => {
    const schema = (await source.discover(never)).tables.find(each => each.table === table)!;
    let rows = 0;
    for await (const batch of source.read({schema, after: null, maxRows: 10, maxBytes: 1e6}, never)) rows += batch.rows.length;
    return rows;
  };

  test.each([
    ['plain', 'TRUNCATE plain'],
    ['plain', 'ALTER TABLE plain ALTER COLUMN n TYPE bigint'],
    ['plain', 'ALTER TABLE plain RENAME TO aside; CREATE TABLE plain AS TABLE aside; DROP TABLE aside'],
    ['parts', 'TRUNCATE part_a'],
    ['parts', 'ALTER TABLE parts DETACH PARTITION part_a'],
  ])('is no empty one: %s after %s', async (table, change) => {
    await lab.run(TABLES);
    await using source = new PostgresSource(lab.endpoint());
    const described = await source.discover(never);
    await lab.run(change);
    await expect(rowsOf(source, table)).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table}});
    // Nor is nothing what a plan finds in it.
    const schema = described.tables.find(each => each.table === table)!;
    await expect(source.profile({schema}, never)).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table}});
  });

  test('what others only write, add or take away does not matter', async () => {
    await lab.run(TABLES);
    await using source = new PostgresSource(lab.endpoint());
    const described = await source.discover(never);
    await lab.run('DELETE FROM plain; DELETE FROM parts; TRUNCATE child; ALTER TABLE parent ADD COLUMN more int; CREATE TABLE part_c PARTITION OF parts FOR VALUES FROM (1000) TO (2000)');
    for (const table of ['plain', 'parts', 'parent']) {
      expect(await rowsOf(source, table), table).toBe(100);
      await source.profile({schema: described.tables.find(each => each.table === table)!}, never);
    }
  });
});
