// Asks a file, as a program that is built does: by a process of its own. Prints what came of it as JSON, and what is left of that process.
import {readFileSync} from 'node:fs';
import {SqliteQuerier} from '../../dist/index.js';

const [file, sql, timeoutMs, abortMs] = process.argv.slice(2);
const stop = new AbortController();
if (abortMs) setTimeout(() => stop.abort(), Number(abortMs));
const children = () => readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim();
const said = await new SqliteQuerier(file).query({sql, name: 'report r', maxRows: 100, maxBytes: 1e6, timeoutMs: Number(timeoutMs)}, stop.signal).then(
  ({columns, rows, isTruncated}) => ({columns, isTruncated, rows: rows.map(row => row.map(value => typeof value === 'bigint' ? `${value}n` : value instanceof Uint8Array ? [...value] : value))}),
  error => ({name: error.name, code: error.code, message: error.message, retryable: error.retryable}),
);
while (children() !== '') await new Promise(resolve => setTimeout(resolve, 10));
console.log(JSON.stringify(said));
