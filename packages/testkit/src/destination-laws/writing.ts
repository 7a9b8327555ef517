import {expect} from 'vitest';
import {batchOf} from '../bench.ts';
import {holdable, withoutTypes} from '../adapt.ts';
import type {DestinationSuite} from '../destination-contract.ts';
import {
  bigKey, bytesKey, caseTables, compositeKey, empty, heavy, hostileColumns, hostileTables, noKey, sequence, textKey, wide, type Fixture,
} from '../fixtures.ts';
import {randomTable} from '../random-table.ts';
import {never} from '../reading.ts';
import {HOSTILE_COLUMNS} from '../values.ts';

const RANDOM_TABLES = 12;

/** What is written is what is there afterwards. */
export function writingLaws({harness, laws, law, without}: DestinationSuite): void {
  const {noTypes = [], modes = ['replace', 'append', 'upsert', 'mirror'], noKeys, noPositions, noBeside} = harness;
  const mode = modes[0]!;

  law('its capabilities are those that the harness states', async ({destination}) => {
    const {capabilities} = destination;
    expect([...capabilities.modes].sort()).toEqual([...modes].sort());
    expect({keys: capabilities.keys, positions: capabilities.positions, beside: capabilities.beside === true}).toEqual({keys: !noKeys, positions: !noPositions, beside: !noBeside});
  });

  law('plan names every table and column in order, and touches nothing', async bench => {
    const before = await harness.listTables?.();
    const tables = [sequence(0), compositeKey, hostileColumns].map(({schema}) => schema);
    const plan = await bench.destination.plan({catalog: {tables, views: [], others: []}, mode}, never);
    expect(plan.tables.map(({table, columns}) => [table, columns.map(({column}) => column)]))
      .toEqual(tables.map(({table, columns}) => [table, columns.map(({name}) => name)]));
    expect(await harness.listTables?.()).toEqual(before);
    for (const schema of tables) expect(await bench.stored(schema)).toBeNull();
  });

  const fixtures: readonly (readonly [string, Fixture, (string | false)?])[] = [
    ['an empty table', withoutTypes(empty, noTypes)],
    ['1,001 rows', sequence(1001, 'thousand')],
    ['hostile column names', hostileColumns],
    ...hostileTables.map(fixture => [`a hostile table name: ${fixture.schema.table}`, fixture] as const),
    ['a wide table', wide(300, 20)],
    ['a composite key', compositeKey],
    ['a text key', textKey],
    ['a key of bytes', bytesKey, noTypes.includes('bytes') && 'the system has no bytes'],
    ['a key of 64 bits', bigKey],
    ['no key, and rows that are there more than once', noKey],
    ['rows of 3 MB', heavy(5, 3 * 1024 * 1024)],
    ['a row of 20 MB', heavy(1, 20 * 1024 * 1024)],
  ];
  for (const [what, fixture, unless] of fixtures) {
    const needsKey = mode === 'upsert' && fixture.schema.primaryKey.length === 0 && 'upsert needs a key';
    law(`writes and reads back ${what}`, async bench => {
      await bench.load([fixture], {mode});
      await bench.expectStored(fixture.schema, fixture.rows);
    }, unless || needsKey, 60_000);
  }

  law('writes several tables in one load, in batches of any size', async bench => {
    for (const batchRows of [1, 7, 1000]) {
      await harness.reset();
      await bench.connect();
      const tables = [sequence(50), compositeKey, noKey];
      await bench.load(tables, {mode, batchRows});
      for (const {schema, rows} of tables) await bench.expectStored(schema, rows);
    }
  }, mode === 'upsert' && 'upsert needs a key');

  law('keeps apart tables whose names differ only in case', async bench => {
    const tables = caseTables.map((fixture, i) => ({...fixture, rows: [[i, fixture.schema.table]]}));
    await bench.load(tables, {mode});
    for (const {schema, rows} of tables) await bench.expectStored(schema, rows);
  });

  law('writes and reads back random tables', async bench => {
    const columns = holdable(HOSTILE_COLUMNS, noTypes, ({type}, value) => laws.keeps(`keeps ${type} without loss: ${value}`));
    const tables = Array.from({length: RANDOM_TABLES}, (_, i) => randomTable(i + 100, columns));
    await bench.load(tables, {mode, batchRows: 64});
    for (const {schema, rows} of tables) await bench.expectStored(schema, rows);
  }, without('replace'), 60_000);

  law("takes a batch beyond the driver's parameter limit: 5,000 rows of 20 columns", async bench => {
    const fixture = wide(20, 5000);
    await bench.load([fixture], {mode, batchRows: 5000});
    await bench.expectStored(fixture.schema, fixture.rows);
  }, false, 60_000);

  law('takes a batch without rows', async bench => {
    const {schema, rows} = sequence(2);
    await using load = await bench.begin([schema], mode);
    await using writer = await load.open(schema, never);
    for (const some of [[], rows, []]) {
      const batch = batchOf(some);
      writer.fit(batch);
      await writer.write(batch);
    }
    expect(await writer.commit(null)).toEqual({rows: 2});
    await load.finish(never);
    await load.publish(never);
    await bench.expectStored(schema, rows);
  });

  law('the rows that commits count are the rows in the table', async bench => {
    for (const fixture of [sequence(0, 'none'), sequence(1, 'one'), sequence(1001, 'thousand'), noKey]) {
      if (mode === 'upsert' && fixture.schema.primaryKey.length === 0) continue;
      expect(await bench.load([fixture], {mode, batchRows: 100})).toBe(fixture.rows.length);
      expect((await bench.stored(fixture.schema))?.length).toBe(fixture.rows.length);
    }
  });
}
