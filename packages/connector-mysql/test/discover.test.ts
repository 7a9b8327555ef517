import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Catalog, Schema} from '@sluice/core';
import {MysqlSource} from '../src/index.ts';
import {openLab, servers, type Lab} from './lab.ts';

const never = new AbortController().signal;

const eight = (alias: string) => `(SELECT 0 AS n UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7) ${alias}`;

for (const server of servers) {
  const mariadb = server.kind === 'mariadb';
  describe(`discover on ${server.kind}`, () => {
    let lab: Lab;
    let catalog: Catalog;
    const table = (name: string): Schema => catalog.tables.find(it => it.table === name)!;
    const column = (name: string, of = 'sorts') => table(of).columns.find(it => it.name === name)!;

    beforeAll(async () => {
      lab = await openLab(server);
      await lab.run(`CREATE TABLE sorts (
        id int unsigned NOT NULL AUTO_INCREMENT COMMENT 'it''s the id',
        tiny1 tinyint(1) DEFAULT 1, big bigint unsigned DEFAULT 18446744073709551615, bits64 bit(64), bits3 bit(3) DEFAULT b'101',
        price decimal(8,3) DEFAULT 1.5, ratio double DEFAULT 1.5, y year DEFAULT 2020,
        name varchar(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT 'it''s \\\\ "x" \\n nl', exact varchar(9) COLLATE utf8mb4_bin NOT NULL DEFAULT '',
        word_null varchar(5) DEFAULT 'NULL', none varchar(5) DEFAULT NULL, fixed char(4), memo text, huge longtext,
        kind enum('a','b,c','it''s','back\\\\slash','q"x','new\\nline','') DEFAULT 'b,c', flags set('x','y z') DEFAULT 'x,y z',
        bin binary(3) DEFAULT 'ab', vbin varbinary(5) DEFAULT x'00ff', plain blob,
        day date DEFAULT '0000-00-00', at datetime(6) DEFAULT '2020-01-01 00:00:00.000000', seen timestamp(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
        clock time(2), doc json, place point NOT NULL ${mariadb ? '' : 'SRID 0'}, sum2 int DEFAULT (1+1),
        loud varchar(60) GENERATED ALWAYS AS (concat(name, ' \\'q\\' \\\\ ', exact)) VIRTUAL, twice int GENERATED ALWAYS AS (tiny1 * 2) STORED,
        PRIMARY KEY (id), UNIQUE KEY one (exact, big), KEY part (name(5), exact DESC), FULLTEXT KEY words (memo), SPATIAL KEY spots (place),
        ${mariadb ? '' : 'KEY expr ((tiny1 * 2)), KEY hidden (price) INVISIBLE,'}
        CONSTRAINT positive CHECK (tiny1 > 0), CONSTRAINT quoted CHECK (exact <> 'it''s' and exact not like '\\\\_%')
      ) COMMENT 'all ''sorts'''`);
      await lab.run('CREATE TABLE parents (a int, b int, PRIMARY KEY (b, a))');
      await lab.run('CREATE TABLE children (id int PRIMARY KEY, pa int, pb int, CONSTRAINT up FOREIGN KEY (pb, pa) REFERENCES parents (b, a) ON UPDATE CASCADE ON DELETE SET NULL)');
      await lab.run('CREATE TABLE prefixed (body text, n int, PRIMARY KEY (body(10)))');
      await lab.run('CREATE TABLE my_isam (id int PRIMARY KEY) ENGINE = MyISAM');
      await lab.run("CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2");
      await lab.run('CREATE TABLE `od``d` (id int PRIMARY KEY)');
      await lab.run("CREATE VIEW seen_view AS SELECT s.name, o.id, 'x`.y' AS lit FROM sorts s JOIN `od``d` o ON o.id = s.id WHERE s.exact <> 'x''y'");
      await lab.run('CREATE TRIGGER stamp BEFORE INSERT ON parents FOR EACH ROW SET NEW.a = NEW.a');
      await lab.run('CREATE PROCEDURE proc() SELECT 1');
      await lab.run('CREATE FUNCTION fun() RETURNS int DETERMINISTIC RETURN 1');
      await lab.run('CREATE EVENT ev ON SCHEDULE EVERY 1 YEAR DO SELECT 1');
      if (mariadb) {
        await lab.run('CREATE SEQUENCE seq');
        await lab.run("SET SESSION sql_mode = 'ORACLE'");
        await lab.run('CREATE PACKAGE pack AS PROCEDURE inner_one(); END');
        await lab.run('CREATE PACKAGE BODY pack AS PROCEDURE inner_one() AS BEGIN NULL; END; END');
        await lab.run("SET SESSION sql_mode = ''");
        await lab.run('CREATE TABLE own_types (id uuid PRIMARY KEY, four inet4, six inet6, checked longtext CHECK (json_valid(checked)))');
      } else {
        await lab.run('CREATE TABLE own_types (id int PRIMARY KEY, vec vector(3), shapes geomcollection, loose int CHECK (loose > 0) NOT ENFORCED)');
      }
      await using source = new MysqlSource(lab.endpoint());
      catalog = await source.discover(never);
      expect(source.warnings).toEqual(['table my_isam uses MyISAM, which snapshots do not cover: rows that change while it is read may come mixed']);
    });
    afterAll(async () => { await lab[Symbol.asyncDispose](); });

    test('types, precision, fractions, lengths', () => {
      const types = table('sorts').columns.map(({name, type, precision, scale, maxLength, unsigned64}) =>
        [name, type, ...(precision === undefined ? [] : [precision]), ...(scale === undefined ? [] : [scale]), ...(maxLength === undefined ? [] : [maxLength]), ...(unsigned64 ? ['unsigned64'] : [])].join(' '));
      expect(types).toEqual([
        'id int', 'tiny1 int', 'big int unsigned64', 'bits64 int unsigned64', 'bits3 int', 'price decimal 8 3', 'ratio float', 'y int',
        'name text 20', 'exact text 9', 'word_null text 5', 'none text 5', 'fixed text 4', 'memo text 65535', 'huge text',
        'kind text 10', 'flags text 5', 'bin bytes 3', 'vbin bytes 5', 'plain bytes 65535', 'day date', 'at timestamp 6', 'seen timestamptz 3', 'clock time 2',
        'doc json', 'place bytes', 'sum2 int', 'loud text 60', 'twice int',
      ]);
    });

    test('native types say everything, the collation of text included', () => {
      const native = (name: string) => column(name).native?.sql.replace(/\((?:10|20)\)/, '').replace('year(4)', 'year');
      expect(column('id').native?.dialect).toBe(server.kind);
      expect(native('big')).toBe('bigint unsigned');
      expect(native('tiny1')).toBe('tinyint(1)');
      expect(native('exact')).toBe('varchar(9) collate utf8mb4_bin');
      expect(native('doc')).toBe('json');
      expect(native('seen')).toBe('timestamp(3)');
      expect(native('place')).toBe('point');
    });

    test('labels of an enumeration, quotes, commas, backslashes and line ends in them', () => {
      expect(column('kind').enumValues).toEqual(['a', 'b,c', "it's", 'back\\slash', 'q"x', 'new\nline', '']);
      expect(column('flags').enumValues).toBeUndefined();
    });

    test('what is compared without regard to case', () => {
      expect(column('name').caseInsensitive).toBe(true);
      expect(column('exact').caseInsensitive).toBeUndefined();
    });

    test('defaults: literals, expressions, none', () => {
      const defaults = Object.fromEntries(table('sorts').columns.flatMap(({name, default: value}) =>
        value ? [[name, value.kind === 'literal' ? `= ${value.text}` : value.sql.toLowerCase().replace(/[()]/g, '')]] : []));
      expect(defaults).toEqual({
        tiny1: '= 1', big: '= 18446744073709551615', bits3: '= 5', price: '= 1.500', ratio: '= 1.5', y: '= 2020', name: `= it's \\ "x" \n nl`, exact: '= ',
        word_null: '= NULL', kind: '= b,c', flags: '= x,y z', bin: "x'616200'", vbin: "x'00ff'", day: '= 0000-00-00', at: '= 2020-01-01 00:00:00.000000',
        seen: 'current_timestamp3', sum2: '1 + 1',
      });
    });

    test('generated columns, checks and expression indexes in SQL that can be run', async () => {
      const {checks = [], indexes = []} = table('sorts');
      expect(column('loud').generated?.stored).toBe(false);
      expect(column('twice').generated?.stored).toBe(true);
      expect(checks.map(({name}) => name).sort()).toEqual(['positive', 'quoted']);
      for (const {sql} of [column('loud').generated!, column('twice').generated!, ...checks]) await lab.run(`SELECT ${sql} FROM sorts`);
      // Its own text, with the escapes of one literal: not one level too many.
      expect(checks.find(({name}) => name === 'quoted')?.sql).toContain(String.raw`'it\'s'`);
      if (!mariadb) expect(indexes.find(({name}) => name === 'expr')?.parts).toEqual([{column: null, expression: {dialect: 'mysql', sql: '(`tiny1` * 2)'}}]);
    });

    test('keys and indexes: order, uniqueness, prefixes, descending parts, kinds', () => {
      expect(table('sorts').primaryKey).toEqual(['id']);
      expect(table('sorts').order).toBe('key');
      expect(table('parents')).toMatchObject({primaryKey: ['b', 'a'], order: 'key'});
      const indexes = Object.fromEntries((table('sorts').indexes ?? []).map(({name, ...index}) => [name, index]));
      expect(indexes).toMatchObject({
        one: {unique: true, parts: [{column: 'exact'}, {column: 'big'}]},
        part: {unique: false, parts: [{column: 'name', prefix: 5}, {column: 'exact', descending: true}]},
        words: {unique: false, kind: 'fulltext', parts: [{column: 'memo'}]},
        spots: {unique: false, kind: 'spatial', parts: [{column: 'place'}]},
      });
      expect(indexes['spots']?.parts[0]).toEqual({column: 'place'});
    });

    test('a key over the first characters is a unique index with a prefix, and no key to resume by', async () => {
      expect(table('prefixed')).toMatchObject({primaryKey: [], indexes: [{name: 'PRIMARY', unique: true, parts: [{column: 'body', prefix: 10}]}]});
      expect(table('prefixed').order).toBeUndefined();
    });

    test('how many rows and bytes a table has, about', async () => {
      await lab.run('CREATE TABLE wide (id int PRIMARY KEY, x longtext)');
      await lab.run(`INSERT INTO wide SELECT a.n * 8 + b.n, REPEAT('x', 20000) FROM ${eight('a')}, ${eight('b')}`);
      await lab.run('ANALYZE TABLE wide');
      await using source = new MysqlSource(lab.endpoint());
      const [found] = (await source.discover(never)).tables.filter(({table: name}) => name === 'wide');
      expect(found?.approximateRows).toBeGreaterThan(30);
      // Values beside their rows count.
      expect(found?.approximateBytes).toBeGreaterThan(64 * 20_000);
      expect(found?.approximateBytes).toBeLessThan(64 * 20_000 * 4);
    });

    test('foreign keys with their actions', () => {
      expect(table('children').foreignKeys).toEqual([
        {name: 'up', columns: ['pb', 'pa'], table: 'parents', referencedColumns: ['b', 'a'], onUpdate: 'CASCADE', onDelete: 'SET NULL'},
      ]);
    });

    test('comments and counters', () => {
      expect(table('sorts').comment).toBe("all 'sorts'");
      expect(column('id')).toMatchObject({comment: "it's the id", autoIncrement: true, nullable: false});
    });

    test('views with their columns, free of the name of the database', async () => {
      const [view] = catalog.views;
      expect(view).toMatchObject({name: 'seen_view', dialect: server.kind, columns: ['name', 'id', 'lit']});
      expect(view?.sql).not.toContain(lab.database);
      expect(view?.sql).toContain("'x`.y'");
      await lab.run(view!.sql);
    });

    test('what cannot travel is listed', () => {
      const kinds = catalog.others.map(({table: of, kind, name}) => `${of ?? '-'} ${kind} ${name}`).sort();
      expect(kinds).toEqual([
        '- event ev', '- function fun', '- procedure proc', ...(mariadb ? ['- procedure pack', '- sequence seq'] : []), ...(mariadb ? [] : ['own_types check own_types_chk_1']),
        'parents trigger stamp', 'parted table parted', 'sorts default seen', ...(mariadb ? [] : ['sorts index hidden']),
      ].sort());
    });

    test('tables of loads, and columns that are invisible, are listed', async () => {
      await using other = await openLab(server);
      const building = '_sluice_new_0123456789abcdef';
      for (const name of ['_sluice_position', building]) await other.run(`CREATE TABLE ${name} (id int PRIMARY KEY)`);
      await other.run('CREATE TABLE hides (id int PRIMARY KEY, shy int INVISIBLE, `default` int DEFAULT 3 COMMENT \'INVISIBLE\')');
      await using source = new MysqlSource(other.endpoint());
      const {tables, others} = await source.discover(never);
      expect(tables.map(it => it.table)).toEqual(['hides']);
      expect(others).toEqual([
        {table: null, kind: 'table', name: building, reason: 'a load of Sluice is building it, or left it behind'},
        {table: null, kind: 'table', name: '_sluice_position', reason: 'the name of the table where Sluice keeps how far its loads came'},
        {table: 'hides', kind: 'column', name: 'shy', reason: 'it is invisible at the source and becomes an ordinary one'},
      ]);
      const some = await source.discover(never, {wants: name => name !== '_sluice_position'});
      expect(some.others.map(({name}) => name)).toEqual([building, 'shy']);
    });

    test('types that only one of the two has', () => {
      const types = table('own_types').columns.map(({name, type}) => `${name} ${type}`);
      expect(types).toEqual(mariadb ? ['id uuid', 'four text', 'six text', 'checked json'] : ['id int', 'vec bytes', 'shapes bytes', 'loose int']);
    });

    test('tables nobody wants are not described', async () => {
      await using source = new MysqlSource(lab.endpoint());
      const some = await source.discover(never, {wants: name => name === 'parents'});
      expect(some.tables.map(it => it.table)).toEqual(['parents']);
      expect(some.views).toEqual([]);
      expect(source.warnings).toEqual([]);
    });
  });
}
