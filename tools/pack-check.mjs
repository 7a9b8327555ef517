// Checks every package as a stranger meets it: packs it, installs the tarballs in one folder outside of the repository, and there
//   - runs the first ```js block of its README on plain node (a program without one must answer --help),
//   - type-checks that block as strict TypeScript, the packages' declarations included,
//   - runs publint and attw on the tarball, and looks into it.
// What has passed is not looked at again until the package, one it stands on, or this tool changes. Names of packages as arguments check only these.
import {spawn, spawnSync} from 'node:child_process';
import {createHash} from 'node:crypto';
import {existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {bundlePrograms} from './bundle.mjs';
import {importsOf} from './check-layers.mjs';
import {installEnvironment, pnpmCommand} from './setup.mjs';
import {filesBelow, readJson, root, workspacePackages} from './workspace.mjs';
import {wrongTypes} from './wrong-types.mjs';

const exampleTimeoutMs = 60_000;
const cacheFile = join(root, 'node_modules/.cache/sluice-pack-check.json');
const bin = name => join(root, 'node_modules/.bin', name);

/** The first ```js block of a README; undefined when there is none. */
export function exampleOf(readme) {
  return /^```js(?![a-z])[^\n]*\n([\s\S]*?)^```\s*$/m.exec(readme)?.[1];
}

async function main(names) {
  const published = workspacePackages().filter(({manifest}) => !manifest.private);
  const keys = contentKeys(workspacePackages());
  const cached = readCache();
  const wanted = published.filter(({name, folder}) => names.length === 0 || names.includes(name) || names.includes(folder.split('/').at(-1)));
  const stale = wanted.filter(({name}) => cached[name] !== keys.get(name));
  if (stale.length === 0) return [];

  // Whether the whole builds, the check of types says; here the newest dist is enough.
  spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', ...published.map(({folder}) => folder)], {cwd: root});
  await bundlePrograms();
  const stranger = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-stranger-')));
  try {
    const tarballs = pack(published, join(stranger, 'tarballs'));
    const examples = new Map(stale.map(each => [each.name, placeExample(stranger, each)]));
    installTarballs(stranger, published, tarballs, new Set([...examples.values()].flatMap(example => example?.libraries ?? [])));
    const typeErrors = checkTypes(stranger);
    const results = await inParallel(stale, async each => {
      const problems = [
        ...await runExample(stranger, each, examples.get(each.name)),
        ...typeErrors.filter(line => isAbout(line, each, examples.get(each.name))),
        ...await lintTarball(tarballs.get(each.name)),
      ];
      return problems.map(problem => `${each.name}: ${problem}`);
    });
    stale.forEach(({name}, index) => {
      if (results[index].length === 0) cached[name] = keys.get(name);
      else delete cached[name];
    });
    mkdirSync(dirname(cacheFile), {recursive: true});
    writeFileSync(cacheFile, `${JSON.stringify(cached, null, 2)}\n`);
    return results.flat();
  } finally {
    rmSync(stranger, {recursive: true, force: true});
  }
}

const isAbout = (line, {name}, example) => (example && line.includes(example.types)) || line.includes(`@sluice+${name.replace('@sluice/', '')}@`);

/** For each package a digest of all that its check depends on: its files, the packages it stands on, the libraries' versions and this tool. */
function contentKeys(packages) {
  const base = createHash('sha256').update(process.version).update(readFileSync(import.meta.filename)).update(readFileSync(join(import.meta.dirname, 'wrong-types.mjs'))).update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .update(readFileSync(join(root, 'tsconfig.base.json'))).digest('hex');
  const byName = new Map(packages.map(each => [each.name, each]));
  const keys = new Map();
  const keyOf = name => {
    if (keys.has(name)) return keys.get(name);
    const {folder, manifest} = byName.get(name);
    const hash = createHash('sha256').update(base);
    for (const file of [join(folder, 'package.json'), join(folder, 'README.md'), ...['src', 'bin'].flatMap(part => filesBelow(join(folder, part), () => true))]) {
      if (existsSync(join(root, file))) hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
    }
    for (const other of Object.keys(manifest.dependencies ?? {}).filter(each => byName.has(each))) hash.update(keyOf(other));
    keys.set(name, hash.digest('hex'));
    return keys.get(name);
  };
  for (const name of byName.keys()) keyOf(name);
  return keys;
}

function readCache() {
  try {
    return JSON.parse(readFileSync(cacheFile, 'utf8'));
  } catch {
    return {}; // Nothing has passed yet.
  }
}

function pack(packages, destination) {
  mkdirSync(destination, {recursive: true});
  pnpm(['--recursive', 'pack', '--pack-destination', destination], root);
  return new Map(packages.map(({name, manifest}) => [name, join(destination, `${name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`)]));
}

/** Installs all tarballs, and libraries at the versions that the workspace has: what is checked is ours, and nothing is compiled or fetched again. */
function installTarballs(stranger, packages, tarballs, imported) {
  const own = Object.fromEntries([...tarballs].map(([name, file]) => [name, `file:${file}`]));
  const libraries = {};
  for (const {folder, manifest} of [...packages, {folder: '.', manifest: readJson('package.json')}]) {
    for (const name of Object.keys({...manifest.dependencies, ...(folder === '.' && manifest.devDependencies)})) {
      if (!tarballs.has(name)) libraries[name] = readJson(join(folder, 'node_modules', name, 'package.json')).version;
    }
  }
  const {typescript, '@types/node': nodeTypes} = libraries;
  // What an example imports beside our packages, a stranger has to install too.
  const beside = Object.fromEntries(Object.entries(libraries).filter(([name]) => imported.has(name)));
  writeFileSync(join(stranger, 'package.json'), JSON.stringify({
    name: 'stranger', private: true, type: 'module', dependencies: {...own, ...beside}, devDependencies: {typescript, '@types/node': nodeTypes},
  }));
  const allowBuilds = /^allowBuilds:\n(?: .*\n?)+/m.exec(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'))?.[0] ?? '';
  writeFileSync(join(stranger, 'pnpm-workspace.yaml'), `overrides: ${JSON.stringify({...lockedVersions(readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8')), ...libraries, ...own})}\n${allowBuilds}`);
  pnpm(['install', '--prefer-offline', '--config.lockfile=false'], stranger);
}

/**
 * What libraries stand on, at the lock file's versions, those of which it has two left out. A newer one of these may be out by now, and a library
 * that is compiled is compiled again as soon as anything below it is another version: SQLite takes a minute of two processors.
 */
export function lockedVersions(lockFile) {
  const section = /^packages:\n([\s\S]*?)^(?=\S)/m.exec(`${lockFile}\nend:`)?.[1] ?? '';
  const versions = new Map();
  for (const [, name, version] of section.matchAll(/^ {2}'?(@?[^@'\s]+)@([^'\s:(]+)'?:$/gm)) versions.set(name, [...versions.get(name) ?? [], version]);
  return Object.fromEntries([...versions].filter(([, [, second]]) => second === undefined).map(([name, [version]]) => [name, version]));
}

function placeExample(stranger, {folder, name, manifest}) {
  const readme = join(root, folder, 'README.md');
  const code = existsSync(readme) ? exampleOf(readFileSync(readme, 'utf8')) : undefined;
  if (!code) return undefined;
  const place = join(stranger, 'examples', name.replace('@sluice/', ''));
  mkdirSync(place, {recursive: true});
  writeFileSync(join(place, 'example.js'), code);
  // The same text as TypeScript: a JavaScript file would be checked leniently.
  writeFileSync(join(place, 'example-as-types.ts'), code);
  const libraries = importsOf(code).map(({specifier}) => specifier).filter(each => Object.hasOwn(manifest.dependencies ?? {}, each));
  return {script: join(place, 'example.js'), libraries, types: `${name.replace('@sluice/', 'examples/')}/example-as-types.ts`};
}

/** One pass over all examples: what the compiler says, one line each. Declarations of the packages are checked too, those of other libraries are not ours. */
function checkTypes(stranger) {
  writeFileSync(join(stranger, 'tsconfig.json'), JSON.stringify({
    compilerOptions: {strict: true, module: 'nodenext', target: 'es2023', lib: ['es2023', 'esnext.disposable'], noEmit: true, types: ['node'], skipLibCheck: false, exactOptionalPropertyTypes: true},
    include: ['examples/**/*.ts'],
  }));
  const {stdout} = spawnSync(process.execPath, [join(stranger, 'node_modules/typescript/bin/tsc'), '-p', stranger, '--pretty', 'false'], {cwd: stranger, encoding: 'utf8'});
  return stdout.split('\n').filter(line => /error TS/.test(line)).map(line => `types: ${line}`);
}

async function runExample(stranger, {manifest}, example) {
  if (example) {
    const {code, stdout, stderr} = await run(process.execPath, [example.script], {cwd: dirname(example.script)});
    if (code !== 0) return [`the README's first js example ends with code ${code}:\n${lastLines(stderr || stdout)}`];
    return stdout.trim() ? [] : ['the README\'s first js example prints nothing'];
  }
  const programs = Object.keys(manifest.bin ?? {});
  if (programs.length === 0) return ['README.md has no ```js block; the first one is the example that a stranger runs'];
  const answers = await Promise.all(programs.map(async program => {
    const {code, stdout, stderr} = await run(join(stranger, 'node_modules/.bin', program), ['--help'], {cwd: stranger});
    return code === 0 && stdout.trim() ? [] : [`${program} --help ends with code ${code}:\n${lastLines(stderr || stdout)}`];
  }));
  return answers.flat();
}

async function lintTarball(tarball) {
  const files = (await run('tar', ['tzf', tarball], {cwd: root})).stdout.split('\n');
  const lint = await run(bin('publint'), ['run', tarball, '--strict'], {cwd: root});
  const types = await wrongTypes(tarball);
  return [
    ...['LICENSE', 'README.md'].filter(name => !files.includes(`package/${name}`)).map(name => `the tarball has no ${name}`),
    ...files.filter(name => /\.tsbuildinfo$|\/test\/|\.test\./.test(name)).map(name => `the tarball holds ${name.replace('package/', '')}, which is of no use to a stranger; leave it out by "files" in package.json`),
    ...lint.code === 0 ? [] : [`publint:\n${lastLines(lint.stdout + lint.stderr)}`],
    ...types === '' ? [] : [`attw:\n${lastLines(types)}`],
  ];
}

/** Runs a program without any of this machine's test servers or settings in its environment. */
function run(program, parameters, {cwd}) {
  const {PATH, HOME, TMPDIR, NODE_EXTRA_CA_CERTS, LANG} = process.env;
  const environment = Object.fromEntries(Object.entries({PATH, HOME, TMPDIR, NODE_EXTRA_CA_CERTS, LANG, NO_COLOR: '1'}).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const child = spawn(program, parameters, {cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'], timeout: exampleTimeoutMs, killSignal: 'SIGKILL'});
    const output = {stdout: '', stderr: ''};
    for (const name of ['stdout', 'stderr']) child[name].setEncoding('utf8').on('data', chunk => { output[name] += chunk; });
    child.on('error', reject).on('close', code => resolve({code: code ?? 'none, it took too long', ...output}));
  });
}

function pnpm(parameters, cwd) {
  const shim = bin('pnpm');
  const [program, ...first] = existsSync(shim) ? [shim] : pnpmCommand();
  const {status, stdout, stderr} = spawnSync(program, [...first, ...parameters], {cwd, env: installEnvironment(), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024});
  if (status !== 0) throw new Error(`pnpm ${parameters[0]} failed:\n${lastLines(stdout + stderr)}`);
}

/** Maps with as many at a time as there are processors. */
async function inParallel(items, use) {
  const results = [];
  let next = 0;
  await Promise.all(Array.from({length: availableParallelism()}, async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await use(items[index]);
  }));
  return results;
}

const lastLines = text => text.trim().split('\n').slice(-15).join('\n').replaceAll(/^/gm, '    ');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problems = await main(process.argv.slice(2));
  for (const line of problems) console.error(line);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
