import {ErrorCode, PipelineError} from '@sluice/core';
import type {Position, Row, Schema, View} from '@sluice/core';

/** One version of one table. Never changed in place: a reader keeps the version it has seen. */
export interface MemoryTable {
  readonly schema: Schema;
  readonly rows: readonly Row[];
  /** Committed together with the rows by an `append` or `upsert` load. */
  readonly position: Position | null;
}

export interface MemoryDatabaseOptions {
  /** Shown in labels; never a secret. */
  readonly name?: string;
  readonly tables?: readonly Pick<MemoryTable, 'schema' | 'rows'>[];
  readonly views?: readonly View[];
}

/** Tables in this process: what a server is to the other connectors. It can be stopped, as a server can. */
export class MemoryDatabase {
  readonly name: string;
  readonly views: readonly View[];
  #tables: ReadonlyMap<string, MemoryTable> = new Map();
  #running = true;
  #readers = 0;
  #positions: ReadonlyMap<string, Position> = new Map();
  /** Tables that one store keeps, and nobody else may write. */
  readonly #held = new Set<string>();

  constructor({name = 'database', tables = [], views = []}: MemoryDatabaseOptions = {}) {
    this.name = name;
    this.views = views;
    this.put(tables.map(table => ({...table, position: null})));
  }

  /** All tables as they are now; later changes do not show in it. */
  get tables(): ReadonlyMap<string, MemoryTable> {
    return this.#tables;
  }

  /** Reads that have begun and not yet ended. */
  get readers(): number {
    return this.#readers;
  }

  get running(): boolean {
    return this.#running;
  }

  /** Positions of stores that keep groups, by their key. */
  get positions(): ReadonlyMap<string, Position> {
    return this.#positions;
  }

  /** Creates or exchanges tables, all at once, and positions with them. */
  put(tables: readonly MemoryTable[], positions: readonly (readonly [string, Position])[] = []): void {
    this.#positions = new Map([...this.#positions, ...positions]);
    this.#tables = new Map([...this.#tables, ...tables.map(table => [table.schema.table, table] as const)]);
  }

  drop(table: string): void {
    this.#tables = new Map([...this.#tables].filter(([name]) => name !== table));
  }

  /** Keeps everybody else from writing these tables until the returned function is called, or the database stops. Throws LOCKED. */
  hold(tables: readonly string[]): () => void {
    this.refuseHeld(tables);
    for (const table of tables) this.#held.add(table);
    let over = false;
    return () => {
      if (over) return;
      over = true;
      for (const table of tables) this.#held.delete(table);
    };
  }

  /** Throws LOCKED when somebody holds one of these tables. */
  refuseHeld(tables: readonly string[]): void {
    const table = tables.find(name => this.#held.has(name));
    if (table === undefined) return;
    throw new PipelineError(ErrorCode.LOCKED, `another store of this process keeps table ${table} of memory database ${this.name}`, {
      table, retryable: true, remedy: 'wait until it is closed, then run again',
    });
  }

  /** From now on everything fails with CONNECT, reads under way included; whoever held a table holds it no more. */
  stop(): void {
    this.#running = false;
    this.#held.clear();
  }

  start(): void {
    this.#running = true;
  }

  /** Throws CONNECT while the database is stopped. */
  reach(table?: string): void {
    if (this.#running) return;
    throw new PipelineError(ErrorCode.CONNECT, `memory database ${this.name} is stopped`, {
      ...(table !== undefined && {table}), remedy: 'start the database and run again',
    });
  }

  /** Counts a read until the returned function is called. */
  enter(): () => void {
    this.#readers++;
    return () => { this.#readers--; };
  }
}
