import {ErrorCode, PipelineError, type Position} from '@sluice/core';
import type {Change, ChangeBatch, ChangeFeed, ReadChanges} from './change.ts';
import {isPassing} from '../errors.ts';
import {FRUITLESS_STARTS, MOST_READ} from './going-on.ts';
import {compareTimes, ORIGIN, type LogTime} from './log-time.ts';
import {entryTime, readEntry, type EntryReading, type OplogEntry} from './oplog-entry.ts';
import {DEFAULT_OPLOG} from './namespaces.ts';
import type {Oplog} from './oplog.ts';
import {positionLost} from './position-lost.ts';
import {parsePosition, printPosition} from './positions.ts';

/** Times by shard. */
type Times = Readonly<Record<string, LogTime>>;

/** Reads the oplogs of all shards; one of a replica set counts as one shard. Disposing disposes `resources`. */
export function oplogFeed(logs: ReadonlyMap<string, Oplog>, reading: EntryReading, resources: AsyncDisposable): ChangeFeed {
  const label = [...logs.values()].map(log => log.label).join(', ');
  return {
    label,
    now: async signal => positionIn(logs, await newestOf(logs, {}, signal)),
    read: (after, options, signal) => readLogs(logs, reading, startOf(after, logs, label), options, signal),
    [Symbol.asyncDispose]: () => resources[Symbol.asyncDispose](),
  };
}

/** Which log a time is of belongs to the position: another one may have an entry of that time, too. */
function positionIn(logs: ReadonlyMap<string, Oplog>, oplog: Times): Position {
  const names = Object.fromEntries([...logs].flatMap(([shard, {name}]) => (name === DEFAULT_OPLOG ? [] : [[shard, name]])));
  return printPosition({oplog, ...(Object.keys(names).length > 0 && {logs: names})});
}

async function newestOf(logs: ReadonlyMap<string, Oplog>, since: Times, signal: AbortSignal): Promise<Times> {
  const times = await Promise.all([...logs].map(async ([shard, log]) => [shard, await log.newest(since[shard] ?? ORIGIN, signal)] as const));
  return Object.fromEntries(times);
}

function startOf(position: Position, logs: ReadonlyMap<string, Oplog>, label: string): Times {
  const parsed = parsePosition(position);
  const refused = (what: string, remedy: string) => new PipelineError(ErrorCode.CONFIG, `${label}: ${what}`, {remedy});
  if (!('oplog' in parsed)) throw refused('the saved position is one of change streams', 'read change streams as before, without --oplog, or load again');
  const unknown = Object.keys(parsed.oplog).filter(shard => !logs.has(shard));
  const missing = [...logs.keys()].filter(shard => !(shard in parsed.oplog));
  if (unknown.length > 0) throw refused(`the saved position has the shards ${unknown.join(', ')}, which are not read`, 'name the oplogs of all shards as before, or load again');
  if (missing.length > 0) throw refused(`the saved position has no place in the shards ${missing.join(', ')}`, 'load again: a shard that came later has changes that were not read');
  const others = [...logs].flatMap(([shard, {name}]) => (name === (parsed.logs?.[shard] ?? DEFAULT_OPLOG) ? [] : [parsed.logs?.[shard] ?? DEFAULT_OPLOG]));
  if (others.length > 0) throw refused(`the saved position is one of the oplog ${others.join(', ')}`, `name it as before: --oplog ${others.join(',')}; or load again`);
  return parsed.oplog;
}

async function* readLogs(
  logs: ReadonlyMap<string, Oplog>, reading: EntryReading, start: Times, {follow, maxChanges}: ReadChanges, signal: AbortSignal,
): AsyncIterable<ChangeBatch> {
  const read: Record<string, LogTime> = {...start};
  const position = () => positionIn(logs, read);
  // At most maxChanges of them.
  let changes: Change[] = [];
  let newest: LogTime | null = null;
  let looked = 0;
  let given: Position | null = null;
  const batch = (caughtUp: boolean): ChangeBatch => {
    const full = {changes, position: given = position(), caughtUp, newestAt: newest && newest.t * 1000};
    changes = [];
    newest = null;
    looked = 0;
    return full;
  };
  for (let starts = 0;;) {
    try {
      for await (const run of mergedUpToNow(logs, read, signal)) {
        for (const {shard, document} of run) {
          const entry = readEntry(document, reading);
          const parts = entry.held ? [] : entry.previous ? transaction(logs.get(shard)!, entry, reading, signal) : [entry.changes];
          for await (const part of parts) {
            for (const change of part) {
              // In the middle of a transaction the place before it stays: its documents may be touched twice.
              if (changes.length === maxChanges) yield batch(false);
              changes.push(change);
              newest = entry.time;
            }
          }
          read[shard] = entry.time;
          starts = 0;
          if (changes.length === maxChanges || ++looked === MOST_READ) yield batch(false);
        }
      }
      if (changes.length > 0 || position() !== given || !follow) yield batch(true);
      starts = 0;
      if (!follow) return;
      await anyMore(logs, read, signal);
    } catch (error) {
      if (!isPassing(error) || ++starts > FRUITLESS_STARTS) throw error;
    }
  }
}

interface Logged {
  readonly shard: string;
  readonly document: Uint8Array;
}

/** How far one log is read, of which a message of the server is here. */
interface Head {
  readonly shard: string;
  readonly rest: AsyncGenerator<readonly Uint8Array[]>;
  group: readonly Uint8Array[];
  at: number;
}

/**
 * What all logs hold now, in the order of time, and each entry once. What one shard did before another did something that is
 * seen here is seen here, too, and before it: all logs are read after the end of each was looked up, and up to the latest of these ends.
 * So a collection that is dropped on all shards, and made anew, is not dropped twice.
 */
async function* mergedUpToNow(logs: ReadonlyMap<string, Oplog>, after: Times, signal: AbortSignal): AsyncIterable<readonly Logged[]> {
  const ends = Object.values(await newestOf(logs, after, signal));
  const until = ends.reduce((latest, time) => (compareTimes(time, latest) > 0 ? time : latest), ORIGIN);
  const heads = [...logs].map(([shard, log]): Head => ({shard, rest: log.read(after[shard]!, until, signal), group: [], at: 0}));
  try {
    let reading = heads;
    for (;;) {
      for (const head of reading) {
        if (head.at < head.group.length) continue;
        const {value, done} = await head.rest.next();
        head.group = done === true ? [] : value;
        head.at = 0;
      }
      reading = reading.filter(({group}) => group.length > 0);
      if (reading.length === 0) return;
      yield runOf(reading);
    }
  } finally {
    await Promise.all(heads.map(({rest}) => rest.return(undefined)));
  }
}

/** Entries in the order of time until one of the logs has to be asked for more. */
function runOf(heads: readonly Head[]): readonly Logged[] {
  const [first] = heads;
  if (heads.length === 1) {
    const {shard, group, at} = first!;
    first!.at = group.length;
    return group.slice(at).map(document => ({shard, document}));
  }
  const run: Logged[] = [];
  const timeAt = ({group, at}: Head): LogTime => entryTime(group[at]!) ?? ORIGIN;
  while (heads.every(({group, at}) => at < group.length)) {
    const head = heads.reduce((earliest, each) => (compareTimes(timeAt(each), timeAt(earliest)) < 0 ? each : earliest));
    run.push({shard: head.shard, document: head.group[head.at++]!});
  }
  return run;
}

/**
 * The changes of a transaction, part by part, from the entry that makes them visible. One that is larger than an entry, or prepared, is a
 * chain of entries that are linked backwards, and nothing of it shows before the last one: so the others count with that one. They are
 * looked up, not kept: reading may have started between them.
 */
async function* transaction(log: Oplog, {changes, previous}: OplogEntry, reading: EntryReading, signal: AbortSignal): AsyncIterable<readonly Change[]> {
  for (let time = previous; time;) {
    const found = await log.at(time, signal);
    if (!found) throw positionLost(log.label);
    const entry = readEntry(found, reading);
    // What is not held has counted in its own time: an earlier statement of the same session.
    if (!entry.held) break;
    yield entry.changes;
    time = entry.previous;
  }
  yield changes;
}

async function anyMore(logs: ReadonlyMap<string, Oplog>, after: Times, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  const waits = [...logs].map(async ([shard, log]) => { await log.more(after[shard]!, either); });
  try {
    await Promise.race(waits);
  } finally {
    enough.abort();
    await Promise.allSettled(waits);
  }
}
