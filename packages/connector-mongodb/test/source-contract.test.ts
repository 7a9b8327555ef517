import type {Batch, Catalog, ColumnType, DiscoverRequest, ReadRequest, Schema, Source, Value} from '@sluice/core';
import {DocumentSource, mongodb as connector, MongoDocuments, parseEndpoint} from '@sluice/connector-mongodb';
import {Secret} from '@sluice/core';
import {breakableProxy, describeSource, HOSTILE_COLUMNS, type BreakableProxy, type fixtures} from '@sluice/testkit';
import type {Choice, DocumentSchema} from '@sluice/relational';
import {BSON, type Document} from 'mongodb';
import {afterAll, beforeAll, describe} from 'vitest';
import {mongodb, openLab, type Lab} from './lab.ts';

const {Binary, Decimal128, Double, Long, UUID} = BSON;

/** Types that BSON has, and what a value of each is there. */
const TYPES: Readonly<Partial<Record<ColumnType, {readonly as: Choice; value(value: NonNullable<Value>): unknown}>>> = {
  bool: {as: 'bool', value: value => value},
  int: {as: 'long', value: value => Long.fromBigInt(BigInt(value as number | bigint))},
  float: {as: 'double', value: value => new Double(value as number)},
  decimal: {as: 'decimal', value: value => Decimal128.fromString(value as string)},
  text: {as: 'string', value: value => value},
  bytes: {as: 'binary', value: value => new Binary(value as Uint8Array)},
  timestamptz: {as: 'date', value: value => new Date(`${(value as string).replace(' ', 'T')}Z`)},
  uuid: {as: 'uuid', value: value => new UUID(value as string).toBinary()},
};

/** Why no document holds a value; null when one does. */
function refusal(type: ColumnType, value: Value): string | null {
  if (type === 'int') return BigInt.asIntN(64, BigInt(value as number)) === BigInt(value as number) ? null : 'BSON has no integers beyond 64 bits with a sign';
  if (type === 'timestamptz') return /^\d{4}-\S+ \d\d:\d\d:\d\d(?:\.\d{3})?$/.test(value as string) && !/:60/.test(value as string) ? null : 'BSON counts milliseconds';
  if (type === 'text' && (value as string).includes('\0')) return 'kept in the overflow, because PostgreSQL has no such text';
  if (type !== 'decimal') return null;
  try {
    Decimal128.fromString(value as string);
    return null;
  } catch {
    return 'decimals of BSON have 34 digits';
  }
}

/** A table as a collection: ids count the rows, fields have names of their own, and a schema file gives tables and columns theirs. */
const described = ({schema: {table, columns}}: fixtures.Fixture): DocumentSchema => ({
  collection: collectionOf(table), table, fields: [{name: '_id', as: 'int', types: {}, column: 'number of the row'}, ...columns.map(({name, type}, i) => ({name: `f${i}`, as: TYPES[type]!.as, types: {}, column: name}))],
});

/** The name of no collection begins with a dot. */
const collectionOf = (table: string) => table.replace(/^\./, '_.');

const documentsOf = ({schema: {columns}, rows}: fixtures.Fixture): Document[] => rows.map((row, i) => ({
  _id: i, ...Object.fromEntries(row.map((value, j) => [`f${j}`, value === null ? null : TYPES[columns[j]!.type]!.value(value)])),
}));

/** The same source without the columns that no table of a fixture has: the id and the overflow. */
class Tables implements Source {
  readonly ranges = true;
  readonly kind: string;
  readonly label: string;
  readonly #source: Source;
  readonly proxy: BreakableProxy;

  constructor(source: Source, proxy: BreakableProxy) {
    this.#source = source;
    this.proxy = proxy;
    this.kind = source.kind;
    this.label = source.label;
  }

  get warnings() { return this.#source.warnings; }
  check(signal: AbortSignal) { return this.#source.check(signal); }
  async discover(signal: AbortSignal, request?: DiscoverRequest): Promise<Catalog> {
    const {tables, ...rest} = await this.#source.discover(signal, request);
    return {...rest, tables: tables.map(({table, columns}): Schema => ({table, columns: columns.slice(1, -1), primaryKey: []}))};
  }
  read(request: ReadRequest, signal: AbortSignal): AsyncIterable<Batch> { return this.#source.read(request, signal); }
  async [Symbol.asyncDispose]() {
    await this.#source[Symbol.asyncDispose]();
  }
}

describe.skipIf(!mongodb)(`the contract of sources (${mongodb?.version})`, () => {
  let lab: Lab;
  let schemas: readonly DocumentSchema[] = [];
  const proxies: BreakableProxy[] = [];
  beforeAll(async () => { lab = await openLab(); });
  afterAll(async () => {
    for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
    await lab[Symbol.asyncDispose]();
  });

  describeSource('mongodb', {
    async seed(tables) {
      schemas = tables.map(described);
      for (const table of tables) {
        await lab.db.createCollection(collectionOf(table.schema.table));
        const documents = documentsOf(table);
        if (documents.length > 0) await lab.db.collection(collectionOf(table.schema.table)).insertMany(documents);
      }
    },
    async connect() {
      const proxy = await breakableProxy(lab.address);
      proxies.push(proxy);
      return new Tables(new DocumentSource(new MongoDocuments(parseEndpoint(lab.place('serverSelectionTimeoutMS=500', proxy))), {naming: 'clean', prefix: '', schemas, sample: null, collections: null, views: false}), proxy);
    },
    // A server that is back is gone on with.
    kill: async source => { (source as Tables).proxy.down(); },
    serverConnections: async () => proxies.reduce((sum, {connections}) => sum + connections, 0),
    bytesFetched: () => proxies.reduce((sum, {bytesToClient}) => sum + bytesToClient, 0),
    broken: async () => ({it: connector.source!({url: 'mongodb://reader@127.0.0.1:1/shop?serverSelectionTimeoutMS=200', password: new Secret('hunter2')}), secrets: ['hunter2'], problems: 1}),
    noTypes: ['date', 'time', 'timestamp', 'json', 'any'],
    noKeys: true,
    skip: {
      ...Object.fromEntries(HOSTILE_COLUMNS.flatMap(({column: {type}, values}) => values.flatMap(({name, value}) => {
        const reason = type in TYPES ? refusal(type, value) : null;
        return reason === null ? [] : [[`carries ${type} without loss: ${name}`, reason] as const];
      }))),
      'discovers the types of columns': 'integers of BSON have a sign: none reaches 2^64',
      'discovers which columns may be null': 'any document may be without any field but its id',
      ...(mongodb?.version.startsWith('FerretDB') && {'never runs more than a batch ahead of a slow reader': 'it tells the size of documents as they lie compressed, and its messages have no limit of their own'}),
      'tells apart tables whose names differ only in case': 'names are told apart by more than case, for destinations that cannot: the later one gets another',
      'carries random tables without loss': 'they hold integers, decimals and times beyond those of BSON',
    },
  });
});
