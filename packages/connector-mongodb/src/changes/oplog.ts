import {PipelineError, ErrorCode} from '@sluice/core';
import {Timestamp, type Collection, type Document, type FindOneOptions} from 'mongodb';
import type {MongoConnection} from '../connection.ts';
import {classify} from '../errors.ts';
import {groups} from '../raw-cursor.ts';
import type {Namespace} from './change.ts';
import {compareTimes, ORIGIN, type LogTime} from './log-time.ts';
import {entryTime} from './oplog-entry.ts';
import {pause} from './pause.ts';
import {positionLost} from './position-lost.ts';

/** How long a server holds a tailing cursor that has nothing to give. */
const TAIL_MS = 1000;
/** Between looks at a log that cannot be tailed. */
const POLL_MS = 250;

/** The oplog of one shard, or of a replica set. */
export class Oplog {
  readonly label: string;
  /** `DB.COLLECTION`. */
  readonly name: string;
  readonly #entries: Collection;
  readonly #capped: boolean;

  private constructor(label: string, entries: Collection, capped: boolean) {
    this.label = label;
    this.name = entries.namespace;
    this.#entries = entries;
    this.#capped = capped;
  }

  /** Throws CONFIG when there is none, CONNECT, AUTH. */
  static async open(connection: MongoConnection, {database, collection}: Namespace, signal: AbortSignal): Promise<Oplog> {
    const label = `oplog ${database}.${collection} of ${connection.endpoint.label}`;
    const db = connection.client.db(database);
    const found = await asking(label, signal, async () => await db.listCollections({name: collection}, {signal}).toArray());
    const [info] = found as readonly Document[];
    if (!info) {
      throw new PipelineError(ErrorCode.CONFIG, `there is no ${label}: ${connection.topology === 'standalone' ? 'a standalone server keeps none' : 'the server does not have it'}`, {
        remedy: 'run the server as a replica set, of one member if need be, or name another oplog: --oplog DB.COLLECTION',
      });
    }
    // What is not in a majority may be rolled back, and documents are read as a majority has them: the log must not be ahead of them.
    const entries = db.collection(collection, connection.topology === 'standalone' ? {} : {readConcern: {level: 'majority'}});
    return new Oplog(label, entries, info['options']?.['capped'] === true);
  }

  /** The time of the last entry; `since` when there is none of that time or a later one. */
  async newest(since: LogTime, signal: AbortSignal): Promise<LogTime> {
    // A log that has an order of its own is looked at from its end. Elsewhere what is old need not be sorted.
    return await this.#end(-1, signal, this.#capped ? {} : {ts: {$gte: stamp(since)}}) ?? since;
  }

  /**
   * Entries after a time, up to another, itself included, as they lie in the log, a message of the server at a time. Throws POSITION when
   * entries after the first time may be gone, CONNECT when the cursor or the connection is lost.
   */
  async *read(after: LogTime, until: LogTime, signal: AbortSignal): AsyncGenerator<readonly Uint8Array[]> {
    signal.throwIfAborted();
    try {
      // In the order of the log, where it has one of its own: a sort would keep the server from following it.
      const cursor = this.#entries.find({ts: {$gt: stamp(after), $lte: stamp(until)}}, {raw: true, sort: this.#order(1), signal});
      let isFirst = true;
      for await (const group of groups(cursor, signal)) {
        // After the cursor stands: what is there now was there then.
        if (isFirst) await this.#mustReach(after, signal);
        isFirst = false;
        yield group;
      }
      if (isFirst) await this.#mustReach(after, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw classify(error, this.label);
    }
  }

  /** The entry of this time; null when it is gone. */
  async at(time: LogTime, signal: AbortSignal): Promise<Uint8Array | null> {
    return await this.#one({ts: stamp(time)}, {signal});
  }

  /** Resolves once there may be entries after this time, at the latest after about a second. */
  async more(after: LogTime, signal: AbortSignal): Promise<void> {
    if (!this.#capped || compareTimes(after, ORIGIN) === 0) return await pause(POLL_MS, signal);
    // The last entry is asked for as well: a tailing cursor that finds nothing at first may be dead.
    const cursor = this.#entries.find({ts: {$gte: stamp(after)}}, {tailable: true, awaitData: true, maxAwaitTimeMS: TAIL_MS, projection: {ts: 1}, sort: {$natural: 1}, signal});
    try {
      let entry = await asking(this.label, signal, async () => await cursor.tryNext());
      if (entry && (entry['ts'] as Timestamp).equals(stamp(after))) entry = await asking(this.label, signal, async () => await cursor.tryNext());
      // The entry itself is gone, or the log was made anew: reading finds out.
      if (!entry && cursor.closed) await pause(POLL_MS, signal);
    } finally {
      await cursor.close().catch(() => {});
    }
  }

  /** Nothing after `after` is gone when something from before it, or of that very time, is still there. */
  async #mustReach(after: LogTime, signal: AbortSignal): Promise<void> {
    // The log was empty then.
    if (compareTimes(after, ORIGIN) === 0) return;
    const oldest = await this.#end(1, signal);
    if (!oldest || compareTimes(oldest, after) > 0) throw positionLost(this.label);
  }

  async #end(direction: 1 | -1, signal: AbortSignal, filter: Document = {}): Promise<LogTime | null> {
    const entry = await this.#one(filter, {projection: {ts: 1}, sort: this.#order(direction), signal});
    return entry && entryTime(entry);
  }

  /** The driver says of no option that it gives bytes: with `raw` it does. */
  async #one(filter: Document, options: FindOneOptions & {readonly signal: AbortSignal}): Promise<Uint8Array | null> {
    return await asking(this.label, options.signal, async () => await this.#entries.findOne<Uint8Array>(filter, {...options, raw: true}));
  }

  #order(direction: 1 | -1): {readonly $natural: 1 | -1} | {readonly ts: 1 | -1} {
    return this.#capped ? {$natural: direction} : {ts: direction};
  }
}

const stamp = ({t, i}: LogTime): Timestamp => new Timestamp({t, i});

async function asking<Result>(label: string, signal: AbortSignal, ask: () => Promise<Result>): Promise<Result> {
  signal.throwIfAborted();
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    throw classify(error, label);
  }
}
