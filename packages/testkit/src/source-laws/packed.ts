import {expect} from 'vitest';
import type {PackedBatch, ReadRequest, Row, Source} from '@sluice/core';
import {holdable} from '../adapt.ts';
import {expectSameRows} from '../compare.ts';
import {bigKey, bytesKey, compositeKey, empty, heavy, noKey, sequence, textKey, typesFixture, type Fixture} from '../fixtures.ts';
import {batchesOf, discovered, LIMITS, never, read, rowsOf} from '../reading.ts';
import type {SourceSuite} from '../source-contract.ts';
import {HOSTILE_COLUMNS} from '../values.ts';

const MANY = sequence(2500, 'packed');
const HEAVY = heavy(40, 300_000, 'packed_heavy');

/** Rows that are given packed are those that are read. */
export function packedLaws({harness, laws, law}: SourceSuite): void {
  const {unpack, noTypes = []} = harness;
  const neverPacks = !unpack && 'the source gives no packed rows';
  const hostile = typesFixture('packed_types', holdable(HOSTILE_COLUMNS, noTypes, ({type}, value) => laws.keeps(`carries ${type} without loss: ${value}`)));

  law('says whether it gives packed rows', [], async source => {
    expect({packs: source.packs !== undefined, readPacked: source.readPacked !== undefined}).toEqual({packs: unpack !== undefined, readPacked: unpack !== undefined});
  });

  const packed = async (source: Source, request: ReadRequest) => {
    const batches: PackedBatch[] = [];
    for await (const batch of source.readPacked!(request, never)) batches.push(batch);
    return {batches, rows: batches.flatMap((batch): Row[] => unpack!(request.schema.columns, batch.packed))};
  };

  for (const fixture of [hostile, empty, compositeKey, bigKey, textKey, bytesKey, noKey, HEAVY] satisfies readonly Fixture[]) {
    law(`gives packed rows as it gives values: ${fixture.schema.table}`, [fixture], async source => {
      const schema = await discovered(source, fixture.schema.table);
      // A table that cannot be packed says so: which ones those are is for each system to know, and most can.
      if (!await source.packs!(schema, never)) return expect(fixture).not.toBe(HEAVY);
      const expected = await rowsOf(read(source, schema));
      expectSameRows(schema, (await packed(source, {...LIMITS, schema, after: null})).rows, expected);
      const part = {...schema, columns: schema.columns.slice(0, 1)};
      if (await source.packs!(part, never)) {
        expectSameRows(part, (await packed(source, {...LIMITS, schema: part, after: null})).rows, await rowsOf(read(source, part)));
      }
    }, neverPacks);
  }

  law('packed batches end by rows and by bytes, and each says where to go on', [MANY, HEAVY], async source => {
    const schema = await discovered(source, 'packed');
    const {batches} = await packed(source, {...LIMITS, maxRows: 1000, schema, after: null});
    expect(batches.map(batch => batch.packed.rows)).toEqual([1000, 1000, 500]);
    const values = await batchesOf(read(source, schema, {maxRows: 1000}));
    expect(batches.map(batch => batch.position)).toEqual(values.map(batch => batch.position));
    const rest = await packed(source, {...LIMITS, schema, after: batches[0]!.position});
    expect(rest.rows.length).toBe(1500);
    expectSameRows(schema, rest.rows, values.slice(1).flatMap(({rows}) => rows));
    const heavies = await discovered(source, 'packed_heavy');
    const large = await packed(source, {...LIMITS, maxBytes: 1_000_000, schema: heavies, after: null});
    expect(Math.max(...large.batches.map(batch => batch.packed.rows))).toBeLessThanOrEqual(4);
  }, neverPacks);

  law('leaving packed rows early lets the source read on', [MANY], async source => {
    const schema = await discovered(source, 'packed');
    for await (const batch of source.readPacked!({...LIMITS, maxRows: 10, schema, after: null}, never)) {
      expect(batch.packed.rows).toBe(10);
      break;
    }
    expect((await rowsOf(read(source, schema))).length).toBe(2500);
  }, neverPacks);
}
