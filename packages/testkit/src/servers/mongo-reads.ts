import {Timestamp, type Document} from 'mongodb';
import {foundIn, type WireCollection} from './mongo-collections.ts';
import type {More} from './mongo-cursors.ts';
import {dataOf, eventsFor, isInvalidate, shaped, timeOf, tokenOf, type StreamScope} from './mongo-events.ts';
import {failure} from './mongo-failures.ts';

/** What a change stream reads: the events so far, up to where they are gone, and the time that the cluster has reached. */
export interface StreamLog {
  readonly events: readonly Document[];
  readonly forgotten: Timestamp;
  now(): Timestamp;
}

/** What an `aggregate` with `$changeStream` gives, from where it asks to begin; a failure where the log does not reach back so far. */
export function streamOf(command: Document, asked: Document, {events, forgotten, now}: StreamLog): {readonly more: More} | {readonly refused: Document} {
  const rest = (command['pipeline'] as readonly Document[]).slice(1);
  const token = (asked['startAfter'] ?? asked['resumeAfter']) as Document | undefined;
  const start = token ? timeOf(token) : asked['startAtOperationTime'] as Timestamp | undefined;
  // A stream goes on only from what the log still has.
  if (start && !start.greaterThan(forgotten)) return {refused: failure(286, ['NonResumableChangeStreamError'])};
  if (asked['resumeAfter'] && token && isInvalidate(token)) return {refused: failure(260)};
  const scope: StreamScope = {database: asked['allChangesForCluster'] ? null : String(command['$db']), after: token ?? null, from: start ?? now()};
  let given = 0;
  let reached = token ?? tokenOf(scope.from, 'mark');
  return {more: limit => {
    const all = eventsFor(events, scope);
    const documents = all.slice(given, given + limit);
    given += documents.length;
    const last = documents.at(-1);
    const mark = tokenOf(now(), 'mark');
    if (last) reached = last['_id'] as Document;
    // Nothing is left: then the stream stands where the cluster does, but never before what it gave.
    if (given === all.length && dataOf(mark) > dataOf(reached)) reached = mark;
    const ended = last?.['operationType'] === 'invalidate';
    return {documents: documents.map(event => shaped(event, rest)), ended, token: ended ? last['_id'] as Document : reached};
  }};
}

/** What a `find` on the oplog gives: by ranges of `ts`, forwards or backwards, and to no end where it is tailable. */
export function logOf(command: Document, entries: readonly Document[]): More {
  const asked: unknown = command['filter']?.['ts'] ?? {};
  const {$gt, $gte, $eq, $lte} = (asked instanceof Timestamp ? {$eq: asked} : asked) as Readonly<Record<string, Timestamp | undefined>>;
  const backwards = Number(command['sort']?.['$natural'] ?? 1) < 0;
  const matching = () => {
    const found = entries.filter(({ts}) => (!$gt || ts.greaterThan($gt)) && (!$gte || !ts.lessThan($gte)) && (!$eq || ts.equals($eq)) && (!$lte || !ts.greaterThan($lte)));
    return backwards ? found.toReversed() : found;
  };
  const limit = limitOf(command);
  let last: Timestamp | null = null;
  let given = 0;
  const tailable = command['tailable'] === true;
  return most => {
    const rest = tailable ? matching().filter(({ts}) => last === null || ts.greaterThan(last)) : matching().slice(given, limit);
    const documents = rest.slice(0, most);
    given += documents.length;
    last = documents.at(-1)?.['ts'] ?? last;
    return {documents, ended: !tailable && documents.length === rest.length};
  };
}

/** What a `find` on a collection gives; null for a filter that is not one of a reader of whole collections. */
export function collectionOf(command: Document, collection: WireCollection): More | null {
  const found = foundIn(collection, command['filter'] ?? {})?.slice(0, limitOf(command));
  if (!found) return null;
  let given = 0;
  return limit => {
    const documents = found.slice(given, given + limit);
    given += documents.length;
    return {documents, ended: given === found.length};
  };
}

const limitOf = (command: Document): number => Number(command['limit'] ?? 0) || Infinity;
