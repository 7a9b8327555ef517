import {cpSync, existsSync, readdirSync, readlinkSync} from 'node:fs';
import {join} from 'node:path';
import {describeGroups} from '@sluice/testkit';
import {SqliteDestination} from '../src/index.ts';
import {readPlainly} from './plain-reader.ts';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();
let folder = newFolder();
const target = () => join(folder, 'target.db');

describeGroups('sqlite', {
  async reset() {
    folder = newFolder();
  },
  async connect() {
    return new SqliteDestination(target());
  },
  async readBack(schema) {
    return readPlainly(target(), schema);
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
  unholdable: [
    {column: {name: 'ratio', type: 'float', nullable: true}, value: NaN},
    {column: {name: 'price', type: 'decimal', nullable: true, precision: 5, scale: 2}, value: 'NaN'},
  ],
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
