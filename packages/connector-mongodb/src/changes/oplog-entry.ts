import {BsonType, Elements, findField, idDocument, int32At, textOf, uint32At, type RawValue} from '@sluice/bson';
import {ErrorCode, PipelineError} from '@sluice/core';
import type {Change, IdField, Namespace} from './change.ts';
import type {LogTime} from './log-time.ts';
import {isWanted, splitNamespace, type Wanted} from './namespaces.ts';

/** What one entry of an oplog says. Whether it is `$v: 1`, `$v: 2` or a replacement makes no difference: only ids are taken. */
export interface OplogEntry {
  readonly time: LogTime;
  readonly changes: readonly Change[];
  /**
   * Part of a transaction that is not committed yet, or never will be: its changes count when the entry that ends it comes. Reading
   * documents now would find them as they were before.
   */
  readonly held: boolean;
  /** The entry before this one in the same transaction, whose changes count together with these; null: none. */
  readonly previous: LogTime | null;
}

export interface EntryReading {
  readonly wanted: Wanted;
  /** Which field identifies the documents of a collection. */
  readonly idField: (namespace: Namespace) => IdField;
  /**
   * Documents are read of a whole cluster: what one shard drops or renames while it gives documents to another is none of theirs.
   * Documents that move are touched all the same; to read them once more changes nothing.
   */
  readonly ofCluster: boolean;
}

/** Reads one entry, a BSON document. Throws SCHEMA when it, or a command in it, is not known: to skip it could lose a change. */
export function readEntry(document: Uint8Array, reading: EntryReading): OplogEntry {
  const fields = operationOf(document);
  const time = timeOf(fields.ts);
  if (!time) throw unreadable('has no time');
  const changes: Change[] = [];
  const {held, linked} = addChanges(fields, reading, changes);
  const previous = linked ? timeOf(fields.prevOpTime && findField(bytesOf(fields.prevOpTime), 'ts')) : null;
  return {time, changes, held, previous: previous !== null && previous.t > 0 ? previous : null};
}

/** The time of an entry, without reading the rest of it; null when it has none. */
export function entryTime(document: Uint8Array): LogTime | null {
  return timeOf(findField(document, 'ts'));
}

interface Operation {
  ts?: RawValue;
  op?: RawValue;
  ns?: RawValue;
  o?: RawValue;
  o2?: RawValue;
  fromMigrate?: RawValue;
  prevOpTime?: RawValue;
  multiOpType?: RawValue;
}
const FIELDS: ReadonlySet<string> = new Set(['ts', 'op', 'ns', 'o', 'o2', 'fromMigrate', 'prevOpTime', 'multiOpType'] satisfies (keyof Operation)[]);

function operationOf(document: Uint8Array): Operation {
  const operation: Operation = {};
  for (const elements = Elements.of(document); elements.next();) {
    const name = elements.name();
    if (name === null || !FIELDS.has(name)) continue;
    const {type, start, end} = elements;
    operation[name as keyof Operation] = {bytes: document, type, start, end};
  }
  return operation;
}

interface Linked {
  readonly held: boolean;
  /** Its `prevOpTime` belongs to the same transaction. */
  readonly linked: boolean;
}
const ALONE: Linked = {held: false, linked: false};

/** Nothing of documents: nothing is done, keys of global indexes, what the storage of indexes keeps, and how databases of old were announced. */
const HARMLESS_OPERATIONS: ReadonlySet<string> = new Set(['n', 'xi', 'xd', 'ci', 'cd', 'db']);

function addChanges(operation: Operation, reading: EntryReading, changes: Change[]): Linked {
  const op = textIn(operation.op);
  const name = textIn(operation.ns);
  if (op === null) throw unreadable('has no operation');
  if (HARMLESS_OPERATIONS.has(op)) return ALONE;
  const namespace = name === null ? null : splitNamespace(name);
  if (!namespace) throw unreadable(`of operation ${op} has no namespace`);
  if (op === 'c' && reading.ofCluster && isTrue(operation.fromMigrate)) return ALONE;
  if (op === 'c') return addCommand(operation, namespace.database, reading, changes);
  if (!reading.wanted.database(namespace.database)) return ALONE;
  if (op !== 'i' && op !== 'u' && op !== 'd') throw unreadable(`has the operation ${printable(op)}, which is not known here`);
  if (!reading.wanted.collection(namespace)) return ALONE;
  // What changed stands in `o`, and which document in `o2`, together with its shard key: it is taken by its name.
  const holder = op === 'u' ? operation.o2 : operation.o;
  const id = holder && documentId(holder, reading.idField(namespace));
  if (!id) throw unreadable(`of operation ${op} in ${name} does not say which document it is about`);
  changes.push({kind: 'touched', ...namespace, ...id});
  return ALONE;
}

function documentId(holder: RawValue, field: IdField): {readonly id: Uint8Array; readonly field: IdField} | null {
  if (holder.type !== BsonType.DOCUMENT) return null;
  const document = bytesOf(holder);
  const names: readonly IdField[] = field === '_id' ? ['_id', 'id'] : ['id', '_id'];
  for (const name of names) {
    const value = findField(document, name);
    if (value) return {id: idDocument(value), field: name};
  }
  return null;
}

/** Commands that change no document. `create` makes an empty collection, or a view. */
const HARMLESS_COMMANDS: ReadonlySet<string> = new Set([
  'create', 'collMod', 'createIndexes', 'dropIndexes', 'deleteIndexes', 'dropIndex', 'deleteIndex', 'startIndexBuild', 'commitIndexBuild', 'abortIndexBuild', 'dbCheck',
  'createGlobalIndex', 'dropGlobalIndex', 'modifyCollectionShardingIndexCatalog', 'createDatabaseMetadata', 'dropDatabaseMetadata', 'upgradeDowngradeViewlessTimeseries',
  // What was held is let go.
  'abortTransaction',
]);

function addCommand({o, multiOpType}: Operation, database: string, reading: EntryReading, changes: Change[]): Linked {
  const command = o?.type === BsonType.DOCUMENT ? bytesOf(o) : null;
  const first = command && Elements.of(command);
  if (!first?.next()) throw unreadable('is a command without a name');
  const name = first.name() ?? '';
  const argument: RawValue = {bytes: command!, type: first.type, start: first.start, end: first.end};
  const add = (change: Change) => { if (isWanted(change, reading.wanted)) changes.push(change); };
  if (name === 'applyOps') {
    addOperations(argument, reading, changes);
    const held = isTrue(findField(command!, 'partialTxn')) || isTrue(findField(command!, 'prepare'));
    // Statements of a retryable write are linked, too, but each is done by itself: then it says so, by a number above 0.
    return {held, linked: numberIn(multiOpType) === 0};
  }
  if (name === 'commitTransaction') return {held: false, linked: true};
  if (HARMLESS_COMMANDS.has(name)) return ALONE;
  switch (name) {
    case 'drop': add({kind: 'dropped', database, collection: textArgument(argument, name)}); return ALONE;
    case 'emptycapped': add({kind: 'truncated', database, collection: textArgument(argument, name)}); return ALONE;
    case 'dropDatabase': add({kind: 'databaseDropped', database}); return ALONE;
    case 'renameCollection': {
      const from = splitNamespace(textArgument(argument, name));
      const target = findField(command!, 'to');
      const to = target && splitNamespace(textArgument(target, name));
      if (!from || !to) throw unreadable('renames a collection without saying which');
      add({kind: 'renamed', ...from, to});
      return ALONE;
    }
  }
  // Commands of the whole server go to `admin`: one that is not known may be about any database.
  if (database !== 'admin' && !reading.wanted.database(database)) return ALONE;
  throw unreadable(`has the command ${printable(name)}, which is not known here`);
}

function addOperations(list: RawValue, reading: EntryReading, changes: Change[]): void {
  if (list.type !== BsonType.ARRAY) throw unreadable('has a transaction that is no list');
  for (const elements = Elements.of(bytesOf(list)); elements.next();) {
    if (elements.type !== BsonType.DOCUMENT) throw unreadable('has a transaction with a part that is no operation');
    addChanges(operationOf(elements.bytes.subarray(elements.start, elements.end)), reading, changes);
  }
}

const bytesOf = ({bytes, start, end}: RawValue): Uint8Array => bytes.subarray(start, end);

function timeOf(value: RawValue | null | undefined): LogTime | null {
  return value?.type === BsonType.TIMESTAMP ? {t: uint32At(value.bytes, value.start + 4), i: uint32At(value.bytes, value.start)} : null;
}

const isTrue = (value: RawValue | null | undefined): boolean => value?.type === BsonType.BOOL && value.bytes[value.start] === 1;

const numberIn = (value: RawValue | undefined): number => (value?.type === BsonType.INT32 ? int32At(value.bytes, value.start) : 0);

const textIn = (value: RawValue | undefined): string | null => (value?.type === BsonType.STRING ? textOf(value.bytes, value.start + 4, value.end - 1) : null);

function textArgument(value: RawValue, command: string): string {
  const text = textIn(value);
  if (text === null) throw unreadable(`has the command ${command} without a name to act on`);
  return text;
}

/** Names of operations and commands are short words; whatever else stands there may be data. */
const printable = (name: string): string => (/^[\w$]{1,40}$/.test(name) ? name : 'of an unreadable name');

function unreadable(what: string): PipelineError {
  return new PipelineError(ErrorCode.SCHEMA, `an entry of the oplog ${what}`, {
    remedy: 'use a version that knows the release of the server, or load again: a new position lies behind the entry',
  });
}
