// What is compared, pair by pair: our command, without and with verification, and what the systems' own tools do.
import {join} from 'node:path';
import {COLUMNS, emptyPostgres, emptySqlite} from './tables.mjs';

const cli = join(import.meta.dirname, '../../apps/sluice/bin/sluice.js');

/** `folder` is for files; `tools` are the clients' names, `pgloader` null where there is none. */
export function pairs({mariadb, postgres, folder, tools}) {
  // The servers' passwords are for this run alone; whoever connects takes them from the environment.
  const env = {MYSQL_PWD: mariadb.password, PGPASSWORD: postgres.password};
  const socket = encodeURIComponent(mariadb.socket);
  const mysqlUrl = database => `mysql://${mariadb.user}@localhost/${database}?socket=${socket}`;
  const postgresUrl = database => `postgresql://${postgres.user}@localhost:${postgres.port}/${database}?host=${encodeURIComponent(postgres.socket)}`;
  const psql = database => `${tools.psql} -qX -v ON_ERROR_STOP=1 -h ${postgres.socket} -p ${postgres.port} -U ${postgres.user} -d ${database}`;
  const target = join(folder, 'target.db');
  const ends = {
    mysql: {url: mysqlUrl, password: mariadb.password},
    postgres: {url: postgresUrl, password: postgres.password},
    sqlite: {url: database => `sqlite:${join(folder, `${database}.db`)}`},
  };
  const ours = (from, to, database) => ['without', 'with'].map(how => ({
    name: `sluice ${how} verification`, command: process.execPath,
    args: [cli, 'copy', ends[from].url(database), to === 'sqlite' ? `sqlite:${target}` : ends[to].url('target'), '--tables', 't', '--json', '--state', join(folder, 'state.db'), ...(how === 'without' ? ['--no-verify'] : [])],
    env: {...(ends[from].password && {SLUICE_SOURCE_PASSWORD: ends[from].password}), ...(ends[to].password && {SLUICE_DESTINATION_PASSWORD: ends[to].password})},
  }));
  const pipe = (name, from, to) => ({name, command: 'bash', args: ['-c', `set -o pipefail; ${from} | ${to}`], env});
  const pair = (from, to, aims, base, more = []) => ({
    from, to, aims, target,
    candidates: database => [base(database), ...ours(from, to, database), ...more.map(make => make(database))],
  });
  const copyOut = (database, how) => `${psql(database)} -c 'copy t to stdout${how}'`;
  const copyIn = how => `${psql('target')} -c 'copy t from stdin${how}'`;
  return {
    'mysql-postgres': pair('mysql', 'postgres', {plain: 1.0, verified: 1.4, pgloader: 1 / 3},
      database => ({
        ...pipe('mariadb | psql COPY', `${tools.mariadb} --no-defaults -u${mariadb.user} --socket=${mariadb.socket} --quick -B -N ${database} -e 'select * from t'`, copyIn('')),
        prepare: emptyPostgres.mysql,
      }),
      tools.pgloader === null ? [] : [database => ({
        name: 'pgloader', command: tools.pgloader, env: {},
        args: ['--with', 'prefetch rows = 5000', `mysql://${mariadb.user}:${mariadb.password}@127.0.0.1:${mariadb.port}/${database}`, `postgresql://${postgres.user}:${postgres.password}@127.0.0.1:${postgres.port}/target`],
        rowsIn: `${database}.t`,
      })]),
    'postgres-postgres': pair('postgres', 'postgres', {plain: 1.15, verified: 1.6},
      database => ({...pipe('COPY | COPY, binary', copyOut(database, ' (format binary)'), copyIn(' (format binary)')), prepare: emptyPostgres.postgres})),
    'postgres-sqlite': pair('postgres', 'sqlite', {plain: 1.2},
      database => pipe('psql COPY | sqlite3 .import', copyOut(database, ' (format csv)'), `${tools.sqlite3} ${target} '${emptySqlite}' '.mode csv' '.import /dev/stdin t'`)),
    'sqlite-postgres': pair('sqlite', 'postgres', {plain: 1.2},
      database => ({...pipe('sqlite3 -csv | psql COPY', `${tools.sqlite3} -csv ${join(folder, `${database}.db`)} 'select ${COLUMNS} from t'`, copyIn(' (format csv)')), prepare: emptyPostgres.sqlite})),
  };
}
