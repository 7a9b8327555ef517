import {MysqlSource} from '@sluice/connector-mysql';
import {readFileSync} from 'node:fs';
import {ErrorCode, Secret, type DigestRequest} from '@sluice/core';
import {freshDatabase, server} from '@sluice/testkit';
import {ageTransform, defaultStudy} from '@sluice/transform-age';
import {createConnection, type Connection, type RowDataPacket} from 'mysql2/promise';
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {folders, Lab, told, watched} from './lab.ts';

const folder = folders();
const servers = (await Promise.all((['mariadb', 'mysql'] as const).map(kind => server(kind)))).filter(it => it !== null);

/** What a row holds, and what it is changed to: a digest that confuses the two misses the change. */
const pairs: readonly [what: string, before: string, after: string][] = [
  ['a character moved to the next column', "a = 'ab', b = 'c'", "a = 'a', b = 'bc'"],
  ['all characters moved to the next column', "a = 'abc', b = ''", "a = '', b = 'abc'"],
  ['NULL for an empty text', "a = ''", 'a = NULL'],
  ['an empty text for NULL', 'b = NULL', "b = ''"],
  ['NULL moved to the next column', "a = NULL, b = 'x'", "a = 'x', b = NULL"],
  ['the word NULL for NULL', 'a = NULL', "a = 'NULL'"],
  ['separators that look like another row', "a = 'x,y', b = 'z'", "a = 'x', b = 'y,z'"],
  ['quotes and backslashes', "a = '\\\\', b = ''''", "a = '', b = '\\\\'''"],
  ['1.0 for 1', "a = '1'", "a = '1.0'"],
  ['the sign of zero', 'f = 0e0', "f = '-0'"],
  ['the last digit of a float', 'f = 0.1e0', 'f = 0.10000000000000002e0'],
  ['a float beyond sixteen digits', 'f = 9007199254740992e0', 'f = 9007199254740994e0'],
  ['the last digit of a decimal', "d = '12345678901234567890.1234567890'", "d = '12345678901234567890.1234567891'"],
  ['the last digit of a big number', 'n = 9223372036854775806', 'n = 9223372036854775807'],
  ['one bit of a BLOB', "x = x'00ff01'", "x = x'00ff00'"],
  ['a NUL at the end of a BLOB', "x = x'00ff'", "x = x'00ff00'"],
  ['an empty BLOB for NULL', "x = ''", 'x = NULL'],
  ['the bytes of a text that are no text', "x = x'c3a9'", "x = x'e9'"],
  ['case alone, where the collation does not mind', "a = 'abc'", "a = 'ABC'"],
  ['an accent alone, where the collation does not mind', "a = 'e'", "a = 'é'"],
  ['a blank at the end, where the collation does not mind', "a = 'abc'", "a = 'abc '"],
  ['one character in another form', "a = 'é'", "a = 'e\u0301'"],
  ['a microsecond', "t = '2024-03-31 02:30:00.000001'", "t = '2024-03-31 02:30:00.000002'"],
  ['a zero date for NULL', "day = '0000-00-00'", 'day = NULL'],
  ['a day that does not exist', "day = '2024-02-30'", "day = '2024-02-29'"],
];
const columns = 'a varchar(40) COLLATE utf8mb4_general_ci, b text COLLATE utf8mb4_unicode_ci, f double, d decimal(40,10), n bigint, x longblob, t datetime(6), day date';

for (const it of servers) {
  describe(`digests that ${it.kind} computes`, () => {
    let database: Awaited<ReturnType<typeof freshDatabase>>;
    let connection: Connection;
    const sql = async (...statements: string[]) => { for (const statement of statements) await connection.query(statement); };
    beforeAll(async () => {
      database = await freshDatabase(it);
      connection = await createConnection({host: it.host, port: it.port, user: it.user, password: it.password, database: database.name, charset: 'utf8mb4'});
      connection.on('error', () => {});
      await sql("SET SESSION sql_mode = 'ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO', time_zone = '+00:00'");
    });
    afterAll(async () => {
      await connection?.end();
      await database?.drop();
    });
    beforeEach(async () => {
      const [rows] = await connection.query<RowDataPacket[][]>({sql: 'SHOW TABLES', rowsAsArray: true});
      for (const [name] of rows) await sql(`DROP TABLE \`${String(name)}\``);
    });
    const open = () => {
      const url = new URL(database.url);
      url.password = '';
      return new MysqlSource({url: url.href, ...(it.password !== '' && {password: new Secret(it.password)})});
    };
    const newLab = (more: Partial<Lab['options']> = {}) => new Lab(folder(), {open, maxRows: 10, ...more});
    const filled = (table: string, key: (i: string) => string, rows = 40) =>
      `INSERT INTO ${table} SELECT ${key('i')}, CONCAT('a', i), 'b', i, i, i, CONCAT('x', i), '2024-01-01', '2024-01-01' FROM (SELECT 1 + d1.i + 10 * d2.i AS i FROM (${digits}) d1, (${digits}) d2) n WHERE i <= ${rows}`;
    const digits = Array.from({length: 10}, (_, i) => `SELECT ${i} AS i`).join(' UNION ALL ');

    test('every hostile pair is told apart, with a key and without one', async () => {
      await sql(`CREATE TABLE keyed (id int PRIMARY KEY, ${columns})`, filled('keyed', i => i), `CREATE TABLE keyless (id int, ${columns})`, filled('keyless', i => i));
      const lab = newLab();
      await lab.bulk();
      for (const [what, before, after] of pairs) {
        // MariaDB stores no negative zero.
        if (it.kind === 'mariadb' && what === 'the sign of zero') continue;
        for (const state of [before, after]) await sql(`UPDATE keyed SET ${state} WHERE id = 15`, `UPDATE keyless SET ${state} WHERE id = 15`).then(() => (state === before ? lab.update() : undefined));
        const report = await lab.update();
        expect(told(report), what).toEqual({keyed: 'patched: rows changed in 1 of 4 ranges of its key', keyless: expect.stringMatching(/^rewritten: its rows changed/)});
        expect(report.tables.find(({name}) => name === 'keyed')?.rowsRead, what).toBe(10);
      }
      await lab.sameAsFresh();
    }, 300_000);

    test.for<[what: string, definition: string, key: string, edits: [string, number][]]>([
      ['text without regard to case', 'k varchar(20) COLLATE utf8mb4_general_ci PRIMARY KEY', "CONCAT(CASE i % 3 WHEN 0 THEN 'k' WHEN 1 THEN 'K' ELSE 'É' END, LPAD(i, 3, '0'))", [
        ["UPDATE t SET k = 'K003' WHERE k = 'k003'", 10], ["INSERT INTO t (k) VALUES ('j'), ('k0035'), ('zz')", 23], ["DELETE FROM t WHERE k = 'É002'", 9], ["UPDATE t SET a = 'new' WHERE k = 'K003'", 10],
      ]],
      ['two parts, one of them descending', `k int, l varchar(5), PRIMARY KEY (k${it.kind === 'mysql' ? ' DESC' : ''}, l)`, "i % 4, CONCAT('l', LPAD(i, 2, '0'))", [
        ["UPDATE t SET a = 'new' WHERE k = 2 AND l = 'l10'", 10], ["INSERT INTO t (k, l) VALUES (2, 'l11')", 11], ['DELETE FROM t WHERE k = 0', 0],
      ]],
      ['a descending number', 'k bigint unsigned, PRIMARY KEY (k DESC)', '18446744073709551615 - i * 1000', [
        ["UPDATE t SET a = 'new' WHERE k = 18446744073709550615", 10], ['INSERT INTO t (k) VALUES (18446744073709551615), (0)', 22], ['DELETE FROM t WHERE k = 18446744073709551615', 9],
      ]],
      ['bytes', 'k varbinary(8) PRIMARY KEY', "CONCAT(x'00ff', CHAR(i), x'00')", [["UPDATE t SET a = 'new' WHERE k = x'00ff0a00'", 10], ["INSERT INTO t (k) VALUES (x''), (x'ff')", 22]]],
      ['a moment', "k datetime(6) PRIMARY KEY", "DATE_ADD('2024-01-01', INTERVAL i * 1000003 MICROSECOND)", [["UPDATE t SET a = 'new' WHERE k < '2024-01-01 00:00:02'", 10]]],
    ])('only the changed ranges are read; the key: %s', async ([, definition, key, edits]) => {
      const more = definition.includes('PRIMARY KEY (') ? definition.replace(/, PRIMARY KEY.*/, '') : definition;
      const primary = /, PRIMARY KEY .*/.exec(definition)?.[0] ?? '';
      await sql(`CREATE TABLE t (${more}, ${columns}${primary})`, filled('t', i => key.replaceAll(/\bi\b/g, i)), 'CREATE TABLE other (id int PRIMARY KEY)', 'INSERT INTO other VALUES (1)');
      const lab = newLab();
      await lab.bulk();
      for (const [edit, rows] of edits) {
        await sql(edit);
        const report = await lab.update();
        expect(told(report)['t'], edit).toMatch(/^patched|^rewritten: rows changed in/);
        expect(lab.reads.map(({table}) => table).filter(table => table !== 't'), edit).toEqual([]);
        if (told(report)['t']!.startsWith('patched')) expect(report.tables.find(({name}) => name === 't')?.rowsRead, edit).toBe(rows);
        await lab.sameAsFresh();
      }
      expect((await lab.update()).refresh?.kind).toBe('none');
      expect(lab.reads).toEqual([]);
    });

    test.for<[what: string, statement: string, reason: RegExp]>([
      ['a renamed column', 'ALTER TABLE t CHANGE a renamed varchar(40) COLLATE utf8mb4_general_ci', /column a is called renamed now/],
      ['a longer text', 'ALTER TABLE t MODIFY a varchar(50)', /column a was varchar\(40\).* and is varchar\(50\)/],
      ['a column added', 'ALTER TABLE t ADD COLUMN y int NULL', /column y is new/],
      ['a column dropped', 'ALTER TABLE t DROP COLUMN f', /column f is gone/],
      ['a wider number', 'ALTER TABLE t MODIFY n decimal(20,0)', /column n was bigint.* and is decimal\(20,0\)/],
      ['an index', 'ALTER TABLE t ADD INDEX by_n (n)', /its indexes changed/],
      ['another key', 'ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id, n), MODIFY n bigint NOT NULL', /it has another primary key/],
      ['a comment of a column', "ALTER TABLE t MODIFY n bigint COMMENT 'how many'", /column n has another definition/],
      ['a comment of the table', "ALTER TABLE t COMMENT 'what it is'", /its comment changed/],
      ['a default', 'ALTER TABLE t ALTER COLUMN n SET DEFAULT 7', /column n has another definition/],
      ['another collation of a column', 'ALTER TABLE t MODIFY a varchar(40) COLLATE utf8mb4_bin', /column a/],
    ])('%s is seen although no row changed, in an empty table, too', async ([, statement, reason]) => {
      await sql(`CREATE TABLE t (id int PRIMARY KEY, ${columns})`, filled('t', i => i), `CREATE TABLE \`empty\` (id int PRIMARY KEY, ${columns})`, 'CREATE TABLE other (id int PRIMARY KEY)');
      const lab = newLab();
      await lab.bulk();
      await sql(statement, statement.replace('TABLE t', 'TABLE `empty`'));
      const report = await lab.update();
      for (const name of ['t', 'empty']) expect(told(report)[name]).toMatch(new RegExp(`^rewritten: .*${reason.source}`));
      expect(told(report)['other']).toBe('unchanged');
      await lab.sameAsFresh();
    });

    test('another collation of the key: its ranges are other ranges by then', async () => {
      await sql(`CREATE TABLE t (k varchar(10) COLLATE utf8mb4_general_ci PRIMARY KEY, ${columns})`, filled('t', i => `CONCAT(CASE ${i} % 2 WHEN 0 THEN 'a' ELSE 'B' END, LPAD(${i}, 3, '0'))`));
      const lab = newLab();
      await lab.bulk();
      await sql('ALTER TABLE t MODIFY k varchar(10) COLLATE utf8mb4_bin NOT NULL');
      expect(told(await lab.update())['t']).toMatch(/^rewritten/);
      await lab.sameAsFresh();
    });

    test('a table whose engine has no snapshots is copied each time, and says why', async () => {
      await sql(`CREATE TABLE t (id int PRIMARY KEY, ${columns}) ENGINE=MyISAM`, filled('t', i => i), 'CREATE TABLE other (id int PRIMARY KEY)', 'CREATE TABLE loose (id int) ENGINE=MyISAM', 'INSERT INTO loose VALUES (1)');
      const lab = newLab();
      await lab.bulk();
      await sql("UPDATE t SET a = 'new' WHERE id = 15");
      expect(told(await lab.update())).toEqual({
        t: expect.stringMatching(/^rewritten: whether its rows changed cannot be told, as its storage engine keeps no snapshots/), other: 'unchanged', loose: 'rewritten: its rows cannot be compared at the source: it is copied every time',
      });
      await lab.sameAsFresh({drift: true});
    });

    test.for<[when: string, call: number, moment: 'before' | 'after']>([
      ['it was described', 1, 'before'], ['it was compared', 1, 'after'], ['it was read', 2, 'before'],
    ])('a table that vanishes once %s is named, and nothing is damaged', async ([, call, moment]) => {
      await sql(`CREATE TABLE t (id int PRIMARY KEY, ${columns})`, filled('t', i => i), 'CREATE TABLE other (id int PRIMARY KEY)', 'INSERT INTO other VALUES (1)');
      const lab = newLab();
      await lab.bulk();
      const before = readFileSync(lab.target);
      await sql("UPDATE t SET a = 'new' WHERE id = 15");
      await using source = open();
      let calls = 0;
      const vanishing = async (now: typeof moment) => { if (calls === call && now === moment) await sql('DROP TABLE t'); };
      const {report} = await lab.attempt('changes', {source: {
        ...watched(source, []),
        async digestRanges(requests: readonly DigestRequest[], signal: AbortSignal) {
          calls++;
          await vanishing('before');
          const digests = await source.digestRanges(requests, signal);
          await vanishing('after');
          return digests;
        },
      }});
      expect(report).toMatchObject({status: 'failed', published: false, error: {code: ErrorCode.SCHEMA, message: expect.stringMatching(/table t\b/) as string, remedy: expect.stringMatching(/run again/) as string}});
      expect(readFileSync(lab.target).equals(before)).toBe(true);
      lab.expectNothingLeft();
      expect(await lab.update()).toMatchObject({status: 'ok', refresh: {tables: {removed: 1, unchanged: 1}}});
      await lab.sameAsFresh();
    });

    test('a corrected birth date reaches the ages of other tables', async () => {
      await sql('CREATE TABLE gen_twins (familyid int, twin int, dateofbirth varchar(30), firstname varchar(20), PRIMARY KEY (familyid, twin))', 'CREATE TABLE data_4_tr (familyid int, packsent varchar(30), sender varchar(20)) ENGINE=MyISAM',
        'CREATE TABLE data_4_au_t (familyid int, twin int, au1 int, PRIMARY KEY (familyid, twin))', 'CREATE TABLE other (id int PRIMARY KEY)',
        `INSERT INTO gen_twins SELECT 1 + d1.i + 10 * d2.i, 1, '01/31/1990', 'Ann' FROM (${digits}) d1, (${digits}) d2`, "INSERT INTO data_4_tr SELECT familyid, '02/01/2005', 'staff' FROM gen_twins", 'INSERT INTO data_4_au_t SELECT familyid, 1, 7 FROM gen_twins');
      const study = {...defaultStudy, phases: {4: {table: 'data_4_tr', column: 'packsent'}}, people: {twin: defaultStudy.people['twin']!}};
      const lab = newLab({rules: () => [ageTransform(study)]});
      await lab.bulk();
      await sql("UPDATE gen_twins SET firstname = 'Bob' WHERE familyid = 33");
      expect(told(await lab.update())).toMatchObject({data_4_au_t: 'unchanged', gen_twins: expect.stringMatching(/^patched/)});
      await sql("UPDATE gen_twins SET dateofbirth = '01/31/1991' WHERE familyid = 33");
      expect(told(await lab.update())).toMatchObject({data_4_au_t: expect.stringMatching(/gen_twins changed/), other: 'unchanged'});
      await lab.sameAsFresh({drift: true});
      // A tracker that its server cannot digest is read for it.
      await sql("UPDATE data_4_tr SET sender = 'somebody'");
      expect(told(await lab.update())).toMatchObject({data_4_au_t: 'unchanged'});
      await sql("UPDATE data_4_tr SET packsent = '02/01/2006' WHERE familyid = 44");
      expect(told(await lab.update())).toMatchObject({data_4_au_t: expect.stringMatching(/data_4_tr changed/)});
      await lab.sameAsFresh({drift: true});
    });

    test('names with every hostile character', async () => {
      await sql('CREATE TABLE `t ``"\'; -- %s` (`k ``"\' x` int PRIMARY KEY, `select` text)', "INSERT INTO `t ``\"'; -- %s` VALUES (1, 'a'), (2, 'b')");
      const lab = newLab();
      await lab.bulk();
      await sql("UPDATE `t ``\"'; -- %s` SET `select` = 'new' WHERE `k ``\"' x` = 2");
      expect((await lab.update()).refresh?.tables.rewritten).toBe(1);
      await lab.sameAsFresh();
    });
  });
}
