import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, expect, test} from 'vitest';
import {oldLogFolder} from '../src/config/old-log-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'sluice-ini-'));
afterAll(() => { rmSync(folder, {recursive: true}); });
const file = join(folder, 'old.ini');
const ini = (logs: string) => { writeFileSync(file, `[misc]\n${logs}\n[mongo]\nmongo-host = a\nmongo-dbname = d\n[psql]\npsql-host = b\npsql-dbname = d\n`); };

test('logs go where the INI file says, unless somebody says otherwise', () => {
  ini('logs-dir = /var/log/etl');
  expect(oldLogFolder(['load', '--config-file', file], {})).toEqual(['load', '--config-file', file, '--log-folder', '/var/log/etl']);
  expect(oldLogFolder(['load', `--config-file=${file}`], {})).toHaveLength(4);
  for (const [argv, env] of [[['load', '--config-file', file, '--log-folder', 'x'], {}], [['load', '--config-file', file, '--log-folder=x'], {}], [['load', '--config-file', file], {SLUICE_LOG_FOLDER: 'x'}], [['load'], {}]] as const) {
    expect(oldLogFolder(argv, env)).toEqual(argv);
  }
});

test('a file without it, and one that is none, change nothing', () => {
  ini('schemas-dir = s');
  expect(oldLogFolder(['load', '--config-file', file], {})).toHaveLength(3);
  expect(oldLogFolder(['load', '--config-file', join(folder, 'absent.ini')], {})).toHaveLength(3);
  expect(oldLogFolder(['load', '--config-file'], {})).toHaveLength(2);
});
