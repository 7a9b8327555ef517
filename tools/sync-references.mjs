// Writes the project references of every tsconfig.json from the workspace dependencies in package.json,
// so that the two cannot disagree. `--check` only compares, and exits 1 when a file is stale.
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join, relative} from 'node:path';

const check = process.argv.includes('--check');
const root = join(import.meta.dirname, '..');
const folders = ['packages', 'apps', 'tests'].flatMap(base =>
  existsSync(join(root, base)) ? readdirSync(join(root, base)).map(name => join(base, name)) : [])
  .filter(folder => existsSync(join(root, folder, 'package.json')));
const manifests = new Map(folders.map(folder => [folder, JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))]));
const folderOf = new Map([...manifests].map(([folder, {name}]) => [name, folder]));
let stale = 0;

const local = (dependencies = {}) => Object.keys(dependencies).map(name => folderOf.get(name)).filter(Boolean).sort();
function write(file, content) {
  const text = `${JSON.stringify(content, null, 2)}\n`;
  if (existsSync(join(root, file)) && readFileSync(join(root, file), 'utf8') === text) return;
  stale++;
  if (check) console.error(`${file}: references differ from package.json; run node tools/sync-references.mjs`);
  else writeFileSync(join(root, file), text);
}
const paths = (from, to) => to.map(folder => ({path: relative(from, folder)}));

const all = [];
for (const [folder, {dependencies, devDependencies}] of manifests) {
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
process.exitCode = check && stale > 0 ? 1 : 0;
