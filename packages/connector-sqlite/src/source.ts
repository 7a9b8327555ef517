import {existsSync, realpathSync, statSync} from 'node:fs';
import {assert, ErrorCode, PipelineError, type Batch, type Catalog, type Column, type CursorBound, type CursorRequest, type DiscoverRequest, type PackedBatch, type Problem, type ProfileRequest, type ReadRequest, type Schema, type Source, type SourceIdentity, type SystemFacts, type TableProfile} from '@sluice/core';
import {conditionProblem, joinConditions} from '@sluice/sql';
import Database from 'better-sqlite3';
import {checkText} from './check-text.ts';
import {cursorBounds, cursorRange, refuseUnreachable} from './cursor.ts';
import {decoderOf} from './decode.ts';
import type {DescribedTable} from './describe-table.ts';
import {addFunctions, discover} from './discover.ts';
import {classify, isCode} from './errors.ts';
import {packsTable, readPackedPages} from './packed-reader.ts';
import {readPages, type PageRequest, type Paging} from './page-reader.ts';
import {profileTable} from './profile.ts';
import {quote} from './quote.ts';
import type {Storage} from './types.ts';

/** Reads the tables of one SQLite file, all of them as of the first look. */
export class SqliteSource implements Source {
  readonly kind = 'sqlite';
  readonly ranges = true;
  readonly label: string;
  readonly warnings: readonly string[] = [];
  readonly snapshot = null;
  readonly #file: string;
  #db: Database.Database | null = null;
  readonly #described = new Map<string, DescribedTable>();
  #disposed = false;

  constructor(file: string) {
    this.label = `sqlite:${file}`;
    this.#file = file;
  }

  async about(signal: AbortSignal): Promise<SystemFacts> {
    signal.throwIfAborted();
    return {system: `SQLite ${String(this.#connection().prepare('SELECT sqlite_version()').pluck().get())}`};
  }

  async check(signal: AbortSignal): Promise<readonly Problem[]> {
    signal.throwIfAborted();
    try {
      this.#connection();
      return [];
    } catch (error) {
      if (error instanceof PipelineError) return [{message: error.message}];
      throw error;
    }
  }

  async discover(signal: AbortSignal, {wants = () => true}: DiscoverRequest = {}): Promise<Catalog> {
    signal.throwIfAborted();
    const db = this.#connection();
    try {
      const {catalog, tables} = discover(db, wants, signal);
      for (const [name, table] of tables) this.#described.set(name, table);
      return catalog;
    } catch (error) {
      throw classify(error, {file: this.#file, access: 'read'});
    }
  }

  /** The file's path with all links followed; a copy elsewhere is another source. */
  async identity(signal: AbortSignal): Promise<SourceIdentity> {
    signal.throwIfAborted();
    const db = this.#connection();
    try {
      const traits = Object.fromEntries(['application_id', 'user_version', 'encoding'].map(name => [name, String(db.pragma(name, {simple: true}))]));
      return {id: realpathSync(this.#file), traits};
    } catch (error) {
      throw classify(error, {file: this.#file, access: 'read'});
    }
  }

  async profile({schema: {table, columns}, where}: ProfileRequest, signal: AbortSignal): Promise<TableProfile> {
    signal.throwIfAborted();
    const db = this.#connection();
    try {
      const described = this.#describe(table, signal);
      return profileTable(db, columns.map(column => this.#column(described, column)), described, where);
    } catch (error) {
      throw classify(error, {file: this.#file, access: 'read', table});
    }
  }

  async checkFilter({table}: Schema, where: string, signal: AbortSignal): Promise<string | null> {
    signal.throwIfAborted();
    const problem = conditionProblem(where, 'sqlite');
    if (problem !== null) return problem;
    const db = this.#connection();
    try {
      // A question mark would be a value that nobody gives.
      db.prepare(`SELECT 1 FROM ${quote(table)} WHERE (${where}) LIMIT 0`).all();
      return null;
    } catch (error) {
      if (error instanceof RangeError) return 'it has a parameter';
      if (isCode(error, 'SQLITE_ERROR')) return 'SQLite does not read it: it is no valid SQL, or names what is not there';
      throw classify(error, {file: this.#file, access: 'read', table});
    }
  }

  async settleCursors(requests: readonly CursorRequest[], signal: AbortSignal): Promise<readonly CursorBound[]> {
    signal.throwIfAborted();
    const db = this.#connection();
    try {
      return cursorBounds(db, requests, table => this.#describe(table, signal));
    } catch (error) {
      throw classify(error, {file: this.#file, access: 'read'});
    }
  }

  async *read(request: ReadRequest, signal: AbortSignal): AsyncGenerator<Batch> {
    yield* this.#pages(request, signal, (db, page) => readPages(db, page));
  }

  async packs({table, columns}: Schema, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted();
    const db = this.#connection();
    try {
      const described = this.#describe(table, signal);
      return packsTable(db, described, columns.map(column => described.storage.get(this.#column(described, column).name)!));
    } catch (error) {
      throw classify(error, {file: this.#file, access: 'read', table});
    }
  }

  async *readPacked(request: ReadRequest, signal: AbortSignal): AsyncGenerator<PackedBatch> {
    assert(request.cursor === undefined, 'rows up to a bound are not packed');
    yield* this.#pages(request, signal, (db, page, columns, storages) => readPackedPages(db, page, columns, storages, signal));
  }

  async *#pages<Page extends Batch | PackedBatch>(
    {schema, after, until = null, cursor, where: filter, maxRows, maxBytes}: ReadRequest, signal: AbortSignal,
    pagesOf: (db: Database.Database, page: PageRequest, columns: readonly Column[], storages: readonly Storage[]) => Iterable<Page> | AsyncIterable<Page>,
  ): AsyncGenerator<Page> {
    signal.throwIfAborted();
    const db = this.#connection();
    const {table} = schema;
    try {
      const described = this.#describe(table, signal);
      assert(cursor !== undefined || described.paging.by !== 'scan' || (after === null && until === null), 'a table that cannot be paged is read as a whole');
      const found = schema.columns.map(column => this.#column(described, column));
      const columns = found.map(column => {
        const storage = described.storage.get(column.name)!;
        return {name: column.name, storage, decoder: decoderOf(column, storage)};
      });
      const check = checkText(db, described, columns);
      if (cursor !== undefined) refuseUnreachable(db, table, cursor, joinConditions(null, filter, 'sqlite'));
      const where = joinConditions(cursor === undefined ? null : cursorRange(table, cursor, after, until), filter, 'sqlite');
      const range = cursor === undefined ? {after, until} : {after: null, until: null};
      const page: PageRequest = {
        table, columns, ...range, ...(where !== null && {where}), maxRows, maxBytes, maxRowBytes: described.maxRowBytes,
        paging: located(described.paging, columns.map(({name}) => name)), inspect: check,
      };
      for await (const batch of pagesOf(db, page, found, columns.map(({storage}) => storage))) {
        yield cursor === undefined ? batch : {...batch, position: null};
        signal.throwIfAborted();
        assert(!this.#disposed, 'the source is in use');
      }
    } catch (error) {
      throw classify(error, {file: this.#file, access: 'read', table});
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#db?.close();
    this.#db = null;
  }

  /** The column as the file has it. Throws SCHEMA when it is another one. */
  #column({schema: {table, columns}}: DescribedTable, {name, type}: Column): Column {
    const found = columns.find(column => column.name === name);
    if (found?.type !== type) throw new PipelineError(ErrorCode.SCHEMA, `column ${name} of table ${table} is ${found ? `${found.type}, not ${type}` : 'not there'}`, {table, column: name});
    return found;
  }

  #describe(table: string, signal: AbortSignal): DescribedTable {
    if (!this.#described.has(table)) {
      const {tables} = discover(this.#connection(), name => name === table, signal);
      for (const [name, found] of tables) this.#described.set(name, found);
    }
    const described = this.#described.get(table);
    if (!described) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} does not exist`, {table});
    return described;
  }

  /** Opens the file at the first call; one read transaction keeps every look at the same moment. Throws CONNECT. */
  #connection(): Database.Database {
    assert(!this.#disposed, 'the source is in use');
    if (this.#db) return this.#db;
    const file = this.#file;
    let db: Database.Database | null = null;
    try {
      if (!existsSync(file)) throw new PipelineError(ErrorCode.CONNECT, `${file} does not exist`, {retryable: false, remedy: 'check the path'});
      if (!statSync(file).isFile()) throw new PipelineError(ErrorCode.CONNECT, `${file} is not a file`, {retryable: false});
      db = new Database(file, {readonly: true, fileMustExist: true, timeout: 5000});
      db.pragma('cache_size = -4096'); // each page is read once
      addFunctions(db);
      db.exec('BEGIN');
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
      return this.#db = db;
    } catch (error) {
      db?.close();
      throw classify(error, {file, access: 'read'});
    }
  }
}

/** The paging with the place of the key among the columns that are read. */
function located(paging: Paging, columns: readonly string[]): Paging {
  if (paging.by !== 'rowid') return paging;
  const at = columns.findIndex(name => quote(name) === paging.name);
  return {...paging, at: at < 0 ? null : at};
}

