import {randomBytes} from 'node:crypto';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {Secret, type Catalog} from '@sluice/core';
import {MysqlSource} from '../src/index.ts';
import {openLab, servers, type Lab} from './lab.ts';

const never = new AbortController().signal;
const SENTENCE = 'may be missing from the list of what cannot travel, because this user may not see them; to list them:';

for (const server of servers) {
  const mariadb = server.kind === 'mariadb';
  const routines = mariadb ? 'GRANT SELECT ON mysql.proc TO …' : 'GRANT SHOW_ROUTINE ON *.* TO …';
  describe(`what a user of ${server.kind} may not see`, () => {
    let lab: Lab;
    let all: readonly string[];
    const reader = `sluice_${randomBytes(5).toString('hex')}`;
    const role = `sluice_r_${randomBytes(5).toString('hex')}`;
    const password = randomBytes(12).toString('hex');
    const found = ({others}: Catalog) => others.filter(({kind}) => ['trigger', 'event', 'procedure', 'function'].includes(kind)).map(({name}) => name).sort();

    /** What a user with these grants is told; `DB` stands for the database, `LIKE` for a pattern of it, `TABLE` for one of its tables. */
    async function told(grants: readonly string[], wants?: (name: string) => boolean): Promise<{warnings: readonly string[]; names: readonly string[]}> {
      await lab.run(`CREATE USER '${reader}'@'%' IDENTIFIED BY '${password}'`);
      for (const grant of grants) {
        const sql = grant.replaceAll('DB', `\`${lab.database.replaceAll('_', '\\_')}\``).replaceAll('TABLE', `\`${lab.database}\`.\`parents\``).replaceAll('LIKE', '`sluice%`');
        await lab.run(sql.startsWith('GRANT') || sql.startsWith('CREATE') || sql.startsWith('SET') ? sql : `GRANT ${sql} TO '${reader}'@'%'`);
      }
      await using source = new MysqlSource({url: lab.endpoint().url.replace(/\/\/[^@]+@/, `//${reader}@`), password: new Secret(password)});
      const catalog = await source.discover(never, wants && {wants});
      await source.discover(never, wants && {wants});
      return {warnings: source.warnings, names: found(catalog)};
    }

    beforeAll(async () => {
      lab = await openLab(server);
      await lab.run('CREATE TABLE parents (id int PRIMARY KEY)');
      await lab.run('CREATE TABLE children (id int PRIMARY KEY)');
      await lab.run('CREATE TRIGGER stamp BEFORE INSERT ON parents FOR EACH ROW SET NEW.id = NEW.id');
      await lab.run('CREATE TRIGGER young BEFORE INSERT ON children FOR EACH ROW SET NEW.id = NEW.id');
      await lab.run('CREATE PROCEDURE proc() SELECT 1');
      await lab.run('CREATE FUNCTION fun() RETURNS int DETERMINISTIC RETURN 1');
      await lab.run('CREATE EVENT ev ON SCHEDULE EVERY 1 YEAR DO SELECT 1');
      await using source = new MysqlSource(lab.endpoint());
      all = found(await source.discover(never));
      expect(all).toEqual(['ev', 'fun', 'proc', 'stamp', 'young']);
      expect(source.warnings).toEqual([]);
    });
    afterEach(async () => {
      await lab.run(`DROP USER IF EXISTS '${reader}'@'%'`);
      await lab.run(`DROP ROLE IF EXISTS ${role}`);
    });
    afterAll(async () => { await lab[Symbol.asyncDispose](); });

    test('with SELECT alone one warning names all kinds and the grants, once', async () => {
      const {warnings, names} = await told(['SELECT ON DB.*']);
      expect(names).toEqual([]);
      const pattern = `\`${lab.database.replaceAll('_', '\\_')}\``;
      expect(warnings).toEqual([`triggers, events, procedures and functions ${SENTENCE} GRANT TRIGGER, EVENT ON ${pattern}.* TO …; ${routines}`]);
    });

    test('doing what the warning says shows everything and ends it', async () => {
      const {warnings} = await told(['SELECT ON DB.*']);
      const grants = warnings[0]!.slice(warnings[0]!.indexOf('GRANT')).split('; ').map(sql => sql.replace(' TO …', '').replace('GRANT ', ''));
      expect(grants).toHaveLength(2);
      await lab.run(`DROP USER '${reader}'@'%'`);
      expect(await told(['SELECT ON DB.*', ...grants])).toEqual({warnings: [], names: all});
    });

    test.each<[string, readonly string[], string]>([
      ['TRIGGER', ['SELECT, TRIGGER ON DB.*'], 'events, procedures and functions'],
      ['EVENT', ['SELECT, EVENT ON DB.*'], 'triggers, procedures and functions'],
      ['EXECUTE', ['SELECT, EXECUTE ON DB.*'], 'triggers and events'],
      ['ALTER ROUTINE', ['SELECT, ALTER ROUTINE ON DB.*'], 'triggers and events'],
      ['EXECUTE everywhere', ['SELECT ON DB.*', 'EXECUTE ON *.*'], 'triggers and events'],
      ['SELECT everywhere', ['SELECT ON *.*'], 'triggers and events'],
      ['TRIGGER and EXECUTE', ['SELECT, TRIGGER, EXECUTE ON DB.*'], 'events'],
      ['TRIGGER on one of two tables', ['SELECT, EVENT, EXECUTE ON DB.*', 'TRIGGER ON TABLE'], 'triggers'],
      ['a pattern that another one puts out of force', mariadb ? ['SELECT, EVENT, EXECUTE ON DB.*', 'TRIGGER ON LIKE.*'] : ['SELECT, EVENT, EXECUTE ON DB.*'], 'triggers'],
    ])('with %s the others are named', async (_, grants, kinds) => {
      const {warnings, names} = await told(grants);
      expect(warnings).toEqual([expect.stringMatching(new RegExp(`^${kinds} may be missing`))]);
      expect(names).not.toEqual(all);
    });

    test.each<[string, readonly string[]]>([
      ['all of the database', ['ALL ON DB.*']],
      ['everything', ['ALL ON *.*']],
      ['single privileges', ['SELECT, TRIGGER, EVENT, CREATE ROUTINE ON DB.*']],
      ['a pattern', ['SELECT, TRIGGER, EVENT, EXECUTE ON LIKE.*']],
      ['privileges of columns besides', ['SELECT (id), INSERT (id) ON TABLE', 'SELECT, TRIGGER, EVENT, EXECUTE ON DB.*']],
      ['a role', [
        'SELECT ON DB.*', `CREATE ROLE ${role}`, `GRANT TRIGGER, EVENT, EXECUTE ON DB.* TO ${role}`, `GRANT ${role} TO '${reader}'@'%'`,
        mariadb ? `SET DEFAULT ROLE ${role} FOR '${reader}'@'%'` : `SET DEFAULT ROLE ALL TO '${reader}'@'%'`,
      ]],
    ])('with %s nothing is hidden, and nothing is said', async (_, grants) => {
      expect(await told(grants)).toEqual({warnings: [], names: all});
    });

    test('a role that is not in force shows nothing', async () => {
      const {warnings} = await told(['SELECT ON DB.*', `CREATE ROLE ${role}`, `GRANT TRIGGER, EVENT, EXECUTE ON DB.* TO ${role}`, `GRANT ${role} TO '${reader}'@'%'`]);
      expect(warnings).toEqual([expect.stringMatching(/^triggers, events, procedures and functions may/)]);
    });

    test('triggers of tables that are not copied do not matter', async () => {
      const grants = ['SELECT, EVENT, EXECUTE ON DB.*', 'TRIGGER ON TABLE'];
      expect(await told(grants, name => name === 'parents')).toMatchObject({warnings: []});
    });
  });
}
