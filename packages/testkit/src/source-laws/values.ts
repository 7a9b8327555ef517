import {expect} from 'vitest';
import type {Row, Schema, Source} from '@sluice/core';
import {holdable} from '../adapt.ts';
import {expectSameRows, printValue, sameValue} from '../compare.ts';
import {typesFixture} from '../fixtures.ts';
import {randomTable} from '../random-table.ts';
import {discovered, read, rowsOf} from '../reading.ts';
import type {SourceSuite} from '../source-contract.ts';
import {HOSTILE_COLUMNS} from '../values.ts';

const RANDOM_TABLES = 8;

/** One law for each hostile value: a system that cannot hold it skips that one by name. */
export function valueLaws({harness, laws, law, expected}: SourceSuite): void {
  const {noTypes = []} = harness;
  const lawOf = (type: string, value: string) => `carries ${type} without loss: ${value}`;
  const columns = holdable(HOSTILE_COLUMNS, noTypes, ({type}, value) => laws.keeps(lawOf(type, value)));
  // Not all of `everyType` when the harness skips a value: a table that the system cannot hold cannot be seeded.
  const fixture = typesFixture('values', columns);
  let reading: Promise<{schema: Schema; rows: Row[]}> | undefined;
  const once = (source: Source) => reading ??= (async () => {
    const schema = await discovered(source, 'values');
    return {schema, rows: await rowsOf(read(source, schema))};
  })();

  for (const {column, values} of HOSTILE_COLUMNS) {
    for (const {name} of values) {
      law(lawOf(column.type, name), [fixture], async (source, [wanted]) => {
        const {schema, rows} = await once(source);
        const height = columns.find(held => held.column.name === column.name)!.values.findIndex(value => value.name === name);
        const at = wanted!.schema.columns.findIndex(c => c.name === column.name);
        const row = rows.find(([id]) => Number(id) === height + 1);
        const actual = row?.[schema.columns.findIndex(c => c.name === column.name)];
        const described = wanted!.schema.columns[at]!;
        if (!sameValue(described, actual, wanted!.rows[height]![at])) {
          expect(shorten(printValue(described, actual))).toBe(shorten(printValue(described, wanted!.rows[height]![at])));
          expect.fail('the values differ beyond their first 500 characters');
        }
      }, noTypes.includes(column.type) && `the system has no ${column.type}`);
    }
  }

  law('carries null in every type', [fixture], async (source, [wanted]) => {
    const {rows} = await once(source);
    expectSameRows(wanted!.schema, rows.filter(([id]) => Number(id) === wanted!.rows.length), wanted!.rows.slice(-1));
  });

  const random = Array.from({length: RANDOM_TABLES}, (_, i) => randomTable(i + 1, columns));
  law('carries random tables without loss', random, async source => {
    for (const table of random) {
      const {schema, rows} = expected(table);
      expectSameRows(schema, await rowsOf(read(source, await discovered(source, schema.table))), rows);
    }
  });
}

const shorten = (text: string) => text.slice(0, 500);

