import type {Batch, Catalog, DiscoverRequest, Problem, ReadRequest, Schema, Source} from '@sluice/core';
import {readStage, stagedFilesOf, type StagedTables, type StageOrigin} from './stage-folder.ts';
import {readStaged} from './stage-text.ts';

/** Reads the tables that `StageDestination` wrote. */
export class StageSource implements Source {
  readonly kind = 'staged files';
  readonly label: string;
  readonly warnings: readonly string[] = [];
  readonly #folder: string;
  #content: StagedTables | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.label = folder;
  }

  async check(signal: AbortSignal): Promise<readonly Problem[]> {
    signal.throwIfAborted();
    return [];
  }

  /** Where the tables come from. Throws CONFIG. */
  async origin(): Promise<StageOrigin> {
    return await this.#read();
  }

  async discover(signal: AbortSignal, {wants = () => true}: DiscoverRequest = {}): Promise<Catalog> {
    signal.throwIfAborted();
    const {tables, rows} = await this.#read();
    return {
      tables: tables.filter(({table}) => wants(table)).map((schema): Schema => ({...schema, approximateRows: rows[schema.table] ?? 0})),
      views: [], others: [],
    };
  }

  async *read({schema, maxRows, maxBytes}: ReadRequest, signal: AbortSignal): AsyncGenerator<Batch, void, undefined> {
    const content = await this.#read();
    const {tables} = content;
    const stored = tables.find(({table}) => table === schema.table) ?? schema;
    const at = schema.columns.map(({name}) => stored.columns.findIndex(column => column.name === name));
    const whole = at.length === stored.columns.length && at.every((place, i) => place === i);
    for await (const batch of readStaged(await stagedFilesOf(this.#folder, schema.table, content, signal), stored, {maxRows, maxBytes}, signal)) {
      yield whole ? batch : {...batch, rows: batch.rows.map(row => at.map(place => row[place]!))};
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  async #read(): Promise<StagedTables> {
    return this.#content ??= await readStage(this.#folder);
  }
}
