import {existsSync, readdirSync, readFileSync, statSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {mariadb, openDatabase, servers, type Database} from './support/database.ts';
import {folders} from './support/folder.ts';
import {openPostgres, postgres, type PostgresDatabase} from './support/postgres.ts';
import {sluice} from './support/program.ts';
import {documentOf, reportOf} from './support/report.ts';
import {rowsOf} from './support/sqlite-file.ts';

const folder = folders();

/** Four rows of legal values that tools lose: zero and partial dates, a NUL, numbers at their ends, minus zero. */
const EDGE = [
  `CREATE TABLE edge (
    id bigint unsigned PRIMARY KEY, d1 decimal(38,10), d2 decimal(65,30), dt0 date, dtt datetime(6), ts timestamp NULL, t time(6), y year, j json, b blob,
    vb varbinary(16), bt bit(8), bt1 bit(1), e enum('a','b',''), s set('x','y','z'), ti1 tinyint(1), f float, dbl double, txt text CHARACTER SET utf8mb4)`,
  `INSERT INTO edge VALUES
    (1,'1234567890123456789012345678.0123456789','99999999999999999999999999999999999.123456789012345678901234567890','2024-02-29','2024-02-29 23:59:59.999999','2024-02-29 12:00:00',
     '12:34:56.123456',2024,'{"n":12345678901234567890,"z":[1,null]}',x'68656c6c6f',x'00ff80',b'10000001',b'1','a','x,z',1,1.1,0.1,'plain'),
    (18446744073709551615,'-0.0000000001','0.000000000000000000000000000001','0000-00-00','0000-00-00 00:00:00',NULL,'838:59:59',0,'null',x'ff00fe',x'',b'00000000',b'0','','',2,
     3.4028235e38,1.7976931348623157e308,'emoji \u{1F600} quote " back\\\\slash tab\\tnl\\nend'),
    (9223372036854775808,NULL,NULL,'2024-00-00','2024-01-00 00:00:00','1970-01-01 00:00:01','-12:00:00',1901,'"s"','',NULL,NULL,NULL,NULL,NULL,-1,NULL,NULL,CONCAT('nul',CHAR(0 USING utf8mb4),'byte')),
    (2,'0.0000000000','1.100000000000000000000000000000','1000-01-01','9999-12-31 23:59:59.999999','2038-01-19 03:14:07','00:00:00',2155,'[]','text-like blob',x'61',b'11111111',b'1','b','x,y,z',127,
     -0.0,-0.0,'')`,
];
/** Zero and partial dates as text, to the letter; the NUL that no text of PostgreSQL holds costs its value, not its row. */
const WHOLE = ['--on-loss', 'edge.dt0=text,edge.dtt=text,edge.txt=null'];

describe.skipIf(!postgres)('what a destination cannot hold', () => {
  describe.each(servers.map(it => [it.kind, it] as const))('from %s to PostgreSQL', (_, it) => {
    let source: Database;
    let target: PostgresDatabase;
    beforeAll(async () => {
      source = await openDatabase(it);
      target = await openPostgres(postgres!);
      await source.run("SET sql_mode = ''", ...EDGE);
    });
    afterAll(async () => {
      await source.drop();
      await target.drop();
    });
    const copy = (cwd: string, ...words: string[]) => sluice(['copy', source.url, target.url, '--json', ...words], {cwd});

    test('without a rule the copy fails, and names the column and rules for it', async () => {
      const ended = await copy(folder().path);
      expect(ended.code).toBe(1);
      const {status, published, error} = reportOf(ended);
      expect({status, published}).toEqual({status: 'failed', published: false});
      expect(error).toMatchObject({code: 'SLUICE_VALUE', table: 'edge', column: 'dt0', remedy: expect.stringContaining("--on-loss 'edge.dt0=text' or 'edge.dt0=null' or 'edge.dt0=quarantine'")});
      expect(ended.stdout + ended.stderr).not.toContain('0000-00-00');
      expect(await target.tables()).toEqual([]);
    });

    test('with rules for three columns all four rows arrive, every other value exact', async () => {
      const {path} = folder();
      const ended = await copy(path, ...WHOLE);
      expect(ended.code, ended.stderr).toBe(0);
      const report = reportOf(ended);
      expect(report.verification).toEqual({status: 'passed', tables: 1, rows: 4});
      expect(report.tables[0]).toMatchObject({rowsRead: 4, rowsWritten: 4, rowsQuarantined: 0});
      expect(report.tables[0]!.adjustments.filter(({rule}) => rule !== undefined)).toEqual([
        {column: 'dt0', kind: 'kept as text', rule: 'text', count: 4}, {column: 'dtt', kind: 'kept as text', rule: 'text', count: 4},
        {column: 'txt', kind: 'holds text with a NUL, and PostgreSQL has none', rule: 'null', count: 1},
      ]);
      expect(await target.rows('SELECT id, d1, d2, dt0, dtt, ts, t, y FROM edge ORDER BY id')).toEqual([
        ['1', '1234567890123456789012345678.0123456789', '99999999999999999999999999999999999.123456789012345678901234567890', '2024-02-29', '2024-02-29 23:59:59.999999', expect.stringMatching(/^2024-02-29 12:00:00(\+00)?$/), '12:34:56.123456', '2024'],
        ['2', '0.0000000000', '1.100000000000000000000000000000', '1000-01-01', '9999-12-31 23:59:59.999999', expect.stringMatching(/^2038-01-19 03:14:07(\+00)?$/), '00:00:00', '2155'],
        ['9223372036854775808', null, null, '2024-00-00', '2024-01-00 00:00:00.000000', expect.stringMatching(/^1970-01-01 00:00:01(\+00)?$/), '-12:00:00', '1901'],
        ['18446744073709551615', '-0.0000000001', '0.000000000000000000000000000001', '0000-00-00', '0000-00-00 00:00:00.000000', null, '838:59:59', '0'],
      ]);
      expect(await target.rows("SELECT regexp_replace(j::text, '\\s', '', 'g'), encode(b, 'hex'), encode(vb, 'hex'), e, s, ti1, txt FROM edge ORDER BY id")).toEqual([
        ['{"n":12345678901234567890,"z":[1,null]}', '68656c6c6f', '00ff80', 'a', 'x,z', '1', 'plain'],
        ['[]', Buffer.from('text-like blob').toString('hex'), '61', 'b', 'x,y,z', '127', ''],
        ['"s"', '', null, null, null, '-1', null],
        ['null', 'ff00fe', '', '', '', '2', 'emoji \u{1F600} quote " back\\slash tab\tnl\nend'],
      ]);
      // -0.0 is a number without a sign where it was inserted, but for MariaDB, which stores none anyway.
      expect((await target.rows('SELECT f = 1.1::real, dbl = 0.1::float8 FROM edge WHERE id = 1'))[0]).toEqual(['t', 't']);
      expect((await target.rows("SELECT f = '3.4028235e38'::real, dbl = 1.7976931348623157e308::float8 FROM edge WHERE id = 18446744073709551615"))[0]).toEqual(['t', 't']);
      expect(await target.rows("SELECT data_type FROM information_schema.columns WHERE table_name = 'edge' AND column_name IN ('dt0', 'dtt', 'ts') ORDER BY column_name")).toEqual([['text'], ['text'], [expect.stringContaining('timestamp')]]);
      expect(existsSync(`${path}/.sluice/quarantine`)).toBe(false);
    });
  });

  describe('rows that are set aside', () => {
    let source: Database;
    let target: PostgresDatabase;
    beforeAll(async () => {
      source = await openDatabase(mariadb!);
      target = await openPostgres(postgres!);
      await source.run("SET sql_mode = ''", ...EDGE);
    });
    afterAll(async () => {
      await source.drop();
      await target.drop();
    });
    const copy = (cwd: string, ...words: string[]) => sluice(['copy', source.url, target.url, '--json', ...words], {cwd});
    const ids = async () => (await target.rows('SELECT id FROM edge ORDER BY id')).map(([id]) => id);

    test('do not travel: a file that only its owner reads has them with every value exact and every reason, and the run is partial', async () => {
      const {path, at} = folder();
      const ended = await copy(path, '--on-loss', 'quarantine');
      expect(ended.code).toBe(3);
      const report = reportOf(ended);
      expect(report).toMatchObject({status: 'partial', published: true, verification: {status: 'passed', rows: 2}});
      expect(report.tables[0]).toMatchObject({status: 'ok', rowsRead: 4, rowsWritten: 2, rowsQuarantined: 2, verified: true});
      expect(await ids()).toEqual(['1', '2']);

      const [file, ...more] = readdirSync(at('.sluice/quarantine'));
      expect(more).toEqual([]);
      expect(report.quarantine).toEqual({place: `.sluice/quarantine/${file}`, rows: 2});
      const kept = at('.sluice/quarantine', file!);
      expect(statSync(kept).mode & 0o777).toBe(0o600);
      expect(statSync(at('.sluice/quarantine')).mode & 0o777).toBe(0o700);
      const lines = readFileSync(kept, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as {values: Record<string, unknown>; reasons: unknown});
      const day = 'holds a date or time that PostgreSQL has not';
      expect(lines).toEqual([
        {table: 'edge', row: 3, values: expect.anything(), reasons: [{column: 'dt0', reason: day}, {column: 'dtt', reason: day}, {column: 'txt', reason: 'holds text with a NUL, and PostgreSQL has none'}]},
        {table: 'edge', row: 4, values: expect.anything(), reasons: [{column: 'dt0', reason: day}, {column: 'dtt', reason: day}]},
      ]);
      expect(lines[0]!.values).toMatchObject({id: {bigint: '9223372036854775808'}, dt0: '2024-00-00', t: '-12:00:00.000000', b: {bytes: ''}, txt: 'nul\u0000byte', dbl: null});
      expect(lines[1]!.values).toMatchObject({
        id: {bigint: '18446744073709551615'}, d2: '0.000000000000000000000000000001', dt0: '0000-00-00', b: {bytes: Buffer.from([0xff, 0, 0xfe]).toString('base64')}, dbl: 1.7976931348623157e308,
        txt: 'emoji \u{1F600} quote " back\\slash tab\tnl\nend',
      });
    });

    test('rules count in their order: what cannot be NULL or text is set aside, and each column says how often', async () => {
      const {path} = folder();
      const ended = await copy(path, '--on-loss', '*.dt?=text,text,quarantine');
      expect(ended.code).toBe(3);
      const [table] = reportOf(ended).tables;
      expect(table!.adjustments.filter(({rule}) => rule !== undefined).map(({column, rule, count}) => ({column, rule, count}))).toEqual([
        {column: 'dt0', rule: 'text', count: 4}, {column: 'dtt', rule: 'text', count: 4}, {column: 'ts', rule: 'text', count: 3}, {column: 'txt', rule: 'quarantine', count: 1},
      ]);
      expect(await ids()).toEqual(['1', '2', '18446744073709551615']);
    });

    test('are kept as they come out of the policy, and not where the destination puts what it releases', async () => {
      const {path, write, at} = folder();
      const decided = (await source.rows('SHOW COLUMNS FROM edge')).map(([column]) => `      ${column}: ${column === 'd1' ? 'drop' : column === 'b' ? 'blank' : 'keep'}`);
      const policy = write('policy.yaml', `version: 1\ntables:\n  edge:\n    columns:\n${decided.join('\n')}\n`);
      const ended = await copy(path, '--policy', policy, '--on-loss', 'edge.dtt=text,edge.dt0=null,quarantine');
      expect(ended.code, ended.stderr).toBe(3);
      const [file] = readdirSync(at('.sluice/quarantine'));
      const text = readFileSync(at('.sluice/quarantine', file!), 'utf8');
      expect(text.trimEnd().split('\n')).toHaveLength(1);
      const {values} = JSON.parse(text) as {values: Record<string, unknown>};
      expect(Object.keys(values)).not.toContain('d1');
      expect(values).toMatchObject({dt0: '2024-00-00', txt: 'nul\u0000byte', b: null});

      const inside = await sluice(['copy', source.url, `csv:${path}/out/`, '--json', '--policy', policy, '--on-loss', 'quarantine', '--quarantine', `${path}/out/aside`], {cwd: path});
      expect(inside.code).toBe(2);
      expect(inside.stdout + inside.stderr).toContain('it lies in csv:');
      expect(readdirSync(path).includes('out') && readdirSync(at('out')).some(name => name.endsWith('.csv'))).toBe(false);
    });

    test('are appended with the rest, and fewer rows than were read never end well', async () => {
      await target.run('DROP TABLE IF EXISTS edge');
      const ended = await copy(folder().path, '--mode', 'append', '--on-loss', 'quarantine');
      expect(ended.code).toBe(3);
      expect(reportOf(ended).tables[0]).toMatchObject({rowsRead: 4, rowsWritten: 2, rowsQuarantined: 2});
      expect(await ids()).toEqual(['1', '2']);
    });

    test('a place that cannot be written is told before a row is read', async () => {
      const {path, write} = folder();
      const ended = await copy(path, '--on-loss', 'quarantine', '--quarantine', `${write('file', '')}/x`);
      expect(ended.code).toBe(1);
      expect(ended.stdout + ended.stderr).toMatch(/cannot keep rows that are set aside in .*(ENOTDIR|EEXIST)/);
    });
  });

  describe('from PostgreSQL: NaN, infinities, years before 1 and after 9999', () => {
    let source: PostgresDatabase;
    beforeAll(async () => {
      source = await openPostgres(postgres!);
      await source.run(
        'CREATE TABLE odd (id int PRIMARY KEY, f8 float8, n numeric(10,2), d date, at timestamp(6), tz timestamptz(6), plain text)',
        `INSERT INTO odd VALUES
          (1, 0.1, 1.50, '2024-02-29', '2024-02-29 12:00:00', '2024-02-29 12:00:00Z', 'as it is'),
          (2, 'NaN', 'NaN', 'infinity', '-infinity', 'infinity', 'nothing'),
          (3, '-Infinity', -0.01, '0044-03-15 BC', '0044-03-15 23:59:59.000001 BC', '0001-12-31 00:00:00Z BC', 'Caesar'),
          (4, 5e-324, 99999999.99, '10000-01-01', '10000-01-01', '10000-01-01Z', 'late')`);
    });
    afterAll(() => source.drop());
    const copy = (url: string, cwd: string, ...words: string[]) => sluice(['copy', source.url, url, '--json', ...words], {cwd});
    const counted = (ended: Awaited<ReturnType<typeof sluice>>) =>
      Object.fromEntries(reportOf(ended).tables[0]!.adjustments.flatMap(({column, rule, count}) => rule === undefined ? [] : [[`${column} ${rule}`, count]]));
    const AS_TEXT = [
      ['1', '0.1', '1.50', '2024-02-29', '2024-02-29 12:00:00.000000', '2024-02-29 12:00:00.000000'],
      ['2', 'NaN', 'NaN', 'infinity', '-infinity', 'infinity'],
      ['3', '-Infinity', '-0.01', '0044-03-15 BC', '0044-03-15 23:59:59.000001 BC', '0001-12-31 00:00:00.000000 BC'],
      ['4', '5e-324', '99999999.99', '10000-01-01', '10000-01-01 00:00:00.000000', '10000-01-01 00:00:00.000000'],
    ];

    test.each(servers.map(it => [it.kind, it] as const))('to %s: by the rule text to the letter, by null only what cannot be held', async (_, it) => {
      await using target = await openDatabase(it);
      const refused = await copy(target.url, folder().path);
      expect(refused.code).toBe(1);
      expect(reportOf(refused).error).toMatchObject({code: 'SLUICE_VALUE', column: expect.stringMatching(/^(f8|n|d|at|tz)$/), remedy: expect.stringContaining("--on-loss 'odd.")});

      const asText = await copy(target.url, folder().path, '--on-loss', 'text');
      expect(asText.code, asText.stderr).toBe(0);
      expect(counted(asText)).toEqual({'f8 text': 4, 'n text': 4, 'd text': 4, 'at text': 4, 'tz text': 4});
      expect(await target.rows('SELECT id, f8, n, d, at, tz FROM odd ORDER BY id')).toEqual(AS_TEXT);

      const asNull = await copy(target.url, folder().path, '--on-loss', 'null');
      expect(asNull.code, asNull.stderr).toBe(0);
      expect(counted(asNull)).toEqual({'f8 null': 2, 'n null': 1, 'd null': 3, 'at null': 3, 'tz null': 3});
      expect(await target.rows('SELECT id, f8 + 0e0, n, d, at, tz, plain FROM odd ORDER BY id')).toEqual([
        ['1', '0.1', '1.50', '2024-02-29', '2024-02-29 12:00:00.000000', '2024-02-29 12:00:00.000000', 'as it is'],
        ['2', null, null, null, null, null, 'nothing'], ['3', null, '-0.01', null, null, null, 'Caesar'], ['4', '5e-324', '99999999.99', null, null, null, 'late'],
      ]);
    });

    test('a foreign key to rows that were set aside is left out and listed, and a warning names who may refer to them', async () => {
      await using related = await openPostgres(postgres!);
      await related.run(
        'CREATE TABLE parent (id int PRIMARY KEY, d date)', 'CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent)',
        "INSERT INTO parent VALUES (1, '2024-01-01'), (2, 'infinity')", 'INSERT INTO child VALUES (1, 1), (2, 2)');
      await using target = await openDatabase(mariadb!);
      const keys = () => target.rows(`SELECT TABLE_NAME FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = '${target.name}' AND CONSTRAINT_TYPE = 'FOREIGN KEY'`);
      const aside = await sluice(['copy', related.url, target.url, '--json', '--on-loss', 'quarantine'], {cwd: folder().path});
      expect(aside.code).toBe(3);
      expect(reportOf(aside)).toMatchObject({
        omissions: [{table: 'child', kind: 'foreign key', reason: 'a row finds no partner in parent: rows were set aside'}],
        warnings: ['a row of table parent was set aside: rows of child may refer to what is not there'],
      });
      expect(await keys()).toEqual([]);
      expect((await sluice(['copy', related.url, target.url, '--json', '--on-loss', 'null'], {cwd: folder().path})).code).toBe(0);
      expect(await keys()).toEqual([['child']]);
    });

    test('to SQLite: only NaN is lost, and the rules touch nothing else', async () => {
      const {path, at} = folder();
      const refused = await copy(`sqlite:${path}/x.db`, path);
      expect(refused.code).toBe(1);
      expect(reportOf(refused).error).toMatchObject({code: 'SLUICE_VALUE', column: expect.stringMatching(/^(f8|n)$/)});
      expect(existsSync(at('x.db'))).toBe(false);

      const asText = await copy(`sqlite:${path}/x.db`, path, '--on-loss', 'text');
      expect(asText.code, asText.stderr).toBe(0);
      expect(counted(asText)).toEqual({'f8 text': 4, 'n text': 4});
      expect(rowsOf(at('x.db'), 'SELECT CAST(id AS TEXT), f8, n, d, at, tz FROM odd ORDER BY id')).toEqual(AS_TEXT);

      const aside = await copy(`sqlite:${path}/y.db`, path, '--on-loss', 'odd.f8=null,quarantine');
      expect(aside.code).toBe(3);
      expect(counted(aside)).toEqual({'n quarantine': 1});
      expect(rowsOf(at('y.db'), 'SELECT id FROM odd ORDER BY id')).toEqual([[1n], [3n], [4n]]);
    });

    test('to files: what no form of a type says is met by a rule', async () => {
      const {path, at} = folder();
      expect((await copy(`csv:${path}/out/`, path)).code).toBe(1);
      const ended = await copy(`csv:${path}/out/`, path, '--on-loss', 'odd.n=null,text');
      expect(ended.code, ended.stderr).toBe(0);
      expect(counted(ended)).toEqual({'n null': 1, 'd text': 4, 'at text': 4, 'tz text': 4});
      expect(readFileSync(at('out/odd.csv'), 'utf8').split('\r\n')[2]).toBe('2,NaN,,infinity,-infinity,infinity,nothing');
    });
  });

  describe('rules that cannot be followed are mistakes, told before a row is read', () => {
    let source: Database;
    let target: PostgresDatabase;
    beforeAll(async () => {
      source = await openDatabase(mariadb!);
      target = await openPostgres(postgres!);
      await source.run('CREATE TABLE t (id int PRIMARY KEY, day date NOT NULL, note text)', "INSERT INTO t VALUES (1, '2024-01-01', '')");
    });
    afterAll(async () => {
      await source.drop();
      await target.drop();
    });

    test.each<[string, string, RegExp]>([
      ['a word that is no rule', 't.day=drop', /the rule has to be fail, null, text, quarantine/],
      ['NULL where none is allowed, and a table that is not copied', 't.day=null,nowhere.*=null', /t\.day.*null cannot be its rule for losses: it allows no NULL[^]*nowhere\.\*=null.*matches no column/],
    ])('%s', async (_, rule, says) => {
      const ended = await sluice(['copy', source.url, target.url, '--json', '--on-loss', rule], {cwd: folder().path});
      expect(ended.code).toBe(2);
      expect(ended.stdout + ended.stderr).toMatch(says);
      expect(await target.tables()).toEqual([]);
    });

    test('a rule for all passes over columns where it cannot be', async () => {
      const ended = await sluice(['copy', source.url, target.url, '--json', '--on-loss', 'null'], {cwd: folder().path});
      expect(ended.code, ended.stderr).toBe(0);
    });

    test('the plan shows the rule of every column', async () => {
      const words = ['plan', source.url, target.url, '--on-loss', 't.day=text,null'];
      const tables = documentOf(await sluice([...words, '--json'], {cwd: folder().path}))['tables'] as {columns: {column: string}[]}[];
      expect(tables[0]!.columns.map(({column, ...more}) => [column, 'onLoss' in more ? more.onLoss : null])).toEqual([['id', null], ['day', 'text'], ['note', 'null']]);
      const text = (await sluice(words, {cwd: folder().path})).stdout;
      expect(text).toMatch(/day +date +-> text +kept as text: in its own type the column holds a date or time that PostgreSQL has not/);
      expect(text).toMatch(/note .*on loss: null/);
    });
  });
});
