import {readdirSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {contents, openDatabase, quoted, servers, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {sluice} from './support/program.ts';
import {reportOf} from './support/report.ts';
import {namesIn, rowsOf} from './support/sqlite-file.ts';

const folder = folders();
const tables = ['two  words', 'quo"te\'s `n ticks', 'select', 'Größe 漢字', 'case', 'Case', 'CASE', 'a;drop table x--', '100%', '../escape', 'sqlite_master', '-dash'];
const columns = ['order', 'with space', 'quo"te', "apos'trophe", 'tick`s', 'größe', 'a.b', '{}', '*'];

for (const server of servers) {
  describe(`names that hurt, on ${server.kind}`, () => {
    let source: Database;
    beforeAll(async () => {
      source = await openDatabase(server);
      for (const [i, table] of tables.entries()) {
        await source.run(
          `CREATE TABLE ${quoted(table)} (${columns.map(column => `${quoted(column)} varchar(80) character set utf8mb4`).join(', ')}, UNIQUE KEY ${quoted(`key ${table}`)} (${quoted('quo"te')}))`,
          `INSERT INTO ${quoted(table)} VALUES (${columns.map((_, c) => `'${i}.${c}'`).join(', ')})`,
        );
      }
    });
    afterAll(async () => { await source.drop(); });

    test('every table arrives in SQLite, and those it cannot have under their names are said to be called otherwise', async () => {
      const place = folder();
      const ended = await sluice(['copy', source.url, 'sqlite:names.db', '--json'], {cwd: place.path});
      expect(ended.code).toBe(0);
      const report = reportOf(ended);
      const targets = new Map(report.tables.map(({name, target}) => [name, target]));
      expect([...targets.keys()].sort()).toEqual([...tables].sort());
      expect(namesIn(place.at('names.db'))).toEqual([...targets.values()].sort());
      for (const [i, table] of tables.entries()) {
        const target = targets.get(table)!.replaceAll('"', '""');
        expect(rowsOf(place.at('names.db'), `SELECT * FROM "${target}"`), table).toEqual([columns.map((_, c) => `${i}.${c}`)]);
        expect(rowsOf(place.at('names.db'), `SELECT name FROM pragma_table_info('${target.replaceAll('""', '"').replaceAll("'", "''")}')`).map(([name]) => name)).toEqual(columns);
      }
      // SQLite does not tell these apart, and keeps the last of them for itself.
      const renamed = report.tables.filter(({name, target}) => name !== target).map(({name}) => name).sort();
      expect(renamed.filter(name => name.toLowerCase() === 'case')).toHaveLength(2);
      expect(renamed.filter(name => name.toLowerCase() !== 'case')).toEqual(['sqlite_master']);
      expect(report.omissions.filter(({kind}) => kind === 'rename').map(({name}) => name).sort()).toEqual(renamed);
    });

    test.for(['csv', 'jsonl'])('every table comes back under its own name by way of %s, and no file lies outside the folder', async format => {
      const place = folder();
      expect(await sluice(['copy', source.url, `${format}:out/`], {cwd: place.path})).toMatchObject({code: 0});
      expect(readdirSync(place.path).sort()).toEqual(['.sluice', 'out']);
      await using back = await openDatabase(server);
      expect(await sluice(['copy', `${format}:out/`, back.url], {cwd: place.path})).toMatchObject({code: 0});
      expect(await back.tables()).toEqual([...tables].sort());
      for (const table of tables) expect((await contents(back, table)).rows, table).toEqual((await contents(source, table)).rows);
    });

    test('patterns choose among them to the letter', async () => {
      const place = folder();
      const {code} = await sluice(['copy', source.url, 'sqlite:some.db', '--tables', 'C*,100%,quo"te*,\\*', '--exclude', 'CAS?'], {cwd: place.path});
      expect(code).toBe(2);
      expect((await sluice(['copy', source.url, 'sqlite:some.db', '--tables', 'C*', '--tables', '100%,quo"te*', '--exclude', 'CAS?'], {cwd: place.path})).code).toBe(0);
      expect(namesIn(place.at('some.db'))).toEqual(['100%', 'Case', 'quo"te\'s `n ticks']);
    });
  });
}
