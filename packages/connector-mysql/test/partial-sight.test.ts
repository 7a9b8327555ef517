import {randomBytes} from 'node:crypto';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {Secret} from '@sluice/core';
import {MysqlSource} from '../src/index.ts';
import {openLab, servers, type Lab} from './lab.ts';

const never = new AbortController().signal;

for (const server of servers) {
  describe(`a user of ${server.kind} with privileges on parts`, () => {
    let lab: Lab;
    const reader = `sluice_${randomBytes(5).toString('hex')}`;
    const password = randomBytes(12).toString('hex');

    async function seen(...grants: string[]) {
      await lab.run(`CREATE USER '${reader}'@'%' IDENTIFIED BY '${password}'`);
      for (const grant of grants) await lab.run(`GRANT ${grant.replaceAll('DB', `\`${lab.database}\``)} TO '${reader}'@'%'`);
      await using source = new MysqlSource({url: lab.endpoint().url.replace(/\/\/[^@]+@/, `//${reader}@`), password: new Secret(password)});
      const {tables} = await source.discover(never);
      const {warnings} = source;
      await using checked = new MysqlSource({url: lab.endpoint().url.replace(/\/\/[^@]+@/, `//${reader}@`), password: new Secret(password)});
      const problems = await checked.check(never);
      return {
        incomplete: tables.filter(({incomplete}) => incomplete !== undefined).map(({table}) => table), warnings: warnings.join('\n'),
        problems: problems.map(({path, message}) => `${path}: ${message}`), notes: checked.warnings.join('\n'),
      };
    }

    beforeAll(async () => {
      lab = await openLab(server);
      for (const name of ['family', 'twins', 'staff']) await lab.run(`CREATE TABLE ${name} (id int PRIMARY KEY, name varchar(20), zip text)`);
      await lab.run('CREATE VIEW names AS SELECT name FROM family');
      await lab.run('CREATE TRIGGER stamp BEFORE INSERT ON family FOR EACH ROW SET NEW.id = NEW.id');
    });
    afterEach(async () => { await lab.run(`DROP USER IF EXISTS '${reader}'@'%'`); });
    afterAll(async () => { await lab[Symbol.asyncDispose](); });

    test('on a column of a table: the table is said to be incomplete, and the check has a problem with it', async () => {
      const found = await seen('SELECT (id) ON DB.family', 'SELECT ON DB.twins');
      expect(found.incomplete).toEqual(['family']);
      expect(found.problems).toEqual([expect.stringMatching(/^family: .*some columns of table family only.*GRANT SELECT ON/)]);
      for (const text of [found.warnings, found.notes]) expect(text).toMatch(/other tables and views may exist/);
    });

    test('on all columns by name, or on tables: nothing is incomplete, but others may exist', async () => {
      const found = await seen('SELECT (id, name, zip) ON DB.family', 'SELECT ON DB.twins', 'SELECT ON DB.names');
      expect(found).toMatchObject({incomplete: [], problems: []});
      expect(found.warnings).toMatch(/other tables and views may exist/);
    });

    test('on the database: all is seen; the check notes SHOW VIEW, TRIGGER and EVENT when they are missing, and finds no problem', async () => {
      const found = await seen('SELECT ON DB.*');
      expect(found).toMatchObject({incomplete: [], problems: []});
      expect(found.warnings).not.toMatch(/may exist/);
      expect(found.notes).toMatch(/view names .*SHOW VIEW/);
      expect(found.notes).toMatch(/TRIGGER, EVENT/);
    });

    test('and with all that is needed to see everything nothing is noted', async () => {
      const more = lab.kind === 'mariadb' ? [] : ['SHOW_ROUTINE ON *.*'];
      const found = await seen('SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE ON DB.*', ...more);
      expect(found).toEqual({incomplete: [], problems: [], warnings: '', notes: ''});
    });
  });
}
