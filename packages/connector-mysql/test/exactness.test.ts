import {Readable} from 'node:stream';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Row, Schema} from '@sluice/core';
import {expectNoLeak, rejection} from '@sluice/testkit';
import {MysqlSource} from '../src/index.ts';
import {connectPlain, openLab, quote, servers, type Lab} from './lab.ts';

const never = new AbortController().signal;

async function readAll(lab: Lab, table: string, maxRows = 1000): Promise<{schema: Schema; rows: Row[]}> {
  await using source = new MysqlSource(lab.endpoint());
  const schema = (await source.discover(never)).tables.find(it => it.table === table)!;
  const rows: Row[] = [];
  for await (const batch of source.read({schema, after: null, maxRows, maxBytes: 1 << 22}, never)) rows.push(...batch.rows);
  return {schema, rows};
}

for (const server of servers) {
  const mariadb = server.kind === 'mariadb';
  describe(`exactness on ${server.kind}`, () => {
    let lab: Lab;
    beforeAll(async () => { lab = await openLab(server); });
    afterAll(async () => { await lab[Symbol.asyncDispose](); });

    test('legal values that break other tools arrive as they are', async () => {
      await lab.run("SET SESSION sql_mode = ''");
      await lab.run(`CREATE TABLE edge (id bigint unsigned PRIMARY KEY, d1 decimal(38,10), d2 decimal(65,30), dt0 date, dtt datetime(6), ts timestamp NULL,
        t time(6), y year, j json, b blob, vb varbinary(16), bt bit(8), bt1 bit(1), bt64 bit(64), e enum('a','b',''), s set('x','y','z'), ti1 tinyint(1), f float, dbl double, bin binary(4),
        zf int(5) unsigned zerofill, zd decimal(8,2) unsigned zerofill, txt text)`);
      await lab.run(`INSERT INTO edge VALUES
        (1, '1234567890123456789012345678.0123456789', '99999999999999999999999999999999999.123456789012345678901234567890', '2024-02-29', '2024-02-29 23:59:59.999999',
          '2024-02-29 12:00:00', '12:34:56.123456', 2024, '{"n":12345678901234567890,"z":[1,null]}', x'68656c6c6f', x'00ff80', b'10000001', b'1',
          b'1111111111111111111111111111111111111111111111111111111111111111', 'a', 'x,z', 1, 1.1, 0.1, 'ab', 42, 1.5, 'plain'),
        (18446744073709551615, '-0.0000000001', '0.000000000000000000000000000001', '0000-00-00', '0000-00-00 00:00:00', NULL, '838:59:59', 0, 'null', x'ff00fe', x'',
          b'00000000', b'0', b'0', '', '', 2, 3.4028235e38, 1.7976931348623157e308, x'00', 0, 0, 'emoji 😀 quote " back\\\\slash tab\\tnl\\nend'),
        (9223372036854775808, NULL, NULL, '2024-00-00', '2024-01-00 00:00:00', '1970-01-01 00:00:01', '-12:00:00', 1901, '"s"', '', NULL, NULL, NULL, NULL, NULL, NULL, -1, NULL, NULL, NULL, NULL, NULL,
          concat('nul', char(0 using utf8mb4), 'byte')),
        (2, '0.0000000000', '1.1', '1000-01-01', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07', '00:00:00', 2155, '[]', 'text-like blob', x'61', b'11111111', b'1',
          b'1000000000000000000000000000000000000000000000000000000000000000', 'b', 'x,y,z', 127, 16777217, -2.2250738585072014e-308, 'abcd', 4294967295, 999999.99, '')`);
      await lab.run("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES'");
      const {rows} = await readAll(lab, 'edge', 2);
      const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
      const json = (text: string) => mariadb ? text : text.replaceAll(/([:,])(?! )/g, '$1 ');
      expect(rows).toEqual([
        [1, '1234567890123456789012345678.0123456789', '99999999999999999999999999999999999.123456789012345678901234567890', '2024-02-29', '2024-02-29 23:59:59.999999',
          '2024-02-29 12:00:00', '12:34:56.123456', 2024, json('{"n":12345678901234567890,"z":[1,null]}'), bytes('68656c6c6f'), bytes('00ff80'), 129, 1, 18446744073709551615n,
          'a', 'x,z', 1, Math.fround(1.1), 0.1, bytes('61620000'), 42, '1.50', 'plain'],
        [2, '0.0000000000', '1.100000000000000000000000000000', '1000-01-01', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07', '00:00:00.000000', 2155, '[]',
          bytes('746578742d6c696b6520626c6f62'), bytes('61'), 255, 1, 9223372036854775808n, 'b', 'x,y,z', 127, 16777216, -2.2250738585072014e-308, bytes('61626364'), 4294967295, '999999.99', ''],
        [9223372036854775808n, null, null, '2024-00-00', '2024-01-00 00:00:00.000000', '1970-01-01 00:00:01', '-12:00:00.000000', 1901, '"s"', bytes(''), null, null, null, null, null, null, -1,
          null, null, null, null, null, 'nul\0byte'],
        [18446744073709551615n, '-0.0000000001', '0.000000000000000000000000000001', '0000-00-00', '0000-00-00 00:00:00.000000', null, '838:59:59.000000', 0, 'null', bytes('ff00fe'), bytes(''),
          0, 0, 0, '', '', 2, Math.fround(3.4028235e38), 1.7976931348623157e308, bytes('00000000'), 0, '0.00', 'emoji 😀 quote " back\\slash tab\tnl\nend'],
      ]);
      for (const row of rows) for (const value of row) if (value instanceof Uint8Array) expect(value.constructor).toBe(Uint8Array);
    });

    test('every bit of FLOAT and DOUBLE arrives, those with fixed decimals too', async () => {
      await lab.run('CREATE TABLE floats (id int PRIMARY KEY, f float, d double, f73 float(7,3), d205 double(20,5), d3025 double(30,25))');
      const plain = await connectPlain(server, lab.database);
      await plain.query("SET sql_mode = ''");
      // Reproducible bits: a linear congruential generator over the whole range of exponents.
      let state = 1n;
      const next = () => (state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn);
      const view = new DataView(new ArrayBuffer(8));
      const double = (): number => { for (;;) { view.setBigUint64(0, next()); const value = view.getFloat64(0); if (Number.isFinite(value)) return value; } };
      const float = (): number => { for (;;) { view.setBigUint64(0, next()); const value = view.getFloat32(0); if (Number.isFinite(value)) return value; } };
      const fixed = (digits: number) => (Number(next() >> 11n) / 2 ** 53 - 0.5) * 10 ** digits;
      const special = [5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, -1.7976931348623157e308, 9007199254740993, 9.876543210987654, 12345678.90123456, 90.33562854988463, 0.1, 1e15, 1e16, 123456789012345680000, 0];
      const values: Row[] = Array.from({length: 3000}, (_, i) => [i, float(), special[i] ?? (i % 3 === 0 ? double() : fixed(i % 17)), fixed(4), fixed(13), fixed(i % 5)]);
      for (let i = 0; i < values.length; i += 100) {
        const some = values.slice(i, i + 100);
        await plain.execute(`INSERT INTO floats VALUES ${some.map(() => '(?,?,?,?,?,?)').join(',')}`, some.flat() as never[]);
      }
      // The binary protocol carries the bits themselves.
      const [stored] = await plain.execute({sql: 'SELECT * FROM floats ORDER BY id', rowsAsArray: true});
      const {rows} = await readAll(lab, 'floats');
      const differing = (rows as number[][]).filter((row, i) => !row.every((value, k) => Object.is(value, (stored as number[][])[i]![k])));
      expect(differing).toEqual([]);
      // The bits were really there: the stored doubles are those that were sent.
      expect((stored as number[][]).filter((row, i) => row[2] !== values[i]![2])).toEqual([]);
      plain.destroy();
    });

    test('text of older character sets arrives as Unicode, bytes never become text', async () => {
      await lab.run(`CREATE TABLE charsets (id int PRIMARY KEY, l1 varchar(20) CHARACTER SET latin1, u3 varchar(20) CHARACTER SET utf8mb3, u16 varchar(20) CHARACTER SET utf16,
        gr varchar(20) CHARACTER SET greek, sj varchar(20) CHARACTER SET sjis, bin_collated varchar(20) COLLATE utf8mb4_bin, bytes varchar(20) CHARACTER SET binary, ascii blob)`);
      await lab.run("INSERT INTO charsets VALUES (1, x'e980819f', 'zażółć', '𝄞 clef', 'αβγ?', '日本?', 'text', 'text', 'text')");
      const {schema, rows} = await readAll(lab, 'charsets');
      expect(schema.columns.map(({type}) => type)).toEqual(['int', 'text', 'text', 'text', 'text', 'text', 'text', 'bytes', 'bytes']);
      expect(rows).toEqual([[1, 'é€\u0081Ÿ', 'zażółć', '𝄞 clef', 'αβγ?', '日本?', 'text', new Uint8Array(Buffer.from('text')), new Uint8Array(Buffer.from('text'))]]);
    });

    test('a replacement character in the data is data', async () => {
      await lab.run('CREATE TABLE replaced (id int PRIMARY KEY, t text)');
      await lab.run("INSERT INTO replaced VALUES (1, 'was \uFFFD here'), (2, '한국어 \uD7FF')");
      expect((await readAll(lab, 'replaced')).rows).toEqual([[1, 'was \uFFFD here'], [2, '한국어 \uD7FF']]);
    });

    test('text that is no Unicode is an error that names the place: a lone surrogate', async () => {
      await lab.run('CREATE TABLE surrogates (id int PRIMARY KEY, fine text, u text CHARACTER SET ucs2)');
      await lab.run("INSERT INTO surrogates VALUES (1, 'a\uFFFD', 'fine'), (2, 'b', 'canary'), (3, 'c', x'0063d8000064')");
      const error = await rejection(readAll(lab, 'surrogates'));
      expect(error).toMatchObject({name: 'PipelineError', code: 'SLUICE_VALUE', context: {table: 'surrogates', column: 'u', row: 2}});
      expectNoLeak(error, 'canary');
    });

    test.for(['an integer key', 'the text as the key'])('text that is no Unicode is an error that names the place where rows are read packed, too, and the last of a batch holds it: %s', async key => {
      const table = `packed_${key.includes('text') ? 'text' : 'int'}`;
      await lab.run(`CREATE TABLE ${table} (id int, u varchar(20) CHARACTER SET ucs2 COLLATE ucs2_bin, PRIMARY KEY (${key.includes('text') ? 'u' : 'id'}))`);
      await lab.run(`INSERT INTO ${table} VALUES (1, 'a'), (2, 'canary'), (3, x'd800')`);
      await using source = new MysqlSource(lab.endpoint());
      const schema = (await source.discover(never)).tables.find(it => it.table === table)!;
      expect(await source.packs(schema, never)).toBe(true);
      const read = async () => {
        let rows = 0;
        for await (const batch of source.readPacked({schema, after: null, maxRows: 3, maxBytes: 1 << 22}, never)) rows += batch.packed.rows;
        return rows;
      };
      const error = await rejection(read());
      expect(error).toMatchObject({name: 'PipelineError', code: 'SLUICE_VALUE', context: {table, column: 'u', row: 2}});
      expectNoLeak(error, 'canary');
    });

    test('text that is no Unicode is an error that names the place: bytes without a character', async () => {
      await lab.run('CREATE TABLE unmapped (id int PRIMARY KEY, fine varchar(20) CHARACTER SET sjis, t varchar(20) CHARACTER SET sjis)');
      await lab.run("INSERT INTO unmapped VALUES (1, 'really?', 'yes?')");
      expect((await readAll(lab, 'unmapped')).rows).toEqual([[1, 'really?', 'yes?']]);
      await lab.run("INSERT INTO unmapped VALUES (2, 'ok', x'fcfc')");
      expect(await rejection(readAll(lab, 'unmapped'))).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'unmapped', column: 't'}});
    });

    test('TIMESTAMP is UTC whatever the time zone of the server and of whoever wrote it', async () => {
      await lab.run('CREATE TABLE zones (id int PRIMARY KEY, ts timestamp(6) NULL, dt datetime(6))');
      await lab.run("SET SESSION time_zone = '+05:30'");
      await lab.run("INSERT INTO zones VALUES (1, '2024-07-01 05:30:00.123456', '2024-07-01 05:30:00.123456')");
      await lab.run("SET SESSION time_zone = '+00:00'");
      expect((await readAll(lab, 'zones')).rows).toEqual([[1, '2024-07-01 00:00:00.123456', '2024-07-01 05:30:00.123456']]);
    });

    test("spatial values are the server's own bytes, vectors their floats", async () => {
      await lab.run(`CREATE TABLE shapes (id int PRIMARY KEY, g geometry, p point, mp multipolygon ${mariadb ? '' : ', v vector(3)'})`);
      await lab.run(`INSERT INTO shapes VALUES (1, ST_GeomFromText('POINT(1 2)', 4326), ST_GeomFromText('POINT(3 4)'), ST_GeomFromText('MULTIPOLYGON(((0 0,1 0,1 1,0 0)))')
        ${mariadb ? '' : ", STRING_TO_VECTOR('[1,2.5,-3]')"}), (2, NULL, NULL, NULL ${mariadb ? '' : ', NULL'})`);
      const {rows} = await readAll(lab, 'shapes');
      const wanted = await lab.rows(`SELECT HEX(g), HEX(p), HEX(mp) ${mariadb ? '' : ', HEX(v)'} FROM shapes ORDER BY id`);
      expect(rows.map(row => row.slice(1).map(value => value === null ? null : Buffer.from(value as Uint8Array).toString('hex').toUpperCase()))).toEqual(wanted);
      if (!mariadb) expect([...new Float32Array((rows[0]![4] as Uint8Array).slice().buffer)]).toEqual([1, 2.5, -3]);
    });

    const KEYS: Readonly<Record<string, readonly [type: string, values: readonly string[]]>> = {
      'a decimal': ['decimal(20,5)', ['-10.5', '-9.5', '0', '9.00001', '10', '100.2']],
      'a date, zero and partial': ['date', ["'0000-00-00'", "'2024-00-00'", "'2024-01-00'", "'2024-01-01'", "'9999-12-31'"]],
      'a time, negative and beyond a day': ['time(3)', ["'-838:59:59'", "'-00:00:00.001'", "'00:00:00'", "'23:00:00'", "'100:00:00.5'"]],
      'a timestamp': ['timestamp(6)', ["'1970-01-01 00:00:01'", "'2024-03-31 02:30:00.000001'", "'2038-01-19 03:14:07.999999'"]],
      'a double': ['double', ['-1e300', '-0.1', '0.1', '0.30000000000000004', '1e300']],
      'a float': ['float', ['-1.1', '0.1', '1.1', '3.4e38']],
      'bits': ['bit(64)', ['0', '1', '255', '18446744073709551615']],
      'a year': ['year', ["'0000'", '1901', '2155']],
      'an enumeration, sorted by number': ["enum('z','a','m','b')", ["'a'", "'b'", "'m'", "'z'"]],
      'a set': ["set('z','a','m')", ["''", "'z'", "'a'", "'z,a'", "'m'", "'z,a,m'"]],
      'text without regard to case and accents': ['varchar(20) COLLATE utf8mb4_general_ci', ["''", "'a'", "'B'", "'c'", "'É'", "'f  '", "'o''k'", "'z\\\\'"]],
      'latin1 text': ['varchar(20) CHARACTER SET latin1', ["'a'", "'é'", "'ö'", "'zz'", "'~'"]],
      'text with a prefix of itself': ['varchar(20) COLLATE utf8mb4_bin', ["'a'", "'aa'", "'ab'", "'b'"]],
      'fixed bytes': ['binary(4)', ["x'00'", "x'0001'", "x'ff'", "'abcd'"]],
    };
    for (const [what, [type, values]] of Object.entries(KEYS)) {
      test(`resumes after any row, by ${what}`, async () => {
        await lab.run('DROP TABLE IF EXISTS keyed');
        await lab.run(`CREATE TABLE keyed (k ${type} NOT NULL, n int, label varchar(10) DEFAULT 'x', PRIMARY KEY (k), KEY covering (label, k, n))`);
        for (const [i, value] of values.entries()) await lab.run(`INSERT INTO keyed (k, n) VALUES (${value}, ${i})`);
        await using source = new MysqlSource(lab.endpoint());
        const schema = (await source.discover(never)).tables.find(it => it.table === 'keyed')!;
        const collect = async (after: string | null) => {
          const rows: Row[] = [];
          const positions: string[] = [];
          for await (const batch of source.read({schema, after: after as never, maxRows: 1, maxBytes: 1 << 20}, never)) {
            rows.push(...batch.rows);
            positions.push(batch.position!);
          }
          return {rows, positions};
        };
        const {rows, positions} = await collect(null);
        expect(rows).toHaveLength(values.length);
        for (const [i, position] of positions.entries()) expect((await collect(JSON.parse(JSON.stringify(position)))).rows).toEqual(rows.slice(i + 1));
      });
    }

    test('resumes in a key whose parts go up and down', async () => {
      await lab.run('CREATE TABLE both_ways (a int, b int, c varchar(5), PRIMARY KEY (a DESC, b ASC, c DESC))');
      for (let i = 0; i < 27; i++) await lab.run(`INSERT INTO both_ways VALUES (${i % 3}, ${Math.floor(i / 3) % 3}, '${'xyz'[Math.floor(i / 9)]}')`);
      await using source = new MysqlSource(lab.endpoint());
      const schema = (await source.discover(never)).tables.find(it => it.table === 'both_ways')!;
      const all: Row[] = [];
      const positions: string[] = [];
      for await (const batch of source.read({schema, after: null, maxRows: 1, maxBytes: 100}, never)) {
        all.push(...batch.rows);
        positions.push(batch.position!);
      }
      expect(all).toHaveLength(27);
      for (const [i, position] of positions.entries()) {
        const rest: Row[] = [];
        for await (const batch of source.read({schema, after: position as never, maxRows: 100, maxBytes: 1 << 20}, never)) rest.push(...batch.rows);
        expect(rest).toEqual(all.slice(i + 1));
      }
    });

    test('reading by key sorts nothing, even when another index covers the columns', async () => {
      await lab.run('CREATE TABLE ordered (a int, b int, c int, PRIMARY KEY (a, b), KEY covering (c))');
      await lab.run(`INSERT INTO ordered VALUES ${Array.from({length: 2000}, (_, i) => `(${(i * 7919) % 2003},${i},${i % 5})`).join(',')}`);
      await lab.run('ANALYZE TABLE ordered').catch(() => {});
      for (const where of ['', ' WHERE t.`a` >= 5 AND ((t.`a` > 5) OR (t.`a` = 5 AND t.`b` > 3))']) {
        const plan = JSON.stringify(await lab.rows(`EXPLAIN SELECT \`c\` AS c0 FROM ordered AS t FORCE INDEX (PRIMARY)${where} ORDER BY t.\`a\`, t.\`b\``));
        expect(plan).toContain('PRIMARY');
        expect(plan).not.toMatch(/filesort/i);
      }
      const {schema, rows} = await readAll(lab, 'ordered');
      expect(schema.order).toBe('key');
      expect(rows).toEqual(rows.toSorted((x, y) => (x[0] as number) - (y[0] as number) || (x[1] as number) - (y[1] as number)));
    });

    test('a row of 64 MB is a batch of its own, and arrives whole', async () => {
      await lab.run(`CREATE TABLE ${quote('huge')} (id int PRIMARY KEY, body longblob, note longtext)`);
      // Through LOAD DATA, which knows no limit of max_allowed_packet.
      const plain = await connectPlain(server, lab.database);
      function* text() {
        yield Buffer.from('1\tsmall\ta\n2\t');
        for (let i = 0; i < 1024; i++) yield Buffer.alloc(65536, i < 512 ? 'x' : 'y');
        yield Buffer.from('\t');
        for (let i = 0; i < 128; i++) yield Buffer.from('ä'.repeat(65536));
        yield Buffer.from('\n3\tsmall\tb\n');
      }
      await plain.query({sql: "LOAD DATA LOCAL INFILE 'x' INTO TABLE huge CHARACTER SET utf8mb4", infileStreamFactory: () => Readable.from(text(), {objectMode: false})});
      plain.destroy();
      await using source = new MysqlSource(lab.endpoint());
      const schema = (await source.discover(never)).tables.find(it => it.table === 'huge')!;
      const sizes: number[][] = [];
      for await (const batch of source.read({schema, after: null, maxRows: 1000, maxBytes: 8 * 1024 * 1024}, never)) {
        sizes.push(batch.rows.map(row => (row[1] as Uint8Array).length));
        for (const [id, body, note] of batch.rows) {
          if (id !== 2) continue;
          const bytes = body as Uint8Array;
          expect([bytes[0], bytes[33554431], bytes[33554432], bytes.at(-1)]).toEqual([120, 120, 121, 121]);
          expect(note).toBe('ä'.repeat(8388608));
        }
      }
      expect(sizes).toEqual([[5, 67108864], [5]]);
    }, 120_000);
  });
}
