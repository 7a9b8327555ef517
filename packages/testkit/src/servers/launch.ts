import {randomBytes, randomInt} from 'node:crypto';
import {once} from 'node:events';
import {chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {versionOf} from './database.ts';
import type {Installation} from './installation.ts';
import {supervise, type Supervised} from './supervised.ts';
import type {PrivateServer, ServerOptions} from './types.ts';

/** Upper bound for a start; the usual one takes one to three seconds. */
const startTimeoutMs = 90_000;

/** Initialises a server in a folder of its own, starts it on a private socket and a free loopback port, and resolves when it answers. */
export async function launch(installation: Installation, {options = []}: ServerOptions = {}): Promise<PrivateServer> {
  const {kind} = installation;
  const folder = mkdtempSync(join(shortTemporaryFolder(), `sluice-${kind}-`));
  const account = serverAccount(installation);
  const paths = {data: join(folder, 'data'), temporary: join(folder, 'tmp'), socket: join(folder, 's.sock'), log: join(folder, 'server.log'), init: join(folder, 'init.sql')};
  const password = randomBytes(8).toString('hex');
  mkdirSync(paths.data);
  mkdirSync(paths.temporary);
  writeFileSync(paths.init, accounts(password), {mode: 0o600});
  if (account.uid !== undefined) for (const path of [folder, paths.data, paths.temporary, paths.init]) chownSync(path, account.uid, account.gid);
  // A server that starts clears its folder for temporary tables: in one that is shared it takes away those of the others.
  const base = [...installation.options, `--datadir=${paths.data}`, `--tmpdir=${paths.temporary}`, ...account.options];

  let running: Supervised | undefined;
  let port = 0;
  const start = async () => {
    if (running?.isRunning()) throw new Error(`the ${kind} server already runs`);
    const url = `mysql://root:${password}@127.0.0.1:${port}/`;
    const command = [...installation.command, '--no-defaults', ...base, ...usualOptions,
      `--socket=${paths.socket}`, `--port=${port}`, `--pid-file=${join(folder, 'pid')}`, `--init-file=${paths.init}`, ...ownOptions[kind], ...options];
    running = await supervise(command, {folder, log: paths.log});
    return {url, version: await answering(url, running, paths.log)};
  };
  /** The port was free a moment ago; should another have been quicker, there are more. */
  const startSomewhere = async () => {
    for (let attempt = 1; ; attempt++) {
      port = await freePort();
      try {
        return await start();
      } catch (error) {
        if (attempt === 5 || !/address already in use/i.test(readFileSync(paths.log, 'utf8'))) throw error;
      }
    }
  };
  const kill = async () => { await running?.kill(); };
  const stop = async () => {
    await kill();
    rmSync(folder, {recursive: true, force: true});
  };

  try {
    await initialize(installation, base, {folder, log: paths.log});
    const {url, version} = await startSomewhere();
    return {
      kind, version, url, host: '127.0.0.1', port, user: 'root', password, socket: paths.socket,
      get pid() {
        return running?.pid ?? 0;
      },
      kill, stop, start: async () => { await start(); }, [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

// Small, fast and forgetful: what was committed survives a kill of the server, not a loss of power. Rows of 64 MB pass, also as hexadecimal text;
// a packet more than the largest fits into a JavaScript string, so that tests can go beyond.
const usualOptions = [
  '--bind-address=127.0.0.1', '--skip-name-resolve', '--local-infile=1', '--max-allowed-packet=144M', '--character-set-server=utf8mb4',
  '--innodb-buffer-pool-size=128M', '--innodb-flush-log-at-trx-commit=2', '--innodb-doublewrite=0', '--skip-log-bin', '--performance-schema=OFF',
];
const ownOptions = {
  mariadb: ['--innodb-log-file-size=64M'],
  // Without a folder there is no server-side file access at all, which matters where the server must run as root.
  mysql: ['--innodb-redo-log-capacity=128M', '--secure-file-priv=NULL'],
} as const;

/** Runs at every start, hence the repeatable form. Without name resolution, localhost and 127.0.0.1 are two accounts. */
const accounts = (password: string) => ['localhost', '127.0.0.1'].map(host =>
  `CREATE USER IF NOT EXISTS 'root'@'${host}';\nALTER USER 'root'@'${host}' IDENTIFIED BY '${password}';\nGRANT ALL PRIVILEGES ON *.* TO 'root'@'${host}' WITH GRANT OPTION;\n`).join('');

async function initialize({kind, command, initializer}: Installation, base: readonly string[], place: {readonly folder: string; readonly log: string}): Promise<void> {
  const parameters = initializer
    ? [initializer, '--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db', '--innodb-log-file-size=64M', ...base]
    : [...command, '--no-defaults', '--initialize-insecure', '--innodb-redo-log-capacity=128M', ...base];
  const code = await (await supervise(parameters, place)).ended();
  if (code !== 0) throw new Error(`${kind} could not initialise its data folder:\n${whatFailed(readFileSync(place.log, 'utf8'))}`);
}

async function answering(url: string, running: Supervised, log: string): Promise<string> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    try {
      return await versionOf(url);
    } catch (error) {
      if (!running.isRunning()) throw new Error(`the server ended while starting:\n${whatFailed(readFileSync(log, 'utf8'))}`, {cause: error});
      if (performance.now() > deadline) throw new Error(`the server did not answer within ${startTimeoutMs / 1000} s:\n${whatFailed(readFileSync(log, 'utf8'))}`, {cause: error});
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

/** Root hands its servers to an account with few rights; the programs refuse to run as root without being told. */
function serverAccount({shared}: Installation): {uid?: number; gid: number; options: string[]} {
  if (process.getuid?.() !== 0) return {gid: 0, options: []};
  const entries = readFileSync('/etc/passwd', 'utf8').split('\n').map(line => line.split(':'));
  const entry = shared ? ['mysql', 'nobody'].map(name => entries.find(([user]) => user === name)).find(Boolean) : undefined;
  if (!entry) return {gid: 0, options: ['--user=root']};
  return {uid: Number(entry[2]), gid: Number(entry[3]), options: [`--user=${entry[0]}`]};
}

// The path of a Unix socket has room for about 100 bytes, and some temporary folders are longer than that.
const shortTemporaryFolder = () => (tmpdir().length > 60 ? '/tmp' : tmpdir());

/** Below the ports that systems give to outgoing connections: one of those could take it while the server is down for a moment. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>(resolve => {
      probe.once('error', () => { resolve(false); }).listen(port, '127.0.0.1', () => { resolve(true); });
    });
    if (!isFree) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
}

/** What a log says went wrong, or else its end. */
function whatFailed(text: string): string {
  const lines = text.trim().split('\n');
  const errors = lines.filter(line => /\berror\b|fatal|cannot|can't|denied/i.test(line));
  return (errors.length > 0 ? errors : lines).slice(-8).join('\n');
}
