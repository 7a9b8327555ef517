import {closeSync, existsSync, mkdirSync, openSync, readFileSync, statSync, writeFileSync} from 'node:fs';
import {basename, dirname, join, resolve} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';
import {ErrorCode, PipelineError, type Position, type RunReport} from '@sluice/core';
import Database from 'better-sqlite3';
import {baseStore} from './base-store.ts';
import {failure} from './failure.ts';
import {APPLICATION_ID, migrations} from './migrations.ts';
import type {BaseStore} from './stored-base.ts';
import type {State} from './state.ts';

const KEPT_RUNS = 1000;
const OPENING_TAKES_MS = 5000;

/**
 * Opens the embedded state, by default `.sluice/state.db`, and makes folder and file when they are
 * missing: readable by their owner only, since positions are data. Several processes may have it open.
 *
 * `access`: `read` takes a file that exists as it is, makes and writes nothing of its own and needs no right
 * to write, neither to the file nor to its folder; whatever would write throws WRITE.
 *
 * Throws CONFIG when the file is damaged, is no state file or comes from a newer version of Sluice;
 * WRITE when it cannot be made or opened.
 */
export async function openState(path = '.sluice/state.db', {access = 'write'}: {readonly access?: 'write' | 'read'} = {}): Promise<State> {
  const file = resolve(path);
  const place = `the state file ${path}`;
  const guarded = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw failure(error, place);
    }
  };
  if (access === 'write') guarded(() => prepareFile(file));
  const db = guarded(() => access === 'write' ? new Database(file) : openReadOnly(file, place));
  let statements: ReturnType<typeof prepare>;
  let bases: BaseStore;
  try {
    await outlast(() => migrate(db, path, access)).catch((error: unknown) => { throw failure(error, place); });
    statements = guarded(() => prepare(db));
    bases = baseStore(db, guarded);
  } catch (error) {
    db.close();
    // Ours by its mark, and yet without a table or a column that it should have.
    throw error instanceof Database.SqliteError && error.code === 'SQLITE_ERROR' ? damaged(place) : error;
  }
  const recordRun = db.transaction((target: string, report: RunReport) => {
    statements.insertRun.run(target, report.status, report.startedAt, JSON.stringify(report));
    statements.forgetRuns.run(target, target, KEPT_RUNS);
  });
  const saveChecksums = db.transaction((target: string, checksums: ReadonlyMap<string, string>) => {
    statements.forgetChecksums.run(target);
    for (const [table, digest] of checksums) statements.saveChecksum.run(target, table, digest);
  });
  const reportOf = ({report}: {report: string}): RunReport => {
    try {
      const read: unknown = JSON.parse(report);
      if (isReport(read)) return read;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw damaged(place);
  };

  return {
    ...bases,
    // `immediate`: two processes that both begin by reading could never both go on to write.
    recordRun: async report => guarded(() => recordRun.immediate(report.destination.label, report)),
    targets: async () => guarded(() => statements.targets.all().map(({target}) => target)),
    history: async (target, limit = 20) => guarded(() => statements.runs.all(target, limit).map(reportOf)),
    async lastRun(target, status) {
      const row = guarded(() => statements.lastRun.get({target, status: status ?? null}));
      return row ? reportOf(row) : null;
    },
    loadPosition: async (target, table) => guarded(() => (statements.loadPosition.get(target, table)?.position ?? null) as Position | null),
    async savePosition(target, table, position) {
      guarded(() => position === null ? statements.forgetPosition.run(target, table) : statements.savePosition.run(target, table, position));
    },
    loadChecksums: async target => guarded(() => new Map(statements.loadChecksums.all(target).map(({name, digest}) => [name, digest]))),
    saveChecksums: async (target, checksums) => guarded(() => saveChecksums.immediate(target, checksums)),
    async [Symbol.asyncDispose]() {
      db.close();
    },
  };
}

/** As far as it is a report that nothing but damage can have altered: its outline. */
const isReport = (read: unknown): read is RunReport =>
  typeof read === 'object' && read !== null && 'format' in read && 'status' in read && 'tables' in read && Array.isArray(read.tables);

const prepare = (db: Database.Database) => ({
  insertRun: db.prepare<[string, string, string, string]>('insert into run (target, status, started_at, report) values (?, ?, ?, ?)'),
  forgetRuns: db.prepare<[string, string, number]>(
    'delete from run where target = ? and id <= (select id from run where target = ? order by id desc limit 1 offset ?)'),
  targets: db.prepare<[], {target: string}>('select distinct target from run order by target'),
  runs: db.prepare<[string, number], {report: string}>('select report from run where target = ? order by id desc limit ?'),
  lastRun: db.prepare<[{target: string; status: string | null}], {report: string}>(
    'select report from run where target = @target and (@status is null or status = @status) order by id desc limit 1'),
  loadPosition: db.prepare<[string, string], {position: string}>('select position from position where target = ? and name = ?'),
  savePosition: db.prepare<[string, string, string]>('insert into position values (?, ?, ?) on conflict do update set position = excluded.position'),
  forgetPosition: db.prepare<[string, string]>('delete from position where target = ? and name = ?'),
  loadChecksums: db.prepare<[string], {name: string; digest: string}>('select name, digest from checksum where target = ?'),
  forgetChecksums: db.prepare<[string]>('delete from checksum where target = ?'),
  saveChecksum: db.prepare<[string, string, string]>('insert into checksum values (?, ?, ?)'),
});

function prepareFile(file: string): void {
  const folder = dirname(file);
  if (!existsSync(folder)) {
    mkdirSync(folder, {recursive: true, mode: 0o700});
    // Positions are data: they had better not be committed along with the project they lie in.
    if (basename(folder) === '.sluice') writeFileSync(join(folder, '.gitignore'), '*\n');
  }
  // SQLite gives its -wal and -shm files the mode of the file itself.
  closeSync(openSync(file, 'a', 0o600));
}

/**
 * A file in WAL mode can be read only by who may make its -shm file, or finds one. Where that cannot be,
 * nobody writes to it either, or its log is empty: then its bytes are all there is, and a copy in memory does.
 */
function openReadOnly(file: string, place: string): Database.Database {
  if (!existsSync(file)) throw new PipelineError(ErrorCode.WRITE, `${place} does not exist`, {remedy: 'name another one'});
  const db = new Database(file, {readonly: true, fileMustExist: true});
  try {
    db.prepare('select 1 from sqlite_schema').get();
    return db;
  } catch (error) {
    db.close();
    const code = error instanceof Database.SqliteError ? error.code : '';
    const log = statSync(`${file}-wal`, {throwIfNoEntry: false});
    if (!(code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY')) || (log && log.size > 0)) throw error;
    const bytes = readFileSync(file);
    // Bytes 18 and 19 of the header ask for a write-ahead log, which a database in memory has not: SQLite file format, 1.3.
    if (bytes.length >= 100) bytes.fill(1, 18, 20);
    return new Database(bytes, {readonly: true});
  }
}

function migrate(db: Database.Database, path: string, access: 'write' | 'read'): void {
  const version = () => db.pragma('user_version', {simple: true}) as number;
  const isOurs = () => db.pragma('application_id', {simple: true}) === APPLICATION_ID;
  const isEmpty = () => db.prepare('select 1 from sqlite_schema').get() === undefined;
  // Before anything is written: another program's database must not change by a byte. The mark is looked for last: another
  // process that makes this very file writes tables and mark at once, and might do so between the two questions.
  if (!isEmpty() && !isOurs()) {
    throw new PipelineError(ErrorCode.CONFIG, `${path} is a database of another program, not a state file`, {remedy: 'name another state file'});
  }
  if (version() > migrations.length) {
    throw new PipelineError(ErrorCode.CONFIG, `the state file ${path} has format ${version()}, this version of Sluice knows ${migrations.length}`, {
      remedy: 'use the newer version of Sluice, or name another state file',
    });
  }
  if (access === 'read') {
    if (version() < migrations.length) {
      throw new PipelineError(ErrorCode.CONFIG, `the state file ${path} has format ${version()}, this version of Sluice knows ${migrations.length}`, {
        remedy: 'let one run, or whoever may write it, bring it up to date',
      });
    }
    checkPages(db, path);
    return;
  }
  db.pragma('journal_mode = wal');
  // A position must not be forgotten at a power failure after the source was told to forget it, too.
  db.pragma('synchronous = full');
  if (version() < migrations.length) {
    db.transaction(() => {
      // Looked at again: another process may have done it in the meantime.
      for (let next = version(); next < migrations.length; next++) db.exec(migrations[next]!);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${migrations.length}`);
    }).immediate();
  }
  checkPages(db, path);
}

/**
 * Tries again while another process opens or closes the file. SQLite waits for locks by itself, but not for the one that
 * changes the journal mode of a file that others have open: it refuses at once, since two who wait there would wait for each other.
 */
async function outlast(act: () => void): Promise<void> {
  for (const start = performance.now(); ; await wait(5 + 20 * Math.random())) {
    try {
      return act();
    } catch (error) {
      const busy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (!busy || performance.now() - start > OPENING_TAKES_MS) throw error;
    }
  }
}

function checkPages(db: Database.Database, path: string): void {
  if (db.pragma('quick_check(1)', {simple: true}) !== 'ok') throw damaged(`the state file ${path}`);
}

const damaged = (place: string) =>
  new PipelineError(ErrorCode.CONFIG, `${place} is damaged`, {remedy: 'move it away; history and positions begin anew'});
