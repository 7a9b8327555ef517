import {describeGroups} from '@sluice/testkit';
import {MemoryDatabase, MemoryDestination} from '../src/index.ts';

let database: MemoryDatabase;

describeGroups('memory', {
  async reset() {
    database = new MemoryDatabase({name: 'target'});
  },
  async connect() {
    database.start();
    return new MemoryDestination(database);
  },
  async readBack({table, columns}) {
    const there = database.tables.get(table);
    if (!there) return null;
    const positions = columns.map(({name}) => there.schema.columns.findIndex(column => column.name === name));
    return there.rows.map(row => positions.map(i => row[i]!));
  },
  async crash() {
    database.stop();
    database.start();
  },
});
