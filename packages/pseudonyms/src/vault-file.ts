import {randomBytes} from 'node:crypto';
import {closeSync, mkdirSync, openSync, statSync} from 'node:fs';
import {dirname} from 'node:path';
import {ErrorCode, PipelineError} from '@sluice/core';
import Database from 'better-sqlite3';
import {BLOCK, Cmac} from './cmac.ts';
import {damaged, failure} from './failure.ts';
import type {DomainKey, MasterKey} from './master-key.ts';
import {APPLICATION_ID, FORMAT, statements} from './vault-format.ts';

/** An open file that belongs to the key. */
export interface VaultFile {
  readonly path: string;
  readonly db: Database.Database;
  readonly readOnly: boolean;
  /** A key for one use in this file only: another file of the same master key has others. */
  derive(use: string, bytes?: number): Uint8Array;
}

/** Pages that SQLite keeps in memory: entries lie in random order, so the whole file is in use all the time. */
const CACHE_KIB = 64 * 1024;

/** Opens the file, makes it when it is new, and checks format and key. Throws CONFIG for another format, another key and damage, WRITE and LOCKED as they come. */
export function openVaultFile(path: string, key: MasterKey, readOnly: boolean, waitMs: number): VaultFile {
  const vaultKey = key.domain('vault', 'vault');
  try {
    if (readOnly) statSync(path);
    else makeFile(path);
    const db = readOnly ? openReadOnly(path, waitMs) : new Database(path, {timeout: waitMs});
    try {
      return checked(path, db, vaultKey, key.id, readOnly);
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw failure(error, path);
  }
}

/** For its owner only, from the first moment on; SQLite gives its journal the same permissions. */
function makeFile(path: string): void {
  mkdirSync(dirname(path), {recursive: true, mode: 0o700});
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}

/** A writer that was killed leaves a journal, which has to be played back before anybody can read: that needs a moment of writing. */
function openReadOnly(path: string, waitMs: number): Database.Database {
  const db = new Database(path, {readonly: true, fileMustExist: true, timeout: waitMs});
  try {
    db.pragma('user_version');
    return db;
  } catch (error) {
    db.close();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!code.startsWith('SQLITE_READONLY') && !code.startsWith('SQLITE_CANTOPEN')) throw error;
    const writer = new Database(path, {fileMustExist: true, timeout: waitMs});
    try {
      writer.pragma('user_version');
    } finally {
      writer.close();
    }
    return new Database(path, {readonly: true, fileMustExist: true, timeout: waitMs});
  }
}

function checked(path: string, db: Database.Database, vaultKey: DomainKey, keyId: string, readOnly: boolean): VaultFile {
  // A commit is on the disk when it returns: without EXTRA, a power failure could bring back the journal of one that had been told to be done.
  if (!readOnly) db.pragma('synchronous = EXTRA');
  // What is reserved for the time of a run may be larger than memory; it holds codes only.
  db.pragma('temp_store = FILE');
  db.pragma('trusted_schema = OFF');
  db.pragma(`cache_size = -${CACHE_KIB}`);
  if (!readOnly && isEmpty(db)) db.transaction(() => isEmpty(db) && create(db, vaultKey, keyId)).immediate();
  if (db.pragma('application_id', {simple: true}) !== APPLICATION_ID) {
    throw new PipelineError(ErrorCode.CONFIG, `${path} is not a vault`, {remedy: 'name the vault of this project, or a file that does not exist yet'});
  }
  const format = db.pragma('user_version', {simple: true});
  if (format !== FORMAT) {
    throw new PipelineError(ErrorCode.CONFIG, `the vault ${path} has format ${String(format)}, this version knows format ${FORMAT}`, {remedy: 'use the version that made it, or a newer one'});
  }
  const found = db.prepare<[], string>(`SELECT sql FROM sqlite_master WHERE sql IS NOT NULL`).pluck().all();
  if (found.toSorted().join('\n') !== statements.toSorted().join('\n')) throw damaged(path, 'its tables and triggers are not those of a vault');

  const row = db.prepare<[], [string, Buffer, Buffer]>('SELECT key_id, salt, proof FROM vault').raw().get();
  if (row === undefined) throw damaged(path, 'its header is missing');
  const [madeWith, salt, proof] = row;
  if (madeWith !== keyId) {
    throw new PipelineError(ErrorCode.CONFIG, `the vault ${path} belongs to the key ${madeWith}, not to ${keyId}`, {remedy: 'use the key it was made with, or another vault'});
  }
  if (!proofOf(vaultKey, salt).equals(proof)) throw damaged(path, 'its header does not fit the key');
  const saltText = salt.toString('hex');
  return {path, db, readOnly, derive: (use, bytes) => vaultKey.derive(`${saltText} ${use}`, bytes)};
}

function isEmpty(db: Database.Database): boolean {
  return db.pragma('application_id', {simple: true}) === 0 && db.pragma('user_version', {simple: true}) === 0 && db.prepare('SELECT count(*) FROM sqlite_master').pluck().get() === 0;
}

function create(db: Database.Database, vaultKey: DomainKey, keyId: string): void {
  const salt = randomBytes(BLOCK);
  for (const statement of statements) db.exec(statement);
  db.prepare('INSERT INTO vault (id, key_id, salt, proof) VALUES (1, ?, ?, ?)').run(keyId, salt, proofOf(vaultKey, salt));
  db.pragma(`application_id = ${APPLICATION_ID}`);
  db.pragma(`user_version = ${FORMAT}`);
}

function proofOf(vaultKey: DomainKey, salt: Uint8Array): Buffer {
  return new Cmac(vaultKey.derive('proof')).mac(salt);
}
