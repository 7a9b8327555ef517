import {assert} from '@sluice/core';
import {dialects, type DialectName} from './dialect.ts';

/**
 * Quotes a name so that any table or column name may be spliced into SQL. Throws a plain Error for
 * an empty name or one with a NUL: no dialect has those.
 */
export function quoteIdentifier(dialect: DialectName, name: string): string {
  assert(name !== '', 'an identifier is not empty');
  assert(!name.includes('\0'), 'an identifier holds no NUL');
  const quote = dialects[dialect].identifierQuote;
  return quote + name.replaceAll(quote, quote + quote) + quote;
}

/**
 * Writes text as a literal of the dialect. MySQL's form is right for sessions without
 * NO_BACKSLASH_ESCAPES. SQLite stops reading SQL at a NUL, so text that holds one becomes
 * `CAST(x'…' AS TEXT)`, which is an expression: put parentheses around it in a DEFAULT clause.
 * PostgreSQL's form is right for sessions with standard_conforming_strings; text with a NUL is a
 * plain Error there, because that system has none.
 */
export function quoteText(dialect: DialectName, text: string): string {
  if (!dialects[dialect].backslashEscapes) {
    assert(dialect !== 'postgres' || !text.includes('\0'), 'a PostgreSQL text holds no NUL');
    if (text.includes('\0')) return `CAST(x'${toHex(new TextEncoder().encode(text))}' AS TEXT)`;
    return `'${text.replaceAll("'", "''")}'`;
  }
  return `'${text.replace(/[\0\n\r\x1a\\']/g, character => MYSQL_ESCAPES[character]!)}'`;
}

/** Writes bytes as a literal: `x'00ff'` means bytes in every dialect but PostgreSQL, where it would be bits. */
export function quoteBytes(bytes: Uint8Array, dialect: DialectName = 'sqlite'): string {
  if (dialect === 'postgres') return `'\\x${toHex(bytes)}'::bytea`;
  return `x'${toHex(bytes)}'`;
}

// MySQL 9 manual, 11.1.1, table "Special Character Escape Sequences". A quote is doubled rather
// than escaped, so that the literal ends where every SQL reader thinks it ends.
const MYSQL_ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0', '\n': '\\n', '\r': '\\r', '\x1a': '\\Z', '\\': '\\\\', "'": "''",
};

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('');
}
