import {assert, ErrorCode, PipelineError} from '@sluice/core';
import type {Batch, Catalog, DiscoverRequest, Position, Problem, ReadRequest, Schema, Source} from '@sluice/core';
import {batches} from './batches.ts';
import type {MemoryDatabase, MemoryTable} from './database.ts';

/** Reads the tables of a {@link MemoryDatabase}, in the order their rows were put there. */
export class MemorySource implements Source {
  readonly kind = 'memory';
  readonly label: string;
  readonly warnings: readonly string[] = [];
  readonly snapshot = null;
  readonly #database: MemoryDatabase;
  #tables: ReadonlyMap<string, MemoryTable> | null = null;
  #disposed = false;

  /** `tables`: the snapshot that it reads from; otherwise it takes one when it is first needed. */
  constructor(database: MemoryDatabase, tables: ReadonlyMap<string, MemoryTable> | null = null) {
    this.#database = database;
    this.#tables = tables;
    this.label = `memory:${database.name}`;
  }

  async check(signal: AbortSignal): Promise<readonly Problem[]> {
    signal.throwIfAborted();
    const problems: Problem[] = [];
    if (!this.#database.running) problems.push({message: `memory database ${this.#database.name} is stopped`});
    for (const [table, {schema, rows}] of this.#database.tables) {
      const bad = rows.findIndex(row => row.length !== schema.columns.length);
      if (bad >= 0) {
        problems.push({path: table, message: `row ${bad} has ${rows[bad]!.length} values, the table ${schema.columns.length} columns`});
      }
    }
    return problems;
  }

  async discover(signal: AbortSignal, {wants = () => true}: DiscoverRequest = {}): Promise<Catalog> {
    signal.throwIfAborted();
    this.#database.reach();
    return {
      tables: [...this.#snapshot().values()].map(({schema}) => describe(schema)).filter(({table}) => wants(table)),
      views: this.#database.views.filter(({name}) => wants(name)),
      others: [],
    };
  }

  async fork(count: number, signal: AbortSignal): Promise<readonly Source[]> {
    signal.throwIfAborted();
    const tables = this.#snapshot();
    this.#database.reach();
    return Array.from({length: count}, () => new MemorySource(this.#database, tables));
  }

  async split({table}: Schema, parts: number, signal: AbortSignal): Promise<readonly Position[]> {
    signal.throwIfAborted();
    this.#database.reach(table);
    const {length} = this.#table(table).rows;
    const cuts = Array.from({length: parts - 1}, (_, i) => Math.floor(length * (i + 1) / parts));
    return [...new Set(cuts)].filter(cut => cut > 0).map(cut => positionAfter(cut - 1));
  }

  async *read({schema, after, until = null, ...limits}: ReadRequest, signal: AbortSignal): AsyncGenerator<Batch> {
    const leave = this.#database.enter();
    try {
      signal.throwIfAborted();
      this.#database.reach(schema.table);
      const table = this.#table(schema.table);
      const from = after === null ? 0 : Number(after);
      const rows = until === null ? table.rows : table.rows.slice(0, Number(until));
      for (const batch of batches(rows, columnPositions(table.schema, schema), limits, from, positionAfter)) {
        yield batch;
        signal.throwIfAborted();
        this.#database.reach(schema.table);
      }
    } finally {
      leave();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
  }

  #table(name: string): MemoryTable {
    const table = this.#snapshot().get(name);
    if (!table) throw new PipelineError(ErrorCode.SCHEMA, 'table does not exist', {table: name});
    return table;
  }

  #snapshot(): ReadonlyMap<string, MemoryTable> {
    assert(!this.#disposed, 'the source is in use');
    return this.#tables ??= this.#database.tables;
  }
}

/** A position is the number of rows before it: tables only grow at their end, or are exchanged whole. */
function positionAfter(index: number): Position {
  return String(index + 1) as Position;
}

/** Rows come in the order they were put there, whatever the schema's maker promised. */
function describe({order: _, ...schema}: Schema): Schema {
  return schema;
}

/** Where the wanted columns are in a stored row. Throws SCHEMA, all problems at once. */
export function columnPositions(stored: Schema, wanted: Schema): readonly number[] {
  const problems: Problem[] = [];
  const positions = wanted.columns.map(({name, type}) => {
    const position = stored.columns.findIndex(column => column.name === name);
    const found = stored.columns[position];
    const path = `${wanted.table}.${name}`;
    if (!found) problems.push({path, message: 'column does not exist'});
    else if (found.type !== type) problems.push({path, message: `column is ${found.type}, not ${type}`});
    return position;
  });
  if (problems.length === 0) return positions;
  throw new PipelineError(ErrorCode.SCHEMA, `table is not as described: ${problems.map(p => `${p.path}: ${p.message}`).join('; ')}`, {
    table: wanted.table, problems,
  });
}
