import {stat} from 'node:fs/promises';
import {join} from 'node:path';
import {assert, must, type Adjustment, type Batch, type Fitted, type Fitting, type Position, type Schema, type TableLossRules, type Writer} from '@sluice/core';
import {FileSink} from '@sluice/csv-staging';
import {commitTail, dropTail, TAIL} from './append-commit.ts';
import {encoderOf, type TableEncoder} from './encode-table.ts';
import {fittingOf} from './fitting.ts';
import {fileKind} from './location.ts';
import {putPosition, readPositions} from './positions.ts';
import type {Workspace} from './workspace.ts';

export interface AppendTarget {
  readonly workspace: Workspace;
  /** Name of the live file. */
  readonly file: string;
  /** Its table, columns in the order of the file. */
  readonly stored: Schema;
  readonly incoming: Schema;
  readonly rules: TableLossRules | undefined;
  /** What must stand between its last row and the next. */
  readonly lineEnd: Uint8Array;
}

/** Collects rows beside the live file and adds them to it at each commit, together with the position. */
export class AppendWriter implements Writer {
  readonly resumeAfter: Position | null;
  readonly order = 'written';
  readonly #target: AppendTarget;
  readonly #fitting: Fitting;
  readonly #gzip: boolean;
  readonly #encoder: TableEncoder;
  /** For each column of the file, its position in an incoming row; -1 when the load does not have it. */
  readonly #from: readonly number[];
  readonly #signal: AbortSignal;
  /** Length of the live file. */
  #base: number;
  #lineEnd: Uint8Array;
  #tail: FileSink | null = null;
  #rows = 0;
  #pending = 0;
  #open = true;

  private constructor(target: AppendTarget, base: number, position: Position | null, signal: AbortSignal) {
    const {format, gzip} = must(fileKind(target.file), 'extension');
    this.#target = target;
    this.#gzip = gzip;
    this.#encoder = encoderOf(format, target.stored);
    this.#fitting = fittingOf(target.incoming, format, target.rules);
    this.#from = target.stored.columns.map(({name}) => target.incoming.columns.findIndex(column => column.name === name));
    this.#base = base;
    this.#lineEnd = target.lineEnd;
    this.resumeAfter = position;
    this.#signal = signal;
  }

  static async open(target: AppendTarget, signal: AbortSignal): Promise<AppendWriter> {
    const {workspace, file, incoming} = target;
    const {size} = await stat(join(workspace.folder, file));
    const position = (await readPositions(workspace.work)).get(incoming.table) ?? null;
    return new AppendWriter(target, size, position, signal);
  }

  get adjustments(): readonly Adjustment[] {
    return this.#fitting.adjustments;
  }

  /** A file holds nearly every value of the data model; what has not its type's form is refused by `write` where no rule says otherwise. */
  fit(batch: Batch): Fitted {
    return this.#fitting.fit(batch, this.#rows);
  }

  async write({rows, ops}: Batch): Promise<void> {
    assert(this.#open, 'the writer is open');
    assert(ops === undefined || ops.every(op => op === 'insert'), 'files take inserts only');
    this.#signal.throwIfAborted();
    if (rows.length === 0) return;
    const bytes = this.#encoder.rows(rows.map(row => this.#from.map(i => row[i] ?? null)), this.#rows);
    if (this.#tail === null) {
      this.#tail = await FileSink.open(join(this.#target.workspace.work, TAIL), {gzip: this.#gzip, mode: 0o600});
      await this.#tail.write(this.#lineEnd);
    }
    await this.#tail.write(bytes);
    this.#rows += rows.length;
    this.#pending += rows.length;
  }

  async commit(position: Position | null): Promise<{readonly rows: number}> {
    assert(this.#open, 'the writer is open');
    this.#signal.throwIfAborted();
    const {workspace: {work, folder}, file, incoming: {table}} = this.#target;
    const rows = this.#pending;
    if (this.#tail === null) {
      await putPosition(work, table, position);
      return {rows};
    }
    await this.#tail.sync();
    this.#base = await commitTail(work, folder, {file, base: this.#base, table, position});
    this.#lineEnd = new Uint8Array();
    this.#pending = 0;
    await this.#dropTail();
    return {rows};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#dropTail();
  }

  async #dropTail(): Promise<void> {
    const tail = this.#tail;
    if (tail === null) return;
    this.#tail = null;
    await tail[Symbol.asyncDispose]();
    await dropTail(this.#target.workspace.work);
  }
}
