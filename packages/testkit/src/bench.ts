import type {Batch, Destination, Load, LoadRequest, LossRules, Operation, Position, Row, Schema, View, WriteMode} from '@sluice/core';
import {expectSameRows} from './compare.ts';
import type {DestinationHarness} from './destination-harness.ts';
import type {Fixture} from './fixtures.ts';
import {never} from './reading.ts';

export interface LoadOptions {
  readonly mode?: WriteMode;
  /** An append or upsert beside what is live. */
  readonly beside?: true;
  readonly retain?: LoadRequest['retain'];
  readonly batchRows?: number;
  readonly position?: Position | null;
}

/** One law's destination, and what it takes to write to it in a line. */
export class Bench implements AsyncDisposable {
  readonly harness: DestinationHarness;
  readonly #connected: Destination[] = [];
  readonly #targets = new Map<string, string>();
  #destination: Destination | null = null;

  constructor(harness: DestinationHarness) {
    this.harness = harness;
  }

  /** The destination connected last. */
  get destination(): Destination {
    if (!this.#destination) throw new Error('not connected');
    return this.#destination;
  }

  async connect(): Promise<Destination> {
    this.#destination = await this.harness.connect();
    this.#connected.push(this.#destination);
    return this.#destination;
  }

  /** Leaves the destination as a crash would, and connects anew. */
  async crash(): Promise<void> {
    await this.harness.crash?.(this.destination);
    await this.connect();
  }

  async begin(
    schemas: readonly Schema[], mode: WriteMode = 'replace', given: AbortSignal | {readonly beside: true | undefined; readonly retain?: LoadRequest['retain']} = never, views: readonly View[] = [], losses?: LossRules,
  ): Promise<Load> {
    const signal = given instanceof AbortSignal ? given : never;
    const beside = !(given instanceof AbortSignal) && given.beside && (mode === 'append' || mode === 'upsert');
    const load = await this.destination.begin({catalog: {tables: schemas, views, others: []}, mode, ...(beside && {beside}), ...(!(given instanceof AbortSignal) && given.retain && {retain: given.retain}), ...(losses && {losses})}, signal);
    for (const {table, target} of load.target.tables) this.#targets.set(table, target);
    return load;
  }

  /** A whole load, from `begin` to `publish`; resolves with the rows that its commits reported. */
  async load(fixtures: readonly Fixture[], {mode = 'replace', beside, retain, batchRows = 1000, position = null}: LoadOptions = {}): Promise<number> {
    let committed = 0;
    await using load = await this.begin(fixtures.map(({schema}) => schema), mode, {beside, retain});
    for (const {schema, rows} of fixtures) {
      await using writer = await load.open(schema, never);
      for (let i = 0; i < rows.length; i += batchRows) {
        const batch = batchOf(rows.slice(i, i + batchRows));
        writer.fit(batch);
        await writer.write(batch);
      }
      committed += (await writer.commit(position)).rows;
    }
    await load.finish(never);
    await load.publish(never);
    return committed;
  }

  /** What a plain reader sees now; null when the table is not there. */
  async stored(schema: Schema): Promise<Row[] | null> {
    return this.harness.readBack({...schema, table: this.#targets.get(schema.table) ?? schema.table});
  }

  /** Fails unless a plain reader sees exactly these rows. */
  async expectStored(schema: Schema, rows: readonly Row[]): Promise<void> {
    expectSameRows(schema, await this.stored(schema), rows);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const destination of this.#connected.reverse()) await destination[Symbol.asyncDispose]();
  }
}

/** A batch of copies: the writer owns what it gets, and fixtures are used again. */
export function batchOf(rows: readonly Row[], ops?: readonly Operation[]): Batch {
  return {
    rows: rows.map(row => row.map(value => (value instanceof Uint8Array ? value.slice() : value))),
    position: null,
    ...(ops && {ops}),
  };
}

/** A position of the suite's own making. */
export function positionOf(text: string): Position {
  return text as Position;
}
