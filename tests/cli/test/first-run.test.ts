import {readFileSync, writeFileSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {openDatabase, servers, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {mysqlToSqlite} from './support/program.ts';
import {makeSqlite} from './support/sqlite-file.ts';
import {studyDatabase, studyPolicy} from './support/study-database.ts';

const folder = folders();

describe.each(servers)('the first run to a target, from $kind', it => {
  let source: Database;
  beforeAll(async () => {
    source = await openDatabase(it);
    await source.run(...studyDatabase);
  });
  afterAll(async () => { await source.drop(); });

  const deploy = () => {
    const place = folder();
    place.write('policy.yaml', studyPolicy);
    const program = (...more: string[]) => mysqlToSqlite([...more, '--source', source.url, '--target', 'collab.db', '--policy', 'policy.yaml'], {cwd: place.path});
    return {place, program};
  };

  test.each(['update', 'bulk', 'changed'])('%s refuses a database of somebody else and touches nothing', async command => {
    const {place, program} = deploy();
    makeSqlite(place.at('collab.db'), 'CREATE TABLE accounts (x)', 'INSERT INTO accounts VALUES (1)');
    const before = readFileSync(place.at('collab.db'));
    const ended = await program(command, ...command === 'changed' ? [] : ['--keep-archives', '1']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/collab\.db holds tables that this program did not make \(1 of them\); name another target, or move it away/);
    expect(readFileSync(place.at('collab.db')).equals(before)).toBe(true);
    expect(place.list().filter(name => /collab_/.test(name))).toEqual([]);
  });

  test('a file whose record is lost is ours by its receipts, whatever is in it', async () => {
    const {place, program} = deploy();
    expect(await program('bulk')).toMatchObject({code: 0});
    await source.run('CREATE TABLE data_oc_x (familyid int PRIMARY KEY)');
    place.write('policy.yaml', studyPolicy.replace('  data_oc_m', '  data_oc_x: {columns: {"*": keep}}\n  data_oc_m'));
    expect(await program('update')).toMatchObject({code: 0});
    await source.run('DROP TABLE data_oc_x');
    place.write('policy.yaml', studyPolicy);
    expect(await program('update', '--state', 'lost.db')).toMatchObject({code: 0});
  });

  test('the archive folder is made', async () => {
    const {place, program} = deploy();
    for (let run = 0; run < 2; run++) expect(await program('bulk', '--archive', 'old/archive')).toMatchObject({code: 0});
    expect(place.list().filter(name => /collab_.*\.db$/.test(name))).toHaveLength(1);
  });

  test('a damaged state file is one sentence', async () => {
    const {place, program} = deploy();
    expect(await program('bulk')).toMatchObject({code: 0});
    const state = place.at('.sluice/state.db');
    const good = readFileSync(state);
    const damages = [Buffer.from('garbage'.repeat(900)), good.subarray(0, 5000), good.subarray(0, 100), ...Array.from({length: 2}, (_, seed) => {
      const bytes = Buffer.from(good);
      for (let i = 0; i < 400; i++) bytes[(i * 7919 + seed * 104_729) % bytes.length]! ^= 1 + (i + seed) % 255;
      return bytes;
    })];
    for (const bytes of damages) {
      writeFileSync(state, bytes);
      for (const command of ['check', 'history']) {
        const ended = await mysqlToSqlite([command, '--target', 'collab.db'], {cwd: place.path});
        // A watchdog has two answers; whoever wants the history wants it readable.
        expect(command === 'check' ? [0, 1] : [0, 2], ended.stderr).toContain(ended.code);
        expect(ended.stderr).not.toMatch(/internal error/);
        if (ended.code !== 0) expect(ended.stderr.trim().split('\n')).toHaveLength(1);
      }
    }
  });

  test('old flags exclude each other', async () => {
    const ended = await mysqlToSqlite(['-a', '-u'], {cwd: folder().path});
    expect(ended).toMatchObject({code: 2, stdout: ''});
    expect(ended.stderr).toMatch(/^error: -a and -u exclude each other\n/);
  });
});
