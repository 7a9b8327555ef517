// What socrata-gather costs: a data set of the size and shape of the pet licences from a portal on this machine, whole, into each kind of target; against downloading the same pages to a file.
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {petColumns, pets} from '@sluice/socrata-gather';
import {freshDatabase, startPrivateServer, startSoda} from '@sluice/testkit/servers';
import {alternate, peakOf, ratio, secondsOf} from '../measure.mjs';

const cli = join(import.meta.dirname, '../../apps/socrata-gather/bin/socrata-gather.js');
const download = join(import.meta.dirname, '../socrata/download.mjs');
const ID = 'jguv-t9rb';
const PAGE_ROWS = 10_000;

export async function run({log, rounds, rows = 51_754}) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const portal = await startSoda();
  const servers = [];
  try {
    portal.add({id: ID, name: 'Seattle Pet Licenses', columns: petColumns, rows: [...pets(rows)]});
    mkdirSync(join(folder, 'sqlite'));
    const targets = {SQLite: {url: `sqlite:${join(folder, 'sqlite/pets.db')}`}};
    const absent = [];
    for (const [kind, name] of [['mysql', 'MySQL'], ['mariadb', 'MariaDB'], ['postgres', 'PostgreSQL']]) {
      const server = await startPrivateServer(kind, {options: []});
      if (!server) {
        absent.push(`${name}, which is not on this machine`);
        continue;
      }
      servers.push(server);
      const [scheme, database] = kind === 'postgres' ? ['postgresql', 'postgres'] : ['mysql', (await freshDatabase(server)).name];
      targets[name] = {url: `${scheme}://${server.user}@${server.host}:${server.port}/${database}`, password: server.password};
    }
    const topics = join(folder, 'topics.yaml');
    writeFileSync(topics, JSON.stringify({
      targets: Object.fromEntries(Object.entries(targets).map(([name, {url}]) => [name, url])),
      topics: Object.fromEntries(Object.keys(targets).map(name => [name, {source: portal.host, tls: false, dataset: ID, table: 'pet_license', target: name, pageRows: PAGE_ROWS}])),
    }));
    const columns = [':created_at', ':updated_at', ':version', ...petColumns.map(({fieldName}) => fieldName)].join(', ');
    const raw = {name: 'download to a file', command: process.execPath, args: [download, portal.host, ID, columns, String(PAGE_ROWS), join(folder, 'pets.json')]};
    const loads = Object.entries(targets).map(([name, {password}]) => ({
      name, command: process.execPath, args: [cli, '-t', name, '--initialize', '--topics', topics, '--state', join(folder, 'state.db'), '--receipts', join(folder, 'receipts'), '--keep-archives', '1', '--json'], ...(password !== undefined && {env: {SLUICE_DESTINATION_PASSWORD: password}}),
    }));
    const measured = await alternate([raw, ...loads], {
      rounds, log,
      after: async (candidate, {out}) => {
        const found = candidate === raw ? Number(out) : JSON.parse(out).rowsInTable;
        if (found !== rows) throw new Error(`${candidate.name} has ${found} of ${rows} rows`);
        return {};
      },
    });
    const ratios = Object.keys(targets).flatMap(name => [
      [`${name} / download (aim <= 1.5)`, ratio(measured.get(name), measured.get(raw.name))], [`${name} / download, processor time`, ratio(measured.get(name), measured.get(raw.name), 'cpuSeconds')],
    ]);
    return {
      rows, absent, figures: {rows: rows.toLocaleString('en'), aim: 'under 5 seconds from start to end, proved'}, ratios: Object.fromEntries(ratios),
      seconds: Object.fromEntries([...measured].map(([name, runs]) => [name, secondsOf(runs)])), peakMemoryMb: Object.fromEntries([...measured].map(([name, runs]) => [name, peakOf(runs)])),
    };
  } finally {
    for (const server of servers) await server.stop();
    await portal[Symbol.asyncDispose]();
    rmSync(folder, {recursive: true, force: true});
  }
}
