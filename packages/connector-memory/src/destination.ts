import {assert, ErrorCode, PipelineError} from '@sluice/core';
import type {Capabilities, Destination, GroupsRequest, GroupStore, Load, LoadRequest, Problem, Schema, TargetPlan} from '@sluice/core';
import type {MemoryDatabase} from './database.ts';
import {MemoryGroups} from './groups.ts';
import {fitInto} from './layout.ts';
import {MemoryLoad} from './load.ts';

/** Writes tables into a {@link MemoryDatabase}. */
export class MemoryDestination implements Destination {
  readonly kind = 'memory';
  readonly label: string;
  readonly capabilities: Capabilities = {modes: ['replace', 'append', 'upsert', 'mirror'], beside: true, keys: true, positions: true, concurrent: true};
  readonly #database: MemoryDatabase;
  #disposed = false;

  constructor(database: MemoryDatabase) {
    this.#database = database;
    this.label = `memory:${database.name}`;
  }

  async check(signal: AbortSignal): Promise<readonly Problem[]> {
    signal.throwIfAborted();
    return this.#database.running ? [] : [{message: `memory database ${this.#database.name} is stopped`}];
  }

  async plan({catalog, mode}: LoadRequest, signal: AbortSignal): Promise<TargetPlan> {
    assert(!this.#disposed, 'the destination is in use');
    signal.throwIfAborted();
    for (const schema of catalog.tables) this.#fit(schema, mode);
    return {
      tables: catalog.tables.map(({table, columns}) => ({
        table, target: table, ddl: [],
        columns: columns.map(({name, type, native}) => ({column: name, from: native?.sql ?? type, to: type})),
      })),
      views: [],
      omissions: catalog.views.map(({name}) => ({table: null, kind: 'view', name, reason: 'memory holds tables only'})),
    };
  }

  async begin(request: LoadRequest, signal: AbortSignal): Promise<Load> {
    const target = await this.plan(request, signal);
    this.#database.reach();
    this.#database.refuseHeld(request.catalog.tables.map(({table}) => table));
    return new MemoryLoad(this.#database, request, target);
  }

  async openGroups(request: GroupsRequest, signal: AbortSignal): Promise<GroupStore> {
    assert(!this.#disposed, 'the destination is in use');
    signal.throwIfAborted();
    this.#database.reach();
    return new MemoryGroups(this.#database, request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
  }

  /** Throws SCHEMA when the table cannot be written in this mode. */
  #fit(schema: Schema, mode: LoadRequest['mode']): void {
    if ((mode === 'upsert' || mode === 'mirror') && schema.primaryKey.length === 0) {
      throw new PipelineError(ErrorCode.SCHEMA, `${mode} needs a primary key`, {table: schema.table, remedy: 'use append or replace'});
    }
    const there = this.#database.tables.get(schema.table);
    if (there && mode !== 'replace') fitInto(there.schema, schema);
  }
}
