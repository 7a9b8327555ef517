// `npm run test:all-servers`: the tests of what speaks to PostgreSQL on PostgreSQL 18 instead of the version that `npm test` finds, and those of what reads MongoDB on FerretDB.
// TEST_POSTGRES18_URL and TEST_FERRETDB_URL name them; otherwise root on Debian gets them in systems of their own (packages/testkit/src/servers/postgres-18.ts, ferretdb.ts).
// `npm run test:all-servers -- PROJECT… FILE.test.ts…` runs only these projects, on the servers that they are for, and only these files of them.
import {spawnSync} from 'node:child_process';
import {join} from 'node:path';
import {install, orExplain} from './setup.mjs';
import {root} from './workspace.mjs';

const say = text => process.stdout.write(`${text}\n`);
const files = process.argv.slice(2).filter(each => each.endsWith('.ts'));
const named = process.argv.slice(2).filter(each => !each.endsWith('.ts'));

orExplain(install);
const built = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-b', 'packages/testkit'], {cwd: root, stdio: 'inherit'});
if (built.status !== 0) process.exit(1);
const {startFerretdb, startPostgres18} = await import('../packages/testkit/dist/servers/index.js');

const servers = [
  {
    name: 'PostgreSQL 18', start: startPostgres18, projects: ['connector-postgres', 'matrix'], files: [],
    variables: ({url, socket}) => ({TEST_POSTGRES_URL: url, ...(socket && {TEST_POSTGRES_SOCKET: socket})}),
  },
  // Of the projects that have others, the files with this in their names.
  {name: 'FerretDB', start: startFerretdb, projects: ['connector-mongodb', 'replicate', 'mongo-to-psql', 'matrix', 'cli'], files: ['mongo'], variables: ({url}) => ({TEST_MONGODB_URL: url})},
];

for (const {name, start, projects, files: usual, variables} of servers) {
  const wanted = projects.filter(project => named.length === 0 || named.includes(project));
  if (wanted.length === 0) continue;
  const server = await start(say);
  if ('missing' in server) {
    say(`skipped: the tests on ${name}: ${server.missing}`);
    if (process.env.CI === 'true') process.exitCode = 1;
    continue;
  }
  say(`servers: ${name === 'FerretDB' ? '' : 'PostgreSQL '}${server.version}`);
  try {
    const {status} = spawnSync(join(root, 'node_modules/.bin/vitest'), ['run', ...wanted.flatMap(project => ['--project', project]), ...(files.length > 0 ? files : usual)], {
      cwd: root, stdio: 'inherit', env: {...process.env, ...variables(server)},
    });
    if (status !== 0) process.exitCode = 1;
  } finally {
    await server[Symbol.asyncDispose]();
  }
}
