import fc from 'fast-check';
import {describe, expect, test} from 'vitest';
import {dialectNamed, quoteBytes, quoteIdentifier, quoteText, tokenize, translateExpression, translateSelect, type DialectName} from '../src/index.ts';

const NAMES: readonly DialectName[] = ['sqlite', 'mysql', 'mariadb', 'postgres'];
const name = fc.string({unit: 'binary', minLength: 1}).filter(text => !text.includes('\0'));
const text = fc.string({unit: 'binary'});

describe.each(NAMES)('quoting for %s', dialect => {
  test('a quoted name is one token, and that name, whatever stands around it', () => {
    fc.assert(fc.property(name, name, (one, other) => {
      const tokens = tokenize(`${quoteIdentifier(dialect, one)}.${quoteIdentifier(dialect, other)}`, dialect);
      expect(tokens.map(({kind, value}) => [kind, value])).toEqual([['identifier', one], ['operator', '.'], ['identifier', other]]);
    }), {seed: 1, numRuns: 500});
  });

  test('quoted text is one literal, and that text, whatever stands around it', () => {
    fc.assert(fc.property(text, text, (one, other) => {
      if ((dialect === 'sqlite' || dialect === 'postgres') && (one + other).includes('\0')) return;
      const tokens = tokenize(`${quoteText(dialect, one)},${quoteText(dialect, other)}`, dialect);
      expect(tokens.map(({kind, value}) => [kind, value])).toEqual([['string', one], ['operator', ','], ['string', other]]);
    }), {seed: 2, numRuns: 500});
  });

  test('hostile names and texts stay inside their quotes', () => {
    for (const hostile of [`'; drop table x --`, '`"\'', '\\', "\\'", '"";', '/* */', '-- x', "''", '\n', ' ']) {
      expect(tokenize(quoteIdentifier(dialect, hostile), dialect)).toMatchObject([{kind: 'identifier', value: hostile}]);
      expect(tokenize(quoteText(dialect, hostile), dialect)).toMatchObject([{kind: 'string', value: hostile}]);
    }
  });

  test('an empty name, or one with a NUL, is a mistake of the program', () => {
    expect(() => quoteIdentifier(dialect, '')).toThrow(/not empty/);
    expect(() => quoteIdentifier(dialect, 'a\0b')).toThrow(/NUL/);
  });
});

test('text with a NUL is an expression in SQLite, whose SQL ends at a NUL', () => {
  expect(quoteText('sqlite', 'é\0')).toBe("CAST(x'c3a900' AS TEXT)");
});

test('bytes are hexadecimal', () => {
  expect(quoteBytes(Uint8Array.of(0, 255, 16))).toBe("x'00ff10'");
});

test('a dialect that is not known is null, names of object properties included', () => {
  expect([dialectNamed('mysql')?.name, dialectNamed('oracle'), dialectNamed('constructor')]).toEqual(['mysql', null, null]);
});

test('text with a NUL is a mistake of the program in PostgreSQL, and bytes are a cast', () => {
  expect(() => quoteText('postgres', 'a\0')).toThrow(/NUL/);
  expect(quoteBytes(Uint8Array.of(0, 255), 'postgres')).toBe("'\\x00ff'::bytea");
});

test('nothing is translated between PostgreSQL and others, and the reason is told', () => {
  for (const [from, to] of [['postgres', 'mysql'], ['sqlite', 'postgres']] as const) {
    expect(translateExpression('1', from, to, {columns: []})).toMatchObject({reason: expect.stringContaining('PostgreSQL')});
    expect(translateSelect('select 1', from, to, {tables: []})).toMatchObject({reason: expect.stringContaining('PostgreSQL')});
  }
  expect(translateExpression("(now() - '1 day'::interval)", 'postgres', 'postgres', {columns: []})).toMatchObject({sql: "(now() - '1 day'::interval)"});
});

test('PostgreSQL: subscripts and casts are operators, escapes and dollar quotes are not read', () => {
  expect(tokenize("a[1]::text /* x */ || 'b\\'", 'postgres').map(token => token.text)).toEqual(['a', '[', '1', ']', '::', 'text', '/* x */', '||', "'b\\'"]);
  for (const sql of ["E'a'", "U&'a'", '$$a$$', '$t$a$t$', '/* /* */ */', '/* a', "x'ff'", "'a"]) expect(() => tokenize(sql, 'postgres'), sql).toThrow();
});
