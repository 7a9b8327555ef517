import {
  assert, type Batch, type Omission, type Place, type Published, type ReadLimits, type RefreshLoad, type RefreshWriter, type RowOrder, type Schema, type StoredObject, type TargetPlan,
} from '@sluice/core';
import {ChunkWriter} from './chunk-writer.ts';
import {objectsOf} from './planned-objects.ts';
import {ServerLoad, type LoadParts, type PlannedTable} from './server-load.ts';
import type {ServerSession} from './session.ts';
import {TransactionWriter} from './transaction-writer.ts';

/**
 * A digest of rows of one place; `@sluice/checksum` has the real ones. Given by the connector, which depends on it anyway.
 */
export interface PlaceDigesters {
  /** For rows that come in the order in which they were written: one at a time. */
  ordered(schema: Schema): {update(rows: Batch['rows']): void; finish(): {readonly digest: string}};
  /** For rows of many places that come mixed: makes as many as are wanted. */
  unordered(schema: Schema): () => {update(rows: Batch['rows']): void; finish(): {readonly digest: string}};
}

/** What a load needs whose rows can be found again by the number of their chunk. */
export interface ChunkSteps<Session, Table> {
  /** The column that numbers the chunks of a table as long as it is built; null for a table without. */
  columnOf(table: Table): string | null;
  /** Takes all rows out, durably. */
  empty(session: Session, table: Table, name: string, signal: AbortSignal): Promise<void>;
  /** Takes out rows of these chunks, or (`but`) of all others, within the current transaction. Resolves with how many there were. */
  remove(session: Session, name: string, column: string, chunks: readonly number[], but: boolean, signal: AbortSignal): Promise<number>;
  /** The greatest number that rows of the table have; 0 when there are none. */
  greatest(session: Session, name: string, column: string, signal: AbortSignal): Promise<number>;
  count(session: Session, name: string, signal: AbortSignal): Promise<number>;
}

export interface RefreshParts<Session, Table> extends LoadParts<Session, Table> {
  readonly token: string;
  /** Its tables may hold rows already. */
  readonly resumed: boolean;
  readonly chunks: ChunkSteps<Session, Table>;
  readonly digesters: PlaceDigesters;
}

/**
 * A load beside the live tables that goes on after a crash: every commit is durable, and rows are found
 * again by the number of the batch they came in, which stands in a column of its own until they go live.
 */
export class ServerRefreshLoad<Session extends ServerSession, Table extends PlannedTable> implements RefreshLoad {
  readonly target: TargetPlan;
  readonly token: string;
  readonly #parts: RefreshParts<Session, Table>;
  readonly #load: ServerLoad<Session, Table>;
  readonly #byTable: ReadonlyMap<string, Table>;
  /** Tables without a row. */
  readonly #empty: Set<Table>;
  #writer: RefreshWriter | null = null;

  constructor(parts: RefreshParts<Session, Table>) {
    this.#parts = parts;
    this.#load = new ServerLoad(parts);
    this.target = parts.target;
    this.token = parts.token;
    this.#empty = new Set(parts.resumed ? [] : parts.tables);
    this.#byTable = new Map(parts.tables.map(table => [table.schema.table, table]));
  }

  placed(schema: Schema): boolean {
    return this.#column(schema) !== null;
  }

  /** What is built anew has no constraints but its key yet: those come at the end, and look at all rows. */
  patchable(schema: Schema): boolean {
    return this.placed(schema);
  }

  order(schema: Schema): RowOrder {
    return this.placed(schema) && this.#parts.steps.keepsOrder(this.#planOf(schema)) ? 'written' : 'any';
  }

  async open(schema: Schema, how: 'anew' | 'patch', signal: AbortSignal): Promise<RefreshWriter> {
    signal.throwIfAborted();
    assert(this.#writer === null, 'a load writes one table at a time');
    const {session, kind, steps, chunks} = this.#parts;
    const plan = this.#planOf(schema);
    const name = kind.nameOf(schema.table);
    const column = this.#column(schema);
    assert(how === 'anew' || column !== null, 'a table that is patched has places');
    if (how === 'anew' && !this.#empty.has(plan)) await chunks.empty(session, plan, name, signal);
    this.#empty.delete(plan);
    const {fitting, apply} = await steps.fill(session, plan, name, signal, column ?? undefined);
    const rows = new TransactionWriter(session, {
      table: schema.table, fitting, apply,
      transaction: steps.transaction, order: 'any', resumeAfter: null,
      place: async () => {},
      closed: () => { this.#writer = null; },
    }, signal);
    return this.#writer = new ChunkWriter(rows, column === null ? null : {
      last: how === 'anew' ? 0 : await chunks.greatest(session, name, column, signal),
      remove: (numbers, but) => chunks.remove(session, name, column, numbers, but, signal),
    });
  }

  finish(signal: AbortSignal): Promise<readonly Omission[]> {
    return this.#load.finish(signal);
  }

  async *readPlace(schema: Schema, place: Place | null, limits: ReadLimits, signal: AbortSignal): AsyncGenerator<Batch> {
    if (place === null) return yield* this.#load.readBack(schema, limits, signal);
    for await (const {chunk, rows} of this.#readChunks(schema, limits, signal)) if (String(chunk) === place) yield {rows, position: null};
  }

  async digestPlaces(schema: Schema, places: readonly Place[], limits: ReadLimits, signal: AbortSignal, onRows: (rows: number) => void = () => {}): Promise<readonly string[]> {
    const wanted = new Set<string>(places);
    const digests = this.order(schema) === 'written'
      ? await this.#digestOrdered(schema, wanted, limits, signal, onRows) : await this.#digestMixed(schema, wanted, limits, signal, onRows);
    // A place that has no rows any more is not as it was written: nothing has this digest.
    return places.map(place => digests.get(place) ?? '');
  }

  async countRows(schema: Schema, signal: AbortSignal): Promise<number> {
    return await this.#parts.chunks.count(await this.#load.reader(signal), this.#parts.kind.nameOf(schema.table), signal);
  }

  async objects(signal: AbortSignal): Promise<readonly StoredObject[]> {
    signal.throwIfAborted();
    return objectsOf(this.target);
  }

  async seal(): Promise<null> {
    return null;
  }

  publish(signal: AbortSignal): Promise<Published> {
    return this.#load.publish(signal);
  }

  keep(): void {
    this.#load.keep();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer?.[Symbol.asyncDispose]();
    await this.#load[Symbol.asyncDispose]();
  }

  /** Rows of one chunk after the other come by the key that they were written in the order of. */
  async #digestOrdered(schema: Schema, wanted: ReadonlySet<string>, limits: ReadLimits, signal: AbortSignal, onRows: (rows: number) => void): Promise<Map<string, string>> {
    const digests = new Map<string, string>();
    type Digester = ReturnType<PlaceDigesters['ordered']>;
    let open: [place: string, digester: Digester][] = [];
    const close = () => {
      // A chunk that comes in two pieces lies otherwise than it was written.
      for (const [place, digester] of open) digests.set(place, digests.has(place) ? '' : digester.finish().digest);
      open = [];
    };
    for await (const {chunk, rows} of this.#readChunks(schema, limits, signal)) {
      const place = String(chunk);
      if (!wanted.has(place)) continue;
      if (open[0]?.[0] !== place) {
        close();
        open.push([place, this.#parts.digesters.ordered(schema)]);
      }
      open[0]![1].update(rows);
      onRows(rows.length);
    }
    close();
    return digests;
  }

  async #digestMixed(schema: Schema, wanted: ReadonlySet<string>, limits: ReadLimits, signal: AbortSignal, onRows: (rows: number) => void): Promise<Map<string, string>> {
    const make = this.#parts.digesters.unordered(schema);
    // About 100 bytes for each chunk of some 2,000 rows.
    const digesters = new Map<string, ReturnType<typeof make>>();
    for await (const {chunk, rows} of this.#readChunks(schema, limits, signal)) {
      const place = String(chunk);
      if (!wanted.has(place)) continue;
      let digester = digesters.get(place);
      if (!digester) digesters.set(place, digester = make());
      digester.update(rows);
      onRows(rows.length);
    }
    return new Map([...digesters].map(([place, digester]) => [place, digester.finish().digest]));
  }

  /** All rows, in runs of one chunk. */
  async *#readChunks(schema: Schema, limits: ReadLimits, signal: AbortSignal): AsyncGenerator<{readonly chunk: number; readonly rows: Batch['rows']}> {
    const {kind, steps} = this.#parts;
    const column = this.#column(schema);
    assert(column !== null, 'the rows have places');
    const width = schema.columns.length;
    const reading = steps.readBack(await this.#load.reader(signal), this.#planOf(schema), schema, kind.nameOf(schema.table), limits, signal, column);
    for await (const {rows} of reading) {
      let from = 0;
      for (let i = 1; i <= rows.length; i++) {
        const chunk = rows[from]![width];
        if (i < rows.length && rows[i]![width] === chunk) continue;
        assert(typeof chunk === 'number', 'a chunk has a number');
        const run = rows.slice(from, i);
        for (const row of run) row.length = width;
        yield {chunk, rows: run};
        from = i;
      }
    }
  }

  #column(schema: Schema): string | null {
    return this.#parts.chunks.columnOf(this.#planOf(schema));
  }

  #planOf({table}: Schema): Table {
    const plan = this.#byTable.get(table);
    assert(plan !== undefined, 'the table is part of the load');
    return plan;
  }
}
