import {access, constants, stat} from 'node:fs/promises';
import {
  type Batch, type Catalog, type DiscoverRequest, ErrorCode, type Omission, PipelineError, type Position, type Problem, type ReadRequest, type Source, type SourceIdentity,
} from '@sluice/core';
import {readError} from '@sluice/csv-staging';
import {type Location, pathIn, realLocation} from './location.ts';
import {MANIFEST} from './manifest.ts';
import {readTable} from './read-table.ts';
import {openTable, type StoredFile, storedFiles} from './stored-files.ts';
import type {TableFile} from './table-file.ts';

/** A table, and what the file was when it was looked into. */
interface Opened {
  readonly file: TableFile;
  readonly mark: Mark;
}

interface Mark {
  readonly size: number;
  readonly modifiedMs: number;
  readonly inode: number;
}

/** Reads the CSV or JSON Lines files of one location. */
export class FilesSource implements Source {
  readonly kind = 'files';
  readonly label: string;
  readonly snapshot = null;
  readonly #location: Location;
  readonly #warnings = new Set<string>();
  readonly #opened = new Map<string, Opened>();
  /** Reads under way; dispose ends them. */
  readonly #reads = new Set<AbortController>();

  constructor(location: Location) {
    this.#location = location;
    this.label = location.label;
  }

  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  async check(signal: AbortSignal): Promise<readonly Problem[]> {
    signal.throwIfAborted();
    const problems: Problem[] = [];
    const report = (error: unknown, path?: string) => {
      signal.throwIfAborted();
      problems.push(...problemsOf(error, path));
    };
    const files = await this.#files().catch((error: unknown) => { report(error); return []; });
    for (const file of files) {
      try {
        await access(file.path, constants.R_OK).catch((error: unknown) => { throw readError(error); });
        // A pass over a whole file is for `discover`.
        if (file.kind.format === 'csv' || file.resource !== null) await openTable(file, signal);
      } catch (error) {
        report(error, file.name);
      }
    }
    return problems;
  }

  /** The folder or file, whatever links lead to it; a copy elsewhere is another source. */
  async identity(signal: AbortSignal): Promise<SourceIdentity> {
    signal.throwIfAborted();
    return {id: realLocation(this.#location), traits: {}};
  }

  async discover(signal: AbortSignal, {wants = () => true}: DiscoverRequest = {}): Promise<Catalog> {
    signal.throwIfAborted();
    const others: Omission[] = [];
    const failures: {error: unknown; file: StoredFile}[] = [];
    const tables: TableFile[] = [];
    for (const file of await this.#files()) {
      if (!wants(file.table)) continue;
      try {
        const {file: table} = await this.#open(file, signal);
        if (table.schema.columns.length === 0) others.push({table: null, kind: 'table', name: file.table, reason: `${file.name} is empty and nothing describes its columns`});
        else tables.push(table);
      } catch (error) {
        signal.throwIfAborted();
        failures.push({error, file});
      }
    }
    if (failures.length === 1) throw failures[0]!.error;
    if (failures.length > 1) {
      const problems = failures.flatMap(({error, file}) => problemsOf(error, file.name));
      throw new PipelineError(ErrorCode.SCHEMA, `${failures.length} files cannot be read: ${problems.map(({message}) => message).join('; ')}`, {problems});
    }
    return {tables: tables.map(({schema}) => schema), views: [], others};
  }

  /** A position is the number of rows before it: files only grow at their end, or are exchanged whole. */
  async *read({schema, after, maxRows, maxBytes}: ReadRequest, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    signal.throwIfAborted();
    const controller = new AbortController();
    this.#reads.add(controller);
    const either = AbortSignal.any([signal, controller.signal]);
    try {
      const {file, mark} = this.#opened.get(schema.table) ?? await this.#find(schema.table, either);
      this.#unchanged(file, mark, await markOf(file.path));
      // What is appended meanwhile is not part of this run.
      const bounded = {...file, end: Math.min(file.end ?? Infinity, mark.size)};
      const skip = after === null ? 0 : Number(after);
      if ((after !== null && !/^\d+$/.test(after)) || !Number.isSafeInteger(skip)) throw new PipelineError(ErrorCode.SCHEMA, 'the stored position is none of this kind of source', {table: schema.table});
      for await (const {rows, next} of readTable(bounded, schema, {skip, maxRows, maxBytes}, either)) {
        yield {rows, position: String(next) as Position};
        either.throwIfAborted();
      }
      this.#unchanged(file, mark, await markOf(file.path));
    } finally {
      this.#reads.delete(controller);
      controller.abort();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const read of this.#reads) read.abort(new Error('the source was disposed'));
  }

  /** Throws when there is nothing to read, or two files are the same table. */
  async #files(): Promise<readonly StoredFile[]> {
    const {format, file, folder} = this.#location;
    const {files, manifest} = await storedFiles(this.#location);
    if (files.length === 0) {
      if (file !== null) {
        const there = await stat(pathIn(this.#location, file)).catch(() => null);
        throw there?.isDirectory()
          ? new PipelineError(ErrorCode.CONNECT, `${file}: is a folder, not a file`, {retryable: false, remedy: `write ${format}:${folder}/${file}/`})
          : new PipelineError(ErrorCode.CONNECT, `${file}: the file does not exist`, {retryable: false, remedy: `look into ${folder}`});
      }
      if (manifest === null) throw new PipelineError(ErrorCode.SCHEMA, `there are no .${format} files in the folder ${folder}`, {remedy: 'name the folder that holds the files'});
    }
    const problems: Problem[] = [];
    const byTable = new Map<string, string>();
    for (const {table, name} of files) {
      const other = byTable.get(table);
      if (other !== undefined) problems.push({path: table, message: `${other} and ${name} are both table ${table}`});
      byTable.set(table, name);
    }
    if (problems.length > 0) throw new PipelineError(ErrorCode.SCHEMA, problems.map(({message}) => message).join('; '), {problems, remedy: 'take one of them out of the folder'});
    return files;
  }

  async #open(file: StoredFile, signal: AbortSignal): Promise<Opened> {
    const mark = await markOf(file.path);
    const opened = {file: await openTable(file, signal), mark};
    this.#opened.set(opened.file.schema.table, opened);
    if (file.resource === null) {
      this.#warnings.add(file.kind.format === 'csv'
        ? `${file.name} has no description in ${MANIFEST}: all its columns are text`
        : `${file.name} has no description in ${MANIFEST}: the types of its columns follow from its values`);
    }
    return opened;
  }

  async #find(table: string, signal: AbortSignal): Promise<Opened> {
    const file = (await this.#files()).find(one => one.table === table);
    if (file === undefined) throw new PipelineError(ErrorCode.SCHEMA, 'table does not exist', {table});
    return await this.#open(file, signal);
  }

  #unchanged(file: TableFile, before: Mark, now: Mark): void {
    const grown = now.size > before.size && now.inode === before.inode;
    if (grown || (now.size === before.size && now.modifiedMs === before.modifiedMs && now.inode === before.inode)) return;
    throw new PipelineError(ErrorCode.SCHEMA, `${file.name}: the file was changed while it was in use`, {table: file.schema.table, remedy: 'run again'});
  }
}

async function markOf(path: string): Promise<Mark> {
  try {
    const {size, mtimeMs, ino} = await stat(path);
    return {size, modifiedMs: mtimeMs, inode: ino};
  } catch (error) {
    throw readError(error);
  }
}

function problemsOf(error: unknown, path?: string): readonly Problem[] {
  if (!(error instanceof PipelineError)) throw error;
  if (error.problems.length > 0) return error.problems;
  return [{...(path !== undefined && {path}), message: error.remedy === undefined ? error.message : `${error.message}; ${error.remedy}`}];
}
