// Rows a second of both formats: `npx tsc -b packages/connector-files && node packages/connector-files/bench/measure.mjs [rows]`.
// The rows are made outside of the measured time, a batch at a time.
import {mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {files} from '@sluice/connector-files';

const total = Number(process.argv[2] ?? 1_000_000);
const signal = new AbortController().signal;
const column = (name, type) => ({name, type, nullable: name !== 'id'});
const schema = {
  table: 'bench', primaryKey: ['id'],
  columns: [
    column('id', 'int'), column('small', 'text'), column('medium', 'text'), column('large', 'text'), column('tiny', 'int'), column('regular', 'int'), column('big', 'int'), column('ratio', 'float'),
    column('price', 'decimal'), column('yes', 'bool'), column('day', 'date'), column('at', 'timestamp'), column('instant', 'timestamptz'), column('doc', 'json'), column('extra', 'text'),
  ],
};
const tail = 'x'.repeat(55);
const rowOf = i => [
  i, `name_${i}`, `user_${i}@example-${i}.org`, String.fromCharCode(65 + (i % 26)).repeat(52), i % 100, i, i * 1_000_000, i * 1.142857142, (i / 100).toFixed(4), i % 2 === 0, '2020-01-02',
  '2020-01-01 00:00:01.123456', i % 10 === 0 ? null : '2020-01-01 03:00:01.654321', `{"k":${i},"tags":["a","b"],"nested":{"x":${i}}}`, `extra_text_row_${i}_${tail}`,
];

const folder = mkdtempSync(join(tmpdir(), 'sluice-measure-'));
let peak = 0;
const watch = setInterval(() => { peak = Math.max(peak, process.memoryUsage.rss()); }, 50);
try {
  for (const [format, name] of [['csv', 'bench.csv'], ['csv', 'bench.csv.gz'], ['jsonl', 'bench.jsonl'], ['jsonl', 'bench.jsonl.gz']]) {
    const url = `${format}:${join(folder, name)}`;
    let ms = 0;
    let cpu = 0;
    const timed = async step => {
      const started = performance.now();
      const before = process.cpuUsage();
      await step();
      const {user, system} = process.cpuUsage(before);
      ms += performance.now() - started;
      cpu += (user + system) / 1e6;
    };
    {
      const destination = files.destination({url});
      const load = await destination.begin({catalog: {tables: [schema], views: [], others: []}, mode: 'replace'}, signal);
      const writer = await load.open(schema, signal);
      for (let i = 1; i <= total; i += 2000) {
        const rows = Array.from({length: Math.min(2000, total + 1 - i)}, (_, k) => rowOf(i + k));
        await timed(() => writer.write({rows, position: null}));
      }
      await timed(() => writer.commit(null));
      await load.finish(signal);
      await load.publish(signal);
      await load[Symbol.asyncDispose]();
    }
    report(`${name} written`, ms, cpu, statSync(join(folder, name)).size);

    ms = cpu = 0;
    let rows = 0;
    const source = files.source({url});
    const {tables: [found]} = await source.discover(signal);
    await timed(async () => {
      for await (const batch of source.read({schema: found, after: null, maxRows: 2000, maxBytes: 4 << 20}, signal)) rows += batch.rows.length;
    });
    if (rows !== total) throw new Error(`${rows} rows came back`);
    report(`${name} read`, ms, cpu, statSync(join(folder, name)).size);
    rmSync(join(folder, name));
  }
} finally {
  clearInterval(watch);
  rmSync(folder, {recursive: true});
}

function report(what, ms, cpu, bytes) {
  const number = (value, width) => Math.round(value).toLocaleString('en').padStart(width);
  console.log(`${what.padEnd(24)} ${number(total / ms * 1000, 9)} rows/s ${number(total / cpu, 9)} rows a CPU second ${number(bytes / 2 ** 20, 6)} MiB ${(ms / 1000).toFixed(1).padStart(7)} s   peak ${number(peak / 2 ** 20, 4)} MiB`);
}
