import {createHash} from 'node:crypto';
import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {BSON, type Document} from 'mongodb';
import {hostileCases} from './hostile-cases.ts';
import type {OldSchema} from './reference-tables.ts';

/** What happened to collections: how they were, what the logs say of it in both of their forms, and how they are. */
export interface OplogCase {
  readonly name: string;
  /** The database in the entries. */
  readonly database: string;
  readonly schemas: Readonly<Record<string, OldSchema>>;
  readonly before: Collections;
  readonly after: Collections;
  /** By the name of the shard. */
  readonly v1: Readonly<Record<string, readonly Document[]>>;
  readonly v2: Readonly<Record<string, readonly Document[]>>;
  /** Tables as the superseded system's own loader left them: columns, and rows of JSON; absent where nobody ran it. */
  readonly tables?: Readonly<Record<string, {readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[]}>>;
}
type Collections = Readonly<Record<string, readonly Document[]>>;

/** Cases of the superseded system, which lie beside the project: SLUICE_OPLOG_CASES, or ../shared/data. Null where there are none. */
export function recordedCases(): readonly OplogCase[] | null {
  const path = process.env['SLUICE_OPLOG_CASES'] ?? join(import.meta.dirname, '../../../../../shared/data/mongo-oplog-cases.json');
  if (!existsSync(path)) return null;
  const file = BSON.EJSON.parse(readFileSync(path, 'utf8'), {relaxed: false}) as Document;
  const common = plain(file['schemas']) as Readonly<Record<string, OldSchema>>;
  return (file['cases'] as readonly Document[]).map(each => {
    const [before, after] = [each['before'], each['after']] as [Collections, Collections];
    const entries = Object.values(each['oplog'] as Readonly<Record<string, readonly Document[]>>).flat();
    const own = plain(each['schemas']) as Readonly<Record<string, OldSchema>>;
    const names = Object.keys({...before, ...after, ...own});
    return {
      name: each['name'] as string, before, after, v1: each['oplog'], v2: each['oplog_v2'], tables: plain(each['expected_tables']),
      database: (each['configured_db'] as string | undefined) ?? databaseOf(entries),
      schemas: Object.fromEntries(names.flatMap(name => { const schema = own[name] ?? common[name]; return schema ? [[name, schema]] : []; })),
    } as OplogCase;
  });
}

/** The one of the first entry that is of a collection. */
function databaseOf(entries: readonly Document[]): string {
  for (const {ns} of entries) if (typeof ns === 'string' && ns.includes('.')) return ns.slice(0, ns.indexOf('.'));
  throw new Error('no entry of the case is of a collection');
}

/** Numbers as JSON has them. */
const plain = (value: unknown): unknown => JSON.parse(BSON.EJSON.stringify(value, {relaxed: true}));

export {hostileCases};

/**
 * All cases at once, in one database. Those that only change documents share collections, in which each has ids of its own; those of which whole
 * collections are told have their own. The entries of each have the times behind those of the case before it. `logs[n]`: the entries of the n-th shard.
 */
export function sideBySide(cases: readonly OplogCase[], form: 'v1' | 'v2', database: string) {
  const schemas: Record<string, OldSchema> = {};
  const [before, after]: [Record<string, Document[]>, Record<string, Document[]>] = [{}, {}];
  const logs: Document[][] = [];
  for (const [n, each] of cases.entries()) {
    const entries = Object.values(each[form]).flat();
    const isShared = entries.every(({op}) => op !== 'c');
    const called = (collection: string) => (isShared ? `${collection}_${numberOf(each.schemas[collection])}` : `c${n}_${collection}`);
    const withOwnId = isShared ? (document: Document) => ownId(document, n) : (document: Document) => document;
    for (const [collection, schema] of Object.entries(each.schemas)) {
      schemas[called(collection)] = schema;
      (before[called(collection)] ??= []).push(...(each.before[collection] ?? []).map(withOwnId));
      (after[called(collection)] ??= []).push(...(each.after[collection] ?? []).map(withOwnId));
    }
    const names: Names = {
      called, withOwnId, times: timesOf(entries, n),
      namespace: ns => (ns === `${each.database}.$cmd` ? `${database}.$cmd` : ns.startsWith(`${each.database}.`) ? `${database}.${called(ns.slice(each.database.length + 1))}` : ns),
    };
    for (const [shard, some] of Object.values(each[form]).entries()) (logs[shard] ??= []).push(...some.map(entry => renamed(entry, names)));
  }
  return {schemas, before, after, logs};
}

/** Equal schemas have equal numbers. */
const numberOf = (schema: OldSchema | undefined): string => createHash('sha256').update(JSON.stringify(schema ?? null)).digest('hex').slice(0, 6);

/** The document under an id of its case. */
function ownId(document: Document, n: number): Document {
  const own = (id: unknown): unknown => {
    if (id instanceof BSON.ObjectId) return new BSON.ObjectId(`${String(n).padStart(4, '0')}${id.toHexString().slice(4)}`);
    const number = id instanceof BSON.Int32 ? id.value : id;
    return typeof number === 'number' ? number + 1000 * n : `${String(id)} ${n}`;
  };
  return Object.fromEntries(Object.entries(document).map(([field, value]) => [field, field === '_id' || field === 'id' ? own(value) : value]));
}

interface Names {
  readonly called: (collection: string) => string;
  readonly withOwnId: (document: Document) => Document;
  readonly namespace: (ns: string) => string;
  readonly times: ReadonlyMap<string, BSON.Timestamp>;
}

function timesOf(entries: readonly Document[], n: number): ReadonlyMap<string, BSON.Timestamp> {
  const stamps = entries.map(({ts}) => ts as BSON.Timestamp).sort((one, other) => one.compare(other));
  return new Map(stamps.map((ts, i) => [ts.toString(), new BSON.Timestamp({t: 1000 + n, i: i + 1})]));
}

function renamed(entry: Document, names: Names): Document {
  const {ns, ts, o, o2, prevOpTime, ...rest} = entry;
  const previous = prevOpTime as Document | undefined;
  return {
    ...rest, ...ts !== undefined && {ts: names.times.get(String(ts))}, ns: names.namespace(ns as string),
    ...o !== undefined && {o: entry['op'] === 'c' ? command(o as Document, names) : names.withOwnId(o as Document)},
    ...o2 !== undefined && {o2: names.withOwnId(o2 as Document)},
    ...previous && {prevOpTime: {...previous, ts: names.times.get(String(previous['ts'])) ?? previous['ts']}},
  };
}

function command(o: Document, names: Names): Document {
  const collection = ['drop', 'create', 'createIndexes', 'collMod', 'dropIndexes'].find(key => typeof o[key] === 'string');
  return {
    ...o, ...collection !== undefined && {[collection]: names.called(o[collection] as string)},
    ...typeof o['renameCollection'] === 'string' && {renameCollection: names.namespace(o['renameCollection']), to: names.namespace(o['to'] as string)},
    ...Array.isArray(o['applyOps']) && {applyOps: (o['applyOps'] as readonly Document[]).map(each => renamed(each, names))},
    ...o['commitTimestamp'] !== undefined && {commitTimestamp: names.times.get(String(o['commitTimestamp']))},
  };
}
