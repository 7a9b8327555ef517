// Makes one program of each app's modules, in `bundle/` beside its `dist/`: a start loads a few files instead of hundreds. Part of `npm run build`,
// and of what is packed. Nothing is done where nothing changed. See docs/decisions/0008-bundled-programs.md.
import {mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, utimesSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {pathToFileURL} from 'node:url';
import {root, workspacePackages} from './workspace.mjs';

/**
 * Libraries that stay where they are installed and are loaded from there by `require`, when a module that names them is: they find files of their own
 * beside them (native code, tables of character sets), or are large and seldom used.
 */
const outside = ['better-sqlite3', 'libphonenumber-js', 'mongodb', 'winston', 'yaml'];

/** What nearly every command needs, in one file: shared by pieces, it would be fifteen small ones. */
const small = /\/packages\/(?:atomic-file|checksum|core|sql)\/dist\//;

/** What a chunk that nothing names any more may still be asked for: a program that runs loads some of them late. */
const keepMs = 3_600_000;

/** Bundles every app that has a program, where its bundle is older than what it is made of. Resolves to the names of those that were made. */
export async function bundlePrograms() {
  const packages = workspacePackages();
  const made = [];
  for (const app of packages.filter(({folder, manifest}) => folder.startsWith('apps/') && manifest.bin)) {
    const ways = waysFrom(app, packages);
    const inputs = [...ways.keys()].map(name => join(folderOf(name, packages), 'dist/.tsbuildinfo'));
    if (isFresh(app.folder, [...inputs, 'tools/bundle.mjs', 'pnpm-lock.yaml'])) continue;
    await bundle(app, ways, packages, inputs);
    made.push(app.name);
  }
  return made;
}

const folderOf = (name, packages) => packages.find(each => each.name === name).folder;
const mtimeMs = file => statSync(join(root, file), {throwIfNoEntry: false})?.mtimeMs;
const isFresh = (folder, inputs) => inputs.every(input => (mtimeMs(input) ?? Infinity) <= (mtimeMs(join(folder, 'bundle/main.js')) ?? 0));

/** For each package of ours that an app stands on the shortest way to it over dependencies, the app's own name not included. */
function waysFrom(app, packages) {
  const ways = new Map([[app.name, []]]);
  for (const [name, way] of ways) {
    const {manifest} = packages.find(each => each.name === name);
    for (const other of Object.keys(manifest.dependencies ?? {})) {
      if (!ways.has(other) && packages.some(each => each.name === other)) ways.set(other, [...way, other]);
    }
  }
  return ways;
}

async function bundle({folder, name: app}, ways, packages, inputs) {
  const {rolldown} = await import('rolldown');
  const started = new Date();
  const homes = [...ways].map(([name, way]) => ({way, dist: `${realpathSync(join(root, folderOf(name, packages)))}/dist/`}));
  const build = await rolldown({
    input: {main: join(root, folder, 'dist/main.js')}, platform: 'node',
    plugins: [atHome(homes), oneLanguage, onNode],
    onLog(level, {message}) {
      // What is only remarked upon in libraries is none of our business; what could make a wrong program is.
      if (level === 'warn' && /UNRESOLVED|MISSING_EXPORT/.test(message)) throw new Error(`bundle of ${app}: ${message}`);
    },
  });
  const {output} = await build.generate({format: 'esm', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', comments: {legal: true}, codeSplitting: {groups: [{name: 'core', test: small}]}});
  await build.close();
  const place = join(root, folder, 'bundle');
  const {main, ...rest} = Object.fromEntries(output.map(({fileName, code}) => [fileName === 'main.js' ? 'main' : fileName, code]));
  const files = {...rest, 'made-of.json': `${JSON.stringify(inputs.map(input => relative(join(folder, 'bundle'), input)), null, 2)}\n`, 'LICENSES.txt': licences(output.flatMap(({moduleIds}) => moduleIds ?? []))};
  mkdirSync(place, {recursive: true});
  for (const [file, text] of Object.entries(files)) replace(join(place, file), text);
  // Last: from now on it is this program that starts.
  replace(join(place, 'main.js'), main, started);
  for (const file of readdirSync(place)) {
    if (file !== 'main.js' && !Object.hasOwn(files, file) && statSync(join(place, file)).mtimeMs < Date.now() - keepMs) rmSync(join(place, file), {force: true});
  }
}

/** Puts a file in place whole, and marks it as being of the time `of`. */
function replace(file, text, of = new Date()) {
  const fresh = `${file}.${process.pid}`;
  writeFileSync(fresh, text);
  utimesSync(fresh, of, of);
  renameSync(fresh, file);
}

/**
 * Modules keep their home: `import.meta.url` of one of ours names the file that it was taken from, so that the files beside it are found (tables, threads,
 * the manifest); a library that stays outside is looked for from the package that names it.
 */
function atHome(homes) {
  const homeOf = id => homes.find(({dist}) => id.startsWith(dist));
  const helper = '\0sluice:home';
  return {
    name: 'at-home',
    resolveId(source, importer) {
      if (source === helper) return source;
      const library = outside.find(each => source === each || source.startsWith(`${each}/`));
      const home = library && importer && homeOf(importer);
      return home ? `\0sluice:outside:${source}:${homes.indexOf(home)}` : null;
    },
    load(id) {
      if (id === helper) return homeSource;
      const [, source, index] = /^\0sluice:outside:(.+):(\d+)$/.exec(id) ?? [];
      if (source === undefined) return null;
      // In the shape of CommonJS: then any name can be imported from it.
      return {code: `const {home} = require('${helper}');\nmodule.exports = require('node:module').createRequire(home(${JSON.stringify(homes[index].way)}, 'package.json'))('${source}');`, moduleType: 'js'};
    },
    transform(code, id) {
      const home = homeOf(id);
      if (!home || !code.includes('import.meta.url')) return null;
      return {code: `import {home as sluiceHome} from '${helper}';\n${code.replaceAll('import.meta.url', `sluiceHome(${JSON.stringify(home.way)}, 'dist/${id.slice(home.dist.length)}')`)}`};
    },
  };
}

/** zod brings its messages in 50 languages, of which nothing here asks for another than English. */
const oneLanguage = {
  name: 'one-language',
  load: id => id.endsWith('/zod/v4/locales/index.js') ? "export {default as en} from './en.js';" : null,
};

/** pg asks for a `Response` to find out whether it runs at Cloudflare: that loads all of Node's fetch, 35 ms of processor time. What it finds out is known here. */
const onNode = {
  name: 'on-node',
  load: id => id.endsWith('/pg/lib/stream.js')
    ? {code: "exports.getStream = () => new (require('node:net').Socket)();\nexports.getSecureStream = options => require('node:tls').connect(options);", moduleType: 'js'} : null,
};

/** The URL of a file of a package that is reached over other packages; of the app itself when the way has no steps. */
const homeSource = `
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';
export function home(way, file) {
  let manifest = new URL('../package.json', import.meta.url).href;
  for (const name of way) manifest = pathToFileURL(createRequire(manifest).resolve(name + '/package.json')).href;
  return new URL(file, manifest).href;
}
`;

/** The licences of the libraries that the modules are of, as they ask for. */
function licences(modules) {
  const folders = new Set(modules.flatMap(id => /^(\/.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(id)?.[1] ?? []));
  return [...folders].map(folder => {
    const {name, version, license} = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find(each => /^licen[cs]e/i.test(each));
    return `${name} ${version}, ${license}\n\n${file ? readFileSync(join(folder, file), 'utf8').trim() : 'has no text of its licence with it.'}\n`;
  }).sort().join(`\n${'-'.repeat(80)}\n\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bundlePrograms();
