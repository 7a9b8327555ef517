import {
  ErrorCode, must, PipelineError, type Batch, type Catalog, type CursorBound, type CursorRequest, type DigestRequest, type DiscoverRequest, type Endpoint, type PackedBatch, type Position, type Problem, type ProfileRequest, type RangeDigest,
  type ReadRequest, type Schema, type Source, type SourceIdentity, type SystemFacts, type TableProfile,
} from '@sluice/core';
import {conditionProblem, faultOfCondition, joinConditions, quoteIdentifier, rangeCondition, SnapshotSession, whileFiltering} from '@sluice/sql';
import {aboutServer} from './about.ts';
import {checkSource} from './check-source.ts';
import {cursorRange, planCursor, refuseUnreachable, settleCursors, type Cursor} from './cursor.ts';
import type {TableDescription} from './describe-table.ts';
import {allInnodb, RangeDigester, type DescribedRequest} from './digest-ranges.ts';
import {discover} from './discover.ts';
import {parseEndpoint, type MysqlEndpoint} from './endpoint.ts';
import {holdDoubt} from './hold-writers.ts';
import {readIdentity} from './identity.ts';
import {MalformedText} from './malformed-text.ts';
import {profileTable} from './profile.ts';
import {packing} from './packed/packed-plan.ts';
import {asPacked, asValues, type ReadForm} from './read-form.ts';
import {expectTypes, nativeColumns, planRead, type ReadPlan} from './read-plan.ts';
import {openSameSnapshot} from './same-snapshot.ts';
import {Session} from './session.ts';
import {releaseTables, startSnapshot} from './snapshot.ts';
import {splitTable} from './split.ts';
import type {Flavor} from './server.ts';
import {streamBatches} from './stream-batches.ts';
import {openTogether} from './together.ts';

/** Engines whose tables a transaction's snapshot covers. */
const TRANSACTIONAL = ['InnoDB', 'RocksDB', 'TokuDB', 'ndbcluster'];

/** Reads a MySQL or MariaDB database: one connection, one snapshot, one table at a time; `fork` opens more of them. */
export class MysqlSource implements Source {
  readonly kind = 'mysql';
  readonly ranges = true;
  readonly label: string;
  readonly #endpoint: MysqlEndpoint;
  readonly #warnings: string[] = [];
  readonly #descriptions = new Map<string, TableDescription>();
  readonly #session: SnapshotSession<Session>;
  readonly #given: Endpoint;
  /** It reads beside another one, from whose moment there is no way to another. */
  #forked = false;

  /** Throws CONFIG with every problem of the URL. Connects when first needed. */
  constructor(endpoint: Endpoint) {
    this.#given = endpoint;
    this.#endpoint = parseEndpoint(endpoint);
    this.label = this.#endpoint.label;
    this.#session = new SnapshotSession({
      system: 'MySQL', label: this.label, start: startSnapshot,
      connect: async signal => {
        if (this.#forked) throw new Error('the snapshot of a forked source was let go');
        return await Session.open(this.#endpoint, 'read', signal);
      },
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
    return checkSource(this.#endpoint, signal, sentence => this.#warn(sentence));
  }

  async discover(signal: AbortSignal, request: DiscoverRequest = {}): Promise<Catalog> {
    const session = await this.#session.open(signal);
    const {wants = () => true} = request;
    const {catalog, descriptions, hidden} = await discover(session, signal, wants);
    for (const sentence of hidden) this.#warn(sentence);
    for (const [name, description] of descriptions) this.#remember(name, description);
    return catalog;
  }

  async identity(signal: AbortSignal): Promise<SourceIdentity> {
    return await readIdentity(await this.#session.open(signal), signal);
  }

  async digestRanges(
    requests: readonly DigestRequest[], signal: AbortSignal, onTable: (request: number) => void = () => {},
  ): Promise<readonly (readonly RangeDigest[])[]> {
    using _reading = this.#session.reading();
    const session = await this.#session.open(signal);
    const described: DescribedRequest[] = [];
    for (const request of requests) described.push({request, description: await this.#describe(session, request.schema.table, signal)});
    const digester = new RangeDigester(session.server, described, onTable);
    const two = this.#endpoint.digestSessions === 2 && digester.worthTwo && allInnodb(described);
    await using second = two ? await openSameSnapshot(session, this.#endpoint, signal) : null;
    return await digester.run(second ? [session, second] : [session], signal);
  }

  async profile({schema, where}: ProfileRequest, signal: AbortSignal): Promise<TableProfile> {
    using _reading = this.#session.reading();
    const {table, columns} = schema;
    const session = await this.#session.open(signal);
    const description = await this.#describe(session, table, signal);
    expectTypes(schema, description, table);
    nativeColumns(columns.map(({name}) => name), description, table);
    try {
      return await profileTable(session, columns, description, where, signal);
    } catch (error) {
      throw whileFiltering(error, table, where);
    } finally {
      if (session.alive) await releaseTables(session).catch(() => {});
    }
  }

  async checkFilter({table}: Schema, where: string, signal: AbortSignal): Promise<string | null> {
    const problem = conditionProblem(where, 'mysql');
    if (problem !== null) return problem;
    using _reading = this.#session.reading();
    const session = await this.#session.open(signal);
    try {
      await session.rows(`SELECT 1 FROM ${quoteIdentifier('mysql', table)} AS t WHERE (${where}) LIMIT 0`, signal, {table});
      return null;
    } catch (error) {
      return faultOfCondition(error);
    } finally {
      if (session.alive) await releaseTables(session).catch(() => {});
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
    await using asking = await Session.open(this.#endpoint, 'read', signal);
    return await settleCursors(asking, this.#endpoint, cursors, signal);
  }

  async fork(count: number, signal: AbortSignal): Promise<readonly Source[]> {
    if (this.#forked) throw new Error('more readers are asked of the source that was there first');
    // Nobody reads from the snapshot that goes.
    using _reading = this.#session.reading();
    await this.#session.open(signal);
    const tables = this.#covered();
    // Its snapshot is taken anew with those of the others, and a connection may be dear.
    await this.#session.renew();
    const {sessions: [first, ...others], snapshot} = await openTogether(this.#endpoint, count + 1, tables, signal);
    if (others.length < count) this.#warn(`the server has no connections for ${count + 1} readers that begin together: ${others.length === 0 ? 'one reads' : `${others.length + 1} read`}`);
    await this.#session.take(must(first, 'a session'), snapshot);
    return await Promise.all(others.map(async session => {
      const fork = new MysqlSource(this.#given);
      fork.#forked = true;
      for (const [name, description] of this.#descriptions) fork.#descriptions.set(name, description);
      await fork.#session.take(session, snapshot);
      return fork;
    }));
  }

  async forkDoubt(signal: AbortSignal): Promise<string | null> {
    return this.#covered().length === 0 ? null : await holdDoubt(await this.#session.open(signal), signal);
  }

  async split({table}: Schema, parts: number, signal: AbortSignal): Promise<readonly Position[]> {
    using _reading = this.#session.reading();
    const session = await this.#session.open(signal);
    const description = await this.#describe(session, table, signal);
    try {
      return await splitTable(session, description, parts, signal);
    } finally {
      if (session.alive) await releaseTables(session).catch(() => {});
    }
  }

  async *read(request: ReadRequest, signal: AbortSignal): AsyncGenerator<Batch> {
    yield* this.#read(request, signal, plan => asValues(plan, request));
  }

  async packs(schema: Schema, signal: AbortSignal): Promise<boolean> {
    using _reading = this.#session.reading();
    const session = await this.#session.open(signal);
    return packing(schema, await this.#describe(session, schema.table, signal), session.server.flavor) !== null;
  }

  async *readPacked(request: ReadRequest, signal: AbortSignal): AsyncGenerator<PackedBatch> {
    const {schema} = request;
    yield* this.#read(request, signal, (plan, description, flavor) => (
      asPacked(schema.columns, plan, must(packing(schema, description, flavor), 'a table that can be packed'), request)));
  }

  async *#read<T, B>(
    {schema, after, until = null, cursor, where: filter}: ReadRequest, signal: AbortSignal, formOf: (plan: ReadPlan, description: TableDescription, flavor: Flavor) => ReadForm<T, B>,
  ): AsyncGenerator<B> {
    using _reading = this.#session.reading();
    const {table} = schema;
    const session = await this.#session.open(signal);
    const description = await this.#describe(session, table, signal);
    const {flavor} = session.server;
    const plan = planRead(schema, description, table, flavor);
    const by = cursor === undefined ? null : planCursor(description, cursor);
    const chosen = by !== null || filter !== undefined;
    const where = joinConditions(by ? cursorRange(by, after, until) : rangeCondition(plan.keyset, {after, until}, table), filter, 'mysql');
    const text = new MalformedText(plan.doubtful);
    const form = formOf(plan, description, flavor);
    const stream = {query: plan.select(where, chosen), where: {table}, ...(text.peek && {bytes: text.peek})};
    try {
      if (by) await refuseUnreachable(session, by, joinConditions(null, filter, 'mysql'), signal);
      for await (const gathered of streamBatches(session, stream, form.gatherer, signal)) yield form.batch(gathered, text, by === null);
      await text.verify(session, table, {where, tail: plan.tail(where, chosen)}, signal);
    } catch (error) {
      throw whileFiltering(error, table, filter);
    } finally {
      if (session.alive) await releaseTables(session).catch(() => {});
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]();
  }

  /** The tables that were discovered, and that a snapshot covers. */
  #covered(): readonly string[] {
    return [...this.#descriptions].filter(([, {engine}]) => engine !== null && TRANSACTIONAL.includes(engine)).map(([name]) => name);
  }

  #warn(sentence: string): void {
    if (!this.#warnings.includes(sentence)) this.#warnings.push(sentence);
  }

  async #describe(session: Session, table: string, signal: AbortSignal): Promise<TableDescription> {
    const known = this.#descriptions.get(table);
    if (known) return known;
    if (this.#forked) throw new Error('a forked source knows what the first one had discovered');
    const {descriptions} = await discover(session, signal, name => name === table, table);
    const description = descriptions.get(table);
    if (!description) {
      throw new PipelineError(ErrorCode.SCHEMA, `there is no table ${table} in ${this.label}`, {table, remedy: 'run again: it was dropped or renamed'});
    }
    return this.#remember(table, description);
  }

  #remember(table: string, description: TableDescription): TableDescription {
    const {engine} = description;
    if (!this.#descriptions.has(table) && engine !== null && !TRANSACTIONAL.includes(engine)) {
      this.#warnings.push(`table ${table} uses ${engine}, which snapshots do not cover: rows that change while it is read may come mixed`);
    }
    this.#descriptions.set(table, description);
    return description;
  }
}
