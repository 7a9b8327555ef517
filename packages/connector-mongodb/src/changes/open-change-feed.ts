import {ErrorCode, PipelineError} from '@sluice/core';
import {MongoConnection} from '../connection.ts';
import type {MongoEndpoint} from '../endpoint.ts';
import type {ChangeFeed, IdField, Namespace} from './change.ts';
import {DEFAULT_OPLOG, splitNamespace, wantedOf, type Followed} from './namespaces.ts';
import {oplogFeed} from './oplog-feed.ts';
import {Oplog} from './oplog.ts';
import type {FeedKind} from './positions.ts';
import {hasChangeStreams, streamFeed} from './stream-feed.ts';

export interface ChangeFeedRequest {
  /** Where the documents are. */
  readonly source: MongoEndpoint;
  /** What is followed; null: every database of users. */
  readonly followed: readonly Followed[] | null;
  /** `DB.COLLECTION` of the oplog, which is read then; absent: `local.oplog.rs`, where there are no change streams. */
  readonly oplog?: string;
  /** The servers of each shard by its name, whose oplogs are read then: their names are part of the position. */
  readonly shards?: Readonly<Record<string, ShardOplog>>;
  /** As a saved position says: `kindOfPosition`. Absent: change streams where the server has them. */
  readonly kind?: FeedKind;
  /** Which field identifies the documents of a collection; `_id` by default. */
  readonly idField?: (namespace: Namespace) => IdField;
}

/** Where the oplog of one shard is. */
export interface ShardOplog {
  readonly endpoint: MongoEndpoint;
  /** `DB.COLLECTION`; absent: called as `ChangeFeedRequest.oplog` says. */
  readonly oplog?: string;
}

/** The name of the only log in a position. */
const ONLY = 'oplog';
/** MongoDB 4.2: streams start behind any token. */
const STREAMS_SINCE = 8;

/**
 * Opens what tells of changes: change streams where the server has them, otherwise the oplog; its label says which. Throws CONFIG when
 * the server has neither, or an oplog is named that is not there, CONNECT, AUTH.
 */
export async function openChangeFeed(request: ChangeFeedRequest, signal: AbortSignal): Promise<ChangeFeed> {
  const idField = request.idField ?? (() => '_id' as const);
  const namespace = oplogNamespace(request.oplog ?? DEFAULT_OPLOG);
  const connections: MongoConnection[] = [];
  const resources = {[Symbol.asyncDispose]: async () => { await Promise.all(connections.splice(0).map(each => each[Symbol.asyncDispose]())); }};
  const connect = async (endpoint: MongoEndpoint) => {
    const connection = await MongoConnection.open(endpoint, signal);
    connections.push(connection);
    return connection;
  };
  try {
    const wantsOplog = request.oplog !== undefined || request.shards !== undefined || request.kind === 'oplog';
    const source = request.shards ? null : await connect(request.source);
    if (source && !wantsOplog && source.topology !== 'standalone' && source.wireVersion >= STREAMS_SINCE) {
      if (request.kind === 'change streams' || await hasChangeStreams(source, request.followed, signal)) return streamFeed(source, {followed: request.followed, idField});
    }
    if (request.kind === 'change streams' && wantsOplog) {
      throw new PipelineError(ErrorCode.CONFIG, 'an oplog is named, and the saved position is one of change streams', {remedy: 'read change streams as before, without --oplog, or load again'});
    }
    if (request.kind === 'change streams') {
      throw new PipelineError(ErrorCode.CONFIG, `${request.source.label} has no change streams, of which the saved position is`, {remedy: 'name the server as before, or load again'});
    }
    if (source?.topology === 'sharded cluster' && request.oplog === undefined) {
      throw new PipelineError(ErrorCode.CONFIG, `${request.source.label} is a sharded cluster without change streams, and its router has no oplog`, {
        remedy: 'name the servers of every shard, whose oplogs are read then',
      });
    }
    const logs = new Map<string, Oplog>();
    if (source) logs.set(ONLY, await Oplog.open(source, namespace, signal));
    for (const [shard, {endpoint, oplog}] of Object.entries(request.shards ?? {})) {
      logs.set(shard, await Oplog.open(await connect(endpoint), oplog === undefined ? namespace : oplogNamespace(oplog), signal));
    }
    return oplogFeed(logs, {wanted: wantedOf(request.followed), idField, ofCluster: request.shards !== undefined}, resources);
  } catch (error) {
    await resources[Symbol.asyncDispose]();
    throw error;
  }
}

/** Throws CONFIG. */
function oplogNamespace(text: string): Namespace {
  const namespace = splitNamespace(text);
  if (namespace && namespace.database !== '' && namespace.collection !== '') return namespace;
  throw new PipelineError(ErrorCode.CONFIG, 'an oplog is named by its database and its collection', {remedy: `try: --oplog ${DEFAULT_OPLOG}`});
}
