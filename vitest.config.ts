import {existsSync, readdirSync} from 'node:fs';
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

export default defineConfig({test: {projects}});
