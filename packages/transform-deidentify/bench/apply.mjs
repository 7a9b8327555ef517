// What each method costs: processor time per value, over batches as a copy has them. Not a test: figures depend on the machine.
// Build first (`npx tsc -b packages/transform-deidentify`), then `node packages/transform-deidentify/bench/apply.mjs [ROWS] [METHOD]`.
import {mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {MemoryDatabase, MemorySource} from '@sluice/connector-memory';
import {masterKeyFrom, openVault} from '@sluice/pseudonyms';
import {deidentify, parsePolicy} from '@sluice/transform-deidentify';

const count = Number(process.argv[2] ?? 200_000);
const only = process.argv[3];
const {signal} = new AbortController();
const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const key = masterKeyFrom(Uint8Array.from({length: 32}, (_, i) => (i * 149 + i * i * 31) % 251 + 3));

const person = i => (i * 7919) % Math.ceil(count / 20); // twenty rows a person
const text = i => `value number ${i % 997}`;
const date = i => `19${50 + i % 50}-0${1 + i % 9}-1${i % 10}`;
const zip = i => String(10_000 + (i * 7919) % 89_000);
const cases = {
  keep: ['text', text, 'keep'],
  blank: ['text', text, 'blank'],
  year: ['date', date, 'year'],
  yearFloor90: ['date', date, 'yearFloor90'],
  month: ['date', date, 'month'],
  age90: ['int', i => i % 100, 'age90'],
  topCode: ['int', i => i % 1000, '{method: topCode, max: 900}'],
  bucket: ['int', i => i % 1000, '{method: bucket, width: 10}'],
  round: ['int', i => i % 1000, '{method: round, to: 5}'],
  roundDecimal: ['decimal', i => `${i % 1000}.25`, '{method: round, to: 5}'],
  noise: ['float', i => i / 7, '{method: noise, spread: 3}'],
  zip3: ['text', zip, 'zip3'],
  zip5: ['text', zip, 'zip5'],
  toState: ['text', zip, 'toState'],
  city: ['text', i => (i % 2 ? 'Springfield' : '12 Main St, Madison, WI 53703'), 'city'],
  tag: ['text', text, '{method: tag, class: A}'],
  fakeRandom: ['text', text, '{method: fakeRandom, kind: name.full}'],
  fakeKeyed: ['text', text, '{method: fakeKeyed, domain: d, kind: name.full}'],
  surrogate: ['int', person, '{method: surrogate, domain: s}'],
  sequence: ['int', person, '{method: sequence, domain: s}'],
  surrogateNew: ['int', i => i, '{method: surrogate, domain: n}'],
  hmac: ['int', person, '{method: hmac, domain: d}'],
  hmacDistinct: ['int', i => i, '{method: hmac, domain: d}'],
  aesSiv: ['int', person, '{method: aesSiv, domain: d}'],
  aesSivDistinct: ['int', i => i, '{method: aesSiv, domain: d}'],
  fpe: ['text', i => `${100_000_000 + person(i)}`, '{method: fpe, domain: d}'],
  fpeDistinct: ['text', i => `${100_000_000 + i}`, '{method: fpe, domain: d}'],
  dateShift: ['date', date, 'dateShift'],
  suppressRare: ['text', text, 'suppressRare'],
  localSuppress: ['text', zip, '{method: localSuppress, first: zip3}'],
  redactText: ['text', i => (i % 10 ? 'well, no complaints' : 'Call 608-262-1234 about the visit on 3 March 2020.'), 'redactText'],
};

console.log(`method              ns a value (${count.toLocaleString('en')} values; processor time)`);
for (const [name, [type, make, decision]] of Object.entries(cases)) {
  if (only !== undefined && only !== name) continue;
  const rowsOf = name === 'redactText' ? Math.min(count, 2000) : name.endsWith('Distinct') || name === 'surrogateNew' ? Math.min(count, 50_000) : count;
  const schema = {table: 't', primaryKey: [], columns: [{name: 'p', type: 'int', nullable: true}, {name: 'c', type, nullable: true, ...(type === 'decimal' && {precision: 10, scale: 2})}]};
  const rows = Array.from({length: rowsOf}, (_, i) => [person(i), make(i)]);
  const domain = /domain: (\w)/u.exec(decision)?.[1];
  const vault = openVault(join(folder, `${name}.db`), key);
  const transform = deidentify(parsePolicy(`version: 1\nasOf: 2026-01-01\n${domain === undefined ? '' : `domains: {${domain}: {form: ${domain === 's' ? 'integer' : 'uuid'}}}\n`}subjects: {t: {key: [p]}}\ntables: {t: {columns: {p: keep, c: ${decision}}}}`), {key, vault});
  const catalog = {tables: [schema], views: [], others: []};
  const problems = transform.check(catalog);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const before = process.cpuUsage();
  await transform.prepare?.(new MemorySource(new MemoryDatabase({tables: [{schema, rows}]})), catalog, signal);
  const prepared = process.cpuUsage(before);
  const plan = transform.plan(schema);
  const batches = [];
  for (let at = 0; at < rows.length; at += 2000) batches.push({rows: rows.slice(at, at + 2000).map(row => [...row]), position: null});
  const start = process.cpuUsage();
  for (const batch of batches) plan.apply(batch);
  const {user, system} = process.cpuUsage(start);
  const ns = Math.round((user + system) * 1000 / rowsOf);
  const prepare = Math.round((prepared.user + prepared.system) * 1000 / rowsOf);
  console.log(`${name.padEnd(18)} ${String(ns).padStart(8)}${prepare > 20 ? `   and ${prepare} before the run` : ''}`);
  vault[Symbol.dispose]();
}
rmSync(folder, {recursive: true, force: true});
