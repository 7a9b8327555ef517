import {expect, test} from 'vitest';
import {type CsvReadOptions, type Field, readCsv} from '../src/index.ts';

const never = new AbortController().signal;
const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map(part => Buffer.from(part as string)));

async function* pieces(all: Uint8Array, size = all.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

async function read(input: Uint8Array | string, options: Partial<CsvReadOptions> = {}, size?: number) {
  const rows: Field[][] = [];
  const sizes: number[] = [];
  let columns: readonly string[] = [];
  for await (const batch of readCsv(pieces(Buffer.from(input as string), size), {maxRows: 100, maxBytes: 1 << 20, ...options}, never)) {
    columns = batch.columns;
    sizes.push(batch.rows.length);
    expect(batch.firstRow).toBe((options.skip ?? 0) + rows.length);
    rows.push(...batch.rows);
  }
  return {columns, rows, sizes};
}

const failure = (input: Uint8Array | string, options?: Partial<CsvReadOptions>) =>
  read(input, {table: 'orders', ...options}).then(() => null, (error: unknown) => error as Error & {context: object});

test('tells an unquoted empty field, null, from a quoted one, the empty string', async () => {
  expect((await read('a,b,c\n,"",\n"",,x\n"",,"""a"""\n"é,""",,\n')).rows).toEqual([
    [null, '', null], ['', null, 'x'], ['', null, '"a"'], ['é,"', null, null],
  ]);
});

test('gives the same whatever the size of the chunks', async () => {
  const input = bytes([0xef, 0xbb, 0xbf], 'näme,"b ""x"""\r\n"",\r\n"a\r\nb","c,""d"""\n\u{1F600},\r\n,"\u{1F600}"\rlast,');
  const whole = await read(input);
  expect(whole).toEqual({
    columns: ['näme', 'b "x"'],
    rows: [['', null], ['a\r\nb', 'c,"d"'], ['\u{1F600}', null], [null, '\u{1F600}'], ['last', null]],
    sizes: [5],
  });
  for (let size = 1; size < input.length; size++) expect(await read(input, {}, size)).toEqual(whole);
});

test('takes CRLF, LF and CR as line ends, and a last line without one', async () => {
  for (const end of ['\r\n', '\n', '\r']) {
    expect((await read(`a,b${end}1,2${end}3,4`)).rows).toEqual([['1', '2'], ['3', '4']]);
    expect((await read(`a,b${end}1,2${end}3,4${end}`)).rows).toEqual([['1', '2'], ['3', '4']]);
  }
  expect((await read('a,b\n1,"x"')).rows).toEqual([['1', 'x']]);
  expect((await read('a,b\n1,""')).rows).toEqual([['1', '']]);
  expect((await read('a,b\n1,')).rows).toEqual([['1', null]]);
});

test('strips a byte order mark at the start only', async () => {
  expect((await read('\uFEFFa,b\n\uFEFF1,2\n')).columns).toEqual(['a', 'b']);
  expect((await read('\uFEFFa,b\n\uFEFF1,2\n')).rows).toEqual([['\uFEFF1', '2']]);
  expect((await read('\uFEFF"a",b\n1,\n')).columns).toEqual(['a', 'b']);
});

test('keeps NUL, tabs, spaces and control characters', async () => {
  expect((await read('a,b\n \u0000x , \t\u0007\n"\u0000",\u0000\n')).rows).toEqual([[' \u0000x ', ' \t\u0007'], ['\u0000', '\u0000']]);
});

test('passes over blank lines where rows have two or more fields, and takes them as null where they have one', async () => {
  expect((await read('\n\na,b\n\n1,2\r\n\r\n3,4\n\n\n')).rows).toEqual([['1', '2'], ['3', '4']]);
  expect((await read('a\n\n1\n""\n\n')).rows).toEqual([[null], ['1'], [''], [null]]);
});

test('yields one batch without rows for a file of a header', async () => {
  expect(await read('a,b\r\n')).toEqual({columns: ['a', 'b'], rows: [], sizes: [0]});
  expect(await read('a,b')).toEqual({columns: ['a', 'b'], rows: [], sizes: [0]});
});

test('reads files without a header when told so', async () => {
  expect(await read('1,2\n3,\n', {header: false})).toEqual({columns: [], rows: [['1', '2'], ['3', null]], sizes: [2]});
  expect(await read('', {header: false})).toEqual({columns: [], rows: [], sizes: [0]});
});

test('a file without a header row is a SCHEMA error', async () => {
  for (const input of ['', '\n\n', '\uFEFF']) {
    expect(await failure(input)).toMatchObject({code: 'SLUICE_SCHEMA', message: 'the file has no header row', context: {table: 'orders'}});
  }
});

test('a row of another length is a VALUE error that names the row', async () => {
  expect(await failure('a,b,c\n1,2,3\n4,5\n')).toMatchObject({
    code: 'SLUICE_VALUE', message: 'data row 2: has 2 fields instead of 3', context: {table: 'orders', row: 1},
  });
  expect(await failure('a,b\n1,2,3\n')).toMatchObject({message: 'data row 1: has 3 fields instead of 2', context: {row: 0}});
  expect(await failure('a,b\n1,2\n\n"x"\n')).toMatchObject({message: 'data row 2: has 1 field instead of 2', context: {row: 1}});
  expect(await failure('a,b\n1,2\n""\n')).toMatchObject({message: 'data row 2: has 1 field instead of 2', context: {row: 1}});
});

test('wrong quoting is a VALUE error that names the row and never the data', async () => {
  const cases = [
    ['a,b\n1,2\nSECRET"x,3\n', 'a quote stands inside'], ['a,b\n1,2\n"SECRET"x,3\n', 'a closing quote is followed'],
    ['a,b\n1,2\n"SECRET,3\n', 'not closed before the end'], ['a,b\n1,2\n"SECRET"\u0000,""\n', 'a closing quote is followed'],
  ];
  for (const [input, message] of cases) {
    const error = await failure(input!);
    expect(error).toMatchObject({code: 'SLUICE_VALUE', context: {table: 'orders', row: 1}});
    expect(error!.message).toMatch(/^data row 2: /);
    expect(error!.message).toContain(message);
    expect(error!.cause).toBeUndefined();
    expect(`${error!.stack}`).not.toContain('SECRET');
  }
});

test('bytes that are not UTF-8 are a VALUE error that names the row, wherever a chunk ends', async () => {
  for (const wrong of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xc0, 0x80], [0xe2, 0x82]]) {
    const input = bytes('a,b\n1,é\n2,"', wrong, '"\n3,4\n');
    for (let size = 1; size <= input.length; size++) {
      const error = await read(input, {table: 'orders'}, size).catch((caught: unknown) => caught);
      expect(error).toMatchObject({code: 'SLUICE_VALUE', message: 'data row 2: holds bytes that are not UTF-8', context: {table: 'orders', row: 1}});
    }
  }
  expect(await failure(bytes('a,b\n1,2\n', [0xff]))).toMatchObject({context: {row: 1}});
  expect(await failure(bytes('a,b\n1,2\n""', [0xff]))).toMatchObject({context: {row: 1}});
  expect(await failure(bytes('a,b\n1,2\n3,', [0xe2, 0x82]))).toMatchObject({message: 'data row 2: the file ends in the middle of a UTF-8 character'});
  expect(await failure(bytes('a', [0xe9], ',b\n'))).toMatchObject({message: 'header row: holds bytes that are not UTF-8', context: {table: 'orders'}});
});

test('says so when a file is UTF-16', async () => {
  expect(await failure(bytes([0xff, 0xfe], [0x61, 0, 0x0a, 0]))).toMatchObject({message: 'header row: the file is UTF-16', remedy: 'save the file as UTF-8'});
});

test('batches keep within rows and bytes; a larger row is a batch of its own', async () => {
  const rows = Array.from({length: 25}, (_, i) => `${i},x\n`).join('');
  expect((await read(`a,b\n${rows}`, {maxRows: 10})).sizes).toEqual([10, 10, 5]);
  expect((await read(`a,b\n1,2\n${'x'.repeat(500)},2\n3,4\n5,6\n`, {maxBytes: 8})).sizes).toEqual([1, 1, 2]);
});

test('skips rows, also all of them', async () => {
  const input = `a,b\n${Array.from({length: 25}, (_, i) => `${i},x\n`).join('')}`;
  for (const skip of [0, 1, 10, 24, 25, 30]) {
    const rows: Field[][] = [];
    for await (const batch of readCsv(pieces(Buffer.from(input), 7), {maxRows: 10, maxBytes: 1 << 20, skip}, never)) rows.push(...batch.rows);
    expect(rows.map(([id]) => Number(id))).toEqual(Array.from({length: Math.max(0, 25 - skip)}, (_, i) => i + skip));
  }
});

test('reads no more of the input than the reader asks for', async () => {
  let asked = 0;
  async function* endless() {
    yield Buffer.from('a,b\n');
    for (;;) {
      asked++;
      yield Buffer.from('1,2\n'.repeat(100));
    }
  }
  const batches = readCsv(endless(), {maxRows: 100, maxBytes: 1 << 20}, never);
  for (let i = 0; i < 20; i++) expect((await batches.next()).value?.rows).toHaveLength(100);
  expect(asked).toBeLessThanOrEqual(21);
  await batches.return();
});

test('a field of 64 MB arrives whole, with nulls beside it', async () => {
  const long = 'a long text, é, "quoted"\r\n'.repeat((64 << 20) / 27);
  const input = Buffer.from(`a,b,c\n,"${long.replaceAll('"', '""')}",""\n1,2,3\n`);
  const {rows, sizes} = await read(input, {}, 1 << 16);
  expect(sizes).toEqual([1, 1]);
  expect(rows[0]![0]).toBe(null);
  expect(rows[0]![1] === long).toBe(true);
  expect(rows[0]![2]).toBe('');
});

test('stops when aborted', async () => {
  const controller = new AbortController();
  const batches = readCsv(pieces(Buffer.from(`a,b\n${'1,2\n'.repeat(1000)}`), 400), {maxRows: 10, maxBytes: 1 << 20}, controller.signal);
  await batches.next();
  controller.abort(new Error('stop'));
  await expect((async () => { for await (const batch of batches) void batch; })()).rejects.toThrow('stop');
});
