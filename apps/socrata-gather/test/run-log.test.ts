import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import Database from 'better-sqlite3';
import {expect, test} from 'vitest';
import {RunLog} from '../src/runs/run-log.ts';
import type {LogRow, RunRow} from '../src/runs/run-row.ts';

const signal = new AbortController().signal;
const run = (topic: string): RunRow => ({
  topic, startedAt: '2026-01-05T12:00:00.000Z', endedAt: null, mode: 'full', status: 'running', rowsPublished: 5, rowsRead: null, rowsInserted: null, rowsUpdated: null, rowsDeleted: null, rowsInTable: null,
  watermark: null, sourceStamp: null, columns: '[]', filter: null, remarks: null, error: null,
});
const row = (comments: string): Omit<LogRow, 'id'> => ({
  sourceFile: 'aaaa-bbbb', targetHost: '', targetDb: 'x.db', targetTable: 't', totalRowCount: 5, chunkRowCount: 0, comments, importTimestamp: '2026-01-05 12:00:00.000',
});

test('rows that two runs write in the same moment all stay, in the order of each', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'run-log-'));
  try {
    const endpoint = {url: `sqlite:${join(folder, 'runs.db')}`};
    await new RunLog(endpoint, 'import_log').write(run('one'), [row('one begins'), row('one goes on')], signal);
    await new RunLog(endpoint, 'import_log').write(run('other'), [row('other begins'), row('other goes on')], signal);
    const db = new Database(join(folder, 'runs.db'), {readonly: true});
    expect(db.prepare('SELECT comments FROM import_log ORDER BY import_log_id').pluck().all()).toEqual(['one begins', 'one goes on', 'other begins', 'other goes on']);
    db.close();
  } finally {
    rmSync(folder, {recursive: true});
  }
});

test('runs that write at the same moment write one after the other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'run-log-'));
  try {
    const endpoint = {url: `sqlite:${join(folder, 'runs.db')}`};
    const names = Array.from({length: 6}, (_, i) => `topic ${i}`);
    await Promise.all(names.map(name => new RunLog(endpoint, 'import_log').write(run(name), [row(name)], signal)));
    const db = new Database(join(folder, 'runs.db'), {readonly: true});
    expect(db.prepare('SELECT comments FROM import_log ORDER BY comments').pluck().all()).toEqual(names);
    expect(db.prepare('SELECT topic FROM import_run ORDER BY topic').pluck().all()).toEqual(names);
    db.close();
  } finally {
    rmSync(folder, {recursive: true});
  }
});
