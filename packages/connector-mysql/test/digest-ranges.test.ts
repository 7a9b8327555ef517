import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {KeyRange, Position, RangeDigest, Schema} from '@sluice/core';
import {rejection, startPrivateServer, until, within} from '@sluice/testkit';
import {MysqlSource} from '../src/index.ts';
import {connectPlain, openLab, servers, type Lab} from './lab.ts';

const never = new AbortController().signal;
const WHOLE: KeyRange = {after: null, until: null};

/** Two values of a column that are not the same, though a careless comparison would say so: as SQL. */
const DIFFERENT: readonly (readonly [what: string, type: string, one: string, other: string, only?: 'mysql' | 'mariadb'])[] = [
  ['NULL and an empty text', 'varchar(10)', 'NULL', "''"],
  ['NULL and the letter N', 'varchar(10)', 'NULL', "'N'"],
  ['NULL and no bytes', 'blob', 'NULL', "''"],
  ['NULL and an empty long text', 'longtext', 'NULL', "''"],
  ['NULL and zero', 'tinyint', 'NULL', '0'],
  ['NULL and zero as a decimal', 'decimal(5,2)', 'NULL', '0'],
  ['NULL and the zero date', 'date', 'NULL', "'0000-00-00'"],
  ['NULL and the error value of an enumeration', "enum('a')", 'NULL', '0'],
  ['NULL and the empty set', "set('a')", 'NULL', "''"],
  ['cases', 'varchar(10) COLLATE utf8mb4_general_ci', "'abc'", "'aBc'"],
  ['accents', 'varchar(10) COLLATE utf8mb4_general_ci', "'e'", "'é'"],
  ['trailing spaces', 'varchar(10)', "'a'", "'a '"],
  ['trailing spaces in TEXT', 'text', "'a'", "'a '"],
  ['trailing spaces in LONGTEXT', 'longtext', "'a'", "'a '"],
  ['a zero byte at the end', 'varbinary(10)', "x'61'", "x'6100'"],
  ['a zero byte in text', 'varchar(10)', "'a'", "CONCAT('a', CHAR(0))"],
  ['a zero byte in a long blob', 'longblob', "x'0061'", "x'000061'"],
  ['the last byte of a blob', 'blob', "REPEAT('a', 65535)", "CONCAT(REPEAT('a', 65534), 'b')"],
  ['the last byte of a long blob', 'longblob', "REPEAT('a', 300000)", "CONCAT(REPEAT('a', 299999), 'b')"],
  ['bytes that are no UTF-8', 'varbinary(4)', "x'ff'", "x'fe'"],
  ['codes of one character', 'varchar(5) CHARACTER SET cp932', "_cp932 x'81ca'", "_cp932 x'fa54'"],
  ['lone surrogates', 'varchar(5) CHARACTER SET ucs2', "_ucs2 x'd800'", "_ucs2 x'd801'"],
  ['lone surrogates in a long text', 'mediumtext CHARACTER SET ucs2', "_ucs2 x'd800'", "_ucs2 x'd801'"],
  ['signs', 'tinyint', '1', '-1'],
  ['the ends of TINYINT', 'tinyint', '127', '-128'],
  ['the ends of TINYINT UNSIGNED', 'tinyint unsigned', '0', '255'],
  ['the ends of SMALLINT', 'smallint', '32767', '-32768'],
  ['the ends of SMALLINT UNSIGNED', 'smallint unsigned', '0', '65535'],
  ['the ends of MEDIUMINT', 'mediumint', '8388607', '-8388608'],
  ['the ends of MEDIUMINT UNSIGNED', 'mediumint unsigned', '0', '16777215'],
  ['the ends of INT', 'int', '2147483647', '-2147483648'],
  ['the largest BIGINTs', 'bigint unsigned', '18446744073709551615', '18446744073709551614'],
  ['the last digit of a decimal', 'decimal(65,30)', "'12345678901234567890123456789012345.000000000000000000000000000001'", "'12345678901234567890123456789012345.000000000000000000000000000002'"],
  ['neighbouring floats', 'float', '16777215', '16777216'],
  ['neighbouring floats that print alike', 'float', '1.1', '1.1000001'],
  ['neighbouring doubles', 'double', '0.1', '0.10000000000000002'],
  ['neighbouring doubles at the end', 'double', '-1.7976931348623157e308', '-1.7976931348623155e308'],
  ['the smallest doubles', 'double', '-4.9406564584124654e-324', '-9.8813129168249309e-324'],
  ['neighbouring doubles with fixed decimals', 'double(30,2)', '-1234567890123456', '-1234567890123456.2'],
  ['zero and minus zero', 'double', '0e0', '-0e0', 'mysql'],
  ['zero and minus zero, short', 'float', '0e0', '-0e0', 'mysql'],
  ['the highest bit', 'bit(64)', '0', '9223372036854775808'],
  ['the lowest of 64 bits', 'bit(64)', '18446744073709551615', '18446744073709551614'],
  ['zero and partial dates', 'date', "'0000-00-00'", "'2024-00-00'"],
  ['partial dates', 'date', "'2024-01-00'", "'2024-01-01'"],
  ['microseconds', 'datetime(6)', "'2024-01-01 00:00:00.000001'", "'2024-01-01 00:00:00.000002'"],
  ['microseconds of a timestamp', 'timestamp(6) NULL', "'2024-01-01 00:00:00.000001'", "'2024-01-01 00:00:00.000002'"],
  ['signs of a time', 'time(3)', "'-00:00:00.001'", "'00:00:00.001'"],
  ['years', 'year', "'0000'", '1901'],
  ['labels', "enum('a','b')", "'a'", "'b'"],
  ['an empty label and the error value', "enum('a','')", "''", '0'],
  ['sets of many', `set(${Array.from({length: 64}, (_, i) => `'s${i}'`).join()})`, '18446744073709551615', '18446744073709551614'],
  ['numbers in JSON', 'json', "'{\"a\":1}'", "'{\"a\":1.0}'"],
  ['spaces in JSON', 'json', "'[1,2]'", "'[1, 2]'", 'mariadb'],
  ['coordinates', 'point', "ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(2 1)')"],
  ['reference systems', 'geometry', "ST_GeomFromText('POINT(1 2)', 4326)", "ST_GeomFromText('POINT(1 2)', 3857)"],
  ['NULL and a shape', 'geometry', 'NULL', "ST_GeomFromText('POINT(1 2)')"],
  ['vectors', 'vector(2)', "STRING_TO_VECTOR('[1,2]')", "STRING_TO_VECTOR('[1,3]')", 'mysql'],
  ['UUIDs', 'uuid', "'123e4567-e89b-12d3-a456-426655440000'", "'123e4567-e89b-12d3-a456-426655440001'", 'mariadb'],
  ['NULL and a UUID', 'uuid', 'NULL', "'00000000-0000-0000-0000-000000000000'", 'mariadb'],
  ['the last digit of the longest INT', 'int(1)', '-2147483648', '-2147483647'],
  ['the last digit of the longest BIGINT', 'bigint(1)', '-9223372036854775808', '-9223372036854775807'],
  ['the last digit of a zerofilled number', 'int(3) zerofill', '4294967295', '4294967294'],
  ['the last digit of a negative decimal', 'decimal(5,5)', "'-0.99999'", "'-0.99998'"],
  ['the last digit of a decimal without a fraction', 'decimal(65,0)', `'-${'9'.repeat(65)}'`, `'-${'9'.repeat(64)}8'`],
  ['the last digit of the longest time', 'time(6)', "'-838:59:58.999999'", "'-838:59:58.999998'"],
  ['the last byte of a full VARCHAR', 'varchar(40)', "REPEAT('😀', 40)", "CONCAT(REPEAT('😀', 39), '😁')"],
  ['the last byte of a full CHAR', 'char(255)', "REPEAT('😀', 255)", "CONCAT(REPEAT('😀', 254), '😁')"],
  ['the last byte of a full VARCHAR of two bytes a character', 'varchar(40) CHARACTER SET ucs2', "REPEAT('a', 40)", "CONCAT(REPEAT('a', 39), 'b')"],
  ['the last byte of a full TINYTEXT', 'tinytext', "REPEAT('a', 255)", "CONCAT(REPEAT('a', 254), 'b')"],
  ['the last byte of a full TEXT', 'text', "REPEAT('a', 65535)", "CONCAT(REPEAT('a', 65534), 'b')"],
  ['the last byte of a full TEXT of two bytes a character', 'text CHARACTER SET ucs2', "REPEAT('a', 32767)", "CONCAT(REPEAT('a', 32766), 'b')"],
  ['the last byte of a full VARBINARY', 'varbinary(40)', "REPEAT('a', 40)", "CONCAT(REPEAT('a', 39), 'b')"],
  ['the last byte of a full BINARY', 'binary(255)', "REPEAT('a', 255)", "CONCAT(REPEAT('a', 254), 'b')"],
  ['the last byte of a full TINYBLOB', 'tinyblob', "REPEAT('a', 255)", "CONCAT(REPEAT('a', 254), 'b')"],
  ['doubles that are written long', 'double', '-0.000012643568457832771', '-0.000012643568457832773'],
  ['floats that are written long', 'float', '-2.2646296594713497e-14', '-2.264629828877939e-14'],
  ['addresses', 'inet6', "'::1'", "'::2'", 'mariadb'],
  ['NULL and an address', 'inet4', 'NULL', "'0.0.0.0'", 'mariadb'],
];

/** Rows of several columns between which something moved. */
const MOVED: readonly (readonly [what: string, columns: string, one: string, other: string])[] = [
  ['a letter over the border of two texts', 'a varchar(5), b varchar(5)', "'ab', 'c'", "'a', 'bc'"],
  ['a byte over the border of two blobs', 'a blob, b blob', "x'6162', x'63'", "x'61', x'6263'"],
  ['a NULL to the next text', 'a varchar(5), b varchar(5)', "NULL, 'a'", "'a', NULL"],
  ['a NULL to the next number', 'a tinyint, b tinyint', 'NULL, 1', '1, NULL'],
  ['a NULL to the next number of another width', 'a tinyint, b smallint', 'NULL, 1', '1, NULL'],
  ...(['tinyint', 'smallint', 'mediumint'] as const).map((type, i) =>
    [`a NULL to the next ${type}, where the same bits mean another number`, `a ${type} unsigned, b ${type}`, `${256 ** (i + 1) - 1}, NULL`, 'NULL, -1'] as const),
  ['a NULL to the next INT', 'a int, b int', 'NULL, 1', '1, NULL'],
  ['a NULL to the next date', 'a date, b date', "NULL, '2024-01-01'", "'2024-01-01', NULL"],
  ['a digit over the border of two numbers', 'a int, b int', '12, 3', '1, 23'],
  ['a comma into a text', 'a text, b text', "'a,b', 'c'", "'a', 'b,c'"],
  ['a NULL to the next number far apart', Array.from({length: 300}, (_, i) => `c${i} tinyint`).join(), `${'NULL, '.repeat(150)}1${', NULL'.repeat(149)}`, `${'NULL, '.repeat(277)}1${', NULL'.repeat(22)}`],
  ['a length to the text after it', 'a blob, b blob', "x'2c', x''", "x'', x'2c'"],
];

for (const server of servers) {
  describe(`digests of ranges on ${server.kind}`, () => {
    let lab: Lab;
    beforeAll(async () => {
      lab = await openLab(server);
      await lab.run("SET SESSION sql_mode = ''");
    });
    afterAll(async () => { await lab[Symbol.asyncDispose](); });

    const schemaOf = async (source: MysqlSource, table: string): Promise<Schema> =>
      (await source.discover(never)).tables.find(it => it.table === table)!;
    const digestOf = async (table: string, ranges: readonly KeyRange[] = [WHOLE], {endpoint} = lab): Promise<readonly RangeDigest[]> => {
      await using source = new MysqlSource(endpoint());
      const [digests] = await source.digestRanges([{schema: await schemaOf(source, table), ranges}], never);
      return digests!;
    };
    /** The digests of a table with the one row and with the other, by key and without. */
    const compare = async (columns: string, one: string, other: string) => {
      const found: [keyed: RangeDigest, keyless: RangeDigest, alone: RangeDigest][] = [];
      for (const row of [one, other]) {
        await lab.run('DROP TABLE IF EXISTS keyed, keyless');
        await lab.run(`CREATE TABLE keyed (id int PRIMARY KEY, ${columns})`);
        await lab.run(`INSERT INTO keyed VALUES (1, ${row}), (2, ${one})`);
        await lab.run(`CREATE TABLE keyless (${columns})`);
        await lab.run(`INSERT INTO keyless VALUES (${row}), (${one})`);
        await using source = new MysqlSource(lab.endpoint());
        const {tables} = await source.discover(never);
        const [keyed, keyless] = ['keyed', 'keyless'].map(name => tables.find(it => it.table === name)!) as [Schema, Schema];
        // Without the key's own column, so that nothing beside the value makes room for it.
        const alone = {...keyed, columns: keyed.columns.slice(1)};
        const digests = await source.digestRanges([keyed, keyless, alone].map(schema => ({schema, ranges: [WHOLE]})), never);
        found.push([digests[0]![0]!, digests[1]![0]!, digests[2]![0]!]);
      }
      return found as [typeof found[number], typeof found[number]];
    };

    test.for(DIFFERENT.filter(([, , , , only]) => only === undefined || only === server.kind))('tells %s apart', async ([, type, one, other]) => {
      const [[keyed, keyless, alone], [otherKeyed, otherKeyless, otherAlone]] = await compare(`v ${type}`, one, other);
      for (const each of [keyed, keyless, alone, otherKeyed, otherKeyless, otherAlone]) expect(each).toEqual({rows: 2, digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string});
      expect(otherKeyed.digest).not.toBe(keyed.digest);
      expect(otherKeyless.digest).not.toBe(keyless.digest);
      expect(otherAlone.digest).not.toBe(alone.digest);
      // The same rows once more have the same digests.
      expect((await compare(`v ${type}`, one, one))[1]).toEqual([keyed, keyless, alone]);
    });

    test.for(MOVED)('sees that there moved %s', async ([, columns, one, other]) => {
      const [[keyed, keyless, alone], [otherKeyed, otherKeyless, otherAlone]] = await compare(columns, one, other);
      expect(keyed.digest).not.toBeNull();
      expect(otherAlone.digest).not.toBe(alone.digest);
      expect(otherKeyed.digest).not.toBe(keyed.digest);
      expect(otherKeyless.digest).not.toBe(keyless.digest);
    });

    test('tells neighbouring doubles and floats of any size apart', async () => {
      await lab.run('DROP TABLE IF EXISTS floats');
      await lab.run('CREATE TABLE floats (id int PRIMARY KEY, f float, d double, d305 double(30,5))');
      const plain = await connectPlain(server, lab.database);
      const view = new DataView(new ArrayBuffer(8));
      let state = 1n;
      const bits = () => { state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn; return state; };
      const rows: (readonly [number, number, number, number])[] = [];
      while (rows.length < 2000) {
        const seed = bits();
        for (const step of [0n, 1n]) {
          view.setBigUint64(0, seed + step);
          const double = view.getFloat64(0);
          view.setUint32(0, Number((seed >> 32n) + step) >>> 0);
          const float = view.getFloat32(0);
          view.setBigUint64(0, (0x4330n << 48n | seed >> 14n) + step);
          const fixed = view.getFloat64(0) / 2 ** 20;
          if (Number.isFinite(double) && Number.isFinite(float)) rows.push([rows.length, float, double, fixed]);
        }
      }
      await plain.query("SET sql_mode = ''");
      for (let i = 0; i < rows.length; i += 100) {
        const some = rows.slice(i, i + 100);
        await plain.execute(`INSERT INTO floats VALUES ${some.map(() => '(?,?,?,?)').join()}`, some.flat());
      }
      plain.destroy();
      await using source = new MysqlSource(lab.endpoint());
      const schema = await schemaOf(source, 'floats');
      for (const name of ['f', 'd', 'd305']) {
        const one = {...schema, columns: schema.columns.filter(column => column.name === name)};
        const values: unknown[] = [];
        const positions: Position[] = [];
        for await (const batch of source.read({schema: one, after: null, maxRows: 1, maxBytes: 1 << 20}, never)) {
          values.push(batch.rows[0]![0]);
          positions.push(batch.position!);
        }
        const ranges = positions.map((position, i): KeyRange => ({after: positions[i - 1] ?? null, until: position}));
        const [digests] = await source.digestRanges([{schema: one, ranges}], never);
        const bySame = new Map<string, Set<string>>();
        digests!.forEach(({digest}, i) => {
          const key = Object.is(values[i], -0) ? '-0' : String(values[i]);
          bySame.set(digest!, (bySame.get(digest!) ?? new Set()).add(key));
        });
        expect([...bySame.values()].filter(same => same.size > 1)).toEqual([]);
        expect(bySame.size).toBe(new Set(values.map(value => Object.is(value, -0) ? '-0' : value)).size);
      }
    }, 60_000);

    test('every change of a value, a row or the number of rows changes the digest of its range and of no other', async () => {
      await lab.run('DROP TABLE IF EXISTS moving');
      await lab.run("CREATE TABLE moving (id int PRIMARY KEY, v varchar(20), n int, KEY covering (n, v)) ");
      await lab.run(`INSERT INTO moving VALUES ${Array.from({length: 1000}, (_, i) => `(${i * 2}, 'v${i}', ${i % 7})`).join()}`);
      await using first = new MysqlSource(lab.endpoint());
      const schema = await schemaOf(first, 'moving');
      const edges: (Position | null)[] = [null];
      for await (const batch of first.read({schema, after: null, maxRows: 100, maxBytes: 1 << 20}, never)) edges.push(batch.position);
      edges[edges.length - 1] = null;
      const ranges = edges.slice(1).map((end, i): KeyRange => ({after: edges[i]!, until: end}));
      const before = await digestOf('moving', ranges);
      expect(before.map(({rows}) => rows)).toEqual(Array.from({length: 10}, () => 100));
      expect(new Set(before.map(({digest}) => digest)).size).toBe(10);
      for (const [sql, at] of [
        ["UPDATE moving SET v = 'V3' WHERE id = 6", 0], ['UPDATE moving SET n = NULL WHERE id = 398', 1], ['DELETE FROM moving WHERE id = 400', 2],
        ["INSERT INTO moving VALUES (601, 'v', 1)", 3], ["INSERT INTO moving VALUES (5000, 'v', 1)", 9], ['UPDATE moving SET id = id + 1 WHERE id = 1000', 5],
      ] as const) {
        const known = await digestOf('moving', ranges);
        await lab.run(sql);
        const now = await digestOf('moving', ranges);
        expect(now.flatMap(({digest}, i) => digest === known[i]!.digest ? [] : [i])).toEqual([at]);
      }
      // The snapshot does not see any of it.
      expect((await first.digestRanges([{schema, ranges}], never))[0]).toEqual(before);
      // Rows that go into one of its other indexes in another order are the same rows.
      const last = await digestOf('moving', ranges);
      await lab.run('OPTIMIZE TABLE moving');
      await lab.run('ANALYZE TABLE moving');
      expect(await digestOf('moving', ranges)).toEqual(last);
    });

    test('walks along the key, without sorting, in both directions of its parts', async () => {
      await lab.run('DROP TABLE IF EXISTS walked');
      await lab.run('CREATE TABLE walked (a int, b int, c int, PRIMARY KEY (a DESC, b), KEY covering (c))');
      await lab.run(`INSERT INTO walked VALUES ${Array.from({length: 3000}, (_, i) => `(${(i * 7919) % 53},${(i * 31) % 3001},${i % 5})`).join(',')}`);
      await lab.run('ANALYZE TABLE walked');
      await using source = new MysqlSource(lab.endpoint());
      const schema = await schemaOf(source, 'walked');
      const numbers = (await lab.rows('SELECT GROUP_CONCAT(b) FROM walked FORCE INDEX (PRIMARY) WHERE a >= 5 AND (a > 5 OR (a = 5 AND b > 3))'))[0]![0] as string;
      const ordered = (await lab.rows('SELECT GROUP_CONCAT(b ORDER BY a DESC, b) FROM walked WHERE a >= 5 AND (a > 5 OR (a = 5 AND b > 3))'))[0]![0] as string;
      expect(numbers).toBe(ordered);
      const plan = JSON.stringify(await lab.rows('EXPLAIN SELECT COUNT(*), GROUP_CONCAT(c) FROM walked AS t FORCE INDEX (PRIMARY) WHERE t.a <= 20 AND ((t.a < 20) OR (t.a = 20 AND t.b > 3)) AND t.a >= 5'));
      expect(plan).toMatch(/range/i);
      expect(plan).not.toMatch(/filesort|temporary/i);
      // The same again, with everything the server keeps about the table forgotten.
      const [once] = await source.digestRanges([{schema, ranges: [WHOLE]}], never);
      await lab.run('FLUSH TABLES walked').catch(() => {});
      expect(await digestOf('walked')).toEqual(once);
    });

    test('rows without a key may come in any order, and each counts as often as it is there', async () => {
      const fill = async (values: readonly number[]) => {
        await lab.run('DROP TABLE IF EXISTS heap');
        await lab.run('CREATE TABLE heap (n int, t varchar(10))');
        if (values.length > 0) await lab.run(`INSERT INTO heap VALUES ${values.map(value => `(${value}, 'x')`).join()}`);
        return (await digestOf('heap'))[0]!;
      };
      const values = Array.from({length: 1000}, (_, i) => i);
      const digest = await fill(values);
      expect(digest).toEqual({rows: 1000, digest: expect.any(String) as string});
      expect(await fill(values.toReversed())).toEqual(digest);
      expect((await fill([...values.slice(1), 1])).digest).not.toBe(digest.digest);
      const twice = await fill([1, 1, 2]);
      expect(await fill([1, 2, 1])).toEqual(twice);
      expect((await fill([1, 2, 2])).digest).not.toBe(twice.digest);
      const none = await fill([]);
      expect(none.rows).toBe(0);
      expect(none.digest).not.toBeNull();
    });

    test('columns that are not asked for do not count', async () => {
      await lab.run('DROP TABLE IF EXISTS wide');
      await lab.run('CREATE TABLE wide (id int PRIMARY KEY, seen int, unseen int)');
      await lab.run('INSERT INTO wide VALUES (1, 1, 1)');
      const digest = async () => {
        await using source = new MysqlSource(lab.endpoint());
        const schema = await schemaOf(source, 'wide');
        return (await source.digestRanges([{schema: {...schema, columns: schema.columns.filter(({name}) => name !== 'unseen')}, ranges: [WHOLE]}], never))[0]![0];
      };
      const before = await digest();
      await lab.run('UPDATE wide SET unseen = 2');
      expect(await digest()).toEqual(before);
      await lab.run('UPDATE wide SET seen = 2');
      expect((await digest())!.digest).not.toBe(before!.digest);
    });

    test('rows that an engine does not keep for a snapshot have no digest', async () => {
      for (const engine of server.kind === 'mariadb' ? ['MyISAM', 'Aria'] : ['MyISAM']) {
        await lab.run('DROP TABLE IF EXISTS other');
        await lab.run(`CREATE TABLE other (id int PRIMARY KEY) ENGINE = ${engine}`);
        await lab.run('INSERT INTO other VALUES (1), (2)');
        expect(await digestOf('other')).toEqual([{rows: 2, digest: null}]);
      }
    });

    test('what the server would cut has no digest, and the ranges beside it have theirs', async () => {
      await lab.run('DROP TABLE IF EXISTS large');
      await lab.run('CREATE TABLE large (id int PRIMARY KEY, a text, b text)');
      // 2000 rows of 60 KB are more than any server joins by our leave.
      await lab.run("INSERT INTO large VALUES (0, 'a', 'b')");
      for (let i = 1; i < 2048; i *= 2) await lab.run(`INSERT INTO large SELECT id + ${i}, REPEAT('a', 30000), REPEAT('b', 30000) FROM large`);
      await using source = new MysqlSource(lab.endpoint());
      const schema = await schemaOf(source, 'large');
      const position = (id: number) => JSON.stringify([String(id)]) as Position;
      const ranges: KeyRange[] = [{after: null, until: position(0)}, {after: position(0), until: position(1999)}, {after: position(1999), until: null}];
      const text = expect.any(String) as string;
      expect((await source.digestRanges([{schema, ranges}], never))[0]).toEqual([{rows: 1, digest: text}, {rows: 1999, digest: null}, {rows: 48, digest: text}]);
    }, 60_000);

    test('a row that is longer than the server joins has no digest', async () => {
      // The size is the whole server's: on the shared one others would lose their large rows meanwhile.
      await using alone = await startPrivateServer(server.kind);
      await using own = await openLab(alone ?? server);
      const [[packet]] = await own.rows('SELECT @@GLOBAL.max_allowed_packet') as [[number]];
      // The smallest packet a server takes is below one row of these; connections made after it know it.
      await own.run(`CREATE TABLE longest (id int PRIMARY KEY, ${Array.from({length: 20}, (_, i) => `c${i} text`).join()})`);
      await own.run(`INSERT INTO longest VALUES (1, ${Array.from({length: 20}, () => "REPEAT('a', 65535)").join()}), (2${', NULL'.repeat(20)})`);
      await own.run('SET GLOBAL max_allowed_packet = 1048576');
      try {
        expect(await digestOf('longest', [WHOLE], own)).toEqual([{rows: 2, digest: null}]);
      } finally {
        await own.run(`SET GLOBAL max_allowed_packet = ${packet}`);
      }
      expect(await digestOf('longest', [WHOLE], own)).toEqual([{rows: 2, digest: expect.any(String) as string}]);
    }, 60_000);

    test('a table that is gone or was altered since the snapshot is an error that names it', async () => {
      for (const name of ['one', 'two', 'three']) {
        await lab.run(`DROP TABLE IF EXISTS ${name}`);
        await lab.run(`CREATE TABLE ${name} (id int PRIMARY KEY, v int)`);
      }
      for (const change of ['DROP TABLE two', 'ALTER TABLE two ADD COLUMN w int, ALGORITHM = COPY', 'ALTER TABLE two DROP COLUMN v']) {
        await lab.run('DROP TABLE IF EXISTS two');
        await lab.run('CREATE TABLE two (id int PRIMARY KEY, v int)');
        await using source = new MysqlSource(lab.endpoint());
        const {tables} = await source.discover(never);
        const requests = ['one', 'two', 'three'].map(name => ({schema: tables.find(it => it.table === name)!, ranges: [WHOLE]}));
        await lab.run(change);
        expect(await rejection(source.digestRanges(requests, never))).toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'two'}});
      }
    });

    test('nobody who alters a table waits for us, and each request is heard of once', async () => {
      await using source = new MysqlSource(lab.endpoint());
      const names = ['one', 'three'];
      const {tables} = await source.discover(never);
      const heard: number[] = [];
      const requests = [...names.map(name => ({schema: tables.find(it => it.table === name)!, ranges: [WHOLE]})), {schema: tables.find(it => it.table === 'one')!, ranges: []}];
      expect(await source.digestRanges(requests, never, request => heard.push(request))).toHaveLength(3);
      expect(heard.toSorted()).toEqual([0, 1, 2]);
      await within(5_000, 'altering a table that was digested', lab.run('ALTER TABLE one ADD COLUMN more int, ALGORITHM = COPY'));
    });

    test('an abort ends the statement at the server', async () => {
      await lab.run('DROP TABLE IF EXISTS slow');
      await lab.run('CREATE TABLE slow (id int PRIMARY KEY, v longblob)');
      await lab.run("INSERT INTO slow VALUES (1, REPEAT('a', 8000000))");
      for (let i = 1; i < 64; i *= 2) await lab.run(`INSERT INTO slow SELECT id + ${i}, v FROM slow`);
      await using source = new MysqlSource(lab.endpoint());
      const schema = await schemaOf(source, 'slow');
      const controller = new AbortController();
      const running = async () => (await lab.rows(`SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER = '${lab.user}' AND INFO LIKE '%SHA2%'`))[0]![0];
      const asking = rejection(source.digestRanges([{schema, ranges: [WHOLE]}], controller.signal));
      await until('the server computes', async () => await running() === 1);
      controller.abort(new Error('stop'));
      expect(await within(5_000, 'the abort', asking)).toBe(controller.signal.reason);
      await until('the server has stopped', async () => await running() === 0);
    }, 60_000);
  });
}
