import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {defineConfig} from 'vitest/config';

// Tests run from source: no build comes before them.
const conditions = ['sluice-source'];
const projects = ['packages', 'apps', 'tests'].flatMap(base =>
  (existsSync(base) ? readdirSync(base) : [])
    .filter(name => existsSync(`${base}/${name}/package.json`))
    .map(name => ({
      resolve: {conditions},
      ssr: {resolve: {conditions}},
      test: {
        name,
        include: [`${base}/${name}/test/**/*.test.ts`],
        testTimeout: 30_000,
        hookTimeout: 60_000,
      },
    })));

// A package's own test script runs in its folder: its results go there too, where turbo keeps them and `npm test` adds them up.
const inPackage = process.cwd() !== import.meta.dirname;
const results = join(process.cwd(), '.test-results/vitest.json');

export default defineConfig({
  test: {
    projects,
    globalSetup: ['packages/testkit/src/servers/vitest-global.ts'],
    ...(inPackage && {reporters: ['default', 'json'], outputFile: {json: results}}),
  },
});
