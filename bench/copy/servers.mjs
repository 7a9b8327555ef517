// The servers of one run of the benchmark, and its tables in them.
import {join} from 'node:path';
import {startPrivateServer} from '@sluice/testkit/servers';
import {runOnce} from '../measure.mjs';
import {mariadbSeed, postgresSeed, sqliteSeed} from './tables.mjs';

/** Throws one sentence when a server is not to be had. Disposing stops both. */
export async function startServers(tools, folder) {
  const started = [];
  const start = async (kind, options) => {
    const server = await startPrivateServer(kind, {options});
    if (!server) throw new Error(`this benchmark needs ${kind}, which is not on this machine`);
    started.push(server);
    return server;
  };
  const stop = async () => { for (const server of started) await server.stop(); };
  try {
    const mariadb = await start('mariadb', ['--innodb-buffer-pool-size=1G']);
    const postgres = await start('postgres', ['-c', 'shared_buffers=512MB', '-c', 'max_wal_size=8GB']);
    const client = async (command, args, env) => (await runOnce({command, args, env, label: command})).out;
    const mysql = text => client(tools.mariadb, ['--no-defaults', `-u${mariadb.user}`, `--socket=${mariadb.socket}`, '-e', text], {MYSQL_PWD: mariadb.password});
    const psql = (database, ...texts) => client(
      tools.psql, ['-qXAt', '-v', 'ON_ERROR_STOP=1', '-h', postgres.socket, '-p', String(postgres.port), '-U', postgres.user, '-d', database, ...texts.flatMap(text => ['-c', text])],
      {PGPASSWORD: postgres.password});
    return {
      mariadb, postgres, psql,
      /** Builds the table of one system in a database of that name. */
      async seed(kind, database, rows) {
        if (kind === 'mysql') await mysql(`create database ${database}; use ${database}; ${mariadbSeed(rows)}`);
        else if (kind === 'sqlite') await client(tools.sqlite3, [join(folder, `${database}.db`), sqliteSeed(rows)], {});
        else {
          await psql('postgres', `create database ${database}`);
          // Statement by statement: VACUUM runs in no transaction.
          await psql(database, ...postgresSeed(rows).split(';\n'));
        }
      },
      async emptyTarget(prepare) {
        // What the run before wrote is put away, so that no other run pays for it.
        await psql('postgres', 'drop database if exists target with (force)', 'create database target', 'checkpoint');
        if (prepare) await psql('target', prepare);
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
