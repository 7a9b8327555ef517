import {join} from 'node:path';
import type {Catalog, Column, Schema, View} from '@sluice/core';
import Database from 'better-sqlite3';
import {beforeEach, describe, expect, test} from 'vitest';
import {SqliteDestination, SqliteSource} from '../src/index.ts';
import {catalogOf, load, never, said, type Table} from './loading.ts';
import {temporaryFolders} from './temporary-folder.ts';

const newFolder = temporaryFolders();
let file: string;
beforeEach(() => { file = join(newFolder(), 'target.db'); });

const mysql = (sql: string) => ({dialect: 'mysql', sql});
const column = (name: string, type: Column['type'], more: Partial<Column> = {}): Column => ({name, type, nullable: true, ...more});
const id: Column = {name: 'id', type: 'int', nullable: false};

async function discover(): Promise<Catalog> {
  await using source = new SqliteSource(file);
  return source.discover(never);
}

async function discovered(name: string): Promise<Schema> {
  return (await discover()).tables.find(({table}) => table === name) ?? expect.fail(`no table ${name}`);
}

function query(sql: string): unknown[] {
  const db = new Database(file, {readonly: true});
  try {
    return db.prepare(sql).raw().all();
  } finally {
    db.close();
  }
}

const ddl = (name: string) => String((query(`SELECT sql FROM sqlite_schema WHERE name = '${name}'`)[0] as string[])[0]);

describe('what a column is survives the file', () => {
  const columns: Column[] = [
    {...id, native: mysql('int(11)'), autoIncrement: true, comment: 'the key'},
    column('huge', 'int', {unsigned64: true, native: mysql('bigint(20) unsigned'), nullable: false}),
    column('small', 'int', {native: mysql('smallint(5) unsigned zerofill')}),
    column('year', 'int', {native: mysql('year(4)')}),
    column('bits', 'int', {native: mysql('bit(8)')}),
    column('yes', 'bool', {native: {dialect: 'sqlite', sql: 'BOOLEAN'}}),
    column('ratio', 'float', {native: mysql('float')}),
    column('price', 'decimal', {precision: 10, scale: 2, native: mysql('decimal(10,2)')}),
    column('whole', 'decimal', {precision: 5, scale: 0, native: mysql('decimal(5,0)')}),
    column('exact', 'decimal', {precision: 65, scale: 30, native: mysql('decimal(65,30)')}),
    column('name', 'text', {maxLength: 20, native: mysql('varchar(20)'), caseInsensitive: true}),
    column('body', 'text', {native: mysql('mediumtext')}),
    column('choice', 'text', {native: mysql("enum('a','it''s','*/ drop')"), enumValues: ['a', "it's", '*/ drop'], caseInsensitive: true}),
    column('raw', 'bytes', {native: mysql('varbinary(16)')}),
    column('shape', 'bytes', {native: mysql('point')}),
    column('day', 'date', {native: mysql('date')}),
    column('clock', 'time', {scale: 6, native: mysql('time(6)')}),
    column('moment', 'timestamp', {scale: 3, native: mysql('datetime(3)')}),
    column('instant', 'timestamptz', {scale: 0, native: mysql('timestamp')}),
    column('doc', 'json', {native: mysql('json')}),
    column('ident', 'uuid', {native: {dialect: 'mariadb', sql: 'uuid'}}),
    column('loose', 'any', {comment: "hostile */ comment -- with 'quotes', \\ and\nlines, a NUL \0 and # too*"}),
  ];
  const schema: Schema = {table: 'everything', columns, primaryKey: ['id'], comment: 'a table /* of */ "all" kinds'};

  test('types, native types, comments and the key come back from an empty table', async () => {
    const {omissions} = await load(file, [{schema}]);
    expect(said(omissions)).toEqual([]);
    const found = await discovered('everything');
    expect(found.columns).toEqual(columns);
    expect(found).toMatchObject({primaryKey: ['id'], comment: schema.comment, order: 'key'});
  });

  test('and from a table with rows', async () => {
    await load(file, [{schema, rows: [[
      1, 18_446_744_073_709_551_615n, 5, 2024, 255, true, 0.1, '12.50', '7', `${'9'.repeat(35)}.${'1'.repeat(30)}`, 'Añna', 'b', 'a',
      Uint8Array.of(1), Uint8Array.of(2), '0000-00-00', '-838:59:59.000001', '2020-01-01 00:00:00.123', '1970-01-01 00:00:01', '{"a": 1}', '00000000-0000-0000-0000-000000000001', 5n,
    ]]}]);
    expect((await discovered('everything')).columns).toEqual(columns);
  });

  test('declared types tell people, and their affinity keeps the values', async () => {
    await load(file, [{schema}]);
    const types = new Map(query('SELECT name, type FROM pragma_table_xinfo(\'everything\')') as [string, string][]);
    expect(Object.fromEntries(types)).toEqual({
      id: 'INTEGER', huge: '', small: 'SMALLINT UNSIGNED ZEROFILL', year: 'INTEGER', bits: 'INTEGER', yes: 'BOOLEAN', ratio: 'REAL', price: 'DECIMAL(10,2)', whole: 'DECIMAL(5,0)',
      exact: 'DECIMAL_TEXT(65,30)', name: 'VARCHAR(20)', body: 'TEXT', choice: 'TEXT', raw: 'BLOB', shape: 'BLOB', day: 'DATE_TEXT', clock: 'TIME_TEXT(6)', moment: 'DATETIME_TEXT(3)',
      instant: 'TIMESTAMP_TEXT(0)', doc: 'JSON_TEXT', ident: 'UUID_TEXT', loose: '',
    });
  });

  test('a second round changes nothing', async () => {
    await load(file, [{schema}]);
    const first = await discovered('everything');
    const text = ddl('everything');
    await load(file, [{schema: first}]);
    expect(await discovered('everything')).toEqual(first);
    expect(ddl('everything')).toBe(text);
  });
});

describe('keys', () => {
  test('a signed integer key is the rowid, and counts on from its highest value', async () => {
    await load(file, [{schema: {table: 't', columns: [{...id, autoIncrement: true}, column('v', 'text')], primaryKey: ['id']}, rows: [[41, 'a']]}]);
    const db = new Database(file);
    db.exec("DELETE FROM t; INSERT INTO t (v) VALUES ('b')");
    expect(db.prepare('SELECT id FROM t').pluck().get()).toBe(42);
    db.close();
  });

  test('other keys are keys', async () => {
    const tables: Table[] = [
      {schema: {table: 'u', columns: [column('id', 'int', {unsigned64: true, nullable: false, autoIncrement: true})], primaryKey: ['id']}, rows: [[1], [2n ** 63n], [2n ** 63n - 1n]]},
      {schema: {table: 'c', columns: [column('a', 'text', {nullable: false}), column('b', 'int', {nullable: false})], primaryKey: ['b', 'a']}, rows: [['x', 1], ['y', 1]]},
    ];
    const {omissions} = await load(file, tables);
    expect(said(omissions)).toEqual(['auto-increment id: SQLite counts up only in a signed integer that is the whole primary key']);
    expect(query('SELECT id, typeof(id) FROM u ORDER BY id')).toEqual([[1, 'integer'], [Number(2n ** 63n - 1n), 'integer'], ['09223372036854775808', 'text']]);
    expect((await discovered('c')).primaryKey).toEqual(['b', 'a']);
  });

  test('null in a key that is the rowid is refused: SQLite would make up a number', async () => {
    await expect(load(file, [{schema: {table: 't', columns: [id], primaryKey: ['id']}, rows: [[1], [null]]}]))
      .rejects.toMatchObject({code: 'SLUICE_VALUE', context: {table: 't', column: 'id', row: 1}});
  });
});

describe('defaults', () => {
  const literal = (text: string) => ({default: {kind: 'literal', text} as const});
  const expression = (sql: string) => ({default: {kind: 'expression', ...mysql(sql)} as const});

  test('literals are what an insert without the column stores', async () => {
    const columns = [
      id, column('i', 'int', literal('-5')), column('u', 'int', {unsigned64: true, ...literal('18446744073709551615')}), column('b', 'bool', literal('1')), column('f', 'float', literal('0.5')),
      column('d', 'decimal', {precision: 8, scale: 2, ...literal('9.90')}), column('D', 'decimal', {precision: 40, scale: 2, ...literal('9.90')}), column('t', 'text', literal("it's")),
      column('n', 'text', literal('a\0b')), column('e', 'text', literal('')), column('day', 'date', literal('2020-01-01')), column('raw', 'bytes', literal('ab')),
    ].map((one, i) => ({...one, name: `${one.name}${i}`}));
    await load(file, [{schema: {table: 't', columns, primaryKey: []}}]);
    const db = new Database(file);
    db.exec('INSERT INTO t (id0) VALUES (1)');
    expect(db.prepare('SELECT * FROM t').raw().get()).toEqual([1, -5, '18446744073709551615', 1, 0.5, 9.9, '9.90', "it's", 'a\0b', '', '2020-01-01', Buffer.from('ab')]);
    db.close();
    const found = await discovered('t');
    expect(found.columns.map(one => (one.default?.kind === 'literal' ? one.default.text : one.default?.kind ?? null)))
      .toEqual([null, '-5', '18446744073709551615', '1', '0.5', '9.90', '9.90', "it's", 'expression', '', '2020-01-01', 'expression']);
  });

  test('the time of the insert is in the form of the column', async () => {
    const columns = [id, column('a', 'timestamp', {scale: 0, ...expression('current_timestamp()')}), column('b', 'timestamptz', {scale: 6, ...expression('CURRENT_TIMESTAMP(6)')}), column('c', 'date', expression('curdate()'))];
    await load(file, [{schema: {table: 't', columns, primaryKey: ['id']}}]);
    const db = new Database(file);
    db.exec('INSERT INTO t (id) VALUES (1)');
    const [, a, b, c] = db.prepare('SELECT * FROM t').raw().get() as string[];
    db.close();
    expect(a).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(b).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
    expect(c).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  test('what cannot be a default is left out, with the reason', async () => {
    const columns = [id, column('a', 'text', expression('uuid()')), column('b', 'int', literal('x')), column('c', 'text', {default: {kind: 'expression', dialect: 'oracle', sql: 'sysdate'}})];
    const {omissions} = await load(file, [{schema: {table: 't', columns, primaryKey: ['id']}, rows: [[1, null, null, null]]}]);
    expect(said(omissions)).toEqual([
      'default a: the function uuid is not known to mean the same in sqlite', 'default b: its text is no int', 'default c: SQL of oracle is not translated',
    ]);
  });
});

describe('indexes', () => {
  const columns = [id, column('a', 'text', {caseInsensitive: true}), column('b', 'int'), column('c', 'text')];
  const index = (name: string, parts: NonNullable<Schema['indexes']>[number]['parts'], more: object = {}) => ({name, unique: false, parts, ...more});

  test('come back as they went: plain, unique, descending, prefixes, expressions, names and comments', async () => {
    const indexes: Schema['indexes'] = [
      index('by_b', [{column: 'b'}], {comment: 'fast'}), index('t_named', [{column: 'a'}]), index('two', [{column: 'b', descending: true}, {column: 'a'}], {unique: true}),
      index('start', [{column: 'c', prefix: 3}], {unique: true}), index('sum', [{column: null, expression: mysql('(`b` + 1)')}]), index('prefix', [{column: 'c', prefix: 10}]),
    ];
    const {omissions} = await load(file, [{schema: {table: 't', columns, primaryKey: ['id'], indexes}, rows: [[1, 'x', 1, 'abcd'], [2, 'y', 2, 'abd']]}]);
    expect(said(omissions)).toEqual(['prefix prefix: SQLite has no prefix indexes: the whole column is indexed']);
    expect((await discovered('t')).indexes).toEqual([
      index('by_b', [{column: 'b'}], {comment: 'fast'}), index('t_named', [{column: 'a'}]), index('two', [{column: 'b', descending: true}, {column: 'a'}], {unique: true}),
      index('start', [{column: 'c', prefix: 3}], {unique: true}), index('sum', [{column: null, expression: {dialect: 'sqlite', sql: '("b" + 1)'}}]), index('prefix', [{column: 'c'}]),
    ]);
    expect((query("SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name") as [string][]).flat()).toEqual(['t_by_b', 't_named', 't_prefix', 't_start', 't_sum', 't_two']);
  });

  test('names that meet are kept apart: indexes are global in SQLite', async () => {
    const tables: Table[] = ['t', 'T_i', 'u'].map(table => ({schema: {table, columns, primaryKey: ['id'], indexes: [index('i', [{column: 'a'}])]}}));
    await load(file, tables);
    expect((query("SELECT name FROM sqlite_schema WHERE type = 'index' ORDER BY name") as [string][]).flat()).toEqual(['T_i_i', 't_i_2', 'u_i']);
    for (const {schema} of tables) expect((await discovered(schema.table)).indexes?.map(({name}) => name)).toEqual(['i']);
  });

  test('what SQLite has not, or cannot translate, is left out with the reason', async () => {
    const {omissions} = await load(file, [{schema: {table: 't', columns, primaryKey: ['id'], indexes: [
      index('words', [{column: 'c'}], {kind: 'fulltext'}), index('where', [{column: 'c'}], {kind: 'SPATIAL'}), index('odd', [{column: null, expression: mysql("json_extract(`c`,'$.a')")}]),
    ]}}]);
    expect(said(omissions)).toEqual([
      'index words: SQLite has no FULLTEXT index on a table', 'index where: SQLite has no SPATIAL index on a table', 'index odd: the function json_extract is not known to mean the same in sqlite',
    ]);
  });

  test('a unique index that the rows contradict becomes an ordinary one: no row is lost', async () => {
    const {omissions} = await load(file, [{schema: {table: 't', columns, primaryKey: ['id'], indexes: [index('one', [{column: 'a'}], {unique: true})]}, rows: [[1, 'x', 1, ''], [2, 'X', 2, '']]}]);
    expect(said(omissions)).toEqual(['unique one: the loaded rows are not unique: made as an ordinary index']);
    expect(query('SELECT count(*) FROM t')).toEqual([[2]]);
    expect((await discovered('t')).indexes).toEqual([index('one', [{column: 'a'}])]);
  });
});

describe('checks and generated columns', () => {
  const generated = (sql: string, stored = true) => ({generated: {...mysql(sql), stored}});

  test('are there when the rows prove them, and hold from then on', async () => {
    const schema: Schema = {
      table: 't', primaryKey: ['id'], checks: [{name: 'positive', ...mysql('(`b` > 0)')}],
      columns: [id, column('b', 'int', {nullable: false}), column('double', 'int', generated('(`b` * 2)')), column('label', 'text', {...generated("concat('#',`b`)", false), comment: 'made'})],
    };
    const {omissions} = await load(file, [{schema, rows: [[1, 5, 10, '#5'], [2, 7, 14, '#7']]}]);
    expect(said(omissions)).toEqual(['generated label: the source computes it whenever it is read: here its values are stored']);
    const db = new Database(file);
    db.exec('INSERT INTO t (id, b) VALUES (3, 9)');
    expect(() => db.exec('INSERT INTO t (id, b) VALUES (4, -1)')).toThrow(/CHECK/);
    expect(db.prepare('SELECT * FROM t').raw().all()).toEqual([[1, 5, 10, '#5'], [2, 7, 14, '#7'], [3, 9, 18, '#9']]);
    expect(db.pragma('integrity_check', {simple: true})).toBe('ok');
    db.close();
    const found = await discovered('t');
    expect(found.checks).toEqual([{name: 'positive', dialect: 'sqlite', sql: '"b" > 0'}]);
    expect(found.columns[2]).toMatchObject({generated: {dialect: 'sqlite', sql: '"b" * 2', stored: true}});
    expect(found.columns[3]).toMatchObject({comment: 'made'});
    expect(found.columns[3]).not.toHaveProperty('default');
  });

  test('generated columns are read by a source, and copied from SQLite to SQLite', async () => {
    const schema: Schema = {table: 't', primaryKey: ['id'], columns: [id, column('double', 'int', generated('(`id` * 2)'))]};
    await load(file, [{schema, rows: [[1, 2], [2, 4]]}]);
    const found = await discovered('t');
    await load(file, [{schema: found, rows: [[1, 2], [2, 4]]}]);
    expect((await discovered('t')).columns[1]).toMatchObject({generated: {sql: '"id" * 2'}});
  });

  test('what the rows contradict stays as values, and no check keeps a row out', async () => {
    const schema: Schema = {
      table: 't', primaryKey: ['id'], checks: [{name: 'positive', ...mysql('(`b` > 0)')}, {name: 'odd', ...mysql('(`b` / 2 > 0)')}],
      columns: [id, column('b', 'int'), column('double', 'int', generated('(`b` * 2)')), column('odd', 'int', generated('rand()'))],
    };
    const {omissions} = await load(file, [{schema, rows: [[1, -5, 10, 4]]}]);
    expect(said(omissions)).toEqual([
      'generated odd: kept as plain values: the function rand is not known to mean the same in sqlite', 'check odd: division gives other numbers elsewhere',
      'check positive: rows contradict it in SQLite', 'generated double: kept as plain values: rows contradict it in SQLite',
    ]);
    expect(query('SELECT * FROM t')).toEqual([[1, -5, 10, 4]]);
  });

  test('a generated column that is equal only without regard to case stays as values', async () => {
    const schema: Schema = {table: 't', primaryKey: ['id'], columns: [id, column('a', 'text', {caseInsensitive: true}), column('g', 'text', {caseInsensitive: true, ...generated('concat(`a`)')})]};
    expect(said((await load(file, [{schema, rows: [[1, 'x', 'X']]}])).omissions)).toEqual(['generated g: kept as plain values: rows contradict it in SQLite']);
    expect(query('SELECT g FROM t')).toEqual([['X']]);
  });

  test('SQL that SQLite refuses is left out, the rest stays', async () => {
    const sqlite = (sql: string) => ({dialect: 'sqlite', sql});
    const schema: Schema = {
      table: 't', primaryKey: ['id'], checks: [{name: 'bad', ...sqlite('nonsense(')}, {name: 'good', ...sqlite('id > 0')}],
      columns: [id, column('a', 'int', {default: {kind: 'expression', ...sqlite('id + 1')}}), column('g', 'int', {generated: {...sqlite('random()'), stored: true}})],
      indexes: [{name: 'i', unique: false, parts: [{column: null, expression: sqlite('random()')}]}],
    };
    const {omissions} = await load(file, [{schema, rows: [[1, 2, 3]]}]);
    expect(said(omissions)).toEqual([
      'default a: SQLite does not accept its SQL', 'generated g: kept as plain values: SQLite does not accept its SQL', 'check bad: SQLite does not accept its SQL', 'index i: SQLite does not accept it',
    ]);
    expect((await discovered('t')).checks?.map(({name}) => name)).toEqual(['good']);
  });
});

describe('foreign keys', () => {
  const key = (name: string, columns: readonly string[], table: string, referencedColumns: readonly string[]) =>
    ({name, columns, table, referencedColumns, onUpdate: 'CASCADE', onDelete: 'SET NULL'} as const);
  const parent: Table = {
    schema: {table: 'Parent', columns: [id, column('code', 'text', {nullable: false}), column('loose', 'int')], primaryKey: ['id'], indexes: [{name: 'code', unique: true, parts: [{column: 'code'}]}]},
    rows: [[1, 'a', 5], [2, 'b', 6]],
  };
  const child = (foreignKeys: Schema['foreignKeys'], rows: Table['rows'] = []): Table => ({
    schema: {table: 'child', columns: [id, column('parent', 'int'), column('code', 'text')], primaryKey: ['id'], foreignKeys: foreignKeys ?? []}, rows,
  });

  test('come back as they went, whatever the order of the tables', async () => {
    const keys = [key('to_parent', ['parent'], 'Parent', ['id']), key('to_code', ['code'], 'Parent', ['code']), {...key('to_self', ['parent'], 'child', ['id']), onDelete: 'NO ACTION', onUpdate: 'NO ACTION'} as const];
    const {omissions} = await load(file, [child(keys, [[1, 1, 'a'], [2, null, null]]), parent]);
    expect(said(omissions)).toEqual([]);
    expect((await discovered('child')).foreignKeys).toEqual(keys);
    const db = new Database(file);
    db.pragma('foreign_keys = ON');
    expect(() => db.exec("INSERT INTO child VALUES (3, 99, 'a')")).toThrow(/FOREIGN KEY/);
    db.close();
  });

  test('what has no other end, or no unique one, is left out with the reason', async () => {
    const {omissions} = await load(file, [child([key('a', ['parent'], 'missing', ['id']), key('b', ['parent'], 'Parent', ['gone']), key('c', ['parent'], 'Parent', ['loose'])]), parent]);
    expect(said(omissions)).toEqual([
      'foreign key a: table missing is not in the load', 'foreign key b: a column of table Parent is not in the load', 'foreign key c: SQLite wants a unique key on the columns of table Parent',
    ]);
  });

  test('a key that rows break is left out, counted, and no row is lost', async () => {
    const {omissions} = await load(file, [child([key('good', ['code'], 'Parent', ['code']), key('bad', ['parent'], 'Parent', ['id'])], [[1, 77, 'a'], [2, 78, 'b'], [3, 1, null]]), parent]);
    expect(said(omissions)).toEqual(['foreign key bad: 2 rows refer to a row that is not in the load']);
    expect((await discovered('child')).foreignKeys?.map(({name}) => name)).toEqual(['good']);
    expect(query('SELECT count(*) FROM child')).toEqual([[3]]);
  });

  test('a key whose other end turned out not to be unique is left out', async () => {
    const twice: Table = {...parent, rows: [[1, 'a', 5], [2, 'a', 6]]};
    const {omissions} = await load(file, [twice, child([key('code', ['code'], 'Parent', ['code'])], [[1, null, 'a']])]);
    expect(said(omissions)).toEqual(['unique code: the loaded rows are not unique: made as an ordinary index', 'foreign key code: the columns of table Parent are not unique']);
  });
});

describe('text whose collation tells apart what NOCASE takes for the same', () => {
  const turkish = column('a', 'text', {nullable: false, maxLength: 10, caseInsensitive: true, native: mysql('varchar(10) collate utf8mb4_turkish_ci')});
  const reason = 'its collation tells some letters A-Z from their other case, and SQLite\'s NOCASE none: text is compared as it is written';

  test('is compared as it is written, listed, and no row is lost', async () => {
    const schema: Schema = {
      table: 'tur', columns: [turkish], primaryKey: ['a'], indexes: [{name: 'again', unique: true, parts: [{column: 'a', prefix: 5}]}],
      checks: [{name: 'some', ...mysql("(`a` <> 'i')")}],
    };
    const {omissions} = await load(file, [{schema, rows: [['I'], ['i'], ['ı']]}]);
    expect(said(omissions)).toEqual([`collation a: ${reason}`, expect.stringMatching(/^check some: /) as string]);
    expect(query('SELECT a FROM tur ORDER BY a')).toEqual([['I'], ['i'], ['ı']]);
    expect(ddl('tur_again')).toContain('UNIQUE');
    expect(ddl('tur_again')).not.toContain('NOCASE');
    expect((await discovered('tur')).columns[0]).toMatchObject({native: {dialect: 'mysql', sql: 'varchar(10) collate utf8mb4_turkish_ci'}});
  });

  test('is not written by those whose keys hold nothing that NOCASE would refuse', async () => {
    const general = {...turkish, native: mysql('varchar(10) collate utf8mb4_general_ci')};
    const {omissions} = await load(file, [{schema: {table: 'tur', columns: [general], primaryKey: ['a']}, rows: [['I'], ['ı']]}]);
    expect(omissions).toEqual([]);
    expect(ddl('tur')).toContain('COLLATE NOCASE');
  });
});

describe('names', () => {
  const plain = (table: string, columns: readonly string[] = ['id']): Table => ({schema: {table, columns: columns.map(name => column(name, 'int')), primaryKey: []}, rows: [columns.map((_, i) => i)]});

  test('tables and columns that differ in case only, and names that SQLite keeps, get others, listed', async () => {
    const {omissions, load: {target}} = await load(file, [plain('Person'), plain('person'), plain('PERSON', ['A', 'a', 'a_2']), plain('sqlite_things'), plain('_sluice_position'), plain('person_2')]);
    expect(target.tables.map(({table, target: name}) => [table, name])).toEqual([
      ['Person', 'Person_3'], ['person', 'person_4'], ['PERSON', 'PERSON'], ['sqlite_things', '_sqlite_things'], ['_sluice_position', '__sluice_position'], ['person_2', 'person_2'],
    ]);
    expect(omissions.map(({table, kind, name}) => [table, kind, name])).toEqual([
      ['PERSON', 'rename', 'a'], ['Person', 'rename', 'Person'], ['person', 'rename', 'person'], ['sqlite_things', 'rename', 'sqlite_things'], ['_sluice_position', 'rename', '_sluice_position'],
    ]);
    expect(target.tables[2]!.columns).toMatchObject([{column: 'A'}, {column: 'a', note: expect.stringContaining('called "a_3"')}, {column: 'a_2'}]);
    expect(query('SELECT * FROM PERSON')).toEqual([[0, 1, 2]]);
  });

  const twins = ['Case1', 'case1', 'sqlite_stuff', 'CASE1'];
  const views: readonly View[] = [{name: 'V', ...mysql('select `CASE1`.`id` AS `id` from `CASE1`'), columns: ['id']}, {name: 'v', ...mysql('select `case1`.`id` AS `id` from `case1`'), columns: ['id']}];
  const made = () => query("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') ORDER BY name");

  test('the same source gets the same names each time, in whatever order its tables come, and nothing of an earlier load stays', async () => {
    const first = await load(file, twins.map(name => plain(name)), {views});
    const names = Object.fromEntries(first.load.target.tables.map(({table, target}) => [table, target]));
    expect(names).toEqual({CASE1: 'CASE1', Case1: 'Case1_2', case1: 'case1_3', sqlite_stuff: '_sqlite_stuff'});
    const before = made();
    expect(before).toEqual([['CASE1'], ['Case1_2'], ['V'], ['_sqlite_stuff'], ['case1_3'], ['v_2']]);
    for (const order of [[3, 2, 1, 0], [1, 0, 3, 2]]) {
      const again = await load(file, order.map(i => plain(twins[i]!)), {views: [...views].reverse()});
      expect(Object.fromEntries(again.load.target.tables.map(({table, target}) => [table, target]))).toEqual(names);
      expect(again.omissions.map(({name}) => name).sort()).toEqual(first.omissions.map(({name}) => name).sort());
      expect(made()).toEqual(before);
    }
  });

  test('a table that became the only one of its name gets it, and its former one goes', async () => {
    await load(file, [plain('Case1'), plain('case1')]);
    await load(file, [plain('case1')]);
    expect(made()).toEqual([['case1']]);
  });

  test('a table that somebody else made under such a name stays', async () => {
    const db = new Database(file);
    db.exec('CREATE TABLE Case1_2 (mine); CREATE TABLE kept (a)');
    db.close();
    for (let run = 0; run < 3; run++) await load(file, [plain('Case1'), plain('case1')]);
    expect(made()).toEqual([['Case1'], ['Case1_2'], ['case1_3'], ['kept']]);
    expect(query('SELECT name FROM pragma_table_info(\'Case1_2\')')).toEqual([['mine']]);
  });

  test('a file with such names is copied on under the names it has', async () => {
    await load(file, twins.map(name => plain(name)), {views});
    await using source = new SqliteSource(file);
    const {tables, views: found} = await source.discover(never);
    expect([...tables.map(({table}) => table), ...found.map(({name}) => name)].sort()).toEqual(['CASE1', 'Case1_2', 'V', '_sqlite_stuff', 'case1_3', 'v_2']);
    expect(tables.every(({comment}) => comment === undefined)).toBe(true);
  });

  test('letters beyond A-Z are told apart', async () => {
    const {omissions} = await load(file, [plain('É'), plain('é')]);
    expect(omissions).toEqual([]);
  });

  test('2,001 columns are a SCHEMA error that names the table', async () => {
    await expect(load(file, [plain('wide', Array.from({length: 2001}, (_, i) => `c${i}`))])).rejects.toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'wide'}});
  });
});

describe('views', () => {
  const people: Table = {
    schema: {table: 'people', columns: [id, column('name', 'text', {caseInsensitive: true}), column('age', 'int')], primaryKey: ['id']},
    rows: [[1, 'Ann', 30], [2, 'Bob', 5], [3, 'ann', 9]],
  };
  const view = (name: string, columns: readonly string[], sql: string) => ({name, columns, ...mysql(sql)});

  test('are there when they mean the same, after those they read', async () => {
    const views = [
      view('old anns', ['n'], 'select `anns`.`name` AS `n` from `anns` where (`anns`.`age` > 10)'),
      view('anns', ['name', 'age'], "select `people`.`name` AS `name`,`people`.`age` AS `age` from `people` where (`people`.`name` = 'ANN')"),
    ];
    const {omissions} = await load(file, [people], {views});
    expect(said(omissions)).toEqual([]);
    expect(query('SELECT * FROM "old anns"')).toEqual([['Ann']]);
    expect((await discover()).views).toEqual([
      {name: 'anns', columns: ['name', 'age'], dialect: 'sqlite', sql: expect.stringContaining('COLLATE NOCASE') as string}, {name: 'old anns', columns: ['n'], dialect: 'sqlite', sql: expect.any(String) as string},
    ]);
  });

  test('what cannot be translated, or reads what cannot, is listed, and the load goes on', async () => {
    const views = [
      view('a', ['n'], 'select now() AS `n`'), view('b', ['n'], 'select `a`.`n` AS `n` from `a`'), view('c', ['x', 'y'], 'select `people`.`id` AS `x` from `people`'),
      view('d', ['id'], 'select `people`.`id` AS `id` from `people`'), view('e', ['id'], 'select `people`.`id` AS `id` from `elsewhere`.`people`'),
    ];
    const {omissions} = await load(file, [people], {views});
    expect(said(omissions)).toEqual([
      'view a: it uses the time of the statement', 'view b: it reads a table or view that is not in the load, or could not be translated', 'view c: SQLite does not accept its SQL',
      'view e: it reads another database',
    ]);
    expect(query('SELECT count(*) FROM d')).toEqual([[3]]);
  });

  test('a view that would find other rows for these data is left out', async () => {
    const accented: Table = {...people, rows: [...people.rows!, [4, 'Änn', 40]]};
    const {omissions} = await load(file, [accented], {views: [view('anns', ['id'], "select `people`.`id` AS `id` from `people` where (`people`.`name` = 'ann')")]});
    expect(said(omissions)).toEqual(['view anns: column name of people holds text that SQLite compares in another way']);
  });

  test('plan lists them, and touches nothing', async () => {
    await using destination = new SqliteDestination(file);
    const plan = await destination.plan({catalog: catalogOf([people], [view('d', ['id'], 'select `people`.`id` AS `id` from `people`')]), mode: 'replace'}, never);
    expect(plan.views).toEqual([{name: 'd', ddl: 'CREATE VIEW "d" ("id") AS SELECT "people"."id" AS "id" FROM "people"'}]);
    expect(plan.tables[0]!.ddl).toEqual(['CREATE TABLE "people" (\n  "id" INTEGER PRIMARY KEY,\n  "name" TEXT COLLATE NOCASE,\n  "age" INTEGER\n)']);
    await expect(discover()).rejects.toMatchObject({code: 'SLUICE_CONNECT'});
  });
});
