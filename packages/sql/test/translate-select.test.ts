import {describe, expect, test} from 'vitest';
import type {Column, ColumnType} from '@sluice/core';
import {translateSelect, type SelectTranslation, type TranslatableColumn, type TranslatableTable} from '../src/index.ts';
import {study, visit} from './study.ts';

const tables = [study, visit];
const sqlOf = (translation: SelectTranslation) => ('sql' in translation ? translation.sql : `refused: ${translation.reason}`);
const toSqlite = (sql: string) => translateSelect(sql, 'mysql', 'sqlite', {tables, database: 'db'});

describe('MySQL to SQLite: the same rows', () => {
  test.each([
    ['select `db`.`study`.`id` AS `id` from `db`.`study`', 'SELECT "study"."id" AS "id" FROM "study"'],
    ['select `s`.`order` AS `o` from `db`.`study` `s` where (`s`.`id` > 1) order by `s`.`id` desc limit 3', 'SELECT "s"."order_2" AS "o" FROM "study" AS "s" WHERE "s"."id" > 1 ORDER BY "s"."id" DESC LIMIT 3'],
    ['select `v`.`id` AS `id` from (`db`.`study` `s` join `db`.`visit` `v` on((`s`.`id` = `v`.`study_id`)))', 'SELECT "v"."id" AS "id" FROM "study" AS "s" JOIN "visit_2" AS "v" ON ("s"."id" = "v"."study_id")'],
    ['select 1 AS `one` from `study` left join (`visit` join `visit` `w` on((`visit`.`id` = `w`.`id`))) on((`study`.`id` = `visit`.`study_id`))',
      'SELECT 1 AS "one" FROM "study" LEFT JOIN ("visit_2" AS "visit" JOIN "visit_2" AS "w" ON ("visit"."id" = "w"."id")) ON ("study"."id" = "visit"."study_id")'],
    ['select `study`.`name` AS `n`,count(0) AS `c` from `study` group by `study`.`name` having (`c` > 1)',
      'SELECT "study"."name" AS "n", count(0) AS "c" FROM "study" GROUP BY "study"."name" COLLATE NOCASE HAVING count(0) > 1'],
    ['select distinct `study`.`code` AS `code` from `study`', 'SELECT DISTINCT "study"."code" AS "code" FROM "study"'],
    ['select `id` from `study` union all select `id` from `visit` order by `id` limit 1,2', 'SELECT "study"."id" AS "id" FROM "study" UNION ALL SELECT "visit"."id" AS "id" FROM "visit_2" AS "visit" ORDER BY 1 LIMIT 2 OFFSET 1'],
    ['select sum(`study`.`price`) AS `s` from `study`', 'SELECT (sum(CAST(round("study"."price" * 1e2) AS INTEGER)) / 1e2) AS "s" FROM "study"'],
    ["select group_concat(concat(`study`.`code`,'x') separator '; ') AS `g` from `study`", `SELECT group_concat("study"."code" || 'x', '; ') AS "g" FROM "study"`],
    ['select (select count(0) from `visit` `v` where (`v`.`study_id` = `s`.`id`)) AS `n` from `study` `s`', 'SELECT (SELECT count(0) FROM "visit_2" AS "v" WHERE "v"."study_id" = "s"."id") AS "n" FROM "study" AS "s"'],
    ['select `s`.`id` AS `id` from `study` `s` where exists(select 1 from `visit` where (`visit`.`study_id` = `s`.`id`)) and `s`.`id` in (select `visit`.`id` from `visit`)',
      'SELECT "s"."id" AS "id" FROM "study" AS "s" WHERE EXISTS (SELECT 1 FROM "visit_2" AS "visit" WHERE "visit"."study_id" = "s"."id") AND ("s"."id" IN (SELECT "visit"."id" AS "id" FROM "visit_2" AS "visit"))'],
    ['select `x`.`n` AS `n` from (select count(0) AS `n` from `visit` group by `visit`.`study_id`) `x` where (`x`.`n` > 1)',
      'SELECT "x"."n" AS "n" FROM (SELECT count(0) AS "n" FROM "visit_2" AS "visit" GROUP BY "visit"."study_id") AS "x" WHERE "x"."n" > 1'],
    ['select `visit`.* from `visit`', 'SELECT "visit"."id" AS "id", "visit"."study_id" AS "study_id", "visit"."note" AS "note" FROM "visit_2" AS "visit"'],
    ['select `study`.`amount` AS `a` from `study` order by `study`.`amount`', 'SELECT "study"."amount" AS "a" FROM "study" ORDER BY CAST("study"."amount" AS REAL)'],
  ])('%s', (sql, wanted) => expect(sqlOf(toSqlite(sql))).toBe(wanted));
});

describe('MySQL to SQLite: refused, for the rows would be others', () => {
  test.each([
    ['select 1 from `missing`', /not in the load/], ['select `study`.`nothing` from `study`', /not in the load/], ['select `id` from `study`,`visit`', /of two tables/],
    ['select avg(`study`.`id`) from `study`', /other digits/], ['select max(`study`.`code`) from `study`', /sorted/], ['select sum(`study`.`amount`) from `study`', /SUM/],
    ['select group_concat(distinct `study`.`code`) from `study`', /DISTINCT/], ['select group_concat(`study`.`code` order by `study`.`id`) from `study`', /order/],
    ['select `study`.`code` from `study` order by `study`.`code` limit 1', /order of text/], ['select `study`.`id` from `study` right join `visit` on(1)', /RIGHT/], ['select 1 from `study` natural join `visit`', /NATURAL/],
    ['select 1 from `study` join `visit` using (`id`)', /USING/], ['with x as (select 1) select * from x', /WITH/], ['select 1 from `study` group by `study`.`id` with rollup', /ROLLUP/],
    ['select row_number() over (order by 1) from `study`', /not known|window/], ['select count(*) over () from `study`', /window/], ['select 1 from `study` for update', /FOR/], ['(select 1) union (select 2)', /parentheses|SELECT/],
    ["select `study`.`id` from `study` union select `study`.`code` from `study`", /converts/], ['select 1 from `study` where sum(`study`.`id`) > 1', /aggregate/], ['select distinct `study`.`doc` from `study`', /told apart/],
    ['select `s`.`id` from `study` `s`, `visit` `S`', /one name/], ['select `id` + 1 AS `id` from `visit` group by `id`', /column or of a result/], ['select 1 from `study` group by 1', /number of a column/],
    ['select now() AS `n` from `study`', /time of the statement/], ['select 1 from `study` use index (x)', /hint/], ['select `study`.`name` from `study` where `study`.`name` in (select `visit`.`note` from `visit`)', /among the rows/],
    ['select `study`.`id` from `elsewhere`.`study`', /another database/], ['select `elsewhere`.`study`.`id` from `study`', /another database/], ['select 1 intersect select 2', /INTERSECT/], ['insert into x values (1)', /no SELECT/], ['select 1 from json_table(1) x', /function as a table/],
  ])('%s', (sql, reason) => expect(sqlOf(toSqlite(sql))).toMatch(new RegExp(`^refused: .*${reason.source}`)));
});

test('a view may read another one: its columns keep what is known of them', () => {
  const first = toSqlite("select `study`.`id` AS `ID`, concat(`study`.`name`,'!') AS `title`, `study`.`price` AS `price`, 'x' AS `kind` from `study`");
  if ('reason' in first) return expect.fail(first.reason);
  const more = [...tables, {name: 'first', columns: first.columns}];
  const second = translateSelect("select `first`.`ID` AS `i` from `first` where ((`first`.`title` = 'a!') and (`first`.`price` > 1))", 'mysql', 'sqlite', {tables: more});
  expect(second).toMatchObject({
    sql: `SELECT "first"."ID" AS "i" FROM "first" WHERE ("first"."title" COLLATE NOCASE = 'a!') AND ("first"."price" > 1)`,
    assumes: [{table: 'first', column: 'title', kind: 'ascii'}],
  });
  // How a literal is compared depends on the connection that made the view.
  expect(sqlOf(translateSelect("select 1 AS `o` from `first` where (`first`.`kind` = 'X')", 'mysql', 'sqlite', {tables: more}))).toMatch(/^refused/);
});

test('assumptions name the tables and columns of the other side', () => {
  expect(toSqlite("select `v`.`id` AS `id` from `visit` `v` where (`v`.`note` = 'a')")).toMatchObject({assumes: [{table: 'visit_2', column: 'note', kind: 'ascii'}]});
});

describe('MySQL to SQLite: an order that is another one, and numbers that leave 64 bits', () => {
  const native = (sql: string) => ({native: {dialect: 'mysql', sql}});
  const column = (name: string, type: ColumnType, sql: string, more: Partial<Column> = {}): TranslatableColumn => ({column: {name, type, nullable: true, ...native(sql), ...more}});
  const kinds: TranslatableTable = {
    name: 'k',
    columns: [
      column('id', 'int', 'int(11)'), column('i', 'int', 'int(11)'), column('u', 'int', 'int(10) unsigned'), column('big', 'int', 'bigint(20)'), column('tiny', 'int', 'tinyint(4)'), column('bits', 'int', 'bit(8)'), column('y', 'int', 'year(4)'),
      column('e', 'text', "enum('b','a')", {enumValues: ['b', 'a']}), column('s', 'text', "set('b','a')"), column('t', 'time', 'time', {scale: 0}), column('six', 'text', 'inet6'), column('code', 'text', 'varchar(9) collate utf8mb4_bin'),
      column('doc', 'json', 'json'), column('key', 'uuid', 'uuid'), {...column('amount', 'decimal', 'decimal(30,4)', {precision: 30, scale: 4}), decimalAsText: true},
    ],
  };
  const toOther = (sql: string, more: readonly TranslatableTable[] = []) => translateSelect(sql, 'mysql', 'sqlite', {tables: [kinds, ...more]});

  test.each([
    ...['`e`', '`s`', '`t`', '`six`', '`doc`', '`key`', '`k`.`e`', 'nullif(`k`.`e`,\'b\')'].map(by => `select \`k\`.\`e\` AS \`e\`,\`k\`.\`s\` AS \`s\`,\`k\`.\`t\` AS \`t\`,\`k\`.\`six\` AS \`six\`,\`k\`.\`doc\` AS \`doc\`,\`k\`.\`key\` AS \`key\` from \`k\` order by ${by}`),
    'select `k`.`id` AS `id` from `k` order by `k`.`e` desc', 'select `k`.`e` AS `x` from `k` union select `k`.`code` from `k` order by `x`', 'select `k`.`t` AS `x` from `k` order by 1',
    'select `k`.`amount` AS `a` from `k` union all select `k`.`amount` from `k` order by `a`', 'select `x`.`e` AS `e` from (select `k`.`e` AS `e` from `k`) `x` order by `x`.`e`',
  ])('%s is refused', sql => expect(sqlOf(toOther(sql))).toMatch(/^refused: it is sorted/));

  test.each([
    '`i` - `u`', '`u` - 5', '`u` + `i`', '`u` * `i`', '`big` + 1', '-`big`', '`i` * `i` * `i`', '`big` - `big`', '(`i` & 3) - 4', 'if(`i`,`u`,0) - 1', 'abs(`u`) - 1', '(`u` % 5) - 5', 'ifnull(`u`,0) - `i`', '`y` - `i`', '`bits` - 1', '(select max(`big`) from `k`) + 1', 'sum(`big`) + 1',
    'greatest(`u`,1) - 2', 'case when `i` then `u` end - 1',
  ])('%s is refused', sql => expect(sqlOf(toOther(`select ${sql} AS \`x\` from \`k\``))).toMatch(/^refused: it computes numbers/));

  test.each([
    '`i` + `i`', '`i` * `i`', '`u` + 5', '`u` + `tiny` * 0', 'cast(`u` as signed) - 5', '-`u`', '-`i`', '`big` % 7 + 1', '`tiny` * `tiny` * `tiny`', 'count(0) + 1', 'sum(if(`i` > 0,1,0)) + count(0)', 'sum(`tiny`) - 1', 'abs(`i`) + 1', 'char_length(`code`) - 9', '(`big` & 7) + 1', '`y` + 1', '(`i` > 0) + (`i` > 1)', '`big` > `u`', 'abs(`big`)',
  ])('%s travels', sql => expect(sqlOf(toOther(`select ${sql} AS \`x\` from \`k\``))).toMatch(/^SELECT/));

  test.each([
    'select `k`.`e` AS `e` from `k`', 'select `k`.`e` AS `e` from `k` order by `k`.`id`', 'select `k`.`e` AS `e` from `k` order by cast(`k`.`e` as char)', 'select `k`.`id` AS `id` from `k` order by `k`.`code`', "select `k`.`id` AS `id` from `k` order by concat(`k`.`e`,'x')",
  ])('%s travels', sql => expect(sqlOf(toOther(sql))).toMatch(/^SELECT/));

  test('a decimal that is text is sorted as a number under its new name, too', () => {
    expect(sqlOf(toOther('select `k`.`amount` AS `a` from `k` order by `a`'))).toBe('SELECT "k"."amount" AS "a" FROM "k" ORDER BY CAST("k"."amount" AS REAL)');
  });

  test('a view that reads another one knows as much', () => {
    const first = toOther('select `k`.`e` AS `e`,`k`.`u` AS `u`,(`k`.`tiny` + 1) AS `n` from `k`');
    if ('reason' in first) return expect.fail(first.reason);
    const more = [{name: 'v', columns: first.columns}];
    expect(sqlOf(toOther('select `v`.`n` AS `n` from `v` order by `v`.`e`', more))).toMatch(/^refused: it is sorted/);
    expect(sqlOf(toOther('select (`v`.`u` - 1) AS `n` from `v`', more))).toMatch(/^refused: it computes numbers/);
    expect(sqlOf(toOther('select (`v`.`n` * 100) AS `n` from `v`', more))).toMatch(/^SELECT/);
  });

  test('within SQLite nothing of it matters', () => {
    const there = {name: 'k', columns: kinds.columns};
    for (const sql of ['SELECT e FROM k ORDER BY e', 'SELECT big + 1 AS x FROM k', 'SELECT t FROM k ORDER BY t']) expect(sqlOf(translateSelect(sql, 'sqlite', 'sqlite', {tables: [there]}))).toMatch(/^SELECT/);
    expect(sqlOf(translateSelect('SELECT big + 1 AS x FROM k', 'sqlite', 'mysql', {tables: [there]}))).toMatch(/^refused/);
  });
});

describe('SQLite to MySQL', () => {
  const toMysql = (sql: string) => sqlOf(translateSelect(sql, 'sqlite', 'mysql', {tables}));

  test('keeps the case of names that are not quoted', () => {
    expect(toMysql('SELECT s.id AS StudyId, v.note Note FROM main.Study s LEFT JOIN Visit v ON v.study_id = s.id')).toBe(
      'SELECT `s`.`id` AS `StudyId`, `v`.`note` AS `Note` FROM `study` AS `s` LEFT JOIN `visit_2` AS `v` ON (`v`.`study_id` = `s`.`id`)');
  });

  test('joins and groups as MySQL writes it', () => {
    expect(toMysql("SELECT group_concat(code, '; ') AS g, min(id) AS m FROM study GROUP BY id")).toBe("SELECT group_concat(`study`.`code` separator '; ') AS `g`, min(`study`.`id`) AS `m` FROM `study` GROUP BY `study`.`id`");
  });

  test('takes back what was translated from MySQL', () => {
    for (const sql of [
      "select `s`.`id` AS `id`,concat(`s`.`name`,'!') AS `x` from `study` `s` where (`s`.`name` = 'a') or (`s`.`id` in (1,2))",
      'select count(0) AS `n` from `study` `s` group by `s`.`name`', 'select distinct `s`.`other` AS `other` from `study` `s`',
    ]) {
      const there = toSqlite(sql);
      if ('reason' in there) expect.fail(there.reason);
      const tablesThere = tables.map(table => ({...table, name: table.target ?? table.name}));
      const back = translateSelect(there.sql, 'sqlite', 'mysql', {tables: tablesThere});
      if ('reason' in back) expect.fail(`${there.sql}: ${back.reason}`);
      expect(sqlOf(translateSelect(back.sql, 'mysql', 'sqlite', {tables: tablesThere}))).toBe(there.sql);
    }
  });

  test('refuses what SQLite has of its own', () => {
    expect(toMysql('SELECT rowid FROM study')).toMatch(/^refused/);
    expect(toMysql('SELECT "text in quotes" FROM study')).toMatch(/^refused/);
    expect(toMysql('SELECT total(id) FROM study')).toMatch(/^refused/);
  });
});
