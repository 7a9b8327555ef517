import {assert, must} from '@sluice/core';
import type {Batch, Load, LoadRequest, LossRules, Omission, Position, Published, Row, Schema, TargetPlan, Writer} from '@sluice/core';
import {batches, type BatchLimits} from './batches.ts';
import type {MemoryDatabase, MemoryTable} from './database.ts';
import {keyReader} from './key.ts';
import {fitInto, widen} from './layout.ts';
import {columnPositions} from './source.ts';
import {MemoryWriter, type Change} from './writer.ts';

/** `replace` builds tables of its own and puts them all at once; the other modes put at each commit. */
export class MemoryLoad implements Load {
  readonly target: TargetPlan;
  readonly #database: MemoryDatabase;
  readonly #mode: LoadRequest['mode'];
  readonly #losses: LossRules | undefined;
  /** The tables of a `replace` load, as far as they are committed. */
  readonly #staged: Map<string, MemoryTable>;
  #open = true;

  constructor(database: MemoryDatabase, {catalog, mode, losses}: LoadRequest, target: TargetPlan) {
    this.target = target;
    this.#database = database;
    this.#mode = mode;
    this.#losses = losses;
    this.#staged = new Map(mode === 'replace' ? catalog.tables.map(schema => [schema.table, emptyTable(schema)]) : []);
  }

  async open(schema: Schema, signal: AbortSignal): Promise<Writer> {
    this.#reach(signal);
    const there = this.#table(schema.table) ?? emptyTable(schema);
    fitInto(there.schema, schema);
    return new MemoryWriter({
      schema,
      losses: this.#losses?.get(schema.table),
      resumeAfter: there.position,
      taken: this.#mode === 'upsert' ? null : project(there, schema),
      reach: () => this.#reach(signal),
      commit: (changes, position) => this.#commit(schema, changes, position),
    });
  }

  async finish(signal: AbortSignal): Promise<readonly Omission[]> {
    this.#reach(signal);
    return [];
  }

  async *readBack(schema: Schema, limits: BatchLimits, signal: AbortSignal): AsyncGenerator<Batch> {
    this.#reach(signal);
    const {schema: stored, rows} = must(this.#table(schema.table), 'table');
    for (const batch of batches(rows, columnPositions(stored, schema), limits, 0, () => null)) {
      yield batch;
      this.#reach(signal);
    }
  }

  async publish(signal: AbortSignal): Promise<Published> {
    this.#reach(signal);
    this.#database.put([...this.#staged.values()]);
    return {};
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#open = false;
  }

  #reach(signal: AbortSignal): void {
    assert(this.#open, 'the load is open');
    signal.throwIfAborted();
    this.#database.reach();
  }

  #table(name: string): MemoryTable | undefined {
    return this.#mode === 'replace' ? this.#staged.get(name) : this.#database.tables.get(name);
  }

  #commit(incoming: Schema, changes: readonly Change[], position: Position | null): void {
    const there = this.#table(incoming.table) ?? emptyTable(incoming);
    const {schema, positions} = fitInto(there.schema, incoming);
    const placed = changes.map(({row, op}) => ({row: positions.map(i => row[i]!), op}));
    const before = there.rows.map(row => widen(row, schema.columns.length));
    const rows = this.#mode === 'upsert' ? merge(schema, before, placed) : [...before, ...placed.map(({row}) => row)];
    const table = {schema, rows, position};
    if (this.#mode === 'replace') this.#staged.set(schema.table, table);
    else this.#database.put([table]);
  }
}

function emptyTable(schema: Schema): MemoryTable {
  return {schema, rows: [], position: null};
}

/** The rows of a table in the columns of an incoming schema; columns that are new there are null. */
function project({schema, rows}: MemoryTable, incoming: Schema): readonly Row[] {
  const positions = incoming.columns.map(({name}) => schema.columns.findIndex(column => column.name === name));
  return rows.map(row => positions.map(i => row[i] ?? null));
}

/** Last write wins; a key keeps its place. */
function merge(schema: Schema, rows: readonly Row[], changes: readonly Change[]): readonly Row[] {
  const keyOf = must(keyReader(schema), 'primary key');
  const byKey = new Map(rows.map(row => [keyOf(row), row]));
  for (const {row, op} of changes) {
    if (op === 'delete') byKey.delete(keyOf(row));
    else byKey.set(keyOf(row), row);
  }
  return [...byKey.values()];
}
