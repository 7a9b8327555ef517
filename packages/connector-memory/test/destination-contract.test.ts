import {describeDestination} from '@sluice/testkit';
import {MemoryDatabase, MemoryDestination} from '../src/index.ts';

let database: MemoryDatabase;

describeDestination('memory', {
  concurrent: true,
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
  async listTables() {
    return [...database.tables.keys()];
  },
  async serverConnections() {
    return database.readers;
  },
  async kill() {
    database.stop();
  },
  async broken() {
    const stopped = new MemoryDatabase({name: 'stopped'});
    stopped.stop();
    return {it: new MemoryDestination(stopped), secrets: [], problems: 1};
  },
});
