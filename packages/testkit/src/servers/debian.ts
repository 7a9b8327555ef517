import {execFileSync} from 'node:child_process';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import type {Installation} from './installation.ts';

/** Says why Debian's packages cannot be installed here; undefined when they can. */
export function debianRefusal(): string | undefined {
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (!/^ID=debian$/m.test(release)) return 'only Debian\'s packages are installed by the tests';
  if (process.getuid?.() !== 0) return 'only root may install it';
  return undefined;
}

/** Installs packages with apt-get, without their recommendations, and fetches the package lists first where a package is not known. */
export function installDebianPackages(names: readonly string[], {before = () => {}}: {readonly before?: () => void} = {}): void {
  const known = (name: string) => /Candidate: [^(]/.test(run('apt-cache', ['policy', name]));
  if (!names.every(known)) {
    try {
      run('apt-get', ['update', '-qq']);
    } catch {
      // Fails when any one of the machine's sources does; whether ours answered, the installation tells.
    }
  }
  before();
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names]);
}

/** Debian's PostgreSQL makes a database cluster at installation and starts it, unless its configuration says not to. */
export function keepFromMakingClusters(): void {
  const folder = '/etc/postgresql-common/createcluster.d';
  mkdirSync(folder, {recursive: true});
  writeFileSync(join(folder, 'sluice-tests.conf'), 'create_main_cluster = false\n');
}

/**
 * MySQL from Debian unstable, unpacked into a folder of its own and run through the loader that comes along.
 * apt gets its own lists, cache and status, so that nothing of the system changes; its signature check is the system's.
 */
export function mysqlFromUnstable(say: (line: string) => void): Installation {
  const cache = cacheFolder();
  const folder = join(cache, 'mysql-unstable');
  if (!existsSync(folder)) {
    say('servers: fetching MySQL from Debian unstable, once');
    fetchMysql(cache, folder);
  }
  const loader = readdirSync(join(folder, 'usr')).filter(name => name.startsWith('lib'))
    .flatMap(lib => readdirSync(join(folder, 'usr', lib)).filter(name => /^ld-linux.*\.so/.test(name)).map(name => join(folder, 'usr', lib, name)))[0];
  const libraries = readdirSync(join(folder, 'usr/lib')).filter(name => name.endsWith('-linux-gnu')).map(name => join(folder, 'usr/lib', name));
  if (!loader || !libraries[0]) throw new Error(`${folder} is incomplete; remove it and run the tests again`);
  return {
    kind: 'mysql',
    command: [loader, '--library-path', libraries.join(':'), join(folder, 'usr/sbin/mysqld')],
    options: [`--basedir=${folder}/usr`, `--lc-messages-dir=${folder}/usr/share/mysql`, '--mysqlx=OFF'],
    shared: false,
  };
}

/** Where what is fetched once is kept. */
export const cacheFolder = (): string => join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'sluice-servers');

function fetchMysql(cache: string, target: string): void {
  mkdirSync(cache, {recursive: true});
  const work = mkdtempSync(join(cache, 'fetch-'));
  try {
    const apt = join(work, 'apt');
    mkdirSync(join(apt, 'lists/partial'), {recursive: true});
    mkdirSync(join(apt, 'cache/archives/partial'), {recursive: true});
    writeFileSync(join(apt, 'status'), '');
    writeFileSync(join(apt, 'sources.list'), `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${debianMirror()} sid main\n`);
    const options = [
      `Dir::Etc::SourceList=${apt}/sources.list`, 'Dir::Etc::SourceParts=/dev/null', `Dir::State::Lists=${apt}/lists`, `Dir::Cache=${apt}/cache`,
      `Dir::State::Status=${apt}/status`, 'Acquire::Check-Valid-Until=false', 'APT::Install-Recommends=false', 'APT::Sandbox::User=root', 'Debug::NoLocking=1',
    ].flatMap(option => ['-o', option]);
    run('apt-get', [...options, 'update', '-qq']);
    run('apt-get', [...options, 'install', '-y', '-qq', '--download-only', 'mysql-server-core']);
    const packages = readdirSync(join(apt, 'cache/archives')).filter(name => name.endsWith('.deb'));
    for (const name of packages) run('dpkg', ['-x', join(apt, 'cache/archives', name), join(work, 'root')]);
    if (!existsSync(join(work, 'root/usr/sbin/mysqld'))) throw new Error('mysql-server-core from Debian unstable holds no mysqld');
    try {
      renameSync(join(work, 'root'), target);
    } catch (error) {
      // Another run was first; its copy is as good.
      if (!existsSync(target)) throw error;
    }
  } finally {
    rmSync(work, {recursive: true, force: true});
  }
}

/** The mirror that this machine itself uses for Debian's main archive. */
export function debianMirror(): string {
  const parts = existsSync('/etc/apt/sources.list.d') ? readdirSync('/etc/apt/sources.list.d').map(name => `/etc/apt/sources.list.d/${name}`) : [];
  const texts = ['/etc/apt/sources.list', ...parts].filter(path => existsSync(path)).map(path => readFileSync(path, 'utf8'));
  for (const text of texts) {
    const found = /^(?:URIs:|deb)\s+(?:\[[^\]]*\]\s+)?(https?:\/\/\S*\/debian)\/?(?:\s|$)/m.exec(text);
    if (found?.[1]) return found[1];
  }
  throw new Error('no Debian mirror in /etc/apt/sources.list or /etc/apt/sources.list.d');
}

/** Runs a program to its end. Throws with the line of its complaint that says most. */
export function run(program: string, parameters: readonly string[], variables: Readonly<Record<string, string>> = {}): string {
  try {
    return execFileSync(program, [...parameters], {
      encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024, env: {...process.env, DEBIAN_FRONTEND: 'noninteractive', ...variables},
    });
  } catch (error) {
    // Some complain on standard output.
    const {stderr, stdout} = error as {stderr?: string; stdout?: string};
    const lines = (stderr === undefined ? String(error) : `${stderr}\n${stdout}`).replaceAll(/\u001b\[\d*m/g, '').trim().split('\n');
    throw new Error(`${program} failed: ${lines.find(line => /^E:|error/i.test(line)) ?? lines.at(-1)}`, {cause: error});
  }
}
