import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {isAlive, refuseExisting, writeFileAtomically, writeNewFile} from '@sluice/atomic-file';
import {afterAll, beforeEach, expect, test} from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'sluice-atomic-file-'));
afterAll(() => rmSync(root, {recursive: true, force: true}));
let folder: string;
beforeEach(() => { folder = mkdtempSync(join(root, 'case-')); });

/** The number of a process that has ended. */
const ended = (): number => spawnSync(process.execPath, ['-e', '']).pid;

test('replaces the old one and leaves no temporary file', async () => {
  const file = join(folder, 'a.txt');
  await writeFileAtomically(file, 'one');
  await writeFileAtomically(file, 'two');
  expect(readFileSync(file, 'utf8')).toBe('two');
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('what fails names the place and leaves nothing', async () => {
  mkdirSync(join(folder, 'taken'));
  await expect(writeFileAtomically(join(folder, 'taken'), 'x')).rejects.toMatchObject({code: 'SLUICE_WRITE', message: expect.stringContaining(join(folder, 'taken')) as string});
  await expect(writeFileAtomically(join(folder, 'missing/a.txt'), 'x')).rejects.toMatchObject({code: 'SLUICE_WRITE', message: expect.stringContaining('ENOENT') as string});
  expect(readdirSync(folder)).toEqual(['taken']);
});

test('what a killed run left of the same file goes, what others write stays', async () => {
  const left = (name: string, pid: number, host = hostname()) => {
    const file = `${name}.${host}.${pid}.tmp`;
    writeFileSync(join(folder, file), 'half');
    return file;
  };
  left('a.txt', ended());
  const kept = [left('b.txt', ended()), left('a.txt', ended(), 'elsewhere'), left('a.txt', process.ppid)];
  await writeFileAtomically(join(folder, 'a.txt'), 'whole');
  expect(readdirSync(folder).sort()).toEqual(['a.txt', ...kept].sort());
});

test('a new file is not written over another one', async () => {
  const file = join(folder, 'draft.yaml');
  await refuseExisting(file);
  await writeNewFile(file, 'a draft');
  await expect(writeNewFile(file, 'another')).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
  await expect(refuseExisting(file)).rejects.toMatchObject({code: 'SLUICE_CONFIG'});
  expect(readFileSync(file, 'utf8')).toBe('a draft');
});

test('a process is alive as long as it runs', () => {
  expect(isAlive(process.pid)).toBe(true);
  expect(isAlive(1)).toBe(true);
  expect(isAlive(ended())).toBe(false);
});
