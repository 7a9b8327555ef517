import {readFileSync, statSync} from 'node:fs';

/**
 * The program of a package, for the script in its `bin` folder: its bundle (`bundle/main.js`), in which a start loads few files,
 * or its modules (`dist/main.js`) where no bundle was made or one of the packages that it is made of was built since: what
 * starts is never older than what was built last. Installed packages lie elsewhere than the bundle was made, and count as they are.
 */
export function newestProgram(script: string): string {
  const bundle = new URL('../bundle/main.js', script);
  const made = changedAt(bundle);
  if (made !== null && packagesOf(bundle).every(built => (changedAt(new URL(built, bundle)) ?? 0) <= made)) return bundle.href;
  return new URL('../dist/main.js', script).href;
}

/** What tells when the packages were built that a bundle was made of, relative to it. */
const packagesOf = (bundle: URL) => JSON.parse(readFileSync(new URL('made-of.json', bundle), 'utf8')) as readonly string[];

/** In milliseconds since 1970; null when there is no such file. */
const changedAt = (file: URL) => statSync(file, {throwIfNoEntry: false})?.mtimeMs ?? null;
