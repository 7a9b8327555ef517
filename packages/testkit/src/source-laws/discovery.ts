import {expect} from 'vitest';
import {caseTables, compositeKey, empty, hostileColumns, hostileTables, noKey, sequence, textKey, wide} from '../fixtures.ts';
import {expectSameRows} from '../compare.ts';
import {batchesOf, discovered, never, read, rowsOf} from '../reading.ts';
import type {SourceSuite} from '../source-contract.ts';

/** What `discover` says. */
export function discoveryLaws({harness, law, expected, seededTables}: SourceSuite): void {
  const withKeys = harness.noKeys && 'the system knows no keys';

  law('discovers every table, and no others', [sequence(25)], async source => {
    const {tables} = await source.discover(never);
    expect(tables.map(({table}) => table).sort()).toEqual([...seededTables()].sort());
  });

  law('discovers columns in their order', [empty, compositeKey], async (source, fixtures) => {
    for (const {schema} of fixtures) {
      expect((await discovered(source, schema.table)).columns.map(({name}) => name)).toEqual(schema.columns.map(({name}) => name));
    }
  });

  law('discovers the types of columns', [empty], async (source, [fixture]) => {
    const types = (schema: typeof empty.schema) => schema.columns.map(({name, type, unsigned64}) => `${name} ${type}${type === 'int' && unsigned64 ? ' unsigned64' : ''}`);
    expect(types(await discovered(source, 'empty'))).toEqual(types(fixture!.schema));
  });

  law('discovers which columns may be null', [empty, noKey], async (source, fixtures) => {
    for (const {schema} of fixtures) {
      const nullable = ({columns}: typeof schema) => columns.map(column => `${column.name} ${column.nullable ? 'null' : 'not null'}`);
      expect(nullable(await discovered(source, schema.table))).toEqual(nullable(schema));
    }
  });

  law('discovers the primary key, the columns of a composite one in its order', [empty, compositeKey, noKey, textKey], async (source, fixtures) => {
    for (const {schema} of fixtures) expect((await discovered(source, schema.table)).primaryKey).toEqual(schema.primaryKey);
  }, withKeys);

  law('describes the tables that are wanted in full', [sequence(25), compositeKey], async (source, fixtures) => {
    const wanted = fixtures.map(({schema}) => schema.table);
    const {tables} = await source.discover(never, {wants: name => wanted.includes(name)});
    for (const {schema} of fixtures) {
      const found = tables.find(({table}) => table === schema.table);
      expect(found?.columns.map(({name, type}) => ({name, type}))).toEqual(schema.columns.map(({name, type}) => ({name, type})));
    }
  });

  law('an empty table has a schema and no rows', [empty], async (source, [fixture]) => {
    const schema = await discovered(source, 'empty');
    expect(schema.columns.map(({name}) => name)).toEqual(fixture!.schema.columns.map(({name}) => name));
    expect((await batchesOf(read(source, schema))).flatMap(({rows}) => rows)).toEqual([]);
  });

  law('reads a table whose column names are hostile', [hostileColumns], async (source, [fixture]) => {
    const schema = await discovered(source, fixture!.schema.table);
    expect(schema.columns.map(({name}) => name)).toEqual(fixture!.schema.columns.map(({name}) => name));
    expectSameRows(fixture!.schema, await rowsOf(read(source, schema)), fixture!.rows);
  });

  // One law each: a system may be unable to have one of these names.
  for (const fixture of hostileTables) {
    law(`reads a table whose name is hostile: ${fixture.schema.table}`, [fixture], async source => {
      const {schema, rows} = expected(fixture);
      expectSameRows(schema, await rowsOf(read(source, await discovered(source, schema.table))), rows);
    });
  }

  law('tells apart tables whose names differ only in case', caseTables.map((fixture, i) => ({...fixture, rows: [[i, fixture.schema.table]]})), async (source, fixtures) => {
    for (const {schema, rows} of fixtures) expectSameRows(schema, await rowsOf(read(source, await discovered(source, schema.table))), rows);
  });

  law('reads a wide table', [wide(300, 20)], async (source, [fixture]) => {
    expectSameRows(fixture!.schema, await rowsOf(read(source, await discovered(source, 'wide'))), fixture!.rows);
  });
}
