import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {defineConfig} from 'vitest/config';

// Tests run from source: no build comes before them.
const root = import.meta.dirname;
const conditions = ['sluice-source'];
const projects = ['packages', 'apps', 'tests'].flatMap(base =>
  (existsSync(join(root, base)) ? readdirSync(join(root, base)) : [])
    .filter(name => existsSync(join(root, base, name, 'package.json')))
    .map(name => ({
      resolve: {conditions},
      ssr: {resolve: {conditions}},
      test: {
        name,
        include: [`${base}/${name}/test/**/*.test.ts`],
        setupFiles: [join(root, 'packages/testkit/src/servers/vitest-file.ts')],
        testTimeout: 30_000,
        hookTimeout: 60_000,
        // Tests of programs run them as they are built.
        ...(existsSync(join(root, base, name, 'test/global-setup.ts')) && {globalSetup: [join(root, base, name, 'test/global-setup.ts')]}),
      },
    })));

// A package's own test script runs in its folder: its results go there too, where turbo keeps them and `npm test` adds them up.
const inPackage = process.cwd() !== root;
const results = join(process.cwd(), '.test-results/vitest.json');

export default defineConfig({
  test: {
    projects,
    root,
    globalSetup: [join(root, 'packages/testkit/src/servers/vitest-global.ts')],
    ...(inPackage && {reporters: ['default', 'json'], outputFile: {json: results}}),
  },
});
