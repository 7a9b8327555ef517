import {createHash} from 'node:crypto';
import {must} from '@sluice/core';

/** The longest name common file systems hold, in bytes. */
const MAX_BYTES = 255;
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])($|\.)/i;
/** What some file system refuses, plus `%`, which the escapes begin with. */
const UNSAFE = /[\u0000-\u001f\u007f/\\:*?"<>|%]/g;

/**
 * Gives each table a file name, without extension, that every common file system holds: unsafe
 * characters are percent-encoded, and so are leading dots, trailing dots and blanks, the first letter
 * of names reserved by Windows, and as many first letters as it takes to tell apart names that differ
 * only in case or in the way accents are composed. Names too long for a file end in a digest of the whole.
 * No name can lead out of its folder. Names that are safe stay themselves. `others` are the names, without
 * extension, of files that belong to other tables.
 */
export function fileNames(tables: readonly string[], extension: string, others: readonly string[] = []): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(others.map(fold));
  const take = (table: string, name: string): boolean => {
    const folded = fold(name);
    if (taken.has(folded)) return false;
    taken.add(folded);
    names.set(table, name);
    return true;
  };
  const plain = (table: string) => shorten(escape(table), table, extension);
  // Tables that keep their names come first, so that no other takes one from them.
  for (const table of tables) if (plain(table) === table) take(table, table);
  for (const table of tables) {
    if (names.has(table)) continue;
    // With all characters encoded no two tables are alike; only a file of somebody else can still be in the way.
    const tries = [...table].length + 1;
    let encoded = 0;
    while (encoded <= tries && !take(table, shorten(escape(table, encoded), table, extension))) encoded++;
    if (encoded > tries) must(take(table, escape(table).slice(0, 50) + digest(table)) || null, 'a free file name');
  }
  return names;
}

/** What is alike for a file system that looks neither at case nor at how accents are composed. */
const fold = (name: string) => name.normalize('NFC').toLowerCase();

/** The name with its first `encoded` characters percent-encoded whatever they are. */
function escape(table: string, encoded = 0): string {
  if (table === '') return '%';
  const [...characters] = table;
  const start = characters.slice(0, encoded).map(percent).join('');
  let rest = characters.slice(encoded).join('').replace(UNSAFE, percent);
  if (encoded === 0) {
    rest = rest.replace(/^\.+/, dots => percent(dots));
    if (RESERVED.test(rest)) rest = percent(rest[0]!) + rest.slice(1);
  }
  return start + rest.replace(/[. ]+$/, percent);
}

function percent(text: string): string {
  return Buffer.from(text).toString('hex').toUpperCase().replace(/../g, '%$&');
}

const digest = (table: string) => `~${createHash('sha256').update(table).digest('hex').slice(0, 16)}`;

function shorten(name: string, table: string, extension: string): string {
  const room = MAX_BYTES - extension.length;
  if (Buffer.byteLength(name) <= room) return name;
  const mark = digest(table);
  let start = '';
  let bytes = mark.length;
  for (const piece of name.match(/%[0-9A-F]{2}|./gsu) ?? []) {
    bytes += Buffer.byteLength(piece);
    if (bytes > room) break;
    start += piece;
  }
  return start + mark;
}
