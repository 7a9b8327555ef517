import {mkdir, symlink, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {expect, test} from 'vitest';
import {LIMITS, never, readAll, sourceOf, tempFolder} from './bench.ts';

/** A folder with some files in it. */
async function folderOf(content: Readonly<Record<string, string | Uint8Array | object>>) {
  const folder = await tempFolder();
  for (const [name, what] of Object.entries(content)) {
    await writeFile(join(folder.path, name), typeof what === 'string' || what instanceof Uint8Array ? what : JSON.stringify(what));
  }
  return folder;
}

const failure = (promise: Promise<unknown>) => promise.then(() => null, (error: unknown) => error as Error);
const text = (name: string) => ({name, type: 'text', nullable: true});

test('without a description all CSV columns are text that may be null, and a warning says so', async () => {
  await using folder = await folderOf({'orders.csv': 'id,note\r\n007,\r\n1.0,""\r\n', 'b.csv.gz': gzipSync('x\n1\n'), 'readme.txt': 'no table', '.hidden.csv': 'x\n', 'other.jsonl': '{}'});
  await mkdir(join(folder.path, 'folder.csv'));
  await symlink('orders.csv', join(folder.path, 'link.csv'));
  expect(await readAll(`csv:${folder.path}/`)).toEqual({
    tables: [
      {schema: {table: 'b', columns: [text('x')], primaryKey: []}, rows: [['1']]},
      {schema: {table: 'link', columns: [text('id'), text('note')], primaryKey: []}, rows: [['007', null], ['1.0', '']]},
      {schema: {table: 'orders', columns: [text('id'), text('note')], primaryKey: []}, rows: [['007', null], ['1.0', '']]},
    ],
    warnings: ['b.csv.gz', 'link.csv', 'orders.csv'].map(name => `${name} has no description in datapackage.json: all its columns are text`),
    others: [],
  });
  expect((await readAll(`csv:${folder.path}/*.csv.gz`)).tables.map(({schema}) => schema.table)).toEqual(['b']);
  expect((await readAll(`csv:${folder.path}/orders.csv`)).tables.map(({schema}) => schema.table)).toEqual(['orders']);
});

test('columns of JSON Lines without a description get the narrowest type that keeps every value to the letter', async () => {
  const values: Readonly<Record<string, readonly [string, unknown[], unknown[]]>> = {
    flag: ['bool', [true, false, null], [true, false, null]],
    int: ['int', ['1', '-5', '9007199254740993'], [1, -5, 9007199254740993n]],
    unsigned: ['int', ['1', '18446744073709551615', '0'], [1, 18446744073709551615n, 0]],
    beyond: ['decimal', ['-1', '18446744073709551615', '2'], ['-1', '18446744073709551615', '2']],
    huge: ['decimal', ['123456789012345678901234567890', '1', '2'], ['123456789012345678901234567890', '1', '2']],
    price: ['decimal', ['9.0', '10', '0.10'], ['9.0', '10', '0.10']],
    minus: ['decimal', ['-0', '1', '2'], ['-0', '1', '2']],
    float: ['float', ['1.5e-7', '2', '0.1'], [1.5e-7, 2, 0.1]],
    exact: ['decimal', ['1e2', '0.1000000000000000000001', '1'], ['100', '0.1000000000000000000001', '1']],
    vast: ['json', ['1e4000', '1e-4000', '1'], ['1e4000', '1e-4000', '1']],
    word: ['text', ['"x"', '""', 'null'], ['x', '', null]],
    doc: ['json', ['{"a": 9.0}', '[1,  2]', 'null'], ['{"a": 9.0}', '[1,  2]', null]],
    mixed: ['json', ['"x"', '9.0', 'true'], ['"x"', '9.0', 'true']],
    nothing: ['text', ['null', 'null', 'null'], [null, null, null]],
  };
  const names = Object.keys(values);
  const lines = [0, 1, 2].map(i => `{${names.map(name => `"${name}":${values[name]![1][i]}`).join(',')}}\n`);
  await using folder = await folderOf({'all.jsonl': lines.join('')});
  const {tables: [table]} = await readAll(`jsonl:${folder.path}/`);
  expect(Object.fromEntries(table!.schema.columns.map(({name, type}) => [name, type]))).toEqual(Object.fromEntries(names.map(name => [name, values[name]![0]])));
  expect(table!.schema.columns.find(({name}) => name === 'unsigned')).toMatchObject({unsigned64: true});
  expect(table!.rows).toEqual([0, 1, 2].map(i => names.map(name => values[name]![2][i])));
});

test('JSON Lines: absent keys are null, columns come in the order of their first appearance, blank lines and a byte order mark are passed over', async () => {
  await using folder = await folderOf({'a.jsonl': '\uFEFF{"x":1}\r\n\r\n{"y":"\\u00e9","x":2}\n  \n{"__proto__":true}', 'none.jsonl': '', 'empty.jsonl': '{}\n'});
  const {tables, others} = await readAll(`jsonl:${folder.path}/`);
  expect(tables.map(({schema}) => schema.columns.map(({name}) => name))).toEqual([['x', 'y', '__proto__']]);
  expect(tables[0]!.rows).toEqual([[1, null, null], [2, 'é', null], [null, null, true]]);
  expect(others).toEqual(['empty', 'none'].map(name => ({table: null, kind: 'table', name, reason: `${name}.jsonl is empty and nothing describes its columns`})));
});

test('a header with empty or doubled names is an error that names their places', async () => {
  await using folder = await folderOf({'a.csv': 'id,,id,x,id\n', 'b.csv': '', 'c.csv': 'x\n'});
  const error = await failure(readAll(`csv:${folder.path}/`));
  expect(error).toMatchObject({code: 'SLUICE_SCHEMA', problems: [
    {path: 'a', message: 'column 2 of the header has no name'},
    {path: 'a', message: 'column 3 of the header has the same name as column 1'},
    {path: 'a', message: 'column 5 of the header has the same name as column 1'},
    {path: 'b.csv', message: 'b.csv: the file has no header row; put the names of the columns into its first line'},
  ]});
  await using source = sourceOf(`csv:${folder.path}/`);
  expect(await source.check(never)).toHaveLength(4);
});

test('rows that are wrong name file, table and row, never the data', async () => {
  const cases: [string, string | Uint8Array, RegExp, number][] = [
    ['a.csv', 'id,x\n1,2\nSECRET\n', /^a\.csv: data row 2: has 1 field instead of 2$/, 1],
    ['b.csv', 'id,x\n"SECRET,2\n', /^b\.csv: data row 1: a quoted field is not closed/, 0],
    ['c.csv', Buffer.from('id,x\n1,2\nSECRET,\xff\n', 'latin1'), /^c\.csv: data row 2: holds bytes that are not UTF-8$/, 1],
    ['d.csv.gz', gzipSync(`id,x\n${'1,2\n'.repeat(50_000)}`).subarray(0, 200), /^d\.csv\.gz: the gzip data ends too early/, -1],
    ['e.jsonl', '{"a":"1"}\n\n{"a":"SECRET\n', /^e\.jsonl: data row 2: is not a JSON object in one line \(character \d+\)$/, 1],
    ['f.jsonl', '{"a":"1"}\n["SECRET"]\n', /^f\.jsonl: data row 2: is not a JSON object in one line \(character 1\)$/, 1],
    ['g.jsonl', '{"a":"1","SECRET":1,"SECRET":2}\n', /^g\.jsonl: data row 1: has a key twice$/, 0],
    ['h.jsonl', '{"a":"SECRET \\ud800"}\n', /^h\.jsonl: data row 1, column a: is not a value of type text$/, 0],
    ['i.jsonl', Buffer.from('{"a":"SECRET\xff"}\n', 'latin1'), /^i\.jsonl: data row 1: holds bytes that are not UTF-8$/, 0],
    ['j.jsonl', Buffer.from('{"a":"SECRET\xc3', 'latin1'), /^j\.jsonl: data row 1: the file ends in the middle of a UTF-8 character$/, 0],
    ['k.jsonl', '{"a":1,"":"SECRET"}\n', /^k\.jsonl: data row 1: key 2 has no name that a column can have$/, 0],
  ];
  for (const [name, content, message, row] of cases) {
    await using folder = await folderOf({[name]: content});
    const error = await failure(readAll(`${name.includes('.csv') ? 'csv' : 'jsonl'}:${folder.path}/${name}`));
    expect(error, name).toMatchObject({code: /^k/.test(name) ? 'SLUICE_SCHEMA' : 'SLUICE_VALUE', context: {table: name[0], ...(row >= 0 && {row})}});
    expect(error!.message).toMatch(message);
    expect(`${error!.stack}${String(error!.cause)}`).not.toContain('SECRET');
  }
});

test('check and discover name what is missing', async () => {
  await using folder = await folderOf({'a.txt': ''});
  await mkdir(join(folder.path, 'x.csv'));
  const cases = [
    [`csv:${folder.path}/none/`, `the folder ${folder.path}/none does not exist`], [`csv:${folder.path}/none.csv`, 'none.csv: the file does not exist'],
    [`csv:${folder.path}/a.txt/`, `${folder.path}/a.txt is a file, not a folder`], [`csv:${folder.path}/`, `there are no .csv files in the folder ${folder.path}`],
    [`csv:${folder.path}/x.csv`, 'x.csv: is a folder, not a file'],
  ];
  for (const [url, message] of cases) {
    await using source = sourceOf(url!);
    expect((await source.check(never)).map(problem => problem.message.split(';')[0])).toEqual([message]);
    expect(await failure(source.discover(never))).toMatchObject({name: 'PipelineError', message});
  }
});

test('two files of one table are an error', async () => {
  await using folder = await folderOf({'a.csv': 'x\n', 'a.csv.gz': gzipSync('x\n')});
  expect(await failure(readAll(`csv:${folder.path}/`))).toMatchObject({code: 'SLUICE_SCHEMA', message: 'a.csv and a.csv.gz are both table a'});
});

test('follows the description of a data package that others made', async () => {
  const fields = [
    {name: 'id', type: 'integer', constraints: {required: true}, description: 'number'}, {name: 'price', type: 'number'}, {name: 'yes', type: 'boolean'},
    {name: 'sure', type: 'boolean', trueValues: ['ja'], falseValues: ['nein']}, {name: 'day', type: 'date'}, {name: 'other', type: 'date', format: '%d.%m.%Y'},
    {name: 'at', type: 'datetime'}, {name: 'raw', type: 'string', format: 'binary'}, {name: 'doc', type: 'object'}, {name: 'note', type: 'string', constraints: {maxLength: 9}},
    {name: 'sum', type: 'number', decimalChar: ','}, {name: 'any'},
  ];
  await using folder = await folderOf({
    'a.csv': 'id,price,yes,sure,day,other,at,raw,doc,note,sum,any\n1,1.50e1,TRUE,ja,2020-02-29,29.02.2020,2020-02-29T10:00:00Z,AP8=,"{""a"": 1}",NA,"1,5",x\n2,NA,0,nein,NA,NA,NA,NA,NA,"",NA,\n',
    'datapackage.json': {name: 'made-elsewhere', resources: [{name: 'a', path: 'a.csv', schema: {fields, primaryKey: 'id', missingValues: ['', 'NA']}}]},
  });
  const {tables: [table], warnings} = await readAll(`csv:${folder.path}/`);
  expect(table!.schema).toMatchObject({table: 'a', primaryKey: ['id']});
  expect(table!.schema.columns.map(({name, type, nullable}) => `${name} ${type}${nullable ? '' : ' not null'}`)).toEqual([
    'id int not null', 'price decimal', 'yes bool', 'sure bool', 'day date', 'other text', 'at timestamptz', 'raw bytes', 'doc json', 'note text', 'sum text', 'any text',
  ]);
  expect(table!.schema.columns[0]).toMatchObject({comment: 'number'});
  expect(table!.schema.columns[9]).toMatchObject({maxLength: 9});
  expect(table!.rows).toEqual([
    [1, '15.0', true, true, '2020-02-29', '29.02.2020', '2020-02-29 10:00:00', Uint8Array.of(0, 255), '{"a": 1}', null, '1,5', 'x'],
    [2, null, false, false, null, null, null, null, null, '', null, null],
  ]);
  expect(warnings).toEqual([]);
});

test('a field that is not what the description says is a VALUE error that names column and row', async () => {
  for (const [type, value] of [['integer', 'SECRET'], ['integer', '1.5'], ['integer', '99999999999999999999'], ['number', 'SECRET'], ['number', 'NaN'], ['boolean', 'yes'], ['date', '29.2.2020'],
    ['datetime', '2020-02-29 10:00:00'], ['integer', '""']]) {
    await using folder = await folderOf({
      'a.csv': `x,y\n,1\n${value},2\n`, 'datapackage.json': {resources: [{path: 'a.csv', schema: {fields: [{name: 'x', type}, {name: 'y', type: 'string'}]}}]},
    });
    const error = await failure(readAll(`csv:${folder.path}/`));
    expect(error, `${type} ${value}`).toMatchObject({
      code: 'SLUICE_VALUE', message: expect.stringMatching(/^a\.csv: data row 2, column x: is not a value of type/), context: {table: 'a', column: 'x', row: 1},
    });
    expect(`${error!.stack}`).not.toContain('SECRET');
  }
});

test('a description that cannot be followed exactly is an error: it is never ignored', async () => {
  const schema = {fields: [{name: 'x', type: 'string'}]};
  const cases: [object | string, RegExp][] = [
    ['{', /is not JSON/], [[], /is not a JSON object/], [{resources: {}}, /has no list of resources/],
    [{resources: [{path: 'a.csv', schema, dialect: {delimiter: ';'}}]}, /another CSV dialect/], [{resources: [{path: 'a.csv', schema, encoding: 'latin1'}]}, /another encoding/],
    [{resources: [{path: 'a.csv', schema: {fields: [{type: 'string'}]}}]}, /a field has no name/], [{resources: [{path: 'a.csv', schema: {...schema, primaryKey: ['id']}}]}, /the primary key names a column/],
  ];
  for (const [manifest, message] of cases) {
    await using folder = await folderOf({'a.csv': 'x\n1\n', 'datapackage.json': manifest});
    expect(await failure(readAll(`csv:${folder.path}/`)), String(message)).toMatchObject({code: 'SLUICE_SCHEMA', message: expect.stringMatching(message)});
  }
});

test('a header that is not as described is an error; another order is not', async () => {
  const manifest = {resources: [{path: 'a.csv', schema: {fields: [{name: 'x', type: 'integer'}, {name: 'y', type: 'string'}]}}]};
  {
    await using folder = await folderOf({'a.csv': 'y,x\nb,1\n', 'datapackage.json': manifest});
    expect((await readAll(`csv:${folder.path}/`)).tables[0]!.rows).toEqual([[1, 'b']]);
  }
  await using folder = await folderOf({'a.csv': 'y,z\nb,1\n', 'datapackage.json': manifest});
  expect(await failure(readAll(`csv:${folder.path}/`))).toMatchObject({code: 'SLUICE_SCHEMA', problems: [
    {path: 'a.z', message: 'is in the header, but not described'}, {path: 'a.x', message: 'is described, but not in the header'},
  ]});
});

test('resources that lead out of the folder or to nothing are passed over', async () => {
  await using folder = await folderOf({'a.csv': 'x\n1\n', 'datapackage.json': {resources: [
    {path: '../b.csv', schema: {fields: []}}, {path: '/etc/passwd', schema: {fields: []}}, {path: ['a.csv']}, {path: 'http://localhost/a.csv'}, {path: 'gone.csv'}, {},
  ]}});
  expect((await readAll(`csv:${folder.path}/`)).tables.map(({schema, rows}) => [schema.table, rows])).toEqual([['a', [['1']]]]);
});

test('a file that changes between discovery and the end of the read is an error; one that grows is read as it was', async () => {
  const lines = '1,2\n'.repeat(200_000);
  await using folder = await folderOf({'a.csv': `x,y\n${lines}`, 'b.csv': `x,y\n${lines}`, 'c.csv': 'x\n1\n2\n'});
  await using source = sourceOf(`csv:${folder.path}/`);
  const {tables: [a, b, c]} = await source.discover(never);
  const count = async (schema: typeof a, during = async () => {}) => {
    let rows = 0;
    for await (const batch of source.read({schema: schema!, after: null, ...LIMITS}, never)) {
      if (rows === 0) await during();
      rows += batch.rows.length;
    }
    return rows;
  };
  const path = (name: string) => join(folder.path, name);
  expect(await count(a, () => writeFile(path('a.csv'), '3,4\n'.repeat(10), {flag: 'a'}))).toBe(200_000);
  expect(await failure(count(b, () => writeFile(path('b.csv'), `x,y\n${'3,4\n'.repeat(200_000)}`)))).toMatchObject({
    code: 'SLUICE_SCHEMA', message: 'b.csv: the file was changed while it was in use',
  });
  await writeFile(path('c.csv'), 'x\n3\n');
  expect(await failure(count(c))).toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'c'}});
});

test('a position beyond the end of the file is an error, the one at its end gives nothing', async () => {
  for (const [url, content] of [['csv', 'x\n1\n2\n'], ['jsonl', '{"x":1}\n{"x":2}\n']] as const) {
    await using folder = await folderOf({[`a.${url}`]: content});
    await using source = sourceOf(`${url}:${folder.path}/`);
    const {tables: [schema]} = await source.discover(never);
    const after = async (position: string) => {
      const rows = [];
      for await (const batch of source.read({schema: schema!, after: position as never, ...LIMITS}, never)) rows.push(...batch.rows);
      return rows.length;
    };
    expect(await after('1')).toBe(1);
    expect(await after('2')).toBe(0);
    for (const wrong of ['3', 'x', '-1', '', '1e9']) expect(await failure(after(wrong)), wrong).toMatchObject({code: 'SLUICE_SCHEMA', context: {table: 'a'}});
  }
});
