import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll} from 'vitest';

/** Makes folders that are removed after the last test of the file. */
export function temporaryFolders(): () => string {
  const root = mkdtempSync(join(tmpdir(), 'sluice-sqlite-'));
  afterAll(() => rmSync(root, {recursive: true, force: true}));
  return () => mkdtempSync(join(root, 'folder-'));
}
