// `npm run test:all-servers`: the tests of what speaks to PostgreSQL, on PostgreSQL 18 instead of the version that `npm test` finds.
// TEST_POSTGRES18_URL names one; otherwise root on Debian gets it in a system of its own (packages/testkit/src/servers/postgres-18.ts).
// `npm run test:all-servers -- PROJECT… FILE.test.ts…` runs only these projects, and only these files of them.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {install, orExplain} from './setup.mjs';
import {root} from './workspace.mjs';

const say = text => process.stdout.write(`${text}\n`);
const files = process.argv.slice(2).filter(each => each.endsWith('.ts'));
const named = process.argv.slice(2).filter(each => !each.endsWith('.ts'));
const projects = named.length > 0 ? named : ['connector-postgres', 'matrix'];

orExplain(install);
const built = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-b', 'packages/testkit'], {cwd: root, stdio: 'inherit'});
if (built.status !== 0) process.exit(1);
const {startPostgres18} = await import('../packages/testkit/dist/servers/index.js');
const server = await startPostgres18(say);
if ('missing' in server) {
  say(`skipped: the tests on PostgreSQL 18: ${server.missing}`);
  process.exit(process.env.CI === 'true' ? 1 : 0);
}
say(`servers: PostgreSQL ${server.version}`);
try {
  const {status} = spawnSync(join(root, 'node_modules/.bin/vitest'), ['run', ...projects.flatMap(name => ['--project', name]), ...files], {
    cwd: root, stdio: 'inherit',
    env: {...process.env, TEST_POSTGRES_URL: server.url, ...(server.socket && {TEST_POSTGRES_SOCKET: server.socket})},
  });
  process.exitCode = status ?? 1;
} finally {
  await server[Symbol.asyncDispose]();
}
