// What csv-parse's two ways of telling null from '' cost, and csv-stringify:
// `npx tsc -b packages/csv-staging && node packages/csv-staging/bench/parsers.mjs [rows]`.
// Rows of 15 columns, 340 bytes; a tenth of one column is null. CPU time, so that a busy machine does not matter much.
import {csvBytes, readCsv} from '@sluice/csv-staging';
import {parse} from 'csv-parse';

const total = Number(process.argv[2] ?? 100_000);
const tail = 'x'.repeat(55);
const rowOf = i => [
  String(i), `name_${i}`, `user_${i}@example-${i}.org`, String.fromCharCode(65 + (i % 26)).repeat(52), String(i % 100), String(i), String(i * 1_000_000), String(i * 1.142857142),
  (i / 100).toFixed(4), String(i % 2 === 0), '2020-01-02', '2020-01-01 00:00:01.123456', i % 10 === 0 ? null : '2020-01-01 03:00:01.654321',
  `{"k":${i},"tags":["a","b"],"nested":{"x":${i}}}`, `extra_text_row_${i}_${tail}`,
];
const batches = Array.from({length: Math.ceil(total / 1000)}, (_, batch) => Array.from({length: Math.min(1000, total - batch * 1000)}, (__, i) => rowOf(batch * 1000 + i)));

const chunks = [];
await measure('csv-stringify: csvBytes', async () => { for (const rows of batches) chunks.push(csvBytes(rows)); });
const bytes = Buffer.concat(chunks);
async function* pieces() {
  for (let at = 0; at < bytes.length; at += 1 << 17) yield bytes.subarray(at, at + (1 << 17));
}
await measure('csv-parse: readCsv', async () => {
  for await (const batch of readCsv(pieces(), {header: false, maxRows: 1000, maxBytes: 1 << 22}, new AbortController().signal)) void batch;
});
for (const [name, options] of [['csv-parse: stream, null and \'\' not told apart', {}], ['csv-parse: stream with cast', {cast: (text, {quoting}) => (text === '' && !quoting ? null : text)}]]) {
  await measure(name, async () => {
    const parser = parse(options);
    const feeding = (async () => {
      for await (const piece of pieces()) if (!parser.write(piece)) await new Promise(resolve => parser.once('drain', resolve));
      parser.end();
    })();
    for await (const record of parser) void record;
    await feeding;
  });
}

async function measure(name, step) {
  const before = process.cpuUsage();
  await step();
  const {user, system} = process.cpuUsage(before);
  const seconds = (user + system) / 1e6;
  console.log(`${name.padEnd(48)} ${Math.round(total / seconds).toLocaleString('en').padStart(9)} rows a CPU second`);
}
