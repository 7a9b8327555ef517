// One load of a table of N rows labelled with a generation, said aloud step by step, to be killed at any of them.
import {SqliteDestination} from '../../dist/index.js';

const [file, generation, mode, rows] = process.argv.slice(2);
const signal = new AbortController().signal;
const schema = {
  table: 't', primaryKey: ['id'], order: 'key',
  columns: [{name: 'id', type: 'int', nullable: false}, {name: 'label', type: 'text', nullable: true}],
  indexes: [{name: 'by_label', unique: false, parts: [{column: 'label'}]}], checks: [{name: 'c', dialect: 'sqlite', sql: 'id >= 0'}],
};
const catalog = {tables: [schema], views: [], others: []};
const say = step => process.stdout.write(`${step}\n`);

say('start');
const destination = new SqliteDestination(file);
const load = await destination.begin({catalog, mode}, signal);
say('begun');
const writer = await load.open(schema, signal);
let id = writer.resumeAfter === null ? 0 : Number(writer.resumeAfter);
say('opened');
while (id < Number(rows)) {
  const batch = Array.from({length: 100}, (_, i) => [id + i, `generation ${generation} ${'x'.repeat(50)}`]);
  await writer.write({rows: batch, position: null});
  id += batch.length;
  say('written');
  // Lets the parent get a word in between any two steps.
  await new Promise(resolve => setImmediate(resolve));
  if (mode !== 'replace' && id % 500 === 0) {
    await writer.commit(String(id));
    say('committed');
  }
}
await writer.commit(String(id));
await writer[Symbol.asyncDispose]();
say('loaded');
await load.finish(signal);
say('finished');
await load.publish(signal);
say('published');
await load[Symbol.asyncDispose]();
await destination[Symbol.asyncDispose]();
say('end');
