import {basename, join, normalize} from 'node:path';
import fc from 'fast-check';
import {expect, test} from 'vitest';
import {fileNames} from '../src/file-name.ts';

const name = (table: string) => fileNames([table], '.csv').get(table);

test('safe names stay themselves', () => {
  for (const table of ['orders', 'ORDERS', 'order items', 'schéma 表', 'a.b', 'x-y_z~1', "it's", '(1)', '\u{1F600}', '#', '__proto__', 'constructor']) expect(name(table)).toBe(table);
});

test('what leads out of the folder, hides a file or is refused by some system is percent-encoded', () => {
  expect(name('../up')).toBe('%2E%2E%2Fup');
  expect(name('..')).toBe('%2E%2E');
  expect(name('.')).toBe('%2E');
  expect(name('/etc/passwd')).toBe('%2Fetc%2Fpasswd');
  expect(name('C:\\x')).toBe('C%3A%5Cx');
  expect(name('a\0b')).toBe('a%00b');
  expect(name('a\nb')).toBe('a%0Ab');
  expect(name('.hidden')).toBe('%2Ehidden');
  expect(name('trailing. ')).toBe('trailing%2E%20');
  expect(name('100%')).toBe('100%25');
  expect(name('<a|b>*?"')).toBe('%3Ca%7Cb%3E%2A%3F%22');
  expect(name('con')).toBe('%63on');
  expect(name('LPT1.x')).toBe('%4CPT1.x');
  expect(name('console')).toBe('console');
  expect(name('')).toBe('%');
});

test('tells apart what some file systems do not: case, and how accents are composed', () => {
  const tables = ['orders', 'Orders', 'ORDERS', 'é', 'e\u0301', 'É'];
  const names = [...fileNames(tables, '.csv').values()];
  expect(names[0]).toBe('orders');
  expect(new Set(names.map(file => file.normalize('NFC').toLowerCase())).size).toBe(tables.length);
  expect(tables.map(table => decodeURIComponent(fileNames(tables, '.csv').get(table)!))).toEqual(tables);
});

test('a name does not depend on the order of the tables when it can stay itself', () => {
  for (const tables of [['../up', '%2E%2E%2Fup'], ['%2E%2E%2Fup', '../up']]) {
    expect(Object.fromEntries(fileNames(tables, '.csv'))).toEqual({'../up': '%2E%2E%2Fup', '%2E%2E%2Fup': '%252E%252E%252Fup'});
  }
});

test('avoids the files of other tables', () => {
  expect(fileNames(['orders'], '.csv', ['ORDERS']).get('orders')).toBe('%6Frders');
  const everyEncoding = ['ab', '%61b', '%61%62', 'x'];
  expect(fileNames(['ab'], '.csv', everyEncoding).get('ab')).toMatch(/^ab~[0-9a-f]{16}$/);
});

test('names too long for a file end in a digest of the whole', () => {
  const [one, two] = ['é'.repeat(200), `${'é'.repeat(199)}x`];
  const names = fileNames([one!, two!, '/'.repeat(100)], '.jsonl.gz');
  for (const file of names.values()) expect(Buffer.byteLength(`${file}.jsonl.gz`)).toBeLessThanOrEqual(255);
  expect(new Set(names.values()).size).toBe(3);
  expect(names.get(one!)).toMatch(/^é+~[0-9a-f]{16}$/);
  expect(names.get('/'.repeat(100))).toMatch(/^(%2F)+~[0-9a-f]{16}$/);
});

test('whatever the names are, each table gets a file of its own in the folder', () => {
  const anyName = fc.string({unit: fc.oneof(fc.constantFrom('.', '/', '\\', '%', ' ', 'A', 'a', '\0', '~', 'é', 'e\u0301', '2', 'E'), fc.string({unit: 'grapheme', minLength: 1, maxLength: 1})), maxLength: 300});
  fc.assert(fc.property(fc.uniqueArray(anyName, {maxLength: 30}), tables => {
    const names = fileNames(tables, '.csv');
    expect(new Set([...names.values()].map(file => file.normalize('NFC').toLowerCase())).size).toBe(tables.length);
    for (const file of names.values()) {
      const path = join('/folder', `${file}.csv`);
      expect(normalize(path)).toBe(`/folder/${basename(path)}`);
      expect(file).not.toMatch(/^\.|[\0/\\]|^$/);
      expect(Buffer.byteLength(`${file}.csv`)).toBeLessThanOrEqual(255);
    }
  }), {numRuns: 500, seed: 7});
});
