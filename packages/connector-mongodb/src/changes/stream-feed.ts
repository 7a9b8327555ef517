import {ErrorCode, PipelineError, type Position} from '@sluice/core';
import {BSON, MongoServerError, Timestamp, type ChangeStream, type ChangeStreamOptions} from 'mongodb';
import type {MongoConnection} from '../connection.ts';
import {classify, isPassing} from '../errors.ts';
import type {Change, ChangeBatch, ChangeFeed, IdField, Namespace, ReadChanges} from './change.ts';
import {FRUITLESS_STARTS, MOST_READ} from './going-on.ts';
import {compareTimes, type LogTime} from './log-time.ts';
import {wantedOf, type Followed, type Wanted} from './namespaces.ts';
import {positionLost} from './position-lost.ts';
import {pause} from './pause.ts';
import {parsePosition, printPosition, type StreamStart} from './positions.ts';
import {BYTES_OF_EVENTS, EVENT_STAGES, readEvent, type StreamEvent} from './stream-event.ts';

/** How long a server holds a question that it has no answer to: for who follows, and for who wants to know whether there is more. */
const FOLLOWING_MS = 1000;
const ENDING_MS = 100;
/**
 * How often in a row nothing may come before reading ends although the time at its start is not reached. Of a cluster, the shard
 * that writes least tells the time: every 10 seconds when it has nothing to do.
 */
const EMPTY_ANSWERS = 150;

export interface StreamReading {
  /** Null: every database of users. */
  readonly followed: readonly Followed[] | null;
  readonly idField: (namespace: Namespace) => IdField;
}

/** Reads change streams: of the one database that is followed, or of the whole deployment. Disposing closes the connection. */
export function streamFeed(connection: MongoConnection, reading: StreamReading): ChangeFeed {
  const label = `change streams of ${connection.endpoint.label}`;
  const wanted = wantedOf(reading.followed);
  return {
    label,
    now: async signal => printPosition({changeStream: {from: await majorityTime(connection, reading.followed ?? [], label, signal)}}),
    read: (after, options, signal) => readStream(connection, label, wanted, reading, startOf(after, label), options, signal),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

/** Whether the server has change streams for what is followed. Throws CONNECT, AUTH. */
export async function hasChangeStreams(connection: MongoConnection, followed: readonly Followed[] | null, signal: AbortSignal): Promise<boolean> {
  const stream = open(connection, followed, {maxAwaitTimeMS: 1});
  try {
    await asking(stream, signal, async () => await stream.tryNext());
    return true;
  } catch (error) {
    signal.throwIfAborted();
    if (isWithoutDatabase(error)) return true;
    const known = classify(error, `change streams of ${connection.endpoint.label}`);
    // Refused: stand-ins, and servers that are no replica set, know no such stage.
    if (known instanceof PipelineError && known.code === ErrorCode.SCHEMA) return false;
    throw known;
  } finally {
    await stream.close().catch(() => {});
  }
}

function startOf(position: Position, label: string): StreamStart {
  const parsed = parsePosition(position);
  if (!('changeStream' in parsed)) {
    throw new PipelineError(ErrorCode.CONFIG, `${label}: the saved position is one of an oplog`, {remedy: 'read the oplog as before, with --oplog DB.COLLECTION, or load again'});
  }
  return parsed.changeStream;
}

/**
 * The first time that counts for whoever reads documents from now on, as a majority has them: a majority has passed all times before it
 * in every collection that is followed.
 */
async function majorityTime(connection: MongoConnection, followed: readonly Followed[], label: string, signal: AbortSignal): Promise<LogTime> {
  const {client} = connection;
  const session = client.startSession({causalConsistency: true});
  try {
    await client.db('admin').command({ping: 1}, {session, signal});
    const time = session.operationTime;
    if (!time) throw new PipelineError(ErrorCode.CONFIG, `${label}: the server does not tell its time`, {remedy: 'read an oplog: --oplog DB.COLLECTION'});
    // Each waits, as the session is causally consistent, until a majority is at that time on every shard with documents of the collection.
    const places = followed.flatMap(({database, collections}) => (collections ?? ['any']).map(collection => ({database, collection})));
    for (const {database, collection} of places.length > 0 ? places : [{database: connection.endpoint.database, collection: 'any'}]) {
      await client.db(database).collection(collection, {readConcern: {level: 'majority'}}).findOne({}, {session, signal, projection: {_id: 1}});
    }
    // What happened at that time itself is seen by whoever reads now.
    return {t: time.t, i: time.i + 1};
  } catch (error) {
    signal.throwIfAborted();
    throw classify(error, label);
  } finally {
    await session.endSession().catch(() => {});
  }
}

async function* readStream(
  connection: MongoConnection, label: string, wanted: Wanted, {followed, idField}: StreamReading, start: StreamStart, {follow, maxChanges}: ReadChanges, signal: AbortSignal,
): AsyncIterable<ChangeBatch> {
  let token: object | undefined = 'after' in start ? BSON.EJSON.parse(start.after, {relaxed: false}) as object : undefined;
  const position = () => printPosition({changeStream: token === undefined ? start : {after: BSON.EJSON.stringify(token, {relaxed: false})}});
  // At most maxChanges of them.
  let changes: Change[] = [];
  let newest: number | null = null;
  let looked = 0;
  let given: Position | null = null;
  let target: LogTime | null = null;
  const batch = (caughtUp: boolean): ChangeBatch => {
    const full = {changes, position: given = position(), caughtUp, newestAt: newest};
    changes = [];
    newest = null;
    looked = 0;
    return full;
  };
  for (let starts = 0, empty = 0;;) {
    const stream = open(connection, followed, {...startOptions(token, start), maxAwaitTimeMS: follow ? FOLLOWING_MS : ENDING_MS});
    try {
      // Whatever was written before reading began is read, unless it goes on for ever anyway.
      if (!follow) target ??= await clusterTime(connection, signal);
      for (;;) {
        const event = await asking(stream, signal, async () => await stream.tryNext()) as StreamEvent | null;
        if (!event && stream.closed) throw new PipelineError(ErrorCode.CONNECT, `${label}: the server has ended the stream`);
        starts = 0;
        const change = event && readEvent(event, wanted, idField);
        token = event?._id ?? stream.resumeToken as object | undefined ?? token;
        if (event) {
          empty = 0;
          if (change) {
            changes.push(change);
            newest = event.clusterTime ? event.clusterTime.t * 1000 : null;
          }
          if (changes.length === maxChanges || ++looked === MOST_READ) yield batch(false);
          // The database was dropped: the stream ends, and another goes on behind it.
          if (event.operationType === 'invalidate') break;
          // Who follows hears of changes at once.
          if (follow && changes.length > 0 && stream.bufferedCount() === 0) yield batch(false);
          // The rest came after reading began. Of one time there may be several events.
          if (target === null || compareTimes(timeOf(token) ?? target, target) <= 0) continue;
          yield batch(true);
          return;
        }
        // A token without a time is one of another kind of server: its answer was empty, that must do.
        const reached = target === null || compareTimes(timeOf(token) ?? target, target) >= 0;
        if (follow ? changes.length > 0 || position() !== given : reached || ++empty > EMPTY_ANSWERS) yield batch(reached);
        if (!follow && (reached || empty > EMPTY_ANSWERS)) return;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (isWithoutDatabase(error)) {
        if (!follow || position() !== given) yield batch(true);
        if (!follow) return;
        await pause(FOLLOWING_MS, signal);
        continue;
      }
      if (error instanceof MongoServerError && LOST.has(Number(error.code))) throw positionLost(label, classify(error, label));
      const known = classify(error, label);
      // The driver goes on by itself once; whatever fails while it does comes here.
      if (!isPassing(known) || ++starts > FRUITLESS_STARTS) throw known;
    } finally {
      await stream.close().catch(() => {});
    }
  }
}

/** A router has no stream of a database that does not exist: then nothing happens there. It may be made, or made anew. */
const isWithoutDatabase = (error: unknown): boolean => error instanceof MongoServerError && error.code === 26;

/** The log does not reach back (286), the token is not to be found (280), or is none of this deployment (260). */
const LOST: ReadonlySet<number> = new Set([286, 280, 260]);

function open({client}: MongoConnection, followed: readonly Followed[] | null, options: ChangeStreamOptions): ChangeStream {
  const all = {...options, fieldsAsRaw: BYTES_OF_EVENTS, promoteValues: true, promoteLongs: false};
  const [only] = followed ?? [];
  return followed?.length === 1 && only ? client.db(only.database).watch(EVENT_STAGES, all) : client.watch(EVENT_STAGES, all);
}

/** Goes on behind a token whatever it is the token of: one of an invalidate event is good for `startAfter` only. */
function startOptions(token: object | undefined, start: StreamStart): ChangeStreamOptions {
  if (token !== undefined) return {startAfter: token};
  return 'from' in start ? {startAtOperationTime: new Timestamp({t: start.from.t, i: start.from.i})} : {};
}

async function clusterTime({client}: MongoConnection, signal: AbortSignal): Promise<LogTime | null> {
  const answer = await client.db('admin').command({ping: 1}, {signal});
  const time = answer['operationTime'] as Timestamp | undefined;
  return time ? {t: time.t, i: time.i} : null;
}

/** The time that a token begins with: `82`, then seconds and number, 8 hexadecimal digits each; null when it does not. */
function timeOf(token: object | undefined): LogTime | null {
  const data: unknown = token && '_data' in token ? token._data : undefined;
  const match = typeof data === 'string' ? /^82([0-9A-F]{8})([0-9A-F]{8})/i.exec(data) : null;
  return match && {t: Number.parseInt(match[1]!, 16), i: Number.parseInt(match[2]!, 16)};
}

async function asking<Result>(stream: ChangeStream, signal: AbortSignal, ask: () => Promise<Result>): Promise<Result> {
  signal.throwIfAborted();
  const onAbort = () => { void stream.close().catch(() => {}); };
  signal.addEventListener('abort', onAbort, {once: true});
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
