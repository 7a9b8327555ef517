// `sluice copy --parallel N` against the same copy over one connection, in turns: what several connections bring on this machine.
import {mkdtempSync, rmSync} from 'node:fs';
import {loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {alternate, peakOf, ratio, secondsOf} from '../measure.mjs';
import {tool} from '../machine.mjs';
import {pairs} from '../copy/pairs.mjs';
import {startServers} from '../copy/servers.mjs';

const READERS = [1, 2, 4];

export async function run({log, rounds, rows = 1_000_000}) {
  const tools = {
    mariadb: tool(['mariadb', 'mysql'], 'apt-get install mariadb-client'), psql: tool(['psql'], 'apt-get install postgresql-client'),
    sqlite3: tool(['sqlite3'], 'apt-get install sqlite3'), pgloader: null,
  };
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  let servers = null;
  try {
    servers = await startServers(tools, folder);
    const pair = pairs({...servers, folder, tools})['mysql-postgres'];
    log(`building ${rows.toLocaleString('en')} rows x 15 columns in ${pair.from}`);
    await servers.seed(pair.from, 'bench', rows);
    const ours = pair.candidates('bench').find(({name}) => name === 'sluice with verification');
    const candidates = READERS.map(readers => ({...ours, name: `mysql-postgres, verified, --parallel ${readers}`, args: [...ours.args, '--parallel', String(readers)]}));
    const report = {rows, ratios: {}, seconds: {}, peakMemoryMb: {}, figures: {'load average before': loadavg()[0].toFixed(1)}};
    const runs = await alternate(candidates, {
      rounds, log,
      before: () => servers.emptyTarget(),
      after: (_, {out}) => {
        const arrived = JSON.parse(out).tables[0].rowsWritten;
        if (arrived !== rows) throw new Error(`${arrived} of ${rows} rows arrived`);
        return {};
      },
    });
    const [one] = candidates;
    for (const {name} of candidates) {
      report.seconds[name] = secondsOf(runs.get(name));
      report.peakMemoryMb[name] = peakOf(runs.get(name));
      if (name !== one.name) report.ratios[`${name} / --parallel 1`] = ratio(runs.get(name), runs.get(one.name));
    }
    report.figures['load average after'] = loadavg()[0].toFixed(1);
    return report;
  } finally {
    await servers?.[Symbol.asyncDispose]();
    rmSync(folder, {recursive: true, force: true});
  }
}
