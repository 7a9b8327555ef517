import {assert, must, type Batch, type Load, type Omission, type Published, type Schema, type TargetPlan, type Writer} from '@sluice/core';
import type {LoadPlan, TablePlan} from './plan-load.ts';
import {readTable} from './read-table.ts';
import type {TableFile} from './table-file.ts';
import type {Workspace} from './workspace.ts';

/** What differs between replacing files and adding to them. */
export interface LoadMode {
  open(table: TablePlan, incoming: Schema, signal: AbortSignal): Promise<Writer>;
  /** All writers are closed by then. */
  finish(): Promise<void>;
  publish(): Promise<Published>;
  /** Takes back what was not published and should not stay. */
  abandon?(): Promise<void>;
  /** The file of a table as it stands in this load. */
  fileOf(table: TablePlan, signal: AbortSignal): Promise<TableFile>;
}

/** One load into a folder; holds its lock until it is disposed. */
export class FilesLoad implements Load {
  readonly target: TargetPlan;
  readonly #workspace: Workspace;
  readonly #plan: LoadPlan;
  readonly #mode: LoadMode;
  readonly #writers = new Set<Writer>();
  #open = true;
  #published = false;

  constructor(workspace: Workspace, plan: LoadPlan, mode: LoadMode) {
    this.target = plan.target;
    this.#workspace = workspace;
    this.#plan = plan;
    this.#mode = mode;
  }

  async open(schema: Schema, signal: AbortSignal): Promise<Writer> {
    this.#reach(signal);
    const writer = await this.#mode.open(this.#table(schema), schema, signal);
    this.#writers.add(writer);
    return writer;
  }

  async finish(signal: AbortSignal): Promise<readonly Omission[]> {
    this.#reach(signal);
    await this.#closeWriters();
    await this.#mode.finish();
    return [];
  }

  async *readBack(schema: Schema, limits: {readonly maxRows: number; readonly maxBytes: number}, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    this.#reach(signal);
    const file = await this.#mode.fileOf(this.#table(schema), signal);
    for await (const {rows} of readTable(file, schema, {...limits, skip: 0}, signal)) {
      yield {rows, position: null};
      this.#reach(signal);
    }
  }

  async publish(signal: AbortSignal): Promise<Published> {
    this.#reach(signal);
    const published = await this.#mode.publish();
    this.#published = true;
    return published;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#closeWriters();
    try {
      if (!this.#published) await this.#mode.abandon?.();
    } finally {
      await this.#workspace[Symbol.asyncDispose]();
    }
  }

  async #closeWriters(): Promise<void> {
    for (const writer of this.#writers) await writer[Symbol.asyncDispose]();
    this.#writers.clear();
  }

  #reach(signal: AbortSignal): void {
    assert(this.#open, 'the load is open');
    signal.throwIfAborted();
  }

  #table({table}: Schema): TablePlan {
    return must(this.#plan.tables.find(({schema}) => schema.table === table), 'table of the load');
  }
}
