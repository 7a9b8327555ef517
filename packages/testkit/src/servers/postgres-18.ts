import {existsSync, mkdirSync, mkdtempSync, renameSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {versionOf} from './database.ts';
import {cacheFolder, debianMirror, debianRefusal, installDebianPackages, run} from './debian.ts';
import type {Installation} from './installation.ts';
import {launch} from './launch.ts';
import type {PrivateServer} from './types.ts';

const BIN = '/usr/lib/postgresql/18/bin';

/** A server of version 18 that tests may use: only its URL is known of one that was given. */
export interface Postgres18 extends AsyncDisposable {
  readonly version: string;
  readonly url: string;
  /** Null where it was given by URL. */
  readonly socket: string | null;
}

/**
 * PostgreSQL 18, at TEST_POSTGRES18_URL or started here; disposing stops what was started. Debian 12 has 15: this one comes with a system of its own,
 * out of Debian's unstable suite (half a minute to three, 450 MB, once), in which it runs by `chroot`. Resolves with one sentence where it is not to be had.
 */
export async function startPostgres18(say: (line: string) => void = () => {}): Promise<Postgres18 | {readonly missing: string}> {
  const given = process.env['TEST_POSTGRES18_URL'];
  if (given) return {url: given, version: await versionOf(given), socket: null, [Symbol.asyncDispose]: async () => {}};
  const refusal = debianRefusal();
  if (refusal) return {missing: `no TEST_POSTGRES18_URL, and ${refusal}`};
  let installation: Installation;
  try {
    installation = postgresFromUnstable('postgres', ['postgresql-18'], say);
  } catch (error) {
    return {missing: `PostgreSQL 18 could not be fetched: ${(error as Error).message}`};
  }
  const server: PrivateServer = await launch(installation);
  return server;
}

/** PostgreSQL 18 with these packages in a system of its own, whose folder has the name. */
export function postgresFromUnstable(name: string, packages: readonly string[], say: (line: string) => void): Installation {
  const cache = cacheFolder();
  const root = join(cache, `${name}-18`);
  if (!existsSync(root)) {
    say(`servers: fetching ${packages.join(' and ')} from Debian unstable, with a system of its own, once`);
    fetch(cache, root, packages);
  }
  return {kind: 'postgres', command: [`${BIN}/postgres`], initializer: `${BIN}/initdb`, options: [], shared: true, root};
}

function fetch(cache: string, target: string, packages: readonly string[]): void {
  if (!existsSync('/usr/bin/mmdebstrap')) installDebianPackages(['mmdebstrap']);
  mkdirSync(cache, {recursive: true});
  const work = mkdtempSync(join(cache, 'fetch-'));
  try {
    const root = join(work, 'root');
    run('mmdebstrap', ['--variant=apt', '--aptopt=Acquire::Check-Valid-Until "false"', `--include=${packages.join(',')}`, 'sid', root, debianMirror()]);
    if (!existsSync(join(root, BIN, 'postgres'))) throw new Error('postgresql-18 from Debian unstable holds no postgres');
    try {
      renameSync(root, target);
    } catch (error) {
      // Another run was first; its copy is as good.
      if (!existsSync(target)) throw error;
    }
  } finally {
    rmSync(work, {recursive: true, force: true});
  }
}
