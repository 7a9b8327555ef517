// The same pages as the program reads, one after the other, to a file and nothing else.
import {createWriteStream} from 'node:fs';
import {Agent, request} from 'node:http';
import {pipeline} from 'node:stream/promises';
import {createGunzip} from 'node:zlib';

const [host, id, columns, pageRows, file] = process.argv.slice(2);
const agent = new Agent({keepAlive: true});
const out = createWriteStream(file);
let rows = 0;
for (let after = null; ;) {
  const query = `SELECT ${columns}, :id${after === null ? '' : ` WHERE :id > '${after}'`} ORDER BY :id LIMIT ${pageRows}`;
  const response = await new Promise((resolve, reject) => {
    request(`http://${host}/resource/${id}.json?$query=${encodeURIComponent(query)}`, {agent, headers: {'accept-encoding': 'gzip'}}, resolve).on('error', reject).end();
  });
  const page = response.headers['content-encoding'] === 'gzip' ? response.pipe(createGunzip()) : response;
  let tail = '';
  let lines = 0;
  page.on('data', piece => {
    for (const byte of piece) if (byte === 10) lines++;
    tail = (tail + piece.toString('latin1')).slice(-1000);
  });
  await pipeline(page, out, {end: false});
  rows += lines;
  const ids = [...tail.matchAll(/":id":"([^"]+)"/g)];
  if (lines < Number(pageRows) || ids.length === 0) break;
  after = ids.at(-1)[1];
}
out.end();
console.log(rows);
agent.destroy();
