import {cpSync, existsSync, mkdirSync, readdirSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {describeDestination} from '@sluice/testkit';
import {SqliteDestination} from '../src/index.ts';
import {namesIn, readPlainly} from './plain-reader.ts';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();
let folder = newFolder();
const target = () => join(folder, 'target.db');

describeDestination('sqlite', {
  async reset() {
    folder = newFolder();
    mkdirSync(join(folder, 'archive'));
  },
  async connect() {
    return new SqliteDestination(target(), {archiveDirectory: join(folder, 'archive')});
  },
  async readBack(schema) {
    return readPlainly(target(), schema);
  },
  async listTables() {
    return [...namesIn(target()), ...readdirSync(folder).filter(name => name !== 'archive' && name !== 'target.db')];
  },
  // What SIGKILL leaves: the files as they are now, and nobody who holds a lock on them.
  async crash() {
    const copy = newFolder();
    cpSync(folder, copy, {recursive: true});
    folder = copy;
  },
  async serverConnections() {
    return existsSync('/proc/self/fd') ? openFiles() : 0;
  },
  async broken() {
    return {it: new SqliteDestination(join(folder, 'no', 'such', 'folder.db')), secrets: [], problems: 1};
  },
  unholdable: [
    {column: {name: 'ratio', type: 'float', nullable: true}, value: NaN},
    {column: {name: 'price', type: 'decimal', nullable: true, precision: 5, scale: 2}, value: 'NaN'},
    {column: {name: 'digits', type: 'decimal', nullable: true, precision: 5, scale: 2}, value: '1234.50'},
  ],
  skip: {
    'keeps float without loss: minus zero': 'a REAL column of SQLite keeps no minus zero: `fit` makes it 0 and counts it',
  },
});

function openFiles(): number {
  return readdirSync('/proc/self/fd').filter(fd => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
    } catch {
      return false;
    }
  }).length;
}
