import {describe, expect, test} from 'vitest';
import {LexicalError, tokenize, type DialectName} from '../src/index.ts';

const kinds = (sql: string, dialect: DialectName) => tokenize(sql, dialect).map(({kind, value}) => `${kind} ${value}`);

describe('SQLite', () => {
  test('reads every way to quote a name', () => {
    expect(kinds('"a""b" `c``d` [e "f"] Plain', 'sqlite')).toEqual(['identifier a"b', 'identifier c`d', 'identifier e "f"', 'word plain']);
  });

  test('a backslash is a character like others', () => {
    expect(kinds(`'a\\' 'b'`, 'sqlite')).toEqual(['string a\\', 'string b']);
  });

  test('comments end at the line or at the star and slash, and are told', () => {
    expect(kinds('a -- x\n/* y */ b--z', 'sqlite')).toEqual(['word a', 'comment  x', 'comment  y ', 'word b', 'comment z']);
  });

  test('reads numbers, blobs and long operators', () => {
    expect(kinds(`1.5e-3 .5 0x1F x'00FF' a->>'$.b' || c<=d`, 'sqlite')).toEqual([
      'number 1.5e-3', 'number .5', 'number 0x1F', 'blob 00ff', 'word a', 'operator ->>', 'string $.b', 'operator ||', 'word c', 'operator <=', 'word d',
    ]);
  });
});

describe('MySQL', () => {
  test('a backslash escapes in text, and not in names', () => {
    expect(kinds(`'it\\'s\\n\\\\' "\\"" \`a\\\``, 'mysql')).toEqual(["string it's\n\\", 'string "', 'identifier a\\']);
  });

  test('the escapes of LIKE keep their backslash', () => {
    expect(kinds(`'\\%\\_'`, 'mysql')).toEqual(['string \\%\\_']);
  });

  test('a character set introducer belongs to its text', () => {
    expect(tokenize(`_utf8mb4'x' _column`, 'mysql')).toMatchObject([{kind: 'string', value: 'x', introducer: 'utf8mb4'}, {kind: 'word', value: '_column'}]);
  });

  test('two dashes are a comment only before white space', () => {
    expect(kinds('1--2 -- rest', 'mysql')).toEqual(['number 1', 'operator -', 'operator -', 'number 2', 'comment  rest']);
  });

  test('comments that some versions run are no comments', () => {
    expect(() => tokenize('a /*!80000 + 1 */', 'mysql')).toThrow(LexicalError);
    expect(() => tokenize('a /*M!100100 + 1 */', 'mysql')).toThrow(LexicalError);
  });
});

test.each<[string, DialectName]>([["'open", 'sqlite'], ["'open\\'", 'mysql'], ['"open', 'sqlite'], ['`open', 'mysql'], ['[open', 'sqlite'], ["x'0'", 'sqlite'], ["b'01'", 'mysql'], ['/* open', 'mysql'], ['a \u0001', 'sqlite']])(
  'text that cannot be read is an error: %s', (sql, dialect) => {
    expect(() => tokenize(sql, dialect)).toThrow(LexicalError);
  });
