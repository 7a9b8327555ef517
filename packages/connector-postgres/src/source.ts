import {
  ErrorCode, PipelineError, type Batch, type Catalog, type CursorBound, type CursorRequest, type DigestRequest, type DiscoverRequest, type Endpoint, type Position, type Problem, type ProfileRequest, type RangeDigest, type RawFormat, type RawRows, type ReadRequest, type Schema, type Source,
  type SourceIdentity, type SystemFacts, type TableProfile,
} from '@sluice/core';
import {conditionProblem, faultOfCondition, joinConditions, quoteIdentifier, rangeCondition, SnapshotSession, whileFiltering} from '@sluice/sql';
import {aboutServer} from './about.ts';
import {checkSource} from './check-source.ts';
import {cursorRange, planCursor, refuseUnreachable, settleCursors, type Cursor} from './cursor.ts';
import type {TableDescription} from './describe-table.ts';
import {digestRanges, type DescribedRequest} from './digest-ranges.ts';
import {discover} from './discover.ts';
import {parseEndpoint, type PostgresEndpoint} from './endpoint.ts';
import {readIdentity} from './identity.ts';
import {profileTable} from './profile.ts';
import {rawFormat, readRaw} from './raw.ts';
import {isOutOfConnections} from './errors.ts';
import {refuseExchanged} from './exchanged.ts';
import {planRead} from './read-plan.ts';
import {mayLackPrivilege, refusedRead} from './refused-read.ts';
import {Session} from './session.ts';
import {exportSnapshot, releaseTables, standbyWarnings, startSnapshot, takeSnapshot, type SharedSnapshot} from './snapshot.ts';
import {splitTable} from './split.ts';
import {streamBatches} from './stream-batches.ts';

/** Reads one schema of a PostgreSQL database: one connection, one snapshot, one table at a time; `fork` opens more of them. */
export class PostgresSource implements Source {
  readonly kind = 'postgres';
  readonly ranges = true;
  readonly label: string;
  readonly #endpoint: PostgresEndpoint;
  #warnings: readonly string[] = [];
  readonly #descriptions = new Map<string, TableDescription>();
  readonly #given: Endpoint;
  readonly #session: SnapshotSession<Session>;
  /** Of a reader beside another one: the snapshot of that one. */
  #shared: SharedSnapshot | null = null;

  /** Throws CONFIG with every problem of the URL. Connects when first needed. */
  constructor(endpoint: Endpoint) {
    this.#given = endpoint;
    this.#endpoint = parseEndpoint(endpoint);
    this.label = this.#endpoint.label;
    this.#session = new SnapshotSession({
      system: 'PostgreSQL', label: this.label, connect: signal => Session.open(this.#endpoint, signal),
      start: async (session, signal) => {
        if (this.#shared) return await takeSnapshot(session, this.#shared, signal);
        const snapshot = await startSnapshot(session, signal);
        this.#warnings = await standbyWarnings(session, signal);
        return snapshot;
      },
      lost: ({lostRemedy}) => lostRemedy,
    });
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  get snapshot(): string | null {
    return this.#session.snapshot;
  }

  about(signal: AbortSignal): Promise<SystemFacts> {
    return aboutServer(this.#endpoint, signal);
  }

  check(signal: AbortSignal): Promise<readonly Problem[]> {
    return checkSource(this.#endpoint, signal);
  }

  async discover(signal: AbortSignal, {wants = () => true}: DiscoverRequest = {}): Promise<Catalog> {
    const session = await this.#session.open(signal);
    const {catalog, descriptions} = await discover(session, signal, wants);
    for (const [name, description] of descriptions) this.#descriptions.set(name, description);
    await releaseTables(session);
    return catalog;
  }

  async identity(signal: AbortSignal): Promise<SourceIdentity> {
    return await readIdentity(await this.#session.open(signal), signal);
  }

  async digestRanges(requests: readonly DigestRequest[], signal: AbortSignal, onTable: (request: number) => void = () => {}): Promise<readonly (readonly RangeDigest[])[]> {
    using _reading = this.#session.reading();
    const session = await this.#session.open(signal);
    try {
      const described: DescribedRequest[] = [];
      for (const request of requests) described.push({request, description: await this.#describe(session, request.schema.table, signal)});
      const digests = await digestRanges(session, described, signal, onTable);
      for (const {schema: {table}} of requests) await refuseExchanged(session, table, signal);
      return digests;
    } finally {
      if (session.alive) await releaseTables(session).catch(() => session.destroy());
    }
  }

  async profile({schema, where}: ProfileRequest, signal: AbortSignal): Promise<TableProfile> {
    using _reading = this.#session.reading();
    const session = await this.#session.open(signal);
    const description = await this.#describe(session, schema.table, signal);
    planRead(schema, description);
    try {
      const profile = await profileTable(session, schema.columns, description, where, signal);
      await refuseExchanged(session, schema.table, signal);
      return profile;
    } catch (error) {
      throw whileFiltering(error, schema.table, where);
    } finally {
      if (session.alive) await releaseTables(session).catch(() => session.destroy());
    }
  }

  async checkFilter({table}: Schema, where: string, signal: AbortSignal): Promise<string | null> {
    const problem = conditionProblem(where, 'postgres');
    if (problem !== null) return problem;
    using _reading = this.#session.reading();
    const session = await this.#session.open(signal);
    const {only} = await this.#describe(session, table, signal);
    try {
      await session.run(`SELECT FROM ${only}${quoteIdentifier('postgres', table)} t WHERE (${where}) LIMIT 0`, signal, {table});
      return null;
    } catch (error) {
      return faultOfCondition(error);
    } finally {
      if (session.alive) await releaseTables(session).catch(() => session.destroy());
    }
  }

  async fork(count: number, signal: AbortSignal): Promise<readonly Source[]> {
    using _reading = this.#session.reading();
    const session = await this.#session.open(signal);
    const shared = {id: await exportSnapshot(session, signal), name: this.snapshot};
    const forks = Array.from({length: count}, () => this.#beside(shared));
    const opened = await Promise.allSettled(forks.map(fork => fork.#session.open(signal)));
    const failures = opened.flatMap(each => each.status === 'rejected' ? [each.reason as unknown] : []);
    const failure = failures.find(each => !isOutOfConnections(each));
    const given = forks.filter((_, i) => failure === undefined && opened[i]!.status === 'fulfilled');
    for (const fork of forks) if (!given.includes(fork)) await fork[Symbol.asyncDispose]();
    if (failure !== undefined) throw failure;
    if (given.length < count) this.#warnings = [...this.#warnings, `the server has no connections for ${count + 1} readers: ${given.length === 0 ? 'one reads' : `${given.length + 1} read`}`];
    return given;
  }

  #beside(shared: SharedSnapshot): PostgresSource {
    const source = new PostgresSource(this.#given);
    source.#shared = shared;
    for (const [table, description] of this.#descriptions) source.#descriptions.set(table, description);
    return source;
  }

  async split({table}: Schema, parts: number, signal: AbortSignal): Promise<readonly Position[]> {
    using _reading = this.#session.reading();
    const session = await this.#session.open(signal);
    const description = await this.#describe(session, table, signal);
    try {
      return await splitTable(session, description, parts, signal);
    } finally {
      if (session.alive) await releaseTables(session).catch(() => session.destroy());
    }
  }

  async letGo(): Promise<void> {
    await this.#session.renew();
  }

  async settleCursors(requests: readonly CursorRequest[], signal: AbortSignal): Promise<readonly CursorBound[]> {
    const cursors: Cursor[] = [];
    const session = await this.#session.open(signal);
    for (const {table, column} of requests) cursors.push(planCursor(await this.#describe(session, table, signal), column));
    // Its own transaction would see nothing that is new.
    await this.#session.renew();
    await using asking = await Session.open(this.#endpoint, signal);
    return await settleCursors(asking, cursors, this.#endpoint.lockTimeoutMs, signal);
  }

  async *read({schema, after, until = null, cursor, where: filter, limit, maxRows, maxBytes}: ReadRequest, signal: AbortSignal): AsyncGenerator<Batch> {
    using _reading = this.#session.reading();
    const {table} = schema;
    const session = await this.#session.open(signal);
    const description = await this.#describe(session, table, signal);
    const plan = planRead(schema, description);
    const by = cursor === undefined ? null : planCursor(description, cursor);
    const range = by ? cursorRange(by, after, until) : rangeCondition(plan.keyset, {after, until}, table);
    const sql = plan.copy(joinConditions(range, filter, 'postgres'), limit ?? null);
    async function* batches(): AsyncGenerator<Batch> {
      if (by) await refuseUnreachable(session, by, joinConditions(null, filter, 'postgres'), signal);
      for await (const fields of streamBatches(session, {sql, where: {table}, maxRows, maxBytes}, signal)) {
        const position = by ? null : plan.position(fields.at(-1)!);
        yield {rows: fields.map(plan.convert), position};
      }
    }
    yield* reading(session, table, batches(), signal, filter);
  }

  async rawFormat(schema: Schema, signal: AbortSignal): Promise<RawFormat | null> {
    const session = await this.#session.open(signal);
    return rawFormat(session.server, schema, await this.#describe(session, schema.table, signal));
  }

  readRaw(schema: Schema, signal: AbortSignal): RawRows {
    let raw: RawRows | null = null;
    const open = async () => {
      const session = await this.#session.open(signal);
      raw = readRaw(session, schema, await this.#describe(session, schema.table, signal), signal);
      return {session, raw};
    };
    const alone = () => this.#session.reading();
    return {
      get rows() { return raw?.rows ?? 0; },
      async *[Symbol.asyncIterator]() {
        using _reading = alone();
        const {session, raw: bytes} = await open();
        yield* reading(session, schema.table, bytes, signal);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
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
}

/** What is read of a table, which is let go in the end; an error says what the user lacks, where that is what it means. */
async function* reading<Item>(session: Session, table: string, items: AsyncIterable<Item>, signal: AbortSignal, filter?: string): AsyncGenerator<Item> {
  try {
    yield* items;
    await refuseExchanged(session, table, signal);
  } catch (error) {
    const told = whileFiltering(error, table, filter);
    if (!mayLackPrivilege(told) || !session.alive) throw told;
    await releaseTables(session);
    throw await refusedRead(told, session, table, signal);
  } finally {
    if (session.alive) await releaseTables(session).catch(() => session.destroy());
  }
}
