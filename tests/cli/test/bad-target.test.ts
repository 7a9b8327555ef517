import {execFileSync, fork} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync, chownSync, existsSync, mkdirSync, readFileSync, symlinkSync} from 'node:fs';
import {join} from 'node:path';
import Sqlite from 'better-sqlite3';
import {describe, expect, test} from 'vitest';
import {until} from '@sluice/testkit';
import {mariadb, openDatabase} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {mysqlToSqlite, sluice, start, type ProgramOptions} from './support/program.ts';
import {proxied} from './support/proxied.ts';
import {documentOf} from './support/report.ts';
import {integrity, makeSqlite, namesIn, reading, rowsOf} from './support/sqlite-file.ts';

const folder = folders();
const isRoot = process.getuid?.() === 0;

/** A folder with 20,000 rows to copy, and a live file. */
function office(): Folder {
  const place = folder();
  makeSqlite(place.at('in.db'), 'CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT)',
    "INSERT INTO t WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 20000) SELECT n, 'some words, about eighty bytes of them, so that the file takes a megabyte or two' FROM c");
  makeSqlite(place.at('live.db'), 'CREATE TABLE t (old)', "INSERT INTO t VALUES ('old')");
  return place;
}

async function refuses(place: Folder, target: string, says: RegExp, options: Partial<ProgramOptions> & {readonly words?: readonly string[]} = {}): Promise<void> {
  const before = {files: place.list(), live: readFileSync(place.at('live.db'))};
  const {words = [], ...rest} = options;
  const ended = await sluice(['copy', 'sqlite:in.db', target, ...words], {cwd: place.path, ...rest});
  expect(ended.stderr).toMatch(says);
  expect(ended.code).toBe(1);
  expect(ended.stderr.match(/^error: .+; .+$/gm)).toHaveLength(1);
  expect(ended.stderr).not.toMatch(/internal error|^\s+at /m);
  expect(place.list()).toEqual(before.files);
  expect(readFileSync(place.at('live.db')).equals(before.live)).toBe(true);
}

describe('a target that cannot be written', () => {
  test('its folder is missing, it is a folder, or a part of its path is a file', async () => {
    const place = office();
    mkdirSync(place.at('folder'));
    await refuses(place, 'sqlite:no/such/live.db', /no\/such\/live\.db.*folder does not exist; mkdir -p/);
    await refuses(place, 'sqlite:folder', /folder is a folder.*; name a file/);
    await refuses(place, 'sqlite:in.db/live.db', /in\.db.*; /);
    await refuses(place, 'csv:in.db/', /in\.db.*; /);
    await refuses(place, 'csv:no/such/t.csv', /folder.*does not exist; make/, {words: ['--tables', 't']});
  });

  test('it is no database, and stays what it is', async () => {
    const place = office();
    const text = 'somebody else\'s notes, of some length\n'.repeat(50);
    place.write('notes.txt', text);
    await refuses(place, 'sqlite:notes.txt', /notes\.txt is not a SQLite database.*; /);
    expect(readFileSync(place.at('notes.txt'), 'utf8')).toBe(text);
  });

  test('the folder of the archive or of the report is none', async () => {
    const place = office();
    place.write('policy.yaml', 'version: 1\ntables: {"*": {columns: {"*": keep}}}\n');
    const bulk = (...words: string[]) => mysqlToSqlite(['bulk', '--source', 'sqlite:in.db', '--target', 'live.db', '--policy', 'policy.yaml', '--study', 'none', ...words], {cwd: place.path});
    const before = place.list();
    expect(await bulk('--archive', 'in.db')).toMatchObject({code: 1, stderr: expect.stringMatching(/archive folder .*in\.db is not a folder; /) as string});
    expect(await bulk('--archive', 'in.db/below')).toMatchObject({code: 1, stderr: expect.stringMatching(/cannot make the archive folder in\.db\/below \(ENOTDIR\); /) as string});
    expect(await bulk('--report', 'in.db')).toMatchObject({code: 1, stderr: expect.stringMatching(/in\.db.*; /) as string});
    expect(rowsOf(place.at('live.db'), 'SELECT * FROM t')).toEqual([['old']]);
    // The report of the failed run is the only thing that is new.
    expect(place.list().filter(name => !before.includes(name) && !name.startsWith('live.report.'))).toEqual([]);
  });

  test('the user may not write there', async context => {
    const place = office();
    mkdirSync(place.at('shut'));
    makeSqlite(place.at('shut/live.db'), 'CREATE TABLE t (old)');
    chmodSync(place.at('shut'), 0o555);
    // Root may write everywhere: then somebody else tries.
    const launcher = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    if (isRoot) {
      for (const name of ['', ...place.list()]) if (!name.startsWith('shut')) chownSync(place.at(name), 65534, 65534);
      chmodSync(place.at('..'), 0o711);
      const able = await sluice(['plan', 'sqlite:in.db', 'sqlite:other.db'], {cwd: place.path, launcher}).catch(() => null);
      if (able?.code !== 0) return context.skip('no other user can run programs from this folder');
    }
    await refuses(place, 'sqlite:shut/live.db', /shut\/live\.db.*folder may not be written.*; change/, {launcher});
    await refuses(place, 'sqlite:shut/new.db', /shut\/new\.db.*folder may not be written.*; change/, {launcher});
    await refuses(place, 'csv:shut/out/', /(may not|cannot) be written.*; /, {launcher});
    chmodSync(place.at('shut'), 0o755);
  });

  test('the disk is full: nothing of the copy is left, and the old file is untouched', async context => {
    const place = office();
    const disk = place.at('disk');
    mkdirSync(disk);
    try {
      if (!isRoot) throw new Error('only root mounts');
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', disk], {stdio: 'pipe'});
    } catch {
      return context.skip('no small disk can be mounted here');
    }
    try {
      makeSqlite(place.at('disk/live.db'), 'CREATE TABLE t (old)', "INSERT INTO t VALUES ('old')");
      await refuses(place, 'sqlite:disk/live.db', /no room left for .*disk\/live\.db.*; free space/);
      await refuses(place, 'csv:disk/out/', /(no (space|room)|disk is full).*; /);
      expect(rowsOf(place.at('disk/live.db'), 'SELECT * FROM t')).toEqual([['old']]);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('files may not grow any more', async () => {
    const place = office();
    const launcher = ['bash', '-c', 'ulimit -f 500; exec "$@"', 'bash'];
    await refuses(place, 'sqlite:live.db', /live\.db cannot be written.*; check the disk and its free space/, {launcher});
    await refuses(place, 'csv:out/', /the file has reached the largest size allowed here; raise/, {launcher});
    expect(await sluice(['copy', 'sqlite:in.db', 'sqlite:live.db'], {cwd: place.path})).toMatchObject({code: 0});
  });

  test('another program holds it', async () => {
    const place = office();
    // Of another process: locks of this one would go when the test looks at the file.
    const other = fork(join(import.meta.dirname, 'support/hold-file.mjs'), [place.at('live.db')]);
    try {
      await once(other, 'message');
      await refuses(place, 'sqlite:live.db', /another program is (using|writing) .*live\.db.*; close it/);
    } finally {
      other.kill();
      await once(other, 'exit');
    }
    expect(await sluice(['copy', 'sqlite:in.db', 'sqlite:live.db'], {cwd: place.path})).toMatchObject({code: 0});
  });
});

describe.skipIf(!mariadb)('a target that is in use', () => {
  test('by another run: the second says by whom, and the first goes on', async () => {
    const place = folder();
    await using source = await openDatabase(mariadb!);
    await source.run('CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, filler varchar(200))', "INSERT INTO t (filler) VALUES (REPEAT('x', 200))");
    for (let i = 0; i < 12; i++) await source.run('INSERT INTO t (filler) SELECT filler FROM t');
    await using target = await openDatabase(mariadb!);
    await using way = await proxied(source);
    for (const to of ['sqlite:out.db', 'csv:out/', target.url]) {
      const bytes = way.proxy.bytesToClient;
      way.proxy.throttle(100_000);
      const first = start('sluice', ['copy', way.url(), to], {cwd: place.path});
      await until('the first run reads rows', () => way.proxy.bytesToClient > bytes + 60_000, 60_000);
      const second = await sluice(['copy', source.url, to], {cwd: place.path});
      expect(second.code).toBe(1);
      expect(second.stderr).toMatch(new RegExp(`is locked by process ${first.pid} of .* since \\d{4}-.*sluice.*; wait until it has ended, or stop it: kill ${first.pid}`));
      expect(documentOf(await sluice(['copy', source.url, to, '--json'], {cwd: place.path}))).toMatchObject({error: {code: 'SLUICE_LOCKED'}});
      way.proxy.resume();
      expect(await first.ended).toMatchObject({code: 0});
    }
    expect(place.list().filter(name => name !== 'out.db' && !name.startsWith('out'))).toEqual([]);
    expect(await target.tables()).toEqual(['t']);
  });

  test('by readers: they keep what they have opened, and whoever opens it anew has the new file', async () => {
    const place = office();
    const reader = new Sqlite(place.at('live.db'), {readonly: true});
    try {
      reader.exec('BEGIN');
      expect(reader.prepare('SELECT * FROM t').raw().all()).toEqual([['old']]);
      expect(await sluice(['copy', 'sqlite:in.db', 'sqlite:live.db'], {cwd: place.path})).toMatchObject({code: 0});
      expect(reader.prepare('SELECT * FROM t').raw().all(), 'the old file, still').toEqual([['old']]);
      expect(rowsOf(place.at('live.db'), 'SELECT count(*) FROM t')).toEqual([[20_000n]]);
    } finally {
      reader.close();
    }
  });

  test('at no moment is there no file, or half of one', async () => {
    const place = office();
    const state = {running: true};
    const runs = (async () => {
      for (let i = 0; i < 3; i++) expect(await sluice(['copy', 'sqlite:in.db', 'sqlite:live.db'], {cwd: place.path})).toMatchObject({code: 0});
      state.running = false;
    })();
    const seen = new Set<string>();
    while (state.running) {
      seen.add(String(reading(place.at('live.db'), db => db.prepare('SELECT count(*) FROM t').pluck().get())));
      await new Promise(resolve => setImmediate(resolve));
    }
    await runs;
    expect([...seen].sort()).toEqual(['1', '20000']);
  });

  test('through a symbolic link: the file behind it is replaced, and the link stays', async () => {
    const place = office();
    mkdirSync(place.at('share'));
    makeSqlite(place.at('share/real.db'), 'CREATE TABLE t (old)');
    symlinkSync('share/real.db', place.at('link.db'));
    expect(await sluice(['copy', 'sqlite:in.db', 'sqlite:link.db'], {cwd: place.path})).toMatchObject({code: 0});
    expect(existsSync(place.at('link.db'))).toBe(true);
    expect(rowsOf(place.at('share/real.db'), 'SELECT count(*) FROM t')).toEqual([[20_000n]]);
    expect(integrity(place.at('link.db'))).toBe('ok');
    expect(namesIn(place.at('live.db'))).toEqual(['t']);
  });
});
