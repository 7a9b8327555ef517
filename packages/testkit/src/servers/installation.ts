import {execFileSync} from 'node:child_process';
import {accessSync, constants, existsSync, readdirSync} from 'node:fs';
import {delimiter, dirname, join} from 'node:path';
import {debianRefusal, installDebianPackages, keepFromMakingClusters, mysqlFromUnstable} from './debian.ts';
import {mongoJavaServer} from './mongo-java-server.ts';
import type {ServerKind} from './types.ts';

/** A server program on this machine and how to call it. */
export interface Installation {
  readonly kind: ServerKind;
  /** The program and the arguments that come before all options; more than one element when it runs through a loader of its own. */
  readonly command: readonly string[];
  /** Options that every start and initialisation needs, because the program does not lie where it was built for. */
  readonly options: readonly string[];
  /** `mariadb-install-db` or `initdb`; absent for MySQL, which initialises itself. */
  readonly initializer?: string;
  /** Whether an account other than this process's own can read the program's files. */
  readonly shared: boolean;
  /** It is not what it stands for: what it cannot do, its starter says. */
  readonly standIn?: true;
  /** The folder of a system of its own in which the program runs, as `chroot` does; its accounts are those of that system. */
  readonly root?: string;
}

/** A found installation, or one sentence that says why there is none. */
export type Found = Installation | {readonly missing: string};

/**
 * Looks for the server: a program on the machine, then Debian's package when this is Debian and the process runs as root,
 * and for MongoDB, of which there is none, what stands in for it.
 * MySQL has no package in Debian 12: it comes from Debian's unstable suite into a cache folder of the user, and nothing of the system changes.
 */
export function findInstallation(kind: ServerKind, say: (line: string) => void = () => {}): Found {
  const present = installedProgram(kind);
  if (present) return present;
  const refusal = debianRefusal();
  if (kind === 'mongodb') return standIn(refusal, say);
  if (refusal) return {missing: `no ${programs[kind]} on this machine, and ${refusal}`};
  try {
    if (kind === 'mysql') return mysqlFromUnstable(say);
    if (kind === 'postgres') {
      say('servers: installing PostgreSQL from Debian');
      // Its own set-up would make and start a cluster.
      installDebianPackages(['postgresql-15'], {before: keepFromMakingClusters});
      return installedProgram('postgres') ?? {missing: 'postgresql-15 was installed, but holds no postgres'};
    }
    say('servers: installing MariaDB from Debian');
    // Without the package that would make a service of it; the script that initialises needs a program of the client's.
    installDebianPackages(['mariadb-server-core', 'mariadb-client-core']);
    return installedProgram('mariadb') ?? {missing: 'mariadb-server-core was installed, but holds no mariadbd'};
  } catch (error) {
    return {missing: `${kind} could not be installed: ${(error as Error).message}`};
  }
}

/** No registry has a `mongod`. */
function standIn(refusal: string | undefined, say: (line: string) => void): Found {
  try {
    return mongoJavaServer(program => onPath(program)[0], refusal, say);
  } catch (error) {
    return {missing: (error as Error).message};
  }
}

const programs: Readonly<Record<ServerKind, string>> = {mariadb: 'mariadbd', mysql: 'mysqld', postgres: 'postgres', mongodb: 'mongod'};

function installedProgram(kind: ServerKind): Installation | undefined {
  if (kind === 'postgres') return installedPostgres();
  if (kind === 'mongodb') return onPath('mongod').map(program => ({kind, command: [program], options: [], shared: false}))[0];
  const names = kind === 'mariadb' ? ['mariadbd', 'mysqld'] : ['mysqld'];
  for (const program of names.flatMap(onPath)) {
    // The name says nothing: MariaDB installs a mysqld too.
    if (isMariaDb(program) !== (kind === 'mariadb')) continue;
    if (kind === 'mysql') return {kind, command: [program], options: [], shared: true};
    const initializer = ['mariadb-install-db', 'mysql_install_db'].flatMap(onPath)[0]
      ?? ['bin', 'scripts'].map(folder => join(dirname(dirname(program)), folder, 'mariadb-install-db')).find(isExecutable);
    if (initializer) return {kind, command: [program], options: [], initializer, shared: true};
  }
  return undefined;
}

/** Debian keeps each version of PostgreSQL in a folder of its own, off the path. */
function installedPostgres(): Installation | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((one, other) => Number(other) - Number(one)).map(version => join(debian, version, 'bin')) : [];
  const program = [...onPath('postgres'), ...versions.map(folder => join(folder, 'postgres')).filter(isExecutable)]
    .find(path => isExecutable(join(dirname(path), 'initdb')));
  return program === undefined ? undefined : {kind: 'postgres', command: [program], options: [], initializer: join(dirname(program), 'initdb'), shared: true};
}

function isMariaDb(program: string): boolean | undefined {
  try {
    return execFileSync(program, ['--no-defaults', '--version'], {encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).includes('MariaDB');
  } catch {
    return undefined; // Cannot be run here: neither kind.
  }
}

// Server programs lie in sbin folders, which are not on everybody's PATH.
const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/mysql/bin', '/opt/homebrew/bin', '/usr/libexec'];

function onPath(name: string): string[] {
  return [...new Set(folders)].filter(Boolean).map(folder => join(folder, name)).filter(isExecutable);
}

function isExecutable(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // Not ours to run.
  }
}
