import Database from 'better-sqlite3';
import {createConnection, type Connection, type RowDataPacket} from 'mysql2/promise';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import type {Column} from '@sluice/core';
import {freshDatabase, randomNumbers, server, type TestDatabase} from '@sluice/testkit';
import {translateExpression, translateSelect, type TranslatableColumn, type TranslatableTable} from '../src/index.ts';

// What the translator accepts is computed by a real server and by SQLite on the same rows: both must
// find the same. The rows keep to what translations assume (ASCII, no blanks at the end).

const column = (name: string, type: Column['type'], more: Partial<Column> = {}): Column => ({name, type, nullable: true, ...more});
const columns: readonly {readonly column: Column; readonly mysql: string; readonly sqlite: string; readonly decimalAsText?: true}[] = [
  {column: column('id', 'int'), mysql: 'int primary key', sqlite: 'INTEGER PRIMARY KEY'},
  {column: column('a', 'int'), mysql: 'int', sqlite: 'INT'},
  {column: column('b', 'int'), mysql: 'bigint', sqlite: 'BIGINT'},
  {column: column('yes', 'int'), mysql: 'tinyint(1)', sqlite: 'TINYINT(1)'},
  {column: column('ratio', 'float'), mysql: 'double', sqlite: 'REAL'},
  {column: column('price', 'decimal', {precision: 8, scale: 2}), mysql: 'decimal(8,2)', sqlite: 'DECIMAL(8,2)'},
  {column: column('amount', 'decimal', {precision: 30, scale: 4}), mysql: 'decimal(30,4)', sqlite: 'DECIMAL_TEXT(30,4)', decimalAsText: true},
  {column: column('code', 'text'), mysql: 'varchar(20) collate utf8mb4_bin', sqlite: 'TEXT'},
  {column: column('name', 'text', {caseInsensitive: true}), mysql: 'varchar(20) collate utf8mb4_general_ci', sqlite: 'TEXT COLLATE NOCASE'},
  {column: column('kind', 'text', {caseInsensitive: true}), mysql: "enum('small','Large','other') collate utf8mb4_general_ci", sqlite: 'TEXT COLLATE NOCASE'},
  {column: column('day', 'date'), mysql: 'date', sqlite: 'DATE_TEXT'},
  {column: column('moment', 'timestamp', {scale: 3}), mysql: 'datetime(3)', sqlite: 'DATETIME_TEXT(3)'},
];
const translatable: readonly TranslatableColumn[] = columns.map(({column: one, mysql, decimalAsText}) => ({column: {...one, native: {dialect: 'mysql', sql: mysql}}, ...(decimalAsText && {decimalAsText})}));
const tables: readonly TranslatableTable[] = ['t', 'u'].map(name => ({name, columns: translatable}));

const values: readonly (readonly (string | number | null)[])[] = [
  [], // the key
  [null, 0, 1, -1, 5, 12, 255, -2147483648, 2147483647],
  [null, 0, 1, 2, 2147483648, -9007199254740991, 9007199254740991],
  [null, 0, 1, 1],
  [null, 0, 0.5, -1.25, 1e10, 0.1, 3],
  [null, '0.00', '0.01', '-0.01', '99.99', '100.00', '12345.67', '5.00'],
  [null, '0.0000', '0.0001', '-0.0001', '100.5000', '99.9999', '12345678901234567890.1234'],
  [null, '', 'a', 'A', 'ab', 'a_b', 'a%b', 'a*b', '[x]', 'Zoe', '10'],
  [null, '', 'a', 'A', 'Ab', 'aB', 'a_b', 'Anna', 'anna', 'BOB', "it's", '10'],
  [null, 'small', 'Large', 'other'],
  [null, '2020-02-29', '1999-12-31', '2024-01-01'],
  [null, '2020-02-29 10:00:00.500', '2020-01-01 00:00:00.000', '1999-12-31 23:59:59.999'],
];

const expressions = [
  'a > 0', 'a <=> b', 'a = 1 or b = 2 and not yes', 'not (a = 1 and b = 1)', 'a between -1 and 5', 'a not between 0 and 12', 'a in (1,5,255)', 'a not in (1,null)', 'a is null', 'a is not null',
  'a + 1', 'a - b', 'a * 3', '-a + 2', 'a % 5', 'a % -5', 'mod(a,7)', 'a % 0', 'a & 4', '(a & 1) = 1', 'a > 0.5', 'b = 9007199254740991', 'ratio * 2', 'ratio > 0.1', 'ratio + 1 > 1.5', '-ratio',
  'price > 99.99', 'price = 5', 'price between 0 and 100', 'price <= a', 'amount >= 0', 'amount < 100.5', 'amount = 99.9999', 'amount <> 100.5', 'amount > -0.0001', 'amount = amount',
  'if(yes, a, b)', "if(a > 0, 'x', code)", 'ifnull(a, 0)', 'coalesce(a, b, 7)', 'nullif(a, 5)', "nullif(name, 'ANNA')", 'abs(b)', 'least(a, b)', 'greatest(a, b, 3)', 'isnull(name)', 'isnull(a) or a > 3',
  "code = 'a'", "code <> 'A'", "name = 'A'", "name in ('anna','bob')", "name not in ('anna','x')", "kind = 'large'", "code in ('a','ab')", "code <=> null", "name <=> 'a'", "nullif(code,'')",
  "name like 'a%'", "name not like 'A%'", "name like '%n_a'", "code like 'a%'", "code like 'a\\\\_b'", "code like 'a\\\\%b'", "code like '[x]'", "code like 'a*b'", "code like '_'", "code not like 'a%'", "name like 'a|_b' escape '|'",
  "concat(code, '-', a)", 'concat(name, name)', 'concat(a)', 'concat(day, code)', 'char_length(code)', 'char_length(name) > 2', 'lower(name)', 'upper(code)', "trim(concat(' ', code, ' '))", 'left(name, 2)', 'right(code, 2)',
  'substr(code, 2)', 'substr(code, 2, 1)', 'substr(name, 1, 0)', "replace(code, 'a', 'xy')", 'cast(a as char)', 'cast(a as signed)', "concat(if(yes,'y','n'), code) = 'ya'", "lower(code) = 'a'",
  "day > '2000-01-01'", "day = DATE'2020-02-29'", "day between '1999-12-31' and '2020-12-31'", "moment >= '2020-01-01'", "moment = '2020-02-29 10:00:00.5'", "moment < TIMESTAMP'2000-01-01 00:00:00'", 'year(day)', 'month(day) = 2', 'dayofmonth(moment)', 'day(day)',
  "case a when 1 then 'one' when 5 then 'five' else 'many' end", 'case when a > 0 then 1 when a < 0 then -1 end', "case kind when 'SMALL' then 1 when 'other' then 2 else 3 end", "case when name = 'ANNA' then code else 'x' end = 'a'",
  '(a = 1) xor (b = 1)', 'a is true', '(a > 0) is not true', '(a > 0) is false', 'not a', '!yes', 'a = true', 'a && yes',
];

const selects = [
  'select t.id, t.name from t where t.a > 0 order by t.id limit 5',
  'select t.id as i, u.id as j from t join u on t.a = u.a and t.id < u.id',
  'select t.id, u.code from t left join u on t.code = u.code and u.id < 10',
  'select t.id, u.id as j from t left join (u join t as w on u.a = w.b) on t.b = u.b where t.id < 20',
  'select t.kind, count(*) as n, sum(t.a) as s, min(t.b) as low, max(t.day) as last, count(distinct t.name) as names from t group by t.kind having n > 1',
  'select t.name, count(t.code) as n from t group by t.name',
  'select t.yes, sum(t.price) as total, max(t.price) as most from t group by t.yes having total > 10',
  'select distinct t.code from t', 'select distinct t.kind, t.yes from t where t.id < 30',
  'select t.a as x from t union select u.b from u', 'select t.code from t where t.id < 5 union all select u.code from u where u.id < 5 order by 1',
  'select t.id from t where exists (select 1 from u where u.a = t.b)', 'select t.id from t where t.a in (select u.b from u)', 'select t.id from t where t.a not in (select u.b from u where u.b is not null)',
  'select t.id, (select count(*) from u where u.kind = t.kind) as n from t', 'select x.kind, x.n from (select t.kind, count(*) as n from t group by t.kind) as x where x.n > 3',
  'select t.id, -t.a as n, t.a * t.a as q, abs(t.a) - 1 as p, t.b % 7 + 1 as r, (t.b & 7) - 0 as m, cast(t.a as signed) - 5 as c, char_length(t.code) - char_length(t.name) as l from t',
  'select t.yes, sum(t.yes) - 5 as s, count(*) - 100 as c from t group by t.yes', 'select t.id, t.amount as much from t where t.id < 7 order by much',
  'select v.id, v.label from v where v.label = \'ANNA!\'', 'select v.label, count(*) as n from v group by v.label', 'select t.id, v.label from t join v on t.id = v.id where v.y > 0',
];
const VIEW = "select t.id as id, concat(t.name,'!') as label, t.a + 1 as y from t";

for (const kind of ['mariadb', 'mysql'] as const) {
  const found = await server(kind);
  describe.skipIf(!found)(`${kind} and SQLite`, () => {
    const sqlite = new Database(':memory:');
    let database: TestDatabase;
    let connection: Connection;

    beforeAll(async () => {
      database = await freshDatabase(found!);
      const url = new URL(database.url);
      connection = await createConnection({
        host: url.hostname, port: Number(url.port), user: decodeURIComponent(url.username), password: decodeURIComponent(url.password), database: database.name,
        rowsAsArray: true, dateStrings: true, supportBigNumbers: true, bigNumberStrings: false, decimalNumbers: false, charset: 'utf8mb4',
      });
      await connection.query("set sql_mode = ''");
      const random = randomNumbers(20_260_101);
      for (const table of ['t', 'u']) {
        await connection.query(`create table ${table} (${columns.map(({column: {name}, mysql}) => `\`${name}\` ${mysql}`).join(', ')}) character set utf8mb4`);
        sqlite.exec(`CREATE TABLE ${table} (${columns.map(({column: {name}, sqlite: type}) => `"${name}" ${type}`).join(', ')})`);
        const rows = Array.from({length: 150}, (_, i) => values.map(choices => (choices.length === 0 ? i + 1 : choices[Math.floor(random() * choices.length)]!)));
        await connection.query(`insert into ${table} values ?`, [rows]);
        const insert = sqlite.prepare(`INSERT INTO ${table} VALUES (${values.map(() => '?').join(', ')})`);
        for (const row of rows) insert.run(row);
      }
      await connection.query(`create view v as ${VIEW}`);
    });
    afterAll(async () => {
      sqlite.close();
      await connection?.end();
      await database?.drop();
    });

    /** The SQL as the server prints it back: what connectors find. */
    async function printed(select: string): Promise<string> {
      await connection.query(`create or replace view probe as ${select}`);
      const [rows] = await connection.query<RowDataPacket[]>('select view_definition from information_schema.views where table_schema = database() and table_name = ?', ['probe']);
      return String((rows[0] as unknown as unknown[])[0]);
    }

    const servers = async (sql: string) => ((await connection.query<RowDataPacket[]>(sql))[0] as unknown as unknown[][]).map(row => row.map(comparable));
    const sqlites = (sql: string) => (sqlite.prepare(sql).raw().all() as unknown[][]).map(row => row.map(comparable));

    test.each(expressions)('find the same: %s', async sql => {
      for (const text of [sql, /^select (.*) AS `x` from/s.exec(await printed(`select ${sql} as x from t`))?.[1]?.replaceAll(`\`${database.name}\`.\`t\`.`, '')]) {
        const translated = translateExpression(text ?? expect.fail('not printed'), kind, 'sqlite', {columns: translatable});
        if ('reason' in translated) expect.fail(`refused: ${translated.reason}`);
        expect(sqlites(`SELECT id, ${translated.sql} FROM t ORDER BY id`), translated.sql).toEqual(await servers(`select id, ${sql} from t order by id`));
      }
    });

    test('give the same rows, views of views included', async () => {
      const view = translateSelect(VIEW, kind, 'sqlite', {tables, database: database.name});
      if ('reason' in view) return expect.fail(view.reason);
      sqlite.exec(`CREATE VIEW v AS ${view.sql}`);
      const known = [...tables, {name: 'v', columns: view.columns}];
      for (const sql of selects) {
        for (const text of [sql, await printed(sql)]) {
          const translated = translateSelect(text, kind, 'sqlite', {tables: known, database: database.name});
          if ('reason' in translated) expect.fail(`${text} is refused: ${translated.reason}`);
          expect(sorted(sqlites(translated.sql)), translated.sql).toEqual(sorted(await servers(sql)));
        }
      }
    });
  });
}

/** Numbers as numbers, whatever text a driver makes of them; truth as 1 and 0. */
function comparable(value: unknown): unknown {
  if (typeof value === 'bigint' || typeof value === 'number') return Number(value) + 0; // no minus zero
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) + 0 : value;
}

/** Rows in one order. Of values that ignore case any one may stand for all: compared in lower case. */
function sorted(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map(row => JSON.stringify(row).toLowerCase()).sort();
}
