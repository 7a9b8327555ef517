import {randomBytes, randomInt} from 'node:crypto';
import {once} from 'node:events';
import {chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {versionOf} from './database.ts';
import type {Installation} from './installation.ts';
import {recipeOf, type Account, type Paths, type Recipe} from './recipe.ts';
import {supervise, type Supervised} from './supervised.ts';
import type {PrivateServer, ServerOptions} from './types.ts';

/** Upper bound for a start; the usual one takes one to three seconds. */
const startTimeoutMs = 90_000;

/** Initialises a server in a folder of its own, starts it on a private socket and a free loopback port, and resolves when it answers. */
export async function launch(installation: Installation, {options = [], standbyOf}: ServerOptions = {}): Promise<PrivateServer> {
  const {kind} = installation;
  const recipe = recipeOf(kind);
  const folder = mkdtempSync(join(shortTemporaryFolder(), `sluice-${kind}-`));
  const account = serverAccount(installation, recipe);
  const paths: Paths = {folder, data: join(folder, 'data'), temporary: join(folder, 'tmp'), log: join(folder, 'server.log'), secret: join(folder, 'secret')};
  const password = standbyOf?.password ?? randomBytes(8).toString('hex');
  // PostgreSQL starts on no folder that others may look into.
  mkdirSync(paths.data, {mode: 0o700});
  mkdirSync(paths.temporary);
  writeFileSync(paths.secret, recipe.secret(password), {mode: 0o600});
  if (account.uid !== undefined) for (const path of [folder, paths.data, paths.temporary, paths.secret]) chownSync(path, account.uid, account.gid ?? account.uid);

  let running: Supervised | undefined;
  let port = 0;
  const start = async () => {
    if (running?.isRunning()) throw new Error(`the ${kind} server already runs`);
    const url = recipe.url(port, password);
    for (const deadline = performance.now() + remnantsTimeoutMs; ;) {
      const before = logOf(paths).length;
      running = await supervise(recipe.start(installation, paths, account, port, options), {folder, log: paths.log});
      try {
        return {url, version: await answering(url, running, paths.log)};
      } catch (error) {
        if (performance.now() > deadline || recipe.remnants?.test(logOf(paths).slice(before)) !== true) throw error;
        await new Promise(resolve => setTimeout(resolve, 100));
      }
    }
  };
  /** The port was free a moment ago; should another have been quicker, there are more. */
  const startSomewhere = async () => {
    for (let attempt = 1; ; attempt++) {
      port = await freePort();
      try {
        return await start();
      } catch (error) {
        if (attempt === 5 || !/address already in use/i.test(logOf(paths))) throw error;
      }
    }
  };
  const kill = async () => { await running?.kill(); };
  const stop = async () => {
    await running?.kill(recipe.stopSignal);
    rmSync(folder, {recursive: true, force: true, maxRetries: 10});
  };

  try {
    const code = await (await supervise(recipe.initialize(installation, paths, account, standbyOf), {folder, log: paths.log})).ended();
    if (code !== 0) throw new Error(`${kind} could not initialise its data folder:\n${whatFailed(logOf(paths))}`);
    const {url, version} = await startSomewhere();
    return {
      kind, version, url, host: '127.0.0.1', port, user: recipe.user, password, socket: recipe.socket(paths),
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

/** Processes of a server that was killed are gone within so long. */
const remnantsTimeoutMs = 10_000;

const logOf = ({log}: Paths) => (existsSync(log) ? readFileSync(log, 'utf8') : '');

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

/** Root hands its servers to an account with few rights. */
function serverAccount({shared, root = ''}: Installation, {accounts: {names, required}}: Recipe): Account {
  if (process.getuid?.() !== 0) return {};
  const entries = readFileSync(`${root}/etc/passwd`, 'utf8').split('\n').map(line => line.split(':'));
  const entry = shared ? names.map(name => entries.find(([user]) => user === name)).find(Boolean) : undefined;
  if (!entry?.[0]) {
    if (required) throw new Error(`this server does not run as root, and there is no account ${names.join(' or ')}`);
    return {};
  }
  return {name: entry[0], uid: Number(entry[2]), gid: Number(entry[3])};
}

// The path of a Unix socket has room for about 100 bytes, and some temporary folders are longer than that.
const shortTemporaryFolder = () => (tmpdir().length > 60 ? '/tmp' : tmpdir());

/** Below the ports that systems give to outgoing connections: one of those could take it while the server is down for a moment. */
export async function freePort(): Promise<number> {
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
