// What `npm run demo`, `npm test`, `npm run build` and `npm run bench` do first, on a machine that has Node and npm and nothing of ours:
// installs the dependencies with pnpm at exactly the version of package.json, and builds every package's dist and every program's bundle.
// Quick when nothing changed. Talks on stderr only: stdout belongs to the command that follows. Node's own modules only.
import {spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, readFileSync, realpathSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {readJson, root, workspacePackages} from './workspace.mjs';

/** A condition of the machine that stops the set-up; its message is one sentence for the person in front of it. */
export class SetupError extends Error {
  name = 'SetupError';
}

const stampFile = join(root, 'node_modules/.sluice-setup.json');
const shim = join(root, 'node_modules/.bin/pnpm');
const logFile = join(root, 'node_modules/.sluice-setup.log');
const say = text => process.stderr.write(`${text}\n`);
const seconds = since => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Refuses a Node that is too old, in one sentence. */
export function checkNode(wanted = readJson('package.json').engines.node, version = process.versions.node) {
  const least = wanted.replace('>=', '').split('.').map(Number);
  const have = version.split('.').map(Number);
  const difference = least.map((part, index) => (have[index] ?? 0) - part).find(part => part !== 0) ?? 0;
  if (difference < 0) throw new SetupError(`Sluice needs Node ${least.join('.')} or newer, and this is Node ${version}: install a newer one and run the command again.`);
}

/** The environment for everything that may compile: node-gyp finds the headers beside the running Node instead of downloading them. */
export function installEnvironment(environment = process.env) {
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  const hasHeaders = existsSync(join(prefix, 'include/node/node.h'));
  // Unless told otherwise: compile on all processors, and find out within seconds that there is no network.
  return {
    JOBS: 'max', npm_config_fetch_retry_mintimeout: '1000', npm_config_fetch_retry_maxtimeout: '4000', ...environment,
    ...(hasHeaders && !environment.npm_config_nodedir && {npm_config_nodedir: prefix}),
  };
}

/** The command that runs pnpm at exactly the version of package.json: `[program, ...arguments]`. */
export function pnpmCommand() {
  const [, version] = readJson('package.json').packageManager.match(/^pnpm@([^+]+)/);
  return ['npx', '-y', `pnpm@${version}`];
}

/** Installs the dependencies when the lockfile, a manifest or the Node version changed since the last time. */
export function install() {
  checkNode();
  const wanted = fingerprint();
  const stamp = readStamp();
  if (stamp?.fingerprint === wanted && isInstalled()) return;

  const started = performance.now();
  say(stamp ? 'setup: installing dependencies' : 'setup: installing dependencies; the first time takes a minute or two, as SQLite may have to be compiled');
  pnpm(['install', '--frozen-lockfile', '--config.confirm-modules-purge=false']);
  // An addon built for another Node cannot be loaded, and an install that finds everything in place does not build it again.
  if (stamp && stamp.modules !== process.versions.modules) pnpm(['rebuild', '--recursive']);
  writeShim();
  writeFileSync(stampFile, `${JSON.stringify({fingerprint: wanted, modules: process.versions.modules})}\n`);
  say(`setup: dependencies installed in ${seconds(started)}`);
}

/** Compiles every package's src into its dist and makes the bundles of the programs, where they are not up to date, and puts the programs where `npx` in the root finds them. */
export function build() {
  const started = performance.now();
  linkPrograms();
  const folders = workspacePackages().filter(({folder}) => existsSync(join(root, folder, 'src'))).map(({folder}) => folder);
  const {status, stdout} = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...folders], {cwd: root, encoding: 'utf8'});
  if (status !== 0) throw new SetupError(`${stdout}setup: the build failed; the compiler's messages are above.`);
  const bundled = spawnSync(process.execPath, [join(root, 'tools/bundle.mjs')], {cwd: root, encoding: 'utf8'});
  if (bundled.status !== 0) throw new SetupError(`${bundled.stderr}setup: the programs could not be bundled; the reason is above.`);
  if (performance.now() - started > 1_500) say(`setup: built in ${seconds(started)}`);
}

/** Not by dependencies of the root: turbo takes those for part of everything, and no test result would outlive a change anywhere. */
function linkPrograms() {
  for (const {folder, manifest} of workspacePackages()) for (const [name, file] of Object.entries(manifest.bin ?? {})) {
    const link = join(root, 'node_modules/.bin', name);
    const text = `#!/bin/sh\nexec node '${join(root, folder, file)}' "$@"\n`;
    if (!existsSync(link) || readFileSync(link, 'utf8') !== text) writeFileSync(link, text, {mode: 0o755});
  }
}

/**
 * Leaves a pnpm beside the installed programs, at exactly our version: turbo looks for one on the PATH and runs every script through it.
 * It is the copy that npx has just used, and asks npx again where that is gone.
 */
function writeShim() {
  const [program, ...parameters] = pnpmCommand();
  const {stdout} = spawnSync(program, ['-y', '-p', parameters.at(-1), '-c', 'command -v pnpm'], {cwd: root, encoding: 'utf8'});
  const found = stdout.trim().split('\n').at(-1);
  writeFileSync(shim, `#!/bin/sh
if [ -x '${found}' ]; then exec '${found}' "$@"; fi
exec ${[program, ...parameters].join(' ')} "$@"
`, {mode: 0o755});
}

function pnpm(parameters) {
  const [program, ...first] = pnpmCommand();
  const {error, status, stdout, stderr} = spawnSync(program, [...first, ...parameters],
    {cwd: root, env: installEnvironment(), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 256 * 1024 * 1024});
  if (error?.code === 'ENOENT') throw new SetupError('npx was not found: install npm, which comes with Node, and run the command again.');
  if (status === 0) return;
  const output = `${stdout}${stderr}${error ?? ''}`;
  if (existsSync(join(root, 'node_modules'))) writeFileSync(logFile, output);
  throw new SetupError(`${output.trim().split('\n').slice(-12).join('\n')}\n\nsetup: ${reason(output)}`);
}

/** Says in one sentence why an install failed. */
export function reason(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT|META_FETCH_FAIL/.test(output) && !/gyp ERR! find Python|not found: make/.test(output)) {
    return 'the npm registry cannot be reached: check the network (or the registry and proxy in ~/.npmrc) and run the command again.';
  }
  if (/gyp ERR! find Python|not found: make|g\+\+: (command )?not found|gyp ERR! stack Error: not found/.test(output)) {
    return 'SQLite has to be compiled here and a compiler is missing: install python3, make and g++ (on Debian: apt-get install python3 make g++) and run the command again.';
  }
  if (/OUTDATED_LOCKFILE/.test(output)) return 'pnpm-lock.yaml does not match the package.json files: run pnpm install and commit the lockfile.';
  if (/ENOSPC/.test(output)) return 'the disk is full: the dependencies need about 600 MB.';
  if (/EACCES|EPERM/.test(output)) return 'a file cannot be written: make sure that this folder and ~/.npm and ~/.local/share/pnpm belong to you.';
  return 'the dependencies could not be installed; the end of the output is above.';
}

/** What an install depends on, as one digest. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.version} ${process.platform} ${process.arch}`);
  for (const file of ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', ...workspacePackages().map(({folder}) => join(folder, 'package.json'))]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return undefined; // Never installed, or cut short while writing: both mean install.
  }
}

/** Whether what the stamp promises is still on the disk. */
function isInstalled() {
  const everything = [{folder: '.', manifest: readJson('package.json')}, ...workspacePackages()];
  return existsSync(shim) && everything.every(({folder, manifest}) =>
    Object.keys({...manifest.dependencies, ...manifest.devDependencies}).every(name => existsSync(join(root, folder, 'node_modules', name))));
}

/** Runs a step; a SetupError is printed as it is and ends the program with exit code 1. */
export function orExplain(step) {
  try {
    return step();
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exit(1);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) orExplain(() => {
  install();
  build();
});
