import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {must, type Column, type RawFormat, type RawRows, type Row, type Schema, type Source} from '@sluice/core';
import {mongodb as connector} from '@sluice/connector-mongodb';
import {PostgresBinaryRows, type PostgresBinaryType} from '@sluice/csv-staging/postgres-binary';
import {rejection} from '@sluice/testkit';
import {BSON} from 'mongodb';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {mongodb, never, openLab, type Lab} from './lab.ts';

const {Binary, Decimal128, Double, Int32, Long, ObjectId, UUID} = BSON;
/** As a destination names them. */
const NAMES: Readonly<Partial<Record<Column['type'], readonly [string, PostgresBinaryType]>>> = {
  bool: ['bool as boolean', 'bool'], int: ['int8 as bigint', 'int8'], float: ['float8 as double precision', 'float8'], decimal: ['numeric', 'numeric'], text: ['text', 'text'], json: ['json', 'json'],
  uuid: ['uuid', 'uuid'], bytes: ['bytea', 'bytea'], timestamptz: ['timestamptz as timestamp(3) with time zone', 'timestamptz'],
};
const typesOf = ({columns}: Schema) => columns.map(({type, native}) => native?.sql === 'jsonb' ? ['jsonb', 'jsonb'] as const : must(NAMES[type], type));
const formatOf = (schema: Schema): RawFormat => ({id: 'postgresql/copy-binary 15 UTF8', columns: typesOf(schema).map(([name]) => name)});
const AT = Date.UTC(2020, 1, 29, 12, 30, 59, 7);

describe.skipIf(!mongodb)(`collections as bytes of COPY (${mongodb?.version})`, () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab();
    await lab.insert('orders', [
      {
        _id: new ObjectId('00000000000000000000000a'), total: Decimal128.fromString('0.10'), count: new Int32(1), share: new Double(0.5), paid: true, at: new Date(AT), key: new UUID('00112233-4455-6677-8899-aabbccddeeff').toBinary(),
        raw: new Binary(Buffer.from([0, 1])), any: {a: [new Int32(1)]}, lines: [{sku: 'ä', n: new Int32(1), tags: ['x', 'y']}, {sku: 'b', tags: ['z']}],
      },
      {_id: new ObjectId('00000000000000000000000b'), total: Decimal128.fromString('-2E+3'), count: Long.fromString('9007199254740993'), share: new Double(-0), paid: false, at: new Date(-1), any: 'text', lines: []},
      {_id: new ObjectId('00000000000000000000000c'), any: null, lines: [{n: new Int32(7)}]},
    ]);
    await lab.insert('numbers', Array.from({length: 3000}, (_, i) => ({_id: new Int32(i), parts: [new Int32(i), new Int32(-i)]})));
    await lab.insert('people', [{_id: 'b'}, {_id: 'a'}]);
    await lab.insert('mixed', [{_id: new Int32(1)}, {_id: 'a'}]);
    await lab.insert('doubles', [{_id: new Double(1.5)}]);
    await lab.insert('odd', [{_id: new Int32(1), a: new Int32(1)}, {_id: new Int32(2), a: 'x'}]);
  });
  afterAll(async () => { await lab[Symbol.asyncDispose](); });
  const open = (options = '') => connector.source!(lab.place(options));
  const schemasOf = async (source: Source, collection: string): Promise<Schema[]> => (await source.discover(never)).tables.filter(({together}) => together === collection);
  const encoded = (source: Source, schemas: readonly Schema[]): readonly RawRows[] => source.encodeTogether!(schemas.map(schema => ({schema, format: formatOf(schema)})), never);

  it.each(['orders', 'numbers'])('have all rows that they have otherwise, in their order: %s', async collection => {
    await using source = open();
    const schemas = await schemasOf(source, collection);
    expect(schemas).toHaveLength(collection === 'orders' ? 3 : 2);
    for (const schema of schemas) expect(await source.encodes!(schema, formatOf(schema), never), schema.table).toBe(true);
    const tables = encoded(source, schemas);
    const bytes = await Promise.all(tables.map(async rows => Buffer.concat(await all(rows))));
    for (const [i, schema] of schemas.entries()) {
      const rows: Row[] = [];
      for await (const batch of source.read({schema, after: null, maxRows: 1000, maxBytes: 1 << 20}, never)) rows.push(...batch.rows);
      expect(tables[i]!.rows).toBe(rows.length);
      expect(bytes[i]!.equals(bytesOf(schema, rows)), schema.table).toBe(true);
    }
  });

  it('are not made where ids are sorted in another way, where columns are others, or where nobody knows the format', async () => {
    await using source = open();
    for (const collection of ['people', 'mixed', 'doubles']) {
      const [schema] = await schemasOf(source, collection);
      expect(await source.encodes!(schema!, formatOf(schema!), never), collection).toBe(false);
    }
    const [schema] = await schemasOf(source, 'numbers');
    const format = formatOf(schema!);
    for (const other of [
      {...format, id: 'postgresql/copy-binary 15 LATIN1'}, {...format, id: 'other'}, {...format, columns: format.columns.slice(1)}, {...format, columns: ['int4 as integer', ...format.columns.slice(1)]}, {...format, columns: ['text', ...format.columns.slice(1)]},
    ]) expect(await source.encodes!(schema!, other, never)).toBe(false);
    expect(await source.encodes!({...schema!, columns: schema!.columns.slice(1)}, format, never)).toBe(false);
    await using compat = open('naming=compat');
    const [old] = await schemasOf(compat, 'numbers');
    expect(await compat.encodes!(old!, formatOf(old!), never)).toBe(false);
  });

  it('tell once what fitted no column, when all rows have been taken', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sluice-schemas-'));
    try {
      await writeFile(join(folder, 'odd.json'), '{"_id": "INT", "a": "INT"}');
      await using source = open(`schemas=${encodeURIComponent(folder)}`);
      const schemas = await schemasOf(source, 'odd');
      const [rows] = encoded(source, schemas);
      const text = Buffer.concat(await all(rows!)).toString();
      expect(text).toContain('"reason": ');
      expect(source.warnings.filter(warning => warning.includes('fit no column'))).toEqual(['1 value fit no column and are in the overflow, none is lost: odd.a: string instead of int (1)']);
    } finally {
      await rm(folder, {recursive: true});
    }
  });

  it('go on without a table that somebody leaves, and end with the signal', async () => {
    await using source = open();
    const schemas = await schemasOf(source, 'numbers');
    const [root, parts] = encoded(source, schemas);
    const leaving = parts![Symbol.asyncIterator]();
    const [whole] = await Promise.all([all(root!), leaving.next().then(() => leaving.return!())]);
    expect(root!.rows).toBe(3000);
    expect(whole.at(-1)!.subarray(-2)).toEqual(Buffer.from([0xff, 0xff]));
    const stop = new AbortController();
    const aborted = source.encodeTogether!(schemas.map(schema => ({schema, format: formatOf(schema)})), stop.signal);
    stop.abort(new Error('enough'));
    expect((await Promise.all(aborted.map(async rows => await rejection(all(rows))))).map(error => (error as Error).message)).toEqual(['enough', 'enough']);
  });
});

async function all(rows: RawRows): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of rows) chunks.push(chunk);
  return chunks;
}

function bytesOf(schema: Schema, rows: readonly Row[]): Buffer {
  const table = new PostgresBinaryRows(typesOf(schema).map(([, type]) => type));
  for (const row of rows) table.add(row.map((value, i) => schema.columns[i]!.type === 'timestamptz' && typeof value === 'string' ? Date.parse(`${value.replace(' ', 'T')}Z`) : value));
  return table.end();
}
