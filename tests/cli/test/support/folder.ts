import {existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {afterAll} from 'vitest';

/** A folder of one test, removed after the last test of its file. */
export interface Folder {
  readonly path: string;
  at(...names: string[]): string;
  /** Writes a file, with its folders; returns its path. */
  write(name: string, text: string | Uint8Array): string;
  /** Every file and folder below, by relative path, sorted; what remembers runs (`.sluice`) is left out. */
  list(): string[];
}

/** Makes folders that are removed after the last test of the file. */
export function folders(): () => Folder {
  const root = mkdtempSync(join(tmpdir(), 'sluice-cli-'));
  afterAll(() => rmSync(root, {recursive: true, force: true}));
  return () => {
    const path = mkdtempSync(join(root, 'folder-'));
    const at = (...names: string[]) => join(path, ...names);
    return {
      path, at,
      write(name, text) {
        mkdirSync(dirname(at(name)), {recursive: true});
        writeFileSync(at(name), text);
        return at(name);
      },
      list: () => !existsSync(path) ? [] : (readdirSync(path, {recursive: true}) as string[])
        .filter(name => name !== '.sluice' && !name.startsWith('.sluice/')).sort(),
    };
  };
}
