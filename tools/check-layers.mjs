// Checks who imports whom, over the package.json files and over the import statements of src, bin and test, by the rules in layers.mjs.
// Exits 1 and names every place that breaks one.
import {readFileSync} from 'node:fs';
import {builtinModules} from 'node:module';
import {dirname, join, relative} from 'node:path';
import {pathToFileURL} from 'node:url';
import {layers, reserved, withoutNode} from './layers.mjs';
import {filesBelow, root, workspacePackages} from './workspace.mjs';

/** The specifiers that a module imports or exports from, static and dynamic, with their line numbers. */
export function importsOf(text) {
  const code = withoutComments(text);
  const found = [];
  for (const pattern of [/^[ \t]*(?:import|export)\b(?:[^'"`;=()]*?\bfrom)?\s*['"]([^'"\n]+)['"]/gm, /\bimport\(\s*['"]([^'"\n]+)['"]/g]) {
    for (const match of code.matchAll(pattern)) {
      const line = code.slice(0, match.index + match[0].length).split('\n').length;
      found.push({specifier: match[1], line});
    }
  }
  return found;
}

// Comments give way to as many line breaks; strings and templates stay, so that `//` in a URL is not one.
function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g, match => {
    if (match.startsWith('/')) return match.replace(/[^\n]/g, '');
    return match.startsWith('`') ? match.replace(/[^\n]/g, ' ') : match;
  });
}

const fits = (pattern, name) => new RegExp(`^${pattern.replace('*', '[^/]*')}$`).test(name);
const packageOf = specifier => specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');

/** All breaches among these packages, as lines for a person. `read` gives the text of a file. */
export function breaches(packages, files = packageFiles, read = file => readFileSync(join(root, file), 'utf8')) {
  const shortNames = new Map(packages.map(({name, folder}) => [name, folder.split('/').at(-1)]));
  const problems = [];
  for (const {folder, name, manifest} of packages) {
    const [base, short = base] = folder.split('/');
    const rule = layers.find(each => base === 'packages' && fits(each.name, short)) ?? layers.find(each => each.name === base);
    const say = (place, text) => problems.push(`${place}: ${text}`);
    const manifestFile = join(folder, 'package.json');
    const dependencies = Object.keys({...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies});
    const development = Object.keys(manifest.devDependencies ?? {});

    const allowed = other => rule.internal.some(pattern => fits(pattern, shortNames.get(other))) && !rule.except?.includes(shortNames.get(other));
    const isApp = other => packages.find(each => each.name === other)?.folder.startsWith('apps/');
    for (const other of dependencies.filter(each => shortNames.has(each))) {
      if (isApp(other) && base !== 'tests' && base !== 'bench') say(manifestFile, `depends on ${other}, a program; nothing imports a program`);
      else if (!allowed(other)) say(manifestFile, `depends on ${other}; ${short} may only depend on ${rule.internal.join(', ') || 'nothing'}`);
    }
    for (const other of development) if (isApp(other) && base !== 'tests' && base !== 'bench') say(manifestFile, `uses ${other}, a program, in its tests; that belongs in tests/`);

    const external = dependencies.filter(each => !shortNames.has(each));
    if (rule.external) for (const other of external.filter(each => !rule.external.includes(each))) say(manifestFile, `depends on ${other}; ${short} stands on no library`);
    if (rule.drivers !== undefined && external.length > rule.drivers) say(manifestFile, `depends on ${external.join(', ')}; a connector stands on one library`);
    for (const [library, owners] of Object.entries(reserved)) {
      if (dependencies.includes(library) && !owners.includes(short) && !owners.includes(base)) say(manifestFile, `depends on ${library}, which is for ${owners.join(' and ')} only`);
    }

    const used = new Set();
    for (const file of files(folder)) {
      const part = relative(folder, file).split('/')[0];
      const declared = part === 'test' ? [name, ...dependencies, ...development] : dependencies;
      for (const {specifier, line} of importsOf(read(file))) {
        const place = `${file}:${line}`;
        if (specifier.startsWith('.')) {
          const target = join(dirname(file), specifier);
          if (!target.startsWith(`${folder}/`)) say(place, `imports ${specifier}, outside of its package; import the package by name`);
          else if (part === 'src' && target === join(folder, 'src/index.ts')) say(place, 'imports its own index.ts, which is for others; import the file itself');
          continue;
        }
        if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
          if (part === 'src' && withoutNode.includes(short)) say(place, `imports ${specifier}; ${short} does no I/O`);
          continue;
        }
        const other = packageOf(specifier);
        used.add(other);
        if (!declared.includes(other)) say(place, `imports ${other}, which ${part === 'test' ? 'package.json does not name' : 'is not among the dependencies in package.json'}`);
        const target = packages.find(each => each.name === other);
        if (target && specifier !== other && !Object.hasOwn(target.manifest.exports ?? {}, `.${specifier.slice(other.length)}`)) say(place, `imports ${specifier}, which ${other} does not export`);
      }
    }
    for (const other of dependencies) if (!used.has(other)) say(manifestFile, `depends on ${other} and never imports it`);
  }
  return problems;
}

function packageFiles(folder) {
  if (!folder.includes('/')) return filesBelow(folder, name => /\.(ts|js|mjs)$/.test(name));
  return ['src', 'bin', 'test'].flatMap(part => filesBelow(join(folder, part), name => /\.(ts|mts|js|mjs)$/.test(name)));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const problems = breaches(workspacePackages());
  for (const line of problems) console.error(line);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
