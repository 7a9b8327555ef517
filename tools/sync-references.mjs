// Writes what follows from the workspace dependencies in the package.json files, so that the two cannot disagree: the project references of every
// tsconfig.json, and in turbo.json which sources a package's test results depend on. `--check` only compares, and exits 1 when a file is stale.
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';
import {readJson, root, workspacePackages} from './workspace.mjs';

const check = process.argv.includes('--check');
const packages = workspacePackages();
const folderOf = new Map(packages.map(({name, folder}) => [name, folder]));
let stale = 0;

const local = (dependencies = {}) => Object.keys(dependencies).map(name => folderOf.get(name)).filter(Boolean).toSorted();
function write(file, content) {
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (existsSync(join(root, file)) && readFileSync(join(root, file), 'utf8') === text) return;
  stale++;
  if (check) console.error(`${file}: references differ from package.json; run node tools/sync-references.mjs`);
  else writeFileSync(join(root, file), text);
}
const paths = (from, to) => to.map(folder => ({path: relative(from, folder)}));

// bench/ is plain JavaScript and has no types of its own to check.
const all = [];
for (const {folder, manifest: {dependencies, devDependencies}} of packages) {
  if (existsSync(join(root, folder, 'src'))) {
    all.push(folder);
    write(join(folder, 'tsconfig.json'), {extends: relative(folder, 'tsconfig.base.json'), references: paths(folder, local(dependencies))});
  }
  const test = join(folder, 'test');
  if (!existsSync(join(root, test))) continue;
  all.push(test);
  const used = [...new Set([...(existsSync(join(root, folder, 'src')) ? [folder] : []), ...local(dependencies), ...local(devDependencies)])];
  write(join(test, 'tsconfig.json'), {extends: relative(test, 'tsconfig.test.json'), references: paths(test, used)});
}
write('tsconfig.json', {files: [], references: all.map(path => ({path}))});

// The sources of a package and of those it is built on. Development dependencies do not belong to it: they may point back, and turbo takes no circles.
// A test, on the other hand, depends on the sources of both kinds.
const {tasks, ...turbo} = readJson('turbo.json');
const kept = Object.fromEntries(Object.entries(tasks).filter(([name]) => !name.includes('#') || name.startsWith('//#')));
const sources = packages.map(({name, manifest}) =>
  [`${name}#sources`, {...kept.sources, dependsOn: local(manifest.dependencies).map(folder => `${readJson(join(folder, 'package.json')).name}#sources`)}]);
// What is tested as a program runs from dist.
const programs = packages.filter(({folder, manifest}) => !folder.startsWith('packages/') && manifest.scripts?.test)
  .map(({name}) => [`${name}#test`, {...kept.test, dependsOn: [...kept.test.dependsOn, '//#build']}]);
write('turbo.json', {...turbo, tasks: {...kept, ...Object.fromEntries([...sources, ...programs])}});

process.exitCode = check && stale > 0 ? 1 : 0;
