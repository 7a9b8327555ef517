import {must} from '@sluice/core';
import type {Row} from '@sluice/core';
import {describeSource} from '@sluice/testkit';
import {MemoryDatabase, MemorySource} from '../src/index.ts';

let database: MemoryDatabase;
let bytesFetched = 0;

/** Rows that count the bytes of text that is taken from them. */
function counted(rows: readonly Row[]): readonly Row[] {
  return new Proxy(rows, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver);
      if (typeof property === 'string' && Array.isArray(value)) {
        for (const cell of value) if (typeof cell === 'string') bytesFetched += cell.length;
      }
      return value;
    },
  });
}

describeSource('memory', {
  forks: true,
  async seed(fixtures) {
    database = new MemoryDatabase({name: 'seeded', tables: fixtures.map(({schema, rows}) => ({schema, rows: counted(rows)}))});
  },
  async connect() {
    database.start();
    return new MemorySource(database);
  },
  async serverConnections() {
    return database.readers;
  },
  async kill() {
    database.stop();
  },
  async broken() {
    const table = (name: string) => ({schema: {table: name, columns: [{name: 'id', type: 'int', nullable: false}], primaryKey: ['id']}, rows: [[1, 2]]} as const);
    const wrong = new MemoryDatabase({name: 'wrong', tables: [table('one'), table('two')].map(({schema, rows}) => ({schema, rows: rows.map(row => [...row])}))});
    wrong.stop();
    return {it: new MemorySource(wrong), secrets: [], problems: 3};
  },
  async insert({schema: {table}}, row) {
    const there = must(database.tables.get(table), 'table');
    database.put([{...there, rows: [...there.rows, row]}]);
  },
  bytesFetched: () => bytesFetched,
});
