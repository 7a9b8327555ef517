import {describe, expect, test} from 'vitest';
import {translateExpression, type DialectName, type Translation} from '../src/index.ts';
import {study} from './study.ts';

const {columns} = study;
const toSqlite = (sql: string, from: DialectName = 'mysql') => translateExpression(sql, from, 'sqlite', {columns});
const toMysql = (sql: string) => translateExpression(sql, 'sqlite', 'mysql', {columns});
const sqlOf = (translation: Translation) => ('sql' in translation ? translation.sql : `refused: ${translation.reason}`);

describe('MySQL to SQLite: the same meaning', () => {
  test.each([
    ['(`id` > 0)', '"id" > 0'],
    ['((`id` >= -5) and (`id` <> 3))', '("id" >= (-5)) AND ("id" <> 3)'],
    ['`id` = 1 or `id` = 2 and not `yes`', '("id" = 1) OR (("id" = 2) AND (NOT "yes"))'],
    ['`id` <=> null', '"id" IS NULL'],
    ['`id` is not null', '"id" IS NOT NULL'],
    ['isnull(`id`)', '"id" IS NULL'],
    ['`id` between 1 and 10', '("id" >= 1) AND ("id" <= 10)'],
    ['`id` not in (1,2,3)', '"id" NOT IN (1, 2, 3)'],
    ['`id` % 2 = 0', '("id" % 2) = 0'],
    ['`id` mod 2', '"id" % 2'],
    ['mod(`id`,2)', '"id" % 2'],
    ['-`id` * 3 + `id`', '((-"id") * 3) + "id"'],
    ['`id` & 4', '"id" & 4'],
    ['`id` xor `yes`', "refused: XOR of something that is no condition"],
    ['(`id` = 1) xor (`id` = 2)', '("id" = 1) <> ("id" = 2)'],
    ['`ratio` * 2 > 0.5', '("ratio" * 2) > 0.5'],
    ['`huge` < 10', '"huge" < 10'],
    ['`order` = 1', '"order_2" = 1'],
    ["`id` = '5'", '"id" = 5'],
    ['if(`yes`,1,0)', 'CASE WHEN "yes" THEN 1 ELSE 0 END'],
    ["case `id` when 1 then 'one' when 2 then 'two' end", `CASE WHEN "id" = 1 THEN 'one' WHEN "id" = 2 THEN 'two' END`],
    ['ifnull(`id`,0)', 'ifnull("id", 0)'],
    ['coalesce(`name`,`other`)', 'coalesce("name", "other")'],
    ['nullif(`id`,0)', 'CASE WHEN "id" = 0 THEN NULL ELSE "id" END'],
    ['abs(`id`)', 'abs("id")'],
    ['greatest(`id`,5)', 'max("id", 5)'],
    ['json_valid(`doc`)', 'json_valid("doc")'],
    ["concat(`code`,'-',`id`)", `"code" || '-' || "id"`],
    ['concat(`id`)', 'CAST("id" AS TEXT)'],
    ['cast(`id` as char charset utf8mb4)', 'CAST("id" AS TEXT)'],
    ['convert(`code` using utf8mb4)', '"code"'],
    ['char_length(`code`) <= 10', 'length("code") <= 10'],
    ['left(`code`,3)', 'substr("code", 1, 3)'],
    ['right(`code`,3)', 'substr("code", -3)'],
    ['substr(`code`,2,3)', 'substr("code", 2, 3)'],
    ["replace(`code`,'-','')", `replace("code", '-', '')`],
    ['length(`raw`)', 'length("raw")'],
    ['year(`day`) > 1900', 'CAST(substr("day", 1, 4) AS INTEGER) > 1900'],
    ["`day` >= '2020-02-29'", `"day" >= '2020-02-29'`],
    ["`day` >= DATE'2020-02-29'", `"day" >= '2020-02-29'`],
    ["`at` < '2020-01-01'", `"at" < '2020-01-01 00:00:00.000'`],
    ["`at` < TIMESTAMP'2020-01-01 10:00:00.5'", `"at" < '2020-01-01 10:00:00.500'`],
    ['`price` <= 99.99', '"price" <= 99.99'],
    ['`amount` >= 0', 'CAST("amount" AS REAL) >= 0'],
    ["`code` = _utf8mb4'a'", `"code" = 'a'`],
    ["`name` = 'A'", `"name" COLLATE NOCASE = 'A'`],
    ["`name` in ('a','b')", `"name" COLLATE NOCASE IN ('a', 'b')`],
    ['`name` = `other`', '"name" COLLATE NOCASE = "other"'],
    ["`name` like 'a\\\\_%'", `"name" LIKE 'a\\_%' ESCAPE '\\'`],
    ["`code` like 'a[%*_'", `"code" GLOB 'a[[]*[*]?'`],
    ["`name` = 'x' collate utf8mb4_bin", `"name" COLLATE BINARY = 'x'`],
  ])('%s', (sql, wanted) => expect(sqlOf(toSqlite(sql))).toBe(wanted));

  test('expressions as MySQL 8 and later print them, quotes escaped', () => {
    expect(sqlOf(toSqlite("(`code` <> _utf8mb4\\'it\\\\\\'s\\')"))).toBe(`"code" <> 'it''s'`);
  });

  test('expressions as MariaDB prints them', () => {
    expect(sqlOf(toSqlite("`code` <> 'it\\'s'", 'mariadb'))).toBe(`"code" <> 'it''s'`);
  });
});

describe('MySQL to SQLite: refused, for it would be another thing', () => {
  test.each([
    ['`id` / 2', /division/], ['`id` div 2', /division/], ['`id` || 1', /another thing/], ['`id` | 1', /other numbers/], ['~`id`', /other numbers/],
    ['`id` << 1', /other numbers/], ['-5 & `id`', /other numbers/], ["`code` < 'b'", /sorted/], ["`code` between 'a' and 'b'", /sorted/],
    ["`code` = 'a '", /equal to other texts/], ["`name` = 'é'", /equal to other texts/], ["`name` like 'é%'", /alike elsewhere/], ['`code` = `name`', /ignores case/],
    ["`code` regexp 'a'", /REGEXP/], ["'a' = 'A'", /compared with each other|put together/], ['`code` = 5', /compared with/], ["`id` = 'x'", /compared with/], ["`id` = '05'", /compared with/],
    ['`price` + 1', /computes/], ['`amount` = `price`', /compared|text there/], ['`amount` < 1000000000000000000', /too many digits/], ['`amount` > 0.123456', /too many digits/],
    ['`id` * 1.5', /computes/], ['`huge` + 1', /computes/], ['not `code`', /stands for a condition/], ['if(`code`,1,0)', /stands for a condition/], ["if(`yes`,1,'a')", /converts/],
    ['concat(`ratio`)', /other digits/], ['concat(`price`)', /other digits/], ['length(`code`)', /character set/], ['substr(`code`,-3)', /plain numbers/], ['substr(`code`,`id`)', /plain numbers/],
    ['now()', /time of the statement/], ['`at` > now()', /time of the statement/], ["`at` > '2020-1-1'", /another form/], ["`day` = '2020-02-30'", /another form/], ["`day` = '2020-01-01 10:00:00'", /has a time/],
    ["`at` = '2020-01-01 00:00:00.1234'", /more fraction digits/], ['`doc` = 1', /compared/], ["json_extract(`doc`,'$.a')", /not known to mean the same/], ['uuid()', /not known/], ['rand()', /not known/],
    ['constructor(`id`)', /not known/], ['`study`.`fine_of`(`id`)', /stored function fine_of/], ['`missing` = 1', /not in the load/], ['(select 1)', /SELECT/], ['`id` = (`id` = 1) = 1', /without parentheses/], ['interval 1 day', /INTERVAL/], ['`id` + interval 1 day', /INTERVAL/],
    ['binary `code` = 1', /BINARY/], ['0x41', /hexadecimal/], ["x'41'", /bytes/], ["_latin1'é'", /character set/], ['sum(`id`)', /aggregate/], ['`id` in (select 1)', /SELECT/], ['18446744073709551615', /beyond 64 bits/],
    ['`id` = 1 garbage', /not known here/], ['`id` =', /too early/], ['(`id`', /missing/], ['(1,2) = (3,4)', /rows of values/], ["'open", /does not end/], ['/*! 1 */', /versions run/], ['cast(`code` as signed)', /CAST/],
    ['cast(`id` as unsigned)', /CAST/], ['`code` collate utf8mb4_general_cs = 1', /collation/], ['round(`price`)', /not known/], ['`clock` < `clock`', /compared/], ['match(`code`) against (1)', /MATCH|match/], ['@a', /not in the load/],
  ])('%s', (sql, reason) => expect(sqlOf(toSqlite(sql))).toMatch(new RegExp(`^refused: .*${reason.source}`)));
});

test('a reason quotes neither text nor names', () => {
  for (const sql of ["`secret_column` = 'canary'", "`id` = 'canary'", "'canary' = 'canary'", 'canary(1)', '`code` = 1 canary']) {
    const translation = toSqlite(sql);
    if (/^canary\(|1 canary$/.test(sql)) continue; // names of functions and stray words are told
    expect('reason' in translation && translation.reason).not.toMatch(/canary|secret/);
  }
});

test('says what it takes for granted of the data', () => {
  const assumes = (sql: string) => {
    const translation = toSqlite(sql);
    return 'sql' in translation ? translation.assumes.map(({kind, column}) => `${column}: ${kind}`) : translation;
  };
  expect(assumes('`id` = 1')).toEqual([]);
  expect(assumes("`name` = 'a'")).toEqual(['name: ascii']);
  expect(assumes("`code` = 'a'")).toEqual(['code: no trailing blanks']);
  expect(assumes('upper(`name`)')).toEqual(['name: ascii']);
  expect(assumes("concat(`name`,`other`) = 'a'")).toEqual(['name: ascii', 'other: ascii']);
  expect(assumes("left(`code`,1) = 'a'")).toEqual(['code: no NUL', 'code: no trailing blanks']);
  expect(assumes("if(`yes`,`name`,'x') = 'a'")).toEqual(['name: ascii']);
});

describe('SQLite to MySQL', () => {
  test.each([
    ['"id" > 0 AND "id" == 1', '(`id` > 0) AND (`id` = 1)'],
    ["code || '-' || id", "concat(concat(`code`, '-'), `id`)"],
    ['length(code) <= 10', 'char_length(`code`) <= 10'],
    ['iif(yes, 1, 0)', 'CASE WHEN `yes` THEN 1 ELSE 0 END'],
    ['id IS 5', '`id` <=> 5'],
    ['id IS NOT 5', 'NOT (`id` <=> 5)'],
    ['max(id, 5)', 'greatest(`id`, 5)'],
    ['CAST(id AS TEXT)', 'CAST(`id` AS CHAR)'],
    ['"order" = 1', '`order_2` = 1'],
    ["name LIKE 'a%'", "`name` LIKE 'a%'"],
    ["name LIKE 'a\\%'", "`name` LIKE 'a\\\\\\\\%'"],
    ['TRUE', '1'],
  ])('%s', (sql, wanted) => expect(sqlOf(toMysql(sql))).toBe(wanted));

  test.each([
    ['id / 2', /division/], ["code LIKE 'a%'", /minds the case/], ['"no column" = 1', /not in the load/], ["code GLOB 'a*'", /GLOB/], ["doc ->> '$.a'", /another thing/],
    ["strftime('%Y', at)", /not known/], ['typeof(id)', /not known/], ['id + code', /computes/], ['sum(price)', /SUM|aggregate/], ['total(id)', /not known/], ['id IS DISTINCT FROM 1', /unknown/],
  ])('%s is refused', (sql, reason) => expect(sqlOf(toMysql(sql))).toMatch(new RegExp(`^refused: .*${reason.source}`)));
});

describe('the time of the statement as a default', () => {
  const now = (sql: string, from: DialectName, to: DialectName, zone: 'utc' | 'local') => sqlOf(translateExpression(sql, from, to, {columns: [], now: zone}));

  test.each([
    ['current_timestamp()', 'utc', 'CURRENT_TIMESTAMP'],
    ['CURRENT_TIMESTAMP', 'local', "datetime('now', 'localtime')"],
    ['now(6)', 'utc', "strftime('%Y-%m-%d %H:%M:%f000', 'now')"],
    ['current_timestamp(1)', 'local', "substr(strftime('%Y-%m-%d %H:%M:%f', 'now', 'localtime'), 1, 21)"],
    ['curdate()', 'local', "date('now', 'localtime')"],
    ['curtime(3)', 'local', "strftime('%H:%M:%f', 'now', 'localtime')"],
    ['utc_timestamp()', 'local', 'CURRENT_TIMESTAMP'],
  ] as const)('%s, %s, and back', (sql, zone, wanted) => {
    expect(now(sql, 'mysql', 'sqlite', zone)).toBe(wanted);
    const back = now(wanted, 'sqlite', 'mysql', zone);
    expect(now(back, 'mysql', 'sqlite', zone)).toBe(wanted);
  });

  test("SQLite's own time is UTC wherever it is kept", () => {
    expect(now('CURRENT_TIMESTAMP', 'sqlite', 'mysql', 'local')).toBe('utc_timestamp()');
    expect(now("datetime('now','localtime')", 'sqlite', 'mysql', 'utc')).toMatch(/^refused/);
  });

  test('is refused where it is no value', () => {
    expect(sqlOf(toSqlite('current_timestamp()'))).toMatch(/^refused/);
  });
});

test('SQL stays as it is within one dialect, unless a column has another name there', () => {
  const plain = columns.filter(({target}) => target === undefined);
  expect(translateExpression('anything(`goes`) /* here */', 'mysql', 'mariadb', {columns: plain})).toEqual({sql: 'anything(`goes`) /* here */', assumes: []});
  expect(sqlOf(translateExpression('id > 0', 'sqlite', 'sqlite', {columns}))).toMatch(/^refused/);
});

describe('a column whose collation tells some letters A-Z from their other case', () => {
  const turkish = {column: {name: 'name', type: 'text', nullable: true, caseInsensitive: true, native: {dialect: 'mysql', sql: 'varchar(9) collate utf8mb4_turkish_ci'}}} as const;
  const toSqlite = (sql: string) => translateExpression(sql, 'mysql', 'sqlite', {columns: [turkish, ...study.columns.filter(({column}) => column.name === 'code')]});

  test.each(["`name` = 'i'", "`name` in ('a','b')", "`name` like 'i%'", 'lower(`name`)', "concat(`name`,`code`) like 'i%'", "`code` = 'i' collate utf8mb4_turkish_ci", "`code` collate utf8mb4_tr_0900_ai_ci = 'i'", "nullif(`name`,'I')"])(
    '%s is refused', sql => expect(toSqlite(sql)).toMatchObject({reason: expect.any(String) as string}));

  test.each([['`name` is null', '"name" IS NULL'], ["concat(`name`,'!')", `"name" || '!'`], ["`name` collate utf8mb4_bin = 'i'", `"name" = 'i'`]])(
    '%s travels', (sql, wanted) => expect(toSqlite(sql)).toMatchObject({sql: wanted}));
});
