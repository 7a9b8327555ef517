// How many documents a second become rows, and text or bytes for COPY:
// `npx tsc -b packages/relational packages/csv-staging && node packages/relational/bench/flatten.mjs [documents]`.
// Documents of 15 fields, 540 bytes, one of them an array of three records. CPU time, so that a busy machine does not matter much.
import {postgresText} from '@sluice/csv-staging';
import {PostgresBinaryRows} from '@sluice/csv-staging/postgres-binary';
import {compileFlatten} from '@sluice/relational';
import {BSON, Double, Int32, Long, ObjectId} from 'bson';

const total = Number(process.argv[2] ?? 300_000);
const KEPT = 10_000;
const documentOf = i => ({
  _id: new ObjectId(i.toString(16).padStart(24, '5')), name: `name_${i}`, email: `user_${i}@example-${i % 100}.org`, note: 'a longer text that says something about it '.repeat(1 + (i % 3)),
  city: i % 10 === 0 ? null : 'Zürich', count: new Int32(i), total: Long.fromNumber(i * 1_000_000), ratio: new Double(i * 1.142857142), active: i % 2 === 0,
  created: new Date(1_580_000_000_000 + i * 61_000), updated: new Date(1_590_000_000_000 + i * 977), address: {street: `Street ${i}`, zip: String(8000 + (i % 99))},
  state: 'open', version: new Int32(i % 7), lines: [0, 1, 2].map(k => ({sku: `sku-${i}-${k}`, quantity: new Int32(k + 1), price: new Double(9.95 * (k + 1))})),
});
// As a driver gives them: many documents in the memory of one reply.
const reply = Buffer.concat(Array.from({length: KEPT}, (_, i) => BSON.serialize(documentOf(i))));
const documents = [];
for (let at = 0; at < reply.length; at += reply.readInt32LE(at)) documents.push(reply.subarray(at, at + reply.readInt32LE(at)));

const scalar = (column, type) => ({kind: 'scalar', column, type, strict: false});
const record = fields => ({kind: 'record', fields: new Map(Object.entries(fields))});
const columns = names => names.map(name => ({name, type: 'text', nullable: true}));
const names = ['id', 'name', 'email', 'note', 'city', 'count', 'total', 'ratio', 'active', 'created', 'updated', 'address_street', 'address_zip', 'state', 'version', '_extra'];
const plan = {
  collection: 'orders', idField: '_id', extra: null, renamed: [],
  root: record({
    _id: scalar(0, 'objectId'), name: scalar(1, 'string'), email: scalar(2, 'string'), note: scalar(3, 'string'), city: scalar(4, 'string'), count: scalar(5, 'int'), total: scalar(6, 'long'),
    ratio: scalar(7, 'double'), active: scalar(8, 'bool'), created: scalar(9, 'date'), updated: scalar(10, 'date'), address: record({street: scalar(11, 'string'), zip: scalar(12, 'string')}),
    state: scalar(13, 'string'), version: scalar(14, 'int'), lines: {kind: 'array', table: 1, item: record({sku: scalar(2, 'string'), quantity: scalar(3, 'int'), price: scalar(4, 'double')})},
  }),
  tables: [
    {schema: {table: 'orders', columns: columns(names), primaryKey: ['id']}, path: [], parent: null, rootId: [0], indexes: [], overflow: 15},
    {schema: {table: 'orders_lines', columns: columns(['orders_id', 'idx', 'sku', 'quantity', 'price', '_extra']), primaryKey: ['orders_id', 'idx']}, path: ['lines'], parent: 0, rootId: [0], indexes: [1], overflow: 5},
  ],
};
const BATCH = 1000;

/** The same plan before three of the fields were there. */
const older = {...plan, root: {kind: 'record', fields: new Map([...plan.root.fields].filter(([name]) => !['email', 'count', 'state'].includes(name)))}};

/** Rows of all documents, batch by batch. */
function run(of, each, options) {
  const flatten = compileFlatten(of, options);
  for (let from = 0; from < total; from += BATCH) {
    const into = plan.tables.map(() => []);
    for (let i = from; i < from + BATCH && i < total; i++) flatten.add(documents[i % KEPT], into);
    each(into);
  }
}

function measure(name, of, each, options) {
  run(of, each, options);
  const before = process.cpuUsage();
  run(of, each, options);
  const {user, system} = process.cpuUsage(before);
  console.log(`${name.padEnd(44)} ${Math.round(total / ((user + system) / 1e6)).toLocaleString('en').padStart(9)} documents a CPU second`);
}

console.log(`${documents.length} documents of ${Math.round(reply.length / KEPT)} bytes`);
const text = into => {
  for (const [i, rows] of into.entries()) for (const chunk of postgresText(rows, {at: plan.tables[i].schema.columns.map((_, at) => at)})) void chunk;
};
const types = [
  ['text', 'text', 'text', 'text', 'text', 'int8', 'int8', 'float8', 'bool', 'timestamptz', 'timestamptz', 'text', 'text', 'text', 'int8', 'jsonb'],
  ['text', 'int8', 'text', 'int8', 'float8', 'jsonb'],
].map(table => new PostgresBinaryRows(table));
const bytes = into => {
  for (const [i, rows] of into.entries()) {
    for (const row of rows) {
      types[i].add(row);
      if (types[i].full) void types[i].take();
    }
  }
};
measure('rows', plan, () => {});
measure('rows and text of COPY', plan, text);
measure('rows and bytes of COPY, binary', plan, bytes, {moments: 'milliseconds'});
measure('the same as text, three fields go to the overflow', older, text);
