import {existsSync, mkdirSync, mkdtempSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {tmpdir} from 'node:os';
import {versionOf} from './database.ts';
import {cacheFolder, debianRefusal, run} from './debian.ts';
import {freePort, launch} from './launch.ts';
import {withPostgres} from './postgres.ts';
import {postgresFromUnstable} from './postgres-18.ts';
import {supervise} from './supervised.ts';

const MODULE = 'github.com/FerretDB/FerretDB/v2/cmd/ferretdb';
const VERSION = 'v2.7.0';
/** DocumentDB, which does the work, and what it stands on. */
const LIBRARIES = 'pg_cron,pg_documentdb_core,pg_documentdb';
const START_TIMEOUT_MS = 60_000;

/** A stand-in for MongoDB that knows more of queries than the other one, and neither change streams nor transactions. */
export interface Ferretdb extends AsyncDisposable {
  readonly version: string;
  readonly url: string;
}

/**
 * FerretDB at TEST_FERRETDB_URL or started here, on a PostgreSQL 18 with DocumentDB that comes with a system of its own; disposing stops both. The first time
 * it is built by `go`, which takes five minutes. Resolves with one sentence where it is not to be had.
 */
export async function startFerretdb(say: (line: string) => void = () => {}): Promise<Ferretdb | {readonly missing: string}> {
  const given = process.env['TEST_FERRETDB_URL'];
  if (given) return {url: given, version: await versionOf(given), [Symbol.asyncDispose]: async () => {}};
  const refusal = debianRefusal();
  if (refusal) return {missing: `no TEST_FERRETDB_URL, and ${refusal}`};
  let program: string;
  let installation: ReturnType<typeof postgresFromUnstable>;
  try {
    program = built(say);
    installation = postgresFromUnstable('documentdb', ['postgresql-18', 'postgresql-18-documentdb'], say);
  } catch (error) {
    return {missing: `FerretDB could not be fetched: ${(error as Error).message}`};
  }
  const postgres = await launch(installation, {options: ['-c', `shared_preload_libraries=${LIBRARIES}`, '-c', 'cron.database_name=postgres']});
  try {
    await withPostgres(postgres.url, async client => {
      await client.query('CREATE EXTENSION documentdb CASCADE');
      // It connects to its own server, which asks everybody for a password.
      await client.query(`ALTER SYSTEM SET documentdb.localhost_connection_string = 'host=localhost password=${postgres.password}'`);
      await client.query('SELECT pg_reload_conf()');
    });
    const ferret = await started(program, postgres.url);
    return {
      ...ferret,
      [Symbol.asyncDispose]: async () => {
        await ferret.stop();
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** The port was free a moment ago; should another have been quicker, there are more. */
async function started(program: string, postgresUrl: string): Promise<{readonly url: string; readonly version: string; stop(): Promise<void>}> {
  for (let attempt = 1; ; attempt++) {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-ferretdb-'));
    const url = `mongodb://127.0.0.1:${await freePort()}/`;
    const running = await supervise([
      program, `--postgresql-url=${postgresUrl}`, `--listen-addr=${new URL(url).host}`, '--debug-addr=-', '--no-auth', '--telemetry=disable', `--state-dir=${folder}`, '--log-level=warn',
    ], {folder, log: join(folder, 'server.log')});
    const stop = async () => {
      await running.kill();
      rmSync(folder, {recursive: true, force: true, maxRetries: 10});
    };
    try {
      for (const deadline = performance.now() + START_TIMEOUT_MS; ;) {
        try {
          return {url, version: await versionOf(url), stop};
        } catch (error) {
          if (!running.isRunning() || performance.now() > deadline) throw error;
        }
        await new Promise(resolve => setTimeout(resolve, 100));
      }
    } catch (error) {
      await stop();
      if (attempt === 5) throw error;
    }
  }
}

function built(say: (line: string) => void): string {
  const cache = cacheFolder();
  const folder = join(cache, `ferretdb-${VERSION}`);
  if (!existsSync(folder)) {
    say('servers: building FerretDB, once; it takes some minutes');
    mkdirSync(cache, {recursive: true});
    const work = mkdtempSync(join(cache, 'fetch-'));
    try {
      run('go', ['install', `${MODULE}@${VERSION}`], {GOBIN: join(work, 'bin')});
      try {
        renameSync(join(work, 'bin'), folder);
      } catch (error) {
        // Another run was first; its copy is as good.
        if (!existsSync(folder)) throw error;
      }
    } finally {
      rmSync(work, {recursive: true, force: true});
    }
  }
  return join(folder, 'ferretdb');
}
