import {join} from 'node:path';
import {assert, must, type Adjustment, type Batch, type Fitted, type Fitting, type Position, type Schema, type TableLossRules, type Writer} from '@sluice/core';
import {FileSink} from '@sluice/csv-staging';
import {encoderOf, type TableEncoder} from './encode-table.ts';
import {fittingOf} from './fitting.ts';
import {fileKind} from './location.ts';

/** Writes a new file. What was written since the last commit is cut off again when it is disposed. */
export class ReplaceWriter implements Writer {
  readonly resumeAfter: Position | null = null;
  readonly order = 'written';
  readonly #sink: FileSink;
  readonly #fitting: Fitting;
  readonly #encoder: TableEncoder;
  readonly #signal: AbortSignal;
  /** Length of the file at the last commit; null before the first. */
  #kept: number | null = null;
  #rows = 0;
  #pending = 0;
  #open = true;

  private constructor(sink: FileSink, encoder: TableEncoder, fitting: Fitting, signal: AbortSignal) {
    this.#sink = sink;
    this.#encoder = encoder;
    this.#fitting = fitting;
    this.#signal = signal;
  }

  static async open(folder: string, file: string, schema: Schema, rules: TableLossRules | undefined, signal: AbortSignal): Promise<ReplaceWriter> {
    const {format, gzip} = must(fileKind(file), 'extension');
    const sink = await FileSink.open(join(folder, file), {gzip});
    const writer = new ReplaceWriter(sink, encoderOf(format, schema), fittingOf(schema, format, rules), signal);
    try {
      await sink.write(writer.#encoder.start());
      return writer;
    } catch (error) {
      await sink[Symbol.asyncDispose]();
      throw error;
    }
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
    await this.#sink.write(this.#encoder.rows(rows, this.#rows));
    this.#rows += rows.length;
    this.#pending += rows.length;
  }

  async commit(_position: Position | null): Promise<{readonly rows: number}> {
    assert(this.#open, 'the writer is open');
    this.#signal.throwIfAborted();
    if (this.#kept === null || this.#pending > 0) this.#kept = await this.#sink.sync();
    const rows = this.#pending;
    this.#pending = 0;
    return {rows};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    try {
      if (this.#kept === null) {
        await this.#sink.cut(0);
        await this.#sink.write(this.#encoder.start());
        this.#kept = await this.#sink.sync();
      } else if (this.#pending > 0) {
        await this.#sink.cut(this.#kept);
        await this.#sink.sync();
      }
    } finally {
      await this.#sink[Symbol.asyncDispose]();
    }
  }
}
