import {
  ErrorCode, PipelineError, type Batch, type Catalog, type DigestRequest, type DiscoverRequest, type Endpoint, type Problem, type RangeDigest, type ReadRequest, type Source,
  type SourceIdentity,
} from '@sluice/core';
import {checkSource} from './check-source.ts';
import type {TableDescription} from './describe-table.ts';
import {digestRanges, type DescribedRequest} from './digest-ranges.ts';
import {discover} from './discover.ts';
import {parseEndpoint, type PostgresEndpoint} from './endpoint.ts';
import {readIdentity} from './identity.ts';
import {rangeCondition} from './keyset.ts';
import {planRead} from './read-plan.ts';
import {Session} from './session.ts';
import {releaseTables, startSnapshot} from './snapshot.ts';
import {streamBatches} from './stream-batches.ts';

const ONE_AT_A_TIME = 'a PostgreSQL source reads one table at a time';

/** Reads one schema of a PostgreSQL database: one connection, one snapshot, one table at a time. */
export class PostgresSource implements Source {
  readonly kind = 'postgres';
  readonly ranges = true;
  readonly label: string;
  readonly warnings: readonly string[] = [];
  readonly #endpoint: PostgresEndpoint;
  readonly #descriptions = new Map<string, TableDescription>();
  #session: Session | null = null;
  #snapshot: string | null = null;
  #reading = false;
  #disposed = false;

  /** Throws CONFIG with every problem of the URL. Connects when first needed. */
  constructor(endpoint: Endpoint) {
    this.#endpoint = parseEndpoint(endpoint);
    this.label = this.#endpoint.label;
  }

  get snapshot(): string | null {
    return this.#snapshot;
  }

  check(signal: AbortSignal): Promise<readonly Problem[]> {
    return checkSource(this.#endpoint, signal);
  }

  async discover(signal: AbortSignal, {wants = () => true}: DiscoverRequest = {}): Promise<Catalog> {
    const session = await this.#open(signal);
    const {catalog, descriptions} = await discover(session, signal, wants);
    for (const [name, description] of descriptions) this.#descriptions.set(name, description);
    await releaseTables(session);
    return catalog;
  }

  async identity(signal: AbortSignal): Promise<SourceIdentity> {
    return await readIdentity(await this.#open(signal), signal);
  }

  async digestRanges(requests: readonly DigestRequest[], signal: AbortSignal, onTable: (request: number) => void = () => {}): Promise<readonly (readonly RangeDigest[])[]> {
    if (this.#reading) throw new Error(ONE_AT_A_TIME);
    this.#reading = true;
    const session = await this.#open(signal).catch((error: unknown) => {
      this.#reading = false;
      throw error;
    });
    try {
      const described: DescribedRequest[] = [];
      for (const request of requests) described.push({request, description: await this.#describe(session, request.schema.table, signal)});
      return await digestRanges(session, described, signal, onTable);
    } finally {
      this.#reading = false;
      if (session.alive) await releaseTables(session).catch(() => session.destroy());
    }
  }

  async *read(request: ReadRequest, signal: AbortSignal): AsyncGenerator<Batch> {
    if (this.#reading) throw new Error(ONE_AT_A_TIME);
    this.#reading = true;
    try {
      yield* this.#read(request, signal);
    } finally {
      this.#reading = false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    const session = this.#session;
    this.#session = null;
    await session?.[Symbol.asyncDispose]();
  }

  async *#read({schema, after, until = null, limit, maxRows, maxBytes}: ReadRequest, signal: AbortSignal): AsyncGenerator<Batch> {
    const {table} = schema;
    const session = await this.#open(signal);
    const plan = planRead(schema, await this.#describe(session, table, signal));
    const where = rangeCondition(plan.keyset, {after, until}, table);
    const sql = plan.copy(where, limit ?? null);
    try {
      for await (const fields of streamBatches(session, {sql, where: {table}, maxRows, maxBytes}, signal)) {
        const position = plan.position(fields.at(-1)!);
        yield {rows: fields.map(plan.convert), position};
      }
    } finally {
      if (session.alive) await releaseTables(session).catch(() => session.destroy());
    }
  }

  async #describe(session: Session, table: string, signal: AbortSignal): Promise<TableDescription> {
    const known = this.#descriptions.get(table);
    if (known) return known;
    const description = (await discover(session, signal, undefined, table)).descriptions.get(table);
    if (!description) {
      throw new PipelineError(ErrorCode.SCHEMA, `there is no table ${table} in ${this.label}`, {table, remedy: 'run again: it was dropped or renamed'});
    }
    this.#descriptions.set(table, description);
    return description;
  }

  /** One session for the life of the source: a second one would see another moment. */
  async #open(signal: AbortSignal): Promise<Session> {
    if (this.#disposed) throw new Error('the PostgreSQL source is closed');
    if (this.#session) {
      if (this.#session.alive) return this.#session;
      throw new PipelineError(ErrorCode.CONNECT, `server ${this.label}: the connection broke, and the snapshot went with it`, {remedy: 'run again'});
    }
    const session = await Session.open(this.#endpoint, signal);
    try {
      this.#snapshot = await startSnapshot(session, signal);
    } catch (error) {
      session.destroy();
      throw error;
    }
    return this.#session = session;
  }
}
