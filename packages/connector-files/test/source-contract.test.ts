import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {describeSource} from '@sluice/testkit';
import {afterAll, beforeAll} from 'vitest';
import {files} from '../src/index.ts';
import {bytesRead, countOpenFiles, openFilesAreShown} from './open-files.ts';
import {FLAVOURS, urlOf, writeTables} from './plain-files.ts';

let root: string;
beforeAll(async () => { root = await mkdtemp(join(tmpdir(), 'sluice-files-source-')); });
afterAll(() => rm(root, {recursive: true}));

const open = (url: string) => files.source({url});

for (const flavour of FLAVOURS) {
  const folder = () => join(root, `${flavour.format}-${flavour.gzip}`);
  describeSource(`${flavour.format}${flavour.gzip ? ', gzip' : ''}`, {
    seed: tables => writeTables(folder(), tables, flavour),
    connect: async () => open(urlOf(folder(), flavour)),
    async broken() {
      const bad = join(root, `bad-${flavour.format}-${flavour.gzip}`);
      await mkdir(bad, {recursive: true});
      // Two files without a header or an object, and one whose description cannot be followed.
      const put = (name: string, text: string) => writeFile(join(bad, `${name}.${flavour.format}${flavour.gzip ? '.gz' : ''}`), flavour.gzip ? gzipSync(text) : text);
      for (const name of ['one', 'two', 'three']) await put(name, flavour.format === 'csv' ? 'id,id\n' : '[1]\n');
      const path = `three.${flavour.format}${flavour.gzip ? '.gz' : ''}`;
      await writeFile(join(bad, 'datapackage.json'), JSON.stringify({resources: [{path, schema: {fields: [{}]}}]}));
      return {it: open(urlOf(bad, flavour)), secrets: [], problems: flavour.format === 'csv' ? 3 : 1};
    },
    ...(openFilesAreShown && {
      serverConnections: async () => countOpenFiles(folder()),
      bytesFetched: () => bytesRead(folder()),
    }),
  });
}
