import {expect} from 'vitest';
import type {Load, Row, Writer} from '@sluice/core';
import {batchOf, type Bench} from '../bench.ts';
import {printRow} from '../compare.ts';
import type {DestinationSuite} from '../destination-contract.ts';
import {sequence, type Fixture} from '../fixtures.ts';
import {LIMITS, never, rowsOf} from '../reading.ts';
import {until} from '../waiting.ts';

const OLD: Fixture = {...sequence(0), rows: [[1, 'old'], [2, 'old']]};
const OTHER_OLD: Fixture = {...sequence(0, 'other'), rows: [[7, 'old']]};
const NEW = sequence(30);
const OTHER_NEW = sequence(5, 'other');

/** What another reader sees, and when. */
export function visibilityLaws({harness, law, without}: DestinationSuite): void {
  law('a replace load shows nothing before it is published, and everything then', async bench => {
    await bench.load([OLD, OTHER_OLD]);
    await using load = await bench.begin([NEW.schema, OTHER_NEW.schema]);
    await eachStep(load, [NEW, OTHER_NEW], async () => {
      await bench.expectStored(OLD.schema, OLD.rows);
      await bench.expectStored(OTHER_OLD.schema, OTHER_OLD.rows);
    });
    await load.publish(never);
    await bench.expectStored(NEW.schema, NEW.rows);
    await bench.expectStored(OTHER_NEW.schema, OTHER_NEW.rows);
  }, without('replace'));

  law('a first replace load shows no table before it is published', async bench => {
    await using load = await bench.begin([NEW.schema]);
    await eachStep(load, [NEW], async () => expect(await bench.stored(NEW.schema)).toBeNull());
    await load.publish(never);
    await bench.expectStored(NEW.schema, NEW.rows);
  }, without('replace'));

  for (const mode of ['append', 'upsert'] as const) {
    for (const beside of harness.noBeside ? [false] : [false, true]) {
      law(`a first load that is dropped takes its empty tables with it, and no others: ${mode}${beside ? ' beside' : ''}`, async bench => {
        const how = beside ? {mode, beside} as const : {mode};
        const there = sequence(0, 'there');
        await bench.load([there], how);
        {
          await using load = await bench.begin([NEW, OTHER_NEW, there].map(({schema}) => schema), mode, {beside: beside || undefined});
          for (const {schema, rows} of [NEW, OTHER_NEW]) {
            await using writer = await load.open(schema, never);
            await writer.write(batchOf(rows));
            if (schema === NEW.schema) await writer.commit(null);
          }
        }
        if (beside) expect(await bench.stored(NEW.schema)).toBeNull();
        else await bench.expectStored(NEW.schema, NEW.rows);
        expect(await bench.stored(OTHER_NEW.schema)).toBeNull();
        await bench.expectStored(there.schema, []);
        await bench.load([OTHER_NEW, there], how);
        await bench.expectStored(OTHER_NEW.schema, OTHER_NEW.rows);
      }, without(mode));
    }
  }

  law('a reader sees old or new while a load is published, never half, and all its tables together', async bench => {
    const large = [{...sequence(3000), rows: sequence(3000).rows}, sequence(2000, 'other')];
    await bench.load([OLD, OTHER_OLD]);
    await using load = await bench.begin(large.map(({schema}) => schema));
    await eachStep(load, large, async () => {});
    const states: string[] = [];
    let done = false;
    const watching = (async () => {
      for (let last = false; !last;) {
        last = done;
        // A reader that never waits would keep the publishing from going on.
        await new Promise(resolve => setImmediate(resolve));
        // The first table is read again after the second: old-new-old and new-old would be a half published load.
        const first = await state(bench, OLD, large[0]!);
        const second = await state(bench, OTHER_OLD, large[1]!);
        states.push(`${first}-${second}-${await state(bench, OLD, large[0]!)}`);
      }
    })();
    await until('the reader has seen the old tables', () => states.length > 0);
    try {
      await load.publish(never);
    } finally {
      done = true;
      await watching;
    }
    expect([...new Set(states)].filter(seen => !['old-old-old', 'old-old-new', 'old-new-new', 'new-new-new'].includes(seen))).toEqual([]);
    expect([states[0], states.at(-1)]).toEqual(['old-old-old', 'new-new-new']);
  }, without('replace'));

  law('a published load leaves its tables and nothing else, however often it runs', async bench => {
    const tables = [OLD, OTHER_OLD, sequence(2, 'third')];
    const list = async () => [...await harness.listTables!()].sort();
    await bench.load(tables.slice(0, 1));
    const one = await list();
    await harness.reset();
    await bench.connect();
    await bench.load(tables);
    const three = await list();
    // A system may keep one more thing for all tables, such as a file that describes them; not one more for each.
    expect(three.length - one.length).toBe(2);
    for (let i = 0; i < 2; i++) await bench.load(tables);
    expect(await list()).toEqual(three);
  }, without('replace') || (!harness.listTables && 'the harness cannot list tables'));

  law('a replace load may have fewer rows, other columns and another key than what is there', async bench => {
    await bench.load([sequence(1001)]);
    const next: Fixture = {
      schema: {table: 'sequence', columns: [{name: 'label', type: 'int', nullable: false}, {name: 'extra', type: 'text', nullable: true}], primaryKey: []},
      rows: [[5, 'x'], [5, null]],
    };
    await bench.load([next]);
    await bench.expectStored(next.schema, next.rows);
  }, without('replace'));

  law('a replace load that is dropped leaves no trace, wherever it is dropped', async bench => {
    await bench.load([OLD, OTHER_OLD]);
    const before = [...await harness.listTables?.() ?? []].sort();
    for (let drop = 0, dropped = true; dropped; drop++) {
      dropped = false;
      let step = 0;
      const load = await bench.begin([NEW.schema, OTHER_NEW.schema]);
      await eachStep(load, [NEW, OTHER_NEW], async writer => {
        if (step++ !== drop) return;
        await writer?.[Symbol.asyncDispose]();
        await load[Symbol.asyncDispose]();
        dropped = true;
        throw new Dropped();
      }).catch((error: unknown) => { if (!(error instanceof Dropped)) throw error; });
      await load[Symbol.asyncDispose]();
      await bench.expectStored(OLD.schema, OLD.rows);
      await bench.expectStored(OTHER_OLD.schema, OTHER_OLD.rows);
      expect([...await harness.listTables?.() ?? []].sort()).toEqual(before);
    }
  }, without('replace'), 60_000);

  law('a writer that is dropped leaves what it committed, and no trace of the rest', async bench => {
    const {schema, rows} = sequence(9);
    await using load = await bench.begin([schema]);
    {
      await using writer = await load.open(schema, never);
      await writer.write(batchOf(rows.slice(0, 4)));
      expect(await writer.commit(null)).toEqual({rows: 4});
      await writer.write(batchOf([[99, 'dropped']]));
    }
    await load.finish(never);
    await load.publish(never);
    await bench.expectStored(schema, rows.slice(0, 4));
  }, without('replace'));

  for (const mode of ['append', 'upsert'] as const) {
    law(`${mode} shows nothing before commit, and nothing of a dropped writer`, async bench => {
      const {schema, rows} = sequence(9);
      await bench.load([{schema, rows: rows.slice(0, 2)}], {mode});
      await using load = await bench.begin([schema], mode);
      {
        await using writer = await load.open(schema, never);
        await bench.expectStored(schema, rows.slice(0, 2));
        await writer.write(batchOf(rows.slice(2, 5)));
        await bench.expectStored(schema, rows.slice(0, 2));
        await writer.commit(null);
        await bench.expectStored(schema, rows.slice(0, 5));
        await writer.write(batchOf(rows.slice(5)));
        await bench.expectStored(schema, rows.slice(0, 5));
      }
      await bench.expectStored(schema, rows.slice(0, 5));
      await load[Symbol.asyncDispose]();
      await bench.expectStored(schema, rows.slice(0, 5));
    }, without(mode));
  }

  for (const mode of ['replace', 'append', 'upsert'] as const) {
    law(`commit can be repeated, and counts the rows since the last one: ${mode}`, async bench => {
      const {schema, rows} = sequence(9);
      await using load = await bench.begin([schema], mode);
      await using writer = await load.open(schema, never);
      expect(await writer.commit(null)).toEqual({rows: 0});
      await writer.write(batchOf(rows.slice(0, 3)));
      await writer.write(batchOf(rows.slice(3, 5)));
      expect(await writer.commit(null)).toEqual({rows: 5});
      expect(await writer.commit(null)).toEqual({rows: 0});
      await writer.write(batchOf(rows.slice(5)));
      expect(await writer.commit(null)).toEqual({rows: 4});
      await writer[Symbol.asyncDispose]();
      await load.finish(never);
      await load.publish(never);
      await bench.expectStored(schema, rows);
    }, without(mode));
  }

  law('what is published stays when the load is disposed', async bench => {
    await bench.load([NEW]);
    await bench.destination[Symbol.asyncDispose]();
    await bench.connect();
    await bench.expectStored(NEW.schema, NEW.rows);
  }, without('replace'));
}

class Dropped extends Error {}

/** Takes a load to just before `publish`, calling `after` after each step. */
async function eachStep(load: Load, fixtures: readonly Fixture[], after: (writer?: Writer) => Promise<void>): Promise<void> {
  await after();
  for (const {schema, rows} of fixtures) {
    await using writer = await load.open(schema, never);
    await after(writer);
    const half = Math.ceil(rows.length / 2);
    await writer.write(batchOf(rows.slice(0, half)));
    await after(writer);
    await writer.commit(null);
    await after(writer);
    await writer.write(batchOf(rows.slice(half)));
    await writer.commit(null);
  }
  await after();
  await load.finish(never);
  await after();
  for (const {schema} of fixtures) await rowsOf(load.readBack(schema, LIMITS, never));
  await after();
}

/** Which of two versions of a table a plain reader sees. */
async function state(bench: Bench, old: Fixture, next: Fixture): Promise<'old' | 'new' | 'half' | 'gone'> {
  const rows = await bench.stored(old.schema);
  if (rows === null) return 'gone';
  const text = (some: readonly Row[]) => some.map(row => printRow(old.schema, row)).sort().join('\n');
  const seen = text(rows);
  return seen === text(old.rows) ? 'old' : seen === text(next.rows) ? 'new' : 'half';
}
