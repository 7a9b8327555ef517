import {
  ErrorCode, must, PipelineError, type Batch, type Catalog, type DiscoverRequest, type EncodeRequest, type Position, type Problem, type RawFormat, type RawRows, type ReadRequest, type Schema, type Source, type SourceIdentity, type SystemFacts,
} from '@sluice/core';
import {compileFlatten, type Flatten, type RelationalPlan} from '@sluice/relational';
import type {Documents} from './documents.ts';
import {MisfitCounts} from './misfit-counts.ts';
import {placeOf, positionAt} from './positions.ts';
import {binaryTypes, encodePass, type EncodedRows} from './postgres-bytes.ts';
import {tablePass, type TableBatch, type TableItem} from './table-pass.ts';
import {planTables, type CollectionTable, type PlannedCollections, type TableOptions} from './tables.ts';
import {together} from './together.ts';

/** What a source and its forks have in common. */
interface Shared {
  planned: PlannedCollections | null;
  readonly misfits: MisfitCounts;
}

/** Collections as tables: reads documents, wherever they come from, and gives their rows. */
export class DocumentSource implements Source {
  readonly kind = 'mongodb';
  readonly ranges = true;
  readonly snapshot = null;
  readonly label: string;
  readonly #documents: Documents;
  readonly #options: TableOptions | ((signal: AbortSignal) => Promise<TableOptions>);
  readonly #shared: Shared;

  /** The documents are disposed with it. Options that are a function are asked for when they are needed first. */
  constructor(documents: Documents, options: TableOptions | ((signal: AbortSignal) => Promise<TableOptions>), shared: Shared = {planned: null, misfits: new MisfitCounts()}) {
    this.#documents = documents;
    this.#options = options;
    this.#shared = shared;
    this.label = documents.label;
  }

  get warnings(): readonly string[] {
    const {planned, misfits} = this.#shared;
    return [...this.#documents.warnings, ...planned?.warnings ?? [], ...misfits.warnings()];
  }

  async check(signal: AbortSignal): Promise<readonly Problem[]> {
    const problems = await this.#documents.check(signal);
    try {
      await this.#resolve(signal);
      return problems;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof PipelineError)) throw error;
      return [...problems, ...error.problems.length > 0 ? error.problems : [{message: error.message}]];
    }
  }

  about(signal: AbortSignal): Promise<SystemFacts> {
    return this.#documents.about(signal);
  }

  identity(signal: AbortSignal): Promise<SourceIdentity> {
    return this.#documents.identity(signal);
  }

  async discover(signal: AbortSignal, {wants = () => true}: DiscoverRequest = {}): Promise<Catalog> {
    const {tables, omissions} = await this.#plan(signal);
    return {tables: [...tables.values()].map(({schema}) => schema).filter(({table}) => wants(table)), views: [], others: omissions};
  }

  /** How the collections that are read become tables. Throws as `discover` does. */
  async plans(signal: AbortSignal): Promise<readonly RelationalPlan[]> {
    return [...new Set([...(await this.#plan(signal)).tables.values()].map(({plan}) => plan))];
  }

  async *read(request: ReadRequest, signal: AbortSignal): AsyncGenerator<Batch> {
    for await (const {batch} of this.#pass([request], signal)) yield batch;
  }

  readTogether(requests: readonly ReadRequest[], signal: AbortSignal): readonly AsyncIterable<Batch>[] {
    return together(requests.length, () => this.#pass(requests, signal));
  }

  async encodes(schema: Schema, format: RawFormat, signal: AbortSignal): Promise<boolean> {
    const {plan, isOrdered, schema: planned} = await this.#table(schema.table, signal);
    return isOrdered && columnPlaces(planned, schema) === null && binaryTypes(plan, planned, format) !== null;
  }

  encodeTogether(requests: readonly EncodeRequest[], signal: AbortSignal): readonly RawRows[] {
    let told = () => {};
    const pieces = together(requests.length, () => this.#encodePass(requests, signal, telling => { told = telling; }));
    return pieces.map((each, i) => rawRows(each, () => { if (this.#shared.planned?.tables.get(requests[i]!.schema.table)?.place === 0) told(); }));
  }

  async split({table}: Schema, parts: number, signal: AbortSignal): Promise<readonly Position[]> {
    const {plan, isOrdered} = await this.#table(table, signal);
    if (!isOrdered) return [];
    return (await this.#documents.cut(plan.collection, parts, signal)).map(id => positionAt({id, rows: null}));
  }

  async fork(count: number, signal: AbortSignal): Promise<readonly Source[]> {
    await this.#plan(signal);
    return Array.from({length: count}, () => new DocumentSource(this.#documents.fork(), this.#options, this.#shared));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#documents[Symbol.asyncDispose]();
  }

  async *#pass(requests: readonly ReadRequest[], signal: AbortSignal): AsyncGenerator<TableBatch> {
    const {after, until = null, limit, maxRows, maxBytes} = must(requests[0], 'request');
    const tables: CollectionTable[] = [];
    for (const {schema: {table}} of requests) tables.push(await this.#table(table, signal));
    const {plan, isOrdered} = tables[0]!;
    const from = after === null ? null : placeOf(after);
    const to = until === null ? null : placeOf(until);
    const wanted = tables.map(({place, schema}, i) => ({place, columns: columnPlaces(schema, requests[i]!.schema)}));
    const documents = this.#documents.read({
      collection: plan.collection, after: from && {id: from.id, included: from.rows !== null}, until: to && to.id,
      // A document has one row in the root table, and any number in the others.
      ...(limit !== undefined && wanted.every(({place}) => place === 0) && {limit}),
    }, signal);
    const flatten = compileFlatten(plan);
    const count = plan.tables.length + (plan.extra ? 1 : 0);
    try {
      for await (const each of tablePass(documents, flatten, count, {wanted, after: from, until: to, maxRows, maxBytes, positions: isOrdered})) {
        signal.throwIfAborted();
        yield each;
      }
    } finally {
      // Only once for each document, however many tables are read of it.
      if (wanted.some(({place}) => place === 0)) this.#shared.misfits.add(plan, flatten.misfits);
    }
  }

  /** `ready` is given what to call when the rows of the documents themselves have all been taken. */
  async *#encodePass(requests: readonly EncodeRequest[], signal: AbortSignal, ready: (telling: () => void) => void): AsyncGenerator<TableItem<EncodedRows>> {
    const tables: CollectionTable[] = [];
    for (const {schema: {table}} of requests) tables.push(await this.#table(table, signal));
    const {plan} = tables[0]!;
    const wanted = tables.map(({place, schema}, i) => ({place, types: must(binaryTypes(plan, schema, requests[i]!.format), 'a format that it encodes')}));
    const flatten: Flatten = compileFlatten(plan, {moments: 'milliseconds'});
    ready(() => this.#shared.misfits.add(plan, flatten.misfits));
    const documents = this.#documents.read({collection: plan.collection, after: null, until: null}, signal);
    for await (const each of encodePass(documents, flatten, plan.tables.length + (plan.extra ? 1 : 0), wanted)) {
      signal.throwIfAborted();
      yield each;
    }
  }

  async #table(name: string, signal: AbortSignal): Promise<CollectionTable> {
    const table = (await this.#plan(signal)).tables.get(name);
    if (!table) throw new PipelineError(ErrorCode.SCHEMA, `there is no table ${name} in ${this.label}`, {table: name, remedy: 'run again: the collection was dropped or renamed, or its documents lost the array'});
    return table;
  }

  async #plan(signal: AbortSignal): Promise<PlannedCollections> {
    signal.throwIfAborted();
    const known = this.#shared.planned;
    if (known) return known;
    return this.#shared.planned = await planTables(this.#documents, await this.#resolve(signal), signal);
  }

  async #resolve(signal: AbortSignal): Promise<TableOptions> {
    return typeof this.#options === 'function' ? await this.#options(signal) : this.#options;
  }
}

/** `ended` is called once all of them have been taken. */
function rawRows(pieces: AsyncIterable<EncodedRows>, ended: () => void): RawRows {
  let rows = 0;
  return {
    get rows() { return rows; },
    async *[Symbol.asyncIterator]() {
      for await (const piece of pieces) {
        rows += piece.rows;
        yield piece.bytes;
      }
      ended();
    },
  };
}

/** Which values of a row the request wants, in its order; null: all in theirs. Throws SCHEMA when the table is not as described. */
function columnPlaces(planned: Schema, {table, columns}: Schema): readonly number[] | null {
  const places = columns.map(({name, type}) => {
    const place = planned.columns.findIndex(column => column.name === name && column.type === type);
    if (place < 0) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} has no column ${name} of the type ${type}`, {table, column: name, remedy: 'run again: the documents were described anew'});
    return place;
  });
  return places.length === planned.columns.length && places.every((place, i) => place === i) ? null : places;
}
