import {
  ErrorCode, PipelineError, type Batch, type Catalog, type DigestRequest, type DiscoverRequest, type Endpoint, type Problem, type RangeDigest,
  type ReadRequest, type Source, type SourceIdentity,
} from '@sluice/core';
import {checkSource} from './check-source.ts';
import type {TableDescription} from './describe-table.ts';
import {allInnodb, RangeDigester, type DescribedRequest} from './digest-ranges.ts';
import {discover} from './discover.ts';
import {parseEndpoint, type MysqlEndpoint} from './endpoint.ts';
import {readIdentity} from './identity.ts';
import {rangeCondition} from './keyset.ts';
import {MalformedText} from './malformed-text.ts';
import {planRead} from './read-plan.ts';
import {openSameSnapshot} from './same-snapshot.ts';
import {Session} from './session.ts';
import {releaseTables, startSnapshot} from './snapshot.ts';
import {streamBatches} from './stream-batches.ts';

/** Engines whose tables a transaction's snapshot covers. */
const TRANSACTIONAL = ['InnoDB', 'RocksDB', 'TokuDB', 'ndbcluster'];

const ONE_AT_A_TIME = 'a MySQL source reads one table at a time';

/** Reads a MySQL or MariaDB database: one connection, one snapshot, one table at a time. */
export class MysqlSource implements Source {
  readonly kind = 'mysql';
  readonly ranges = true;
  readonly label: string;
  readonly #endpoint: MysqlEndpoint;
  readonly #warnings: string[] = [];
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

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  get snapshot(): string | null {
    return this.#snapshot;
  }

  check(signal: AbortSignal): Promise<readonly Problem[]> {
    return checkSource(this.#endpoint, signal, sentence => this.#warn(sentence));
  }

  async discover(signal: AbortSignal, request: DiscoverRequest = {}): Promise<Catalog> {
    const session = await this.#open(signal);
    const {wants = () => true} = request;
    const {catalog, descriptions, hidden} = await discover(session, signal, wants);
    for (const sentence of hidden) this.#warn(sentence);
    for (const [name, description] of descriptions) this.#remember(name, description);
    return catalog;
  }

  async identity(signal: AbortSignal): Promise<SourceIdentity> {
    return await readIdentity(await this.#open(signal), signal);
  }

  async digestRanges(
    requests: readonly DigestRequest[], signal: AbortSignal, onTable: (request: number) => void = () => {},
  ): Promise<readonly (readonly RangeDigest[])[]> {
    if (this.#reading) throw new Error(ONE_AT_A_TIME);
    this.#reading = true;
    try {
      const session = await this.#open(signal);
      const described: DescribedRequest[] = [];
      for (const request of requests) described.push({request, description: await this.#describe(session, request.schema.table, signal)});
      const digester = new RangeDigester(session.server, described, onTable);
      const two = this.#endpoint.digestSessions === 2 && digester.worthTwo && allInnodb(described);
      await using second = two ? await openSameSnapshot(session, this.#endpoint, signal) : null;
      return await digester.run(second ? [session, second] : [session], signal);
    } finally {
      this.#reading = false;
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

  #warn(sentence: string): void {
    if (!this.#warnings.includes(sentence)) this.#warnings.push(sentence);
  }

  async *#read({schema, after, until = null, maxRows, maxBytes}: ReadRequest, signal: AbortSignal): AsyncGenerator<Batch> {
    const {table} = schema;
    const session = await this.#open(signal);
    const description = await this.#describe(session, table, signal);
    const plan = planRead(schema, description, table, session.server.flavor);
    const where = rangeCondition(plan.keyset, {after, until}, table);
    const text = new MalformedText(plan.doubtful);
    const stream = {
      query: plan.select(where), where: {table}, maxRows, maxBytes, measure: plan.measure,
      ...(text.peek && {bytes: text.peek}),
    };
    try {
      for await (const rows of streamBatches(session, stream, signal)) {
        plan.convert(rows);
        text.look(rows);
        const position = plan.keyset ? plan.keyset.position(rows.at(-1)!, plan.keyAt) : null;
        plan.trim(rows);
        yield {rows, position};
      }
      await text.verify(session, table, {where, tail: plan.tail(where)}, signal);
    } finally {
      if (session.alive) await releaseTables(session).catch(() => {});
    }
  }

  async #describe(session: Session, table: string, signal: AbortSignal): Promise<TableDescription> {
    const known = this.#descriptions.get(table);
    if (known) return known;
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

  /** One session for the life of the source: a second one would see another moment. */
  async #open(signal: AbortSignal): Promise<Session> {
    if (this.#disposed) throw new Error('the MySQL source is closed');
    if (this.#session) {
      if (this.#session.alive) return this.#session;
      throw new PipelineError(ErrorCode.CONNECT, `server ${this.label}: the connection broke, and the snapshot went with it`, {remedy: 'run again'});
    }
    const session = await Session.open(this.#endpoint, 'read', signal);
    try {
      this.#snapshot = await startSnapshot(session, signal);
    } catch (error) {
      session.destroy();
      throw error;
    }
    return this.#session = session;
  }
}
