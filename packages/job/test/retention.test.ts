import {existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {openDestination} from '@sluice/registry';
import {pruneArchives, type Retention} from '@sluice/job';
import {afterAll, beforeEach, expect, test} from 'vitest';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-retention-')));
afterAll(() => rmSync(root, {recursive: true, force: true}));
let folder: string;
let number = 0;
beforeEach(() => {
  folder = join(root, String(number++));
  mkdirSync(folder);
});

const DAY = 24 * 3600 * 1000;
const now = new Date(2024, 4, 31, 12);
const {signal} = new AbortController();
const archive = (day: number, end = '.db', start = 'study') => `${start}_2024-05-${String(day).padStart(2, '0')}_12_00_00.000000${end}`;
const put = (...names: string[]) => { for (const name of names) writeFileSync(join(folder, name), 'x'); };
const prune = (more: Partial<Retention> = {}) => pruneArchives({target: join(folder, 'study.db'), now, ...more}, signal);
const days = [10, 20, 29, 30] as const;
const left = () => readdirSync(folder).sort();

test('of more archives than are kept the oldest go', async () => {
  put('study.db', ...days.map(day => archive(day)));
  expect(await prune({keep: 2})).toEqual({removed: [20, 10].map(day => join(folder, archive(day))), warnings: []});
  expect(left()).toEqual(['study.db', archive(29), archive(30)].sort());
});

test('archives that are too old go, to the millisecond', async () => {
  put('study.db', ...days.map(day => archive(day)));
  await prune({maxAgeMs: 2 * DAY - 1});
  expect(left()).toEqual(['study.db', archive(30)].sort());
  put(archive(29));
  await prune({maxAgeMs: 2 * DAY});
  expect(left()).toEqual(['study.db', archive(29), archive(30)].sort());
});

test('both limits count, and the newest stays whatever they say', async () => {
  put('study.db', ...days.map(day => archive(day)));
  await prune({keep: 3, maxAgeMs: 5 * DAY});
  expect(left()).toEqual(['study.db', archive(29), archive(30)].sort());
  await prune({keep: 1, maxAgeMs: 1});
  expect(left()).toEqual(['study.db', archive(30)].sort());
});

test('the archive just made stays though a clock that jumped back names it the oldest', async () => {
  put('study.db', ...days.map(day => archive(day)));
  await prune({keep: 2, made: join(folder, archive(10))});
  expect(left()).toEqual(['study.db', archive(10), archive(30)].sort());
  await prune({maxAgeMs: 1, made: join(folder, archive(10))});
  expect(left()).toEqual(['study.db', archive(10)].sort());
});

test('without a limit nothing goes', async () => {
  put('study.db', ...days.map(day => archive(day)));
  expect(await prune()).toEqual({removed: [], warnings: []});
  expect(left()).toHaveLength(5);
});

test('nothing but archives of this very target goes', async () => {
  const others = [
    'study.db', archive(1, '.db', 'other'), archive(1, '.db', 'Study'), archive(1, '.db', 'study_x'), archive(1, '.sqlite'), archive(1, '.db-journal'), archive(1, '.db.bak'), archive(1, '.db', 'xstudy'),
    `.${archive(1)}.sluice-0a0a0a0a0a0a.part`, 'study_2024-05-01.db', 'study_2024-13-01_12_00_00.000000.db', 'study_2024-05-01_25_00_00.000000.db', 'study_2024-02-30_12_00_00.000000.db',
    'study_2024-05-01_12_00_00.00000.db', 'study_2024-05-01_12_00_00.0000000.db', 'study_2024-05-01_12_00_00.000000xdb', archive(1, '.db', archive(2, '')), 'study.report.json',
  ];
  put(...others, archive(29), archive(30));
  mkdirSync(join(folder, archive(2)));
  symlinkSync('study.db', join(folder, archive(3)));
  expect((await prune({keep: 1, maxAgeMs: 1})).warnings).toEqual([]);
  expect(left()).toEqual([...others, archive(2), archive(3), archive(30)].sort());
});

test('names with every kind of character mean themselves', async () => {
  for (const name of ['a.b[1](x)+*', 'no extension', '.hidden', '日本 $&']) {
    const target = join(folder, `${name}.db`);
    put(`${name}.db`, archive(1, '.db', name), archive(2, '.db', name), archive(1, '.db', `${name}x`));
    expect(await prune({target, keep: 1})).toEqual({removed: [join(folder, archive(1, '.db', name))], warnings: []});
  }
  put('plain', archive(1, '', 'plain'), archive(2, '', 'plain'));
  expect((await prune({target: join(folder, 'plain'), keep: 1})).removed).toEqual([join(folder, archive(1, '', 'plain'))]);
});

test('archives in another folder, and those of a file behind a link, are found', async () => {
  const elsewhere = join(folder, 'archive');
  mkdirSync(elsewhere);
  put('study.db', archive(1));
  symlinkSync('study.db', join(folder, 'link.db'));
  for (const day of days) writeFileSync(join(elsewhere, archive(day)), '');
  await prune({target: join(folder, 'link.db'), archiveFolder: elsewhere, keep: 1});
  expect([readdirSync(elsewhere), existsSync(join(folder, archive(1)))]).toEqual([[archive(30)], true]);
});

test('a folder that is not there is a warning', async () => {
  expect(await prune({archiveFolder: join(folder, 'missing'), keep: 1})).toEqual({removed: [], warnings: [`old archives stay: ${join(folder, 'missing')} cannot be read (ENOENT)`]});
});

test('an archive that cannot be removed is a warning, and the others go all the same', {skip: process.getuid?.() !== 0}, async () => {
  put('study.db', ...days.map(day => archive(day)));
  const {execFileSync} = await import('node:child_process');
  try {
    execFileSync('chattr', ['+i', join(folder, archive(20))], {stdio: 'ignore'});
  } catch {
    return; // a file system without it
  }
  try {
    const {removed, warnings} = await prune({keep: 1});
    expect(removed).toEqual([29, 10].map(day => join(folder, archive(day))));
    expect(warnings).toEqual([`an old archive stays: ${join(folder, archive(20))} cannot be removed (EPERM)`]);
  } finally {
    execFileSync('chattr', ['-i', join(folder, archive(20))]);
  }
});

test('once it is aborted it stops', async () => {
  put('study.db', ...days.map(day => archive(day)));
  expect(await pruneArchives({target: join(folder, 'study.db'), now, keep: 1}, AbortSignal.abort())).toEqual({removed: [], warnings: []});
});

test('the archives that a load really makes are those that it finds', async () => {
  const target = join(folder, 'study.db');
  const publish = async (time: Date) => {
    await using destination = await openDestination({url: `sqlite:${target}`, options: {now: () => time}});
    await using load = await destination.begin({catalog: {tables: [], views: [], others: []}, mode: 'replace'}, signal);
    await load.finish(signal);
    return (await load.publish(signal)).archived;
  };
  await publish(now);
  const first = await publish(new Date(now.getTime() - 3 * DAY));
  const second = await publish(new Date(now.getTime() - DAY));
  expect(await prune({maxAgeMs: 2 * DAY})).toEqual({removed: [first], warnings: []});
  expect(left()).toEqual(['study.db', second!.slice(folder.length + 1)].sort());
});
