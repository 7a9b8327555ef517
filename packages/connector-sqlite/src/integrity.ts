import {open, stat, type FileHandle} from 'node:fs/promises';
import type {Integrity} from '@sluice/core';
import Database from 'better-sqlite3';
import {isCode} from './errors.ts';

/** Lines of SQLite's own check that are looked at; more say nothing more. */
const LINES = 100;
/** Sentences that are told. */
const TOLD = 10;

/**
 * What is wrong with the file beneath its tables, and what lies in it that nobody reads. Throws what
 * SQLite and the file system throw. SQLite's check: https://www.sqlite.org/pragma.html#pragma_integrity_check.
 */
export async function checkIntegrity(path: string, signal: AbortSignal): Promise<Integrity> {
  signal.throwIfAborted();
  let damage: readonly string[];
  // A connection of its own: whoever reads tables has to set one up first, which a damaged file need not bear.
  const db = new Database(path, {readonly: true, fileMustExist: true});
  try {
    damage = damageIn(db);
  } catch (error) {
    if (!isCode(error, 'SQLITE_CORRUPT')) throw error;
    return {damage: ['not even its list of tables can be read'], hidden: []};
  } finally {
    db.close();
  }
  // The free pages of a damaged file may lie anywhere, and it is of no use anyway.
  return {damage, hidden: damage.length > 0 ? [] : await hiddenIn(path, signal)};
}

function damageIn(db: Database.Database): string[] {
  const objects = db.prepare("SELECT type, name, tbl_name, rootpage FROM sqlite_schema WHERE type IN ('table', 'index')").raw().all() as [string, string, string, number][];
  const found = new Set<string>();
  // Its lines may quote what is stored: only the name of the object is taken out of them.
  for (const line of checked(db)) {
    if (line === 'ok') continue;
    const tree = /^Tree (\d+)\b/.exec(line)?.[1];
    const object = objects.find(([type, name, , root]) => tree === undefined ? type === 'index' && line.endsWith(` index ${name}`) : root === Number(tree))
      ?? objects.find(([type, name]) => type === 'table' && line.endsWith(` in ${name}`));
    if (!object) found.add(OTHERWISE);
    else if (object[0] === 'index') found.add(`index ${object[1]} is damaged: it does not say what table ${object[2]} holds`);
    else found.add(`table ${object[1]} is damaged`);
  }
  if (found.size > 1) found.delete(OTHERWISE);
  return [...found].slice(0, TOLD);
}

function* checked(db: Database.Database): Generator<string> {
  try {
    yield* db.prepare(`PRAGMA integrity_check(${LINES})`).pluck().iterate() as Iterable<string>;
  } catch (error) {
    // It stops where it cannot go on; what it found until then stays true.
    if (!isCode(error, 'SQLITE_CORRUPT')) throw error;
    yield 'nothing more can be read';
  }
}

/** Bytes that no table, index or view has a part in. Free pages of a file that a load wrote are empty. */
async function hiddenIn(path: string, signal: AbortSignal): Promise<string[]> {
  // With a log beside it the file alone does not say which pages are free.
  if (await stat(`${path}-wal`).then(({size}) => size > 0, () => false)) return [];
  const file = await open(path, 'r');
  try {
    const {size} = await file.stat();
    if (size < HEADER) return [];
    const header = await readAt(file, 0, HEADER);
    const pageBytes = header.readUInt16BE(16) === 1 ? 65_536 : header.readUInt16BE(16);
    const pages = header.readUInt32BE(28);
    const found: string[] = [];
    if (pages > 0 && size > pages * pageBytes) found.push(`${(size - pages * pageBytes).toLocaleString('en')} bytes lie behind the last page of the file, where nothing reads them`);
    const used = await usedFreePages(file, header, pageBytes, signal);
    if (used > 0) found.push(`${used.toLocaleString('en')} free ${used === 1 ? 'page' : 'pages'} of the file still ${used === 1 ? 'holds' : 'hold'} something`);
    return found;
  } finally {
    await file.close();
  }
}

/** How many free pages are not empty: https://www.sqlite.org/fileformat2.html#the_freelist. */
async function usedFreePages(file: FileHandle, header: Buffer, pageBytes: number, signal: AbortSignal): Promise<number> {
  const pages = header.readUInt32BE(28);
  let used = 0;
  let trunk = header.readUInt32BE(32);
  // SQLite found the list whole; the bound only keeps a writer in the middle of it from leading in circles.
  for (let left = header.readUInt32BE(36); trunk !== 0 && left > 0; left--) {
    signal.throwIfAborted();
    const page = await readAt(file, (trunk - 1) * pageBytes, pageBytes);
    const leaves = Math.min(page.readUInt32BE(4), pageBytes / 4 - 2);
    // Numbers of pages that were listed once stay behind the list.
    for (let at = 8 + leaves * 4; at + 4 <= pageBytes; at += 4) {
      if (page.readUInt32BE(at) <= pages) continue;
      used++;
      break;
    }
    for (let leaf = 0; leaf < leaves; leaf++) {
      const bytes = await readAt(file, (page.readUInt32BE(8 + leaf * 4) - 1) * pageBytes, pageBytes);
      if (bytes.some(byte => byte !== 0)) used++;
    }
    trunk = page.readUInt32BE(0);
  }
  return used;
}

const HEADER = 100;
const OTHERWISE = 'the pages of the file do not fit together';

async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(bytes);
  await file.read(buffer, 0, bytes, position);
  return buffer;
}
