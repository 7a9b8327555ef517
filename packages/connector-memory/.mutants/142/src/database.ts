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

  /** Creates or exchanges tables, all at once. */
  put(tables: readonly MemoryTable[]): void {
    this.#tables = new Map([...this.#tables, ...tables.map(table => [table.schema.table, table] as const)]);
  }

  drop(table: string): void {
    this.#tables = new Map([...this.#tables].filter(([name]) => name !== table));
  }

  /** From now on everything fails with CONNECT, reads under way included. */
  stop(): void {
    this.#running = false;
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
