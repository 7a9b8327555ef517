import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {makeAccount, type Account} from './support/account.ts';
import {openDatabase, servers, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {mysqlToSqlite, sluice, type Ended} from './support/program.ts';
import {placesOf} from './support/search.ts';

const folder = folders();

// One server is enough: what is looked at is what we print and write.
for (const server of servers.slice(0, 1)) {
  describe(`a password for ${server.kind}`, () => {
    const secret = 'Kx7#qV/9@zW%2f:s3cr3t';
    let source: Database;
    let account: Account;
    beforeAll(async () => {
      source = await openDatabase(server);
      await source.run('CREATE TABLE t (id int PRIMARY KEY, name varchar(20))', "INSERT INTO t VALUES (1, 'x')", 'CREATE TABLE hidden (id int)');
      account = await makeAccount(source, ['SELECT ON DB.t'], {password: secret});
    });
    afterAll(async () => {
      await account[Symbol.asyncDispose]();
      await source.drop();
    });

    // What comes after the @ in it, too: a careless cut of the URL would leave it.
    const parts = [secret, 'zW%2f:s3cr3t', encodeURIComponent(secret)];

    test.for(['in the URL', 'in a variable', 'in a file'])('%s, shows nowhere, whatever happens', async where => {
      const place = folder();
      const keys = folder();
      const file = keys.write('password', secret);
      const url = where === 'in the URL' ? account.url() : account.url(null);
      const env: Record<string, string> = where === 'in a variable' ? {SLUICE_SOURCE_PASSWORD: secret} : {};
      const words = where === 'in a file' ? ['--password-file', file] : [];
      place.write('policy.yaml', 'version: 1\ntables:\n  t: {columns: {"*": keep}}\n');
      place.write('undecided.yaml', 'version: 1\ntables: {}\n');
      const gone = url.replace(/:\d+\//, ':1/');
      const runs: Ended[] = [];
      const ways = where === 'in the URL' ? ['--verbose', '--json'] : ['--verbose'];
      for (const verbosity of ways) {
        const more = [...words, verbosity];
        runs.push(...await Promise.all([
          sluice(['copy', url, 'sqlite:good.db', '--report', 'reports', ...more], {cwd: place.path, env}),
          sluice(['copy', url, 'csv:files/', ...more], {cwd: place.path, env}),
          sluice(['plan', url, 'sqlite:plan.db', ...more], {cwd: place.path, env}),
          sluice(['check', url, ...more], {cwd: place.path, env}),
        ]), ...await Promise.all([
          sluice(['check', gone, ...more], {cwd: place.path, env}),
          sluice(['copy', gone, 'sqlite:bad1.db', ...more], {cwd: place.path, env}),
          sluice(['copy', url.replace(/(:\d+\/)\w+$/, '$1no_such'), 'sqlite:bad2.db', ...more], {cwd: place.path, env}),
          sluice(['copy', url, 'sqlite:bad3.db', '--tables', 'nope', ...more], {cwd: place.path, env}),
          // What is typed wrongly is quoted back, with the right words in its place.
          sluice(['cpoy', url, 'sqlite:bad4.db', ...more], {cwd: place.path, env}),
          sluice(['copy', url, 'sqlite:bad5.db', '--exlude', url, ...more], {cwd: place.path, env}),
          mysqlToSqlite(['bulk', '--source', url, '--target', 'bulk.db', '--policy', 'policy.yaml', ...more], {cwd: place.path, env}),
          mysqlToSqlite(['bulk', '--source', url, '--target', 'undecided.db', '--policy', 'undecided.yaml', ...more], {cwd: place.path, env}),
        ]));
      }
      expect(runs.map(({code}) => code)).toEqual(ways.flatMap(() => [0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 0, 2]));
      expect(placesOf(parts, place.path, runs)).toEqual([]);
      expect(placesOf([account.user], place.path, runs).filter(found => !found.includes('std')), 'files name no user either').toEqual([]);
      expect(runs.some(({stderr}) => stderr.includes('a password on the command line'))).toBe(where === 'in the URL');
    });

    test('that is wrong shows nowhere either, and neither does one in a URL that cannot be read', async () => {
      const place = folder();
      const wrong = 'Wr0ng-Gx81-p@ss';
      const host = new URL(source.url).host;
      const urls = [
        account.url(wrong), `mysql://${account.user}:${wrong}@${host}/db?password=${wrong}`, `mysql://${account.user}:${wrong}/x@${host}/db`,
        `mysql://${account.user}:%zz${wrong}@${host}/db`, `mysqll://${account.user}:${wrong}@${host}/db`, `mysql://${account.user}:${wrong}@${host}:x/db`,
        `mysql:/${account.user}:${wrong}@${host}/db`, `jdbc:mysql://${account.user}:${wrong}@${host}/db`,
      ];
      const runs = await Promise.all(urls.flatMap(url => [['copy', url, 'sqlite:x.db', '--verbose'], ['copy', 'sqlite:y.db', url, '--json']]).map(words => sluice(words, {cwd: place.path})));
      for (const {code} of runs) expect([1, 2]).toContain(code);
      expect(placesOf([wrong, 'Gx81'], place.path, runs)).toEqual([]);
      expect(runs[0]).toMatchObject({code: 1, stderr: expect.stringMatching(/refuses this user and password.*check/) as string});
    });
  });
}
