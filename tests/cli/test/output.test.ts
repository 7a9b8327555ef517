import {readdirSync, readFileSync} from 'node:fs';
import {beforeAll, describe, expect, test} from 'vitest';
import {folders, type Folder} from './support/folder.ts';
import {mongoToPsql, mysqlToSqlite, sluice, socrataGather, type Ended, type ProgramName} from './support/program.ts';
import {documentOf, reportOf} from './support/report.ts';
import {makeSqlite} from './support/sqlite-file.ts';

const folder = folders();
const run = {sluice, 'mysql-to-sqlite': mysqlToSqlite, 'mongo-to-psql': mongoToPsql, 'socrata-gather': socrataGather};

describe('what a program prints', () => {
  let place: Folder;
  beforeAll(() => {
    place = folder();
    makeSqlite(place.at('in.db'), 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)', "INSERT INTO t VALUES (1, 'a'), (2, NULL)", 'CREATE TABLE empty (x)');
    place.write('empty.yaml', 'version: 1\ntables: {}\n');
  });
  const own = () => {
    const other = folder();
    makeSqlite(other.at('in.db'), 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)', "INSERT INTO t VALUES (1, 'a'), (2, NULL)", 'CREATE TABLE empty (x)');
    return other;
  };

  test('a copy with --json: one document with the promised fields, all talk elsewhere', async () => {
    const ended = await sluice(['copy', 'sqlite:in.db', 'sqlite:out.db', '--json', '--verbose'], {cwd: own().path});
    expect(ended.code).toBe(0);
    const report = reportOf(ended);
    expect(report).toMatchObject({format: 'sluice.run-report/1', tool: {name: 'sluice'}, status: 'ok', warnings: [], verification: {status: 'passed', rows: 2}});
    for (const table of report.tables) {
      expect(table).toMatchObject({
        name: expect.any(String) as string, rowsRead: expect.any(Number) as number, rowsWritten: expect.any(Number) as number, rowsQuarantined: 0, verified: true, seconds: expect.any(Number) as number,
      });
    }
    expect(Object.keys(report.timings).sort()).toEqual(['digest', 'finish', 'plan', 'publish', 'read', 'total', 'transform', 'verify', 'write']);
    expect(ended.stdout.trimEnd().startsWith('{')).toBe(true);
  });

  const cases: {readonly what: string; readonly program: ProgramName; readonly words: readonly string[]; readonly code: number; readonly says: RegExp}[] = [
    {what: 'no command', program: 'sluice', words: [], code: 2, says: /no command is given.*copy, plan, check/s},
    {what: 'a misspelt command', program: 'sluice', words: ['copi', 'sqlite:in.db', 'sqlite:x.db'], code: 2, says: /try: sluice copy sqlite:in.db sqlite:x.db/},
    {what: 'a misspelt option', program: 'sluice', words: ['copy', 'sqlite:in.db', 'sqlite:x.db', '--tabels', 't'], code: 2, says: /--tables/},
    {what: 'no destination', program: 'sluice', words: ['copy', 'sqlite:in.db'], code: 2, says: /destination.*required/si},
    {what: 'a word too many', program: 'sluice', words: ['copy', 'sqlite:in.db', 'sqlite:x.db', 'more'], code: 2, says: /too many/},
    {what: 'an option without its value', program: 'sluice', words: ['copy', 'sqlite:in.db', 'sqlite:x.db', '--tables'], code: 2, says: /--tables wants a value/},
    {what: 'an unknown scheme', program: 'sluice', words: ['copy', 'oracle://x/y', 'sqlite:x.db'], code: 2, says: /no connector for oracle:.*csv, jsonl, mariadb, mongodb, mongodb\+srv, mysql, postgres, postgresql, socrata, sqlite/s},
    {what: 'something that is no URL', program: 'sluice', words: ['copy', 'in.db', 'sqlite:x.db'], code: 2, says: /URL/},
    {what: 'a policy that is not there', program: 'sluice', words: ['copy', 'sqlite:in.db', 'sqlite:x.db', '--policy', 'none.yaml'], code: 2, says: /none\.yaml/},
    {what: 'undecided columns', program: 'sluice', words: ['copy', 'sqlite:in.db', 'sqlite:x.db', '--policy', 'empty.yaml'], code: 2, says: /t: .*id, name.*empty: .*x.*\n {6}id: undecided/s},
    {what: 'a missing source', program: 'sluice', words: ['copy', 'sqlite:none.db', 'sqlite:x.db'], code: 1, says: /none\.db/},
    {what: 'a folder that is not there', program: 'sluice', words: ['copy', 'sqlite:in.db', 'sqlite:no/such/x.db'], code: 1, says: /folder.*mkdir -p/s},
    {what: 'an unknown table', program: 'sluice', words: ['copy', 'sqlite:in.db', 'sqlite:x.db', '--tables', 'T,nope*'], code: 2, says: /no table or view T; did you mean t\?.*nope\*/s},
    {what: 'a plan that fails', program: 'sluice', words: ['plan', 'sqlite:none.db', 'sqlite:x.db'], code: 1, says: /none\.db/},
    {what: 'a check that finds something', program: 'sluice', words: ['check', 'sqlite:none.db'], code: 1, says: /./},
    {what: 'bulk without anything', program: 'mysql-to-sqlite', words: ['bulk'], code: 2, says: /source/},
    {what: 'bulk without a policy or a target', program: 'mysql-to-sqlite', words: ['bulk', '--source', 'sqlite:in.db'], code: 2, says: /--policy.*--target/s},
    {what: 'a negative report of a file that cannot be read', program: 'mysql-to-sqlite', words: ['bulk', '--source', 'sqlite:in.db', '--settings', 'none.json', '--file-path', 'gone.json'], code: 2, says: /gone\.json.*none\.json|none\.json.*gone\.json/s},
    {what: 'a load without ends', program: 'mongo-to-psql', words: ['load'], code: 2, says: /--source.*--target/s},
    {what: 'a sync from something that is no MongoDB', program: 'mongo-to-psql', words: ['sync', '--source', 'sqlite:in.db', '--target', 'sqlite:x.db'], code: 2, says: /--source must be a mongodb:/},
    {what: 'an oplog without a database', program: 'mongo-to-psql', words: ['sync', '--source', 'mongodb://h/db', '--target', 'sqlite:x.db', '--oplog', 'oplog'], code: 2, says: /must be DATABASE\.COLLECTION/},
    {what: 'a schema file that is not there', program: 'mongo-to-psql', words: ['tables', 'none.json'], code: 2, says: /none\.json.*no such file/},
  ];

  test.for(cases)('$what: exit code $code, one sentence, and one document with --json', async ({program, words, code, says}) => {
    const before = place.list();
    // Side by side, so each with a target of its own.
    const other = words.map(word => word === 'sqlite:x.db' ? 'sqlite:y.db' : word);
    const [plain, document] = await Promise.all([words, [...other, '--json']].map(line => run[program](line, {cwd: place.path}))) as [Ended, Ended];
    expect(plain.code).toBe(code);
    expect(document.code).toBe(code);
    const told = documentOf(document);
    // The problems of a check are data; all other failures are talk.
    expect(words[0] === 'check' ? plain.stdout : plain.stderr).toMatch(says);
    if (words[0] !== 'check') {
      expect(plain.stdout).toBe('');
      expect(plain.stderr).toMatch(/^error: /m);
      expect(told).toMatchObject({status: 'failed', error: {code: expect.stringMatching(/^SLUICE_/) as string, message: expect.stringMatching(/./) as string}});
    }
    expect(plain.stderr).not.toMatch(/^\s+at .*[:(]\d+/m);
    expect(plain.stderr).not.toMatch(/internal error/);
    expect(place.list(), 'nothing is left behind').toEqual(before);
  });

  test('a document of megabytes arrives whole', async () => {
    const other = folder();
    makeSqlite(other.at('in.db'), ...Array.from({length: 900}, (_, i) => `CREATE TABLE data_${i} (${Array.from({length: 12}, (__, c) => `column_${c} TEXT`).join(', ')})`));
    const ended = await sluice(['copy', 'sqlite:in.db', 'sqlite:out.db', '--json'], {cwd: other.path});
    expect(reportOf(ended).tables).toHaveLength(900);
  });

  test('where an error comes from is told with --verbose only', async () => {
    const words = ['copy', 'sqlite:none.db', 'sqlite:x.db'];
    expect((await sluice(words, {cwd: place.path})).stderr).not.toMatch(/^\s+at /m);
    expect((await sluice([...words, '--verbose'], {cwd: place.path})).stderr).toMatch(/^\s+at .*:\d+:\d+/m);
  });

  test('configuration errors are all told together, with their paths', async () => {
    place.write('wrong.yaml', 'version: 1\nundecided: perhaps\ntables:\n  t: {columns: {id: kep, name: {method: topCode}}}\nmore: true\n');
    const {code, stderr} = await sluice(['copy', 'sqlite:in.db', 'sqlite:x.db', '--policy', 'wrong.yaml'], {cwd: place.path});
    expect(code).toBe(2);
    for (const part of ['wrong.yaml', 'undecided', 'columns.id', 'columns.name', 'more']) expect(stderr).toContain(part);
  });

  test.for([['copy', '--dry-run'], ['plan']])('%s touches nothing: no file, no folder, no history', async ([command, ...more]) => {
    const other = own();
    const bytes = readFileSync(other.at('in.db'));
    for (const target of ['sqlite:out.db', 'csv:folder/', 'jsonl:t.jsonl.gz']) {
      const words = [command!, 'sqlite:in.db', target, ...(target.startsWith('jsonl') ? ['--tables', 't'] : []), ...more];
      const [plain, document] = await Promise.all([words, [...words, '--json']].map(line => sluice(line, {cwd: other.path}))) as [Ended, Ended];
      expect(plain).toMatchObject({code: 0, stderr: '', stdout: expect.stringContaining('Nothing was touched') as string});
      expect(documentOf(document)).toMatchObject({format: 'sluice.plan/1', tables: expect.arrayContaining([expect.objectContaining({name: 't'})]) as object});
    }
    expect(readdirSync(other.path)).toEqual(['in.db']);
    expect(readFileSync(other.at('in.db')).equals(bytes)).toBe(true);
  });

  test('help is there for every command, with three examples, and says the exit codes', async () => {
    for (const [program, commands] of [['sluice', ['copy', 'plan', 'check']], ['mysql-to-sqlite', ['bulk']]] as const) {
      const help = await run[program](['--help'], {cwd: place.path});
      expect(help).toMatchObject({code: 0, stderr: ''});
      expect(help.stdout).toMatch(/0 ok, 1 failed, 2 usage or configuration, 3 partial, 130\sinterrupted/);
      for (const command of commands) {
        const own = await run[program]([command, '--help'], {cwd: place.path});
        expect(own).toMatchObject({code: 0, stderr: ''});
        expect(own.stdout.match(new RegExp(`^ +${program} (${command}|-a) `, 'gm'))?.length).toBeGreaterThanOrEqual(3);
        expect(own.stdout.split('\n').length, 'lines of a screen').toBeLessThanOrEqual(60);
      }
    }
  });

  test('a reader that leaves early is no failure', async () => {
    const piped = await sluice([], {cwd: place.path, launcher: ['/bin/sh', '-c', '"$@" plan sqlite:in.db sqlite:x.db | head -c 1 >/dev/null; echo done', 'sh']});
    expect(piped).toMatchObject({stdout: 'done\n', stderr: ''});
  });
});
