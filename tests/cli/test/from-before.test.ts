import {existsSync, readFileSync, readdirSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {openDatabase, servers, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {sluice} from './support/program.ts';
import {jsonOf, reportOf} from './support/report.ts';
import {namesIn, rowsOf} from './support/sqlite-file.ts';

const folder = folders();
const policy = 'version: 1\ntables:\n  visits:\n    columns: {"*": keep}\n  people: exclude\n  secrets: exclude\n';

for (const server of servers) {
  describe(`what an earlier copy left, from ${server.kind}`, () => {
    let source: Database;
    beforeAll(async () => {
      source = await openDatabase(server);
      await source.run(
        'CREATE TABLE visits (id int primary key)', 'INSERT INTO visits VALUES (1)',
        'CREATE TABLE people (id int primary key, name varchar(20))', "INSERT INTO people VALUES (1, 'zxcvb')",
        'CREATE TABLE secrets (s varchar(20))', "INSERT INTO secrets VALUES ('zxcvb')",
        'CREATE VIEW names AS SELECT name FROM people');
    });
    afterAll(async () => { await source.drop(); });

    test('is not in the SQLite file any more once a policy leaves it out, and the plan says so', async () => {
      const place = folder();
      place.write('policy.yaml', policy);
      expect(await sluice(['copy', source.url, 'sqlite:x.db'], {cwd: place.path})).toMatchObject({code: 0});
      expect(namesIn(place.at('x.db'))).toEqual(['names', 'people', 'secrets', 'visits']);
      const planned = jsonOf(await sluice(['plan', source.url, 'sqlite:x.db', '--policy', 'policy.yaml', '--json'], {cwd: place.path})) as {warnings: string[]};
      expect(planned.warnings.join('\n')).toMatch(/do not stay: names, people, secrets/);
      const ended = await sluice(['copy', source.url, 'sqlite:x.db', '--policy', 'policy.yaml', '--json'], {cwd: place.path});
      expect(ended.code).toBe(0);
      const report = reportOf(ended);
      expect(report.warnings.join('\n')).toMatch(/do not stay: names, people, secrets/);
      expect(namesIn(place.at('x.db'))).toEqual(['visits']);
      expect(readFileSync(place.at('x.db')).includes('zxcvb')).toBe(false);
      expect(rowsOf(report.destination.archived!, 'SELECT s FROM secrets')).toEqual([['zxcvb']]);
    });

    test('stays without a policy: tables that are not copied are not touched', async () => {
      const place = folder();
      expect(await sluice(['copy', source.url, 'sqlite:x.db'], {cwd: place.path})).toMatchObject({code: 0});
      expect(await sluice(['copy', source.url, 'sqlite:x.db', '--tables', 'visits'], {cwd: place.path})).toMatchObject({code: 0});
      expect(namesIn(place.at('x.db'))).toEqual(['names', 'people', 'secrets', 'visits']);
    });

    test.for(['csv', 'jsonl'])('is not in the folder of %s any more, in whichever format it was; what others put there stays', async format => {
      const place = folder();
      place.write('policy.yaml', policy);
      for (const before of ['csv', 'jsonl']) expect(await sluice(['copy', source.url, `${before}:out/`], {cwd: place.path})).toMatchObject({code: 0});
      place.write('out/notes.csv', 'a\n1\n');
      const ended = await sluice(['copy', source.url, `${format}:out/`, '--policy', 'policy.yaml', '--json'], {cwd: place.path});
      expect(ended.code).toBe(0);
      expect(reportOf(ended).warnings.join('\n')).toMatch(/do not stay: .*people.*secrets/);
      expect(readdirSync(place.at('out')).sort()).toEqual(['datapackage.json', 'notes.csv', `visits.${format}`]);
      expect(readFileSync(place.at('out/datapackage.json'), 'utf8')).not.toMatch(/people|secrets/);
    });

    test('stops the run where somebody else put a file of the name of a table that is left out', async () => {
      const place = folder();
      place.write('policy.yaml', policy);
      place.write('out/people.csv', 'id,name\n1,zxcvb\n');
      const ended = await sluice(['copy', source.url, 'csv:out/', '--policy', 'policy.yaml', '--json'], {cwd: place.path});
      expect(ended.code).toBe(2);
      expect(reportOf(ended).error).toMatchObject({code: 'SLUICE_CONFIG', message: expect.stringContaining('people')});
      expect(readdirSync(place.at('out'))).toEqual(['people.csv']);
    });

    test('stops the run into a database that holds what the policy leaves out', async () => {
      await using target = await openDatabase(server);
      await target.run('CREATE TABLE theirs (x int)', 'CREATE TABLE visits (old int)', 'CREATE TABLE secrets (s int)', 'CREATE VIEW people AS SELECT 1');
      const place = folder();
      place.write('policy.yaml', policy);
      const run = () => sluice(['copy', source.url, target.url, '--policy', 'policy.yaml', '--json'], {cwd: place.path});
      const ended = await run();
      expect(ended.code).toBe(2);
      const {error} = reportOf(ended);
      expect(error).toMatchObject({code: 'SLUICE_CONFIG'});
      expect(error!.problems!.map(({path}) => path).sort()).toEqual(['people', 'secrets']);
      expect(await target.rows('SELECT count(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_NAME = \'old\'')).toEqual([['1']]);
      await target.run('DROP TABLE secrets', 'DROP VIEW people');
      expect((await run()).code).toBe(0);
      expect(await target.tables()).toEqual(['theirs', 'visits']);
      expect(existsSync(place.at('out'))).toBe(false);
    });
  });
}
