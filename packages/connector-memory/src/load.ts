import {assert, ErrorCode, must, PipelineError} from '@sluice/core';
import type {Batch, Load, LoadRequest, LossRules, Omission, Position, Published, Row, Schema, TargetPlan, Writer} from '@sluice/core';
import {batches, type BatchLimits} from './batches.ts';
import type {MemoryDatabase, MemoryTable} from './database.ts';
import {keyReader} from './key.ts';
import {fitInto, widen} from './layout.ts';
import {columnPositions} from './source.ts';
import {MemoryWriter, type Change} from './writer.ts';

/** `replace`, and what is `beside`, builds tables of its own and puts or merges them all at once; the others put at each commit. */
export class MemoryLoad implements Load {
  readonly target: TargetPlan;
  readonly concurrent?: true;
  readonly #database: MemoryDatabase;
  readonly #mode: LoadRequest['mode'];
  readonly #losses: LossRules | undefined;
  readonly #beside: boolean;
  readonly #retain: LoadRequest['retain'];
  /** The tables of a load beside what is live, as far as they are committed. */
  readonly #staged: Map<string, MemoryTable>;
  #open = true;

  constructor(database: MemoryDatabase, {catalog, mode, beside, retain, losses}: LoadRequest, target: TargetPlan) {
    this.target = target;
    this.#database = database;
    this.#mode = mode;
    this.#losses = losses;
    this.#retain = retain;
    this.#beside = mode === 'replace' || mode === 'mirror' || beside === true;
    if (this.#beside) this.concurrent = true;
    this.#staged = new Map(this.#beside ? catalog.tables.map(schema => [schema.table, emptyTable(schema)]) : []);
  }

  async open(schema: Schema, signal: AbortSignal): Promise<Writer> {
    this.#reach(signal);
    const there = this.#table(schema.table) ?? emptyTable(schema);
    fitInto(there.schema, schema);
    const live = this.#database.tables.get(schema.table);
    if (live && this.#mode !== 'replace') fitInto(live.schema, schema);
    const goesOn = this.#mode === 'append' || this.#mode === 'upsert';
    return new MemoryWriter({
      schema,
      losses: this.#losses?.get(schema.table),
      resumeAfter: this.#beside ? (goesOn ? live?.position ?? null : null) : there.position,
      startsEmpty: goesOn ? (live?.rows.length ?? 0) === 0 : undefined,
      taken: this.#mode === 'upsert' && !this.#beside ? null : project(there, schema),
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
    this.#database.put([...this.#staged.values()].map(staged => this.#merged(staged)));
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
    return this.#beside ? this.#staged.get(name) : this.#database.tables.get(name);
  }

  /** What a table will be that was made beside the live one. Throws VALUE when a key is there already. */
  #merged(staged: MemoryTable): MemoryTable {
    const {table} = staged.schema;
    const live = this.#database.tables.get(table);
    if (!live || this.#mode === 'replace') return staged;
    const {schema, positions} = fitInto(live.schema, staged.schema);
    const rows = staged.rows.map(row => positions.map(i => row[i]!));
    if (this.#mode === 'mirror') return {schema, rows, position: null};
    const before = live.rows.map(row => widen(row, schema.columns.length));
    if (this.#mode === 'upsert') return {schema, rows: merge(schema, before, rows.map(row => ({row, op: 'update'}))), position: staged.position};
    const keyOf = keyReader(schema);
    if (keyOf) {
      const taken = new Set(before.map(keyOf));
      if (rows.some(row => taken.has(keyOf(row)))) throw new PipelineError(ErrorCode.VALUE, 'the primary key is there already', {table});
    }
    return {schema, rows: this.#retained(schema, [...before, ...rows], before.length), position: staged.position};
  }

  #retained(schema: Schema, rows: readonly Row[], before: number): readonly Row[] {
    if (!this.#retain) return rows;
    const {column, keep} = this.#retain;
    const at = schema.columns.findIndex(({name}) => name === column);
    const stays = new Set([...new Set(rows.map(row => String(row[at])))].sort().reverse().slice(0, keep));
    return rows.filter((row, i) => i >= before || stays.has(String(row[at])));
  }

  #commit(incoming: Schema, changes: readonly Change[], position: Position | null): void {
    const there = this.#table(incoming.table) ?? emptyTable(incoming);
    const {schema, positions} = fitInto(there.schema, incoming);
    const placed = changes.map(({row, op}) => ({row: positions.map(i => row[i]!), op}));
    const before = there.rows.map(row => widen(row, schema.columns.length));
    if (this.#beside) refuseTwice(schema, before, placed);
    const rows = this.#mode === 'upsert' && !this.#beside ? merge(schema, before, placed) : [...before, ...placed.map(({row}) => row)];
    const table = {schema, rows, position};
    if (this.#beside) this.#staged.set(schema.table, table);
    else this.#database.put([table]);
  }
}

/** Throws VALUE for a key that another writer of the same table has committed meanwhile. */
function refuseTwice(schema: Schema, before: readonly Row[], changes: readonly Change[]): void {
  const keyOf = keyReader(schema);
  if (!keyOf) return;
  const taken = new Set(before.map(keyOf));
  if (changes.some(({row}) => taken.has(keyOf(row)))) throw new PipelineError(ErrorCode.VALUE, 'the primary key is there already', {table: schema.table});
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
