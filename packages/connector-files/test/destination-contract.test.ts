import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {mkdir, mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describeDestination} from '@sluice/testkit';
import {afterAll, beforeAll} from 'vitest';
import {files} from '../src/index.ts';
import {countOpenFiles, openFilesAreShown} from './open-files.ts';
import {FLAVOURS, listEverything, readRows, urlOf} from './plain-files.ts';

let root: string;
beforeAll(async () => { root = await mkdtemp(join(tmpdir(), 'sluice-files-destination-')); });
afterAll(() => rm(root, {recursive: true}));

const open = (url: string) => files.destination({url});
/** A process that has ended. */
const {pid: dead} = spawnSync(process.execPath, ['--version']);

for (const flavour of FLAVOURS) {
  for (const exists of flavour.gzip ? [true] : [true, false]) {
    const folder = () => join(root, `${flavour.format}-${flavour.gzip}-${exists}`);
    describeDestination(`${flavour.format}${flavour.gzip ? ', gzip' : ''}, ${exists ? 'a folder that exists' : 'a new folder'}`, {
      modes: ['replace', 'append'],
      noKeys: true,
      noBeside: true,
      noStartsEmpty: true,
      async reset() {
        for (const path of [folder(), join(root, `.${flavour.format}-${flavour.gzip}-${exists}.sluice-files`)]) await rm(path, {recursive: true, force: true});
        if (exists) await mkdir(folder());
      },
      connect: async () => open(urlOf(folder(), flavour)),
      readBack: async schema => readRows(folder(), schema, flavour),
      listTables: async () => [...await listEverything(folder()), ...readdirSync(root).filter(name => name.startsWith('.'))],
      /** After SIGKILL the lock names a process that is gone. */
      async crash() {
        for (const lock of [join(folder(), '.sluice-files/lock'), join(root, `.${flavour.format}-${flavour.gzip}-${exists}.sluice-files/lock`)]) {
          if (existsSync(lock)) writeFileSync(lock, JSON.stringify({...JSON.parse(readFileSync(lock, 'utf8')), pid: dead}));
        }
      },
      unholdable: [
        {column: {name: 'half', type: 'text', nullable: true}, value: 'a\ud800'},
        {column: {name: 'price', type: 'decimal', nullable: true, precision: 5, scale: 2}, value: 'NaN'},
        {column: {name: 'day', type: 'date', nullable: true}, value: 'infinity'},
      ],
      broken: async () => ({it: open(`${flavour.format}:${root}/none/there/`), secrets: [], problems: 1}),
      ...(openFilesAreShown && {serverConnections: async () => countOpenFiles(folder())}),
    });
  }
}
