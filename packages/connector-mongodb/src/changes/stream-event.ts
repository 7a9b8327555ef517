import {findField, idDocument} from '@sluice/bson';
import {ErrorCode, PipelineError} from '@sluice/core';
import type {Timestamp} from 'mongodb';
import type {Change, IdField, Namespace} from './change.ts';
import {isWanted, type Wanted} from './namespaces.ts';

/** What is asked for of an event: small whatever the document, so that none is larger than a message may be. */
export const EVENT_STAGES = [{
  // In a list, as elements of lists can be had as bytes: an id stays what it is to the bit.
  $project: {operationType: 1, clusterTime: 1, ns: 1, to: 1, key: ['$documentKey']},
}];
export const BYTES_OF_EVENTS = {key: true};

/** An event of a change stream after `EVENT_STAGES`. */
export interface StreamEvent {
  readonly _id: object;
  readonly operationType: string;
  readonly clusterTime?: Timestamp;
  readonly ns?: {readonly db?: string; readonly coll?: string};
  readonly to?: {readonly db?: string; readonly coll?: string};
  /** The key of the document, as a BSON document. */
  readonly key?: readonly (Uint8Array | null)[];
}

/** Events that change no document. Servers leave most of them out unless they are asked for. */
const HARMLESS: ReadonlySet<string> = new Set([
  'create', 'createIndexes', 'dropIndexes', 'modify', 'startIndexBuild', 'commitIndexBuild', 'abortIndexBuild', 'shardCollection', 'refineCollectionShardKey',
  'reshardCollection', 'invalidate',
]);

/** What an event says; null when it is about nothing that is wanted. Throws SCHEMA when it is not known: to skip it could lose a change. */
export function readEvent(event: StreamEvent, wanted: Wanted, idField: (namespace: Namespace) => IdField): Change | null {
  const change = changeOf(event, idField);
  return change && isWanted(change, wanted) ? change : null;
}

function changeOf({operationType, ns, to, key}: StreamEvent, idField: (namespace: Namespace) => IdField): Change | null {
  if (HARMLESS.has(operationType)) return null;
  const database = ns?.db;
  if (typeof database !== 'string') throw unreadable(operationType, 'without a database');
  if (operationType === 'dropDatabase') return {kind: 'databaseDropped', database};
  const collection = ns?.coll;
  if (typeof collection !== 'string') throw unreadable(operationType, 'without a collection');
  switch (operationType) {
    case 'insert': case 'update': case 'replace': case 'delete': {
      const document = key?.[0];
      const names: readonly IdField[] = idField({database, collection}) === '_id' ? ['_id', 'id'] : ['id', '_id'];
      for (const field of document ? names : []) {
        const value = findField(document!, field);
        if (value) return {kind: 'touched', database, collection, id: idDocument(value), field};
      }
      throw unreadable(operationType, 'that does not say which document it is about');
    }
    case 'drop': return {kind: 'dropped', database, collection};
    case 'rename': {
      if (typeof to?.db !== 'string' || typeof to.coll !== 'string') throw unreadable(operationType, 'without a new name');
      return {kind: 'renamed', database, collection, to: {database: to.db, collection: to.coll}};
    }
    default: throw unreadable(operationType, 'which is not known here');
  }
}

function unreadable(operation: string, what: string): PipelineError {
  return new PipelineError(ErrorCode.SCHEMA, `a change stream has an event ${/^\w{1,40}$/.test(operation) ? operation : 'of an unreadable name'} ${what}`, {
    remedy: 'use a version that knows the release of the server, or load again: a new position lies behind the event',
  });
}
