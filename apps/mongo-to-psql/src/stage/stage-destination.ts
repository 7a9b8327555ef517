import {mkdir, rm} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {
  ErrorCode, PipelineError, type Adjustment, type Batch, type Capabilities, type Destination, type Fitted, type Load, type LoadRequest, type Omission, type Problem, type Published,
  type Schema, type TargetPlan, type Writer,
} from '@sluice/core';
import {postgresText, StagedFiles} from '@sluice/csv-staging';
import {beginStage, checkNames, digestOf, publishStage, type StagedFileFacts, type StageOrigin} from './stage-folder.ts';
import {readStaged} from './stage-text.ts';

/** A file is followed by the next one once it holds this much. */
const FILE_BYTES = 100 << 20;
/** What is gathered before it is written. */
const BUFFER_BYTES = 1 << 20;

/**
 * Tables as files that COPY reads: a folder for each, files 00000, 00001, … of about 100 MiB. They are written beside what is
 * there and take its place all at once.
 */
export class StageDestination implements Destination {
  readonly kind = 'staged files';
  readonly label: string;
  readonly folder: string;
  readonly capabilities: Capabilities = {modes: ['replace'], keys: false, positions: false, concurrent: true};
  readonly #origin: StageOrigin;
  readonly #fileBytes: number;

  /** `fileBytes`: for tests. */
  constructor(folder: string, origin: StageOrigin, fileBytes = FILE_BYTES) {
    this.folder = folder;
    this.label = folder;
    this.#origin = origin;
    this.#fileBytes = fileBytes;
  }

  async check(signal: AbortSignal): Promise<readonly Problem[]> {
    signal.throwIfAborted();
    return [];
  }

  async plan({catalog, mode}: LoadRequest, signal: AbortSignal): Promise<TargetPlan> {
    signal.throwIfAborted();
    if (mode !== 'replace') throw new PipelineError(ErrorCode.SCHEMA, 'staged files are made whole: mode replace');
    checkNames(catalog.tables);
    return {
      tables: catalog.tables.map(({table, columns}) => ({table, target: table, ddl: [], columns: columns.map(({name, type}) => ({column: name, from: type, to: type}))})),
      views: [], omissions: [],
    };
  }

  async begin(request: LoadRequest, signal: AbortSignal): Promise<Load> {
    const target = await this.plan(request, signal);
    const own = await beginStage(this.folder);
    for (const {table} of request.catalog.tables) await mkdir(join(own, table));
    return new StageLoad(this.folder, own, request.catalog.tables, target, this.#origin, this.#fileBytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class StageLoad implements Load {
  readonly target: TargetPlan;
  readonly concurrent = true;
  readonly #folder: string;
  readonly #own: string;
  readonly #tables: readonly Schema[];
  readonly #origin: StageOrigin;
  readonly #fileBytes: number;
  readonly #written = new Map<string, {readonly files: readonly string[]; readonly rows: number}>();
  /** Numbers of files by table: several writers may be open. */
  readonly #numbers = new Map<string, number>();

  constructor(folder: string, own: string, tables: readonly Schema[], target: TargetPlan, origin: StageOrigin, fileBytes: number) {
    this.#folder = folder;
    this.#own = own;
    this.#tables = tables;
    this.target = target;
    this.#origin = origin;
    this.#fileBytes = fileBytes;
  }

  async open(schema: Schema, signal: AbortSignal): Promise<Writer> {
    signal.throwIfAborted();
    const {table} = schema;
    return new StageWriter(schema, {
      folder: join(this.#own, table), fileBytes: this.#fileBytes,
      next: () => {
        const n = this.#numbers.get(table) ?? 0;
        this.#numbers.set(table, n + 1);
        return n;
      },
      done: (files, rows) => {
        const before = this.#written.get(table);
        this.#written.set(table, {files: [...before?.files ?? [], ...files], rows: (before?.rows ?? 0) + rows});
      },
    }, signal);
  }

  async finish(signal: AbortSignal): Promise<readonly Omission[]> {
    signal.throwIfAborted();
    return [];
  }

  readBack(schema: Schema, limits: {readonly maxRows: number; readonly maxBytes: number}, signal: AbortSignal): AsyncIterable<Batch> {
    return readStaged(this.#written.get(schema.table)?.files ?? [], schema, limits, signal);
  }

  async publish(signal: AbortSignal): Promise<Published> {
    signal.throwIfAborted();
    const rows = Object.fromEntries(this.#tables.map(({table}) => [table, this.#written.get(table)?.rows ?? 0]));
    const files: Record<string, StagedFileFacts[]> = {};
    for (const [table, written] of this.#written) {
      const facts: StagedFileFacts[] = [];
      for (const path of written.files) facts.push({name: basename(path), sha256: await digestOf(path, signal)});
      // Several writers number their files as they come.
      files[table] = facts.sort((one, other) => Number(one.name) - Number(other.name));
    }
    await publishStage(this.#folder, this.#own, {...this.#origin, tables: this.#tables, rows, files});
    return {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#own, {recursive: true, force: true});
  }
}

interface StagePlace {
  readonly folder: string;
  readonly fileBytes: number;
  /** The number of the next file. */
  next(): number;
  done(files: readonly string[], rows: number): void;
}

/** Writes the files of one table; whole ones stay when it is disposed. */
class StageWriter implements Writer {
  readonly resumeAfter = null;
  readonly order = 'written';
  readonly adjustments: readonly Adjustment[] = [];
  readonly #place: StagePlace;
  readonly #signal: AbortSignal;
  readonly #at: readonly number[];
  #files: StagedFiles;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #pendingRows = 0;
  #rows = 0;

  constructor({columns}: Schema, place: StagePlace, signal: AbortSignal) {
    this.#at = columns.map((_, i) => i);
    this.#place = place;
    this.#signal = signal;
    this.#files = this.#open();
  }

  fit(batch: Batch): Fitted {
    return {batch, quarantined: []};
  }

  async write({rows}: Batch): Promise<void> {
    this.#signal.throwIfAborted();
    for (const bytes of postgresText(rows, {at: this.#at})) {
      this.#pending.push(bytes);
      this.#pendingBytes += bytes.length;
    }
    this.#pendingRows += rows.length;
    if (this.#pendingBytes >= BUFFER_BYTES) await this.#flush();
  }

  async commit(): Promise<{readonly rows: number}> {
    await this.#flush();
    const files = await this.#files.finish();
    this.#files = this.#open();
    const rows = files.reduce((sum, file) => sum + file.rows, 0);
    this.#rows += rows;
    this.#place.done(files.map(({path}) => path), rows);
    return {rows: this.#rows};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#files[Symbol.asyncDispose]();
  }

  #open(): StagedFiles {
    const {folder, fileBytes, next} = this.#place;
    return new StagedFiles({folder, name: () => String(next()).padStart(5, '0'), maxBytes: fileBytes, maxRows: Infinity});
  }

  async #flush(): Promise<void> {
    if (this.#pendingRows === 0) return;
    const bytes = Buffer.concat(this.#pending);
    const rows = this.#pendingRows;
    this.#pending = [];
    this.#pendingBytes = this.#pendingRows = 0;
    await this.#files.write(bytes, rows);
  }
}
