// What every tool needs to know about the checkout: where it is and which packages it holds.
import {existsSync, readFileSync, readdirSync, statSync} from 'node:fs';
import {join, relative} from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Folders that may hold packages, as in pnpm-workspace.yaml. */
const bases = ['packages', 'apps', 'tests'];

export const readJson = file => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** Every package of the workspace: `{folder, name, manifest}`, folders relative to the root, in a stable order. */
export function workspacePackages() {
  const folders = bases.filter(base => existsSync(join(root, base)))
    .flatMap(base => readdirSync(join(root, base)).sort().map(name => join(base, name)));
  if (existsSync(join(root, 'bench/package.json'))) folders.push('bench');
  return folders.filter(folder => existsSync(join(root, folder, 'package.json')))
    .map(folder => {
      const manifest = readJson(join(folder, 'package.json'));
      return {folder, name: manifest.name, manifest};
    });
}

/** Files below `folder` (relative to the root) whose name passes `wanted`; build output and node_modules are left out. */
export function filesBelow(folder, wanted) {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  const found = [];
  const skipped = new Set(['node_modules', 'dist', 'bundle', '.git', '.turbo', '.test-results', '.sluice', '.servers', 'demo-output']);
  const walk = directory => {
    for (const name of readdirSync(directory).sort()) {
      if (skipped.has(name)) continue;
      const path = join(directory, name);
      const stat = statSync(path, {throwIfNoEntry: false});
      if (stat?.isDirectory()) walk(path);
      else if (stat?.isFile() && wanted(name)) found.push(relative(root, path));
    }
  };
  walk(start);
  return found;
}
