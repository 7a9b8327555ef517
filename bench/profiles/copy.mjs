// `sluice copy` between two systems against their own tools' pipes, without and with verification, and memory at three times the rows.
import {existsSync, mkdtempSync, rmSync, statSync} from 'node:fs';
import {loadavg, tmpdir} from 'node:os';
import {join} from 'node:path';
import {alternate, peakOf, ratio, runOnce, secondsOf} from '../measure.mjs';
import {tool} from '../machine.mjs';
import {pairs} from '../copy/pairs.mjs';
import {startServers} from '../copy/servers.mjs';

/** Pairs whose memory is measured at three times the rows, too. */
const LARGE = ['mysql-postgres', 'postgres-postgres'];

export async function run({log, rounds, rows = 1_000_000, only}) {
  const tools = {
    mariadb: tool(['mariadb', 'mysql'], 'apt-get install mariadb-client'),
    psql: tool(['psql'], 'apt-get install postgresql-client'),
    sqlite3: tool(['sqlite3'], 'apt-get install sqlite3'),
    pgloader: existing('pgloader'),
  };
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  let servers = null;
  try {
    servers = await startServers(tools, folder);
    const all = pairs({...servers, folder, tools});
    const chosen = only ?? Object.keys(all);
    const unknown = chosen.filter(name => !all[name]);
    if (unknown.length > 0) throw new Error(`--only takes ${Object.keys(all).join(', ')}, not ${unknown.join(', ')}`);
    const report = {
      rows, ratios: {}, seconds: {}, peakMemoryMb: {}, figures: {'load average before': loadavg()[0].toFixed(1)},
      ...(tools.pgloader === null && {absent: ['pgloader: it is not installed (apt-get install pgloader)']}),
    };
    const seeded = new Set();
    const seed = async (kind, database, count) => {
      if (seeded.has(`${kind} ${database}`)) return;
      log(`building ${count.toLocaleString('en')} rows x 15 columns in ${kind}`);
      await servers.seed(kind, database, count);
      seeded.add(`${kind} ${database}`);
    };
    for (const name of chosen) {
      await seed(all[name].from, 'bench', rows);
      log(name);
      await measurePair(name, all[name], {servers, rows, rounds, log, report});
    }
    for (const name of chosen.filter(each => LARGE.includes(each))) {
      const pair = all[name];
      await seed(pair.from, 'large', rows * 3);
      const candidate = pair.candidates('large').find(each => each.name === VERIFIED);
      await prepare(servers, pair, candidate);
      const label = `${name}, three times the rows`;
      const large = await runOnce({...candidate, label});
      expectRows(large, rows * 3);
      log(`${label}  ${large.seconds.toFixed(2)} s  ${large.peakMemoryMb.toFixed(0)} MB`);
      report.seconds[label] = large.seconds;
      report.peakMemoryMb[label] = large.peakMemoryMb;
      report.ratios[`${name}: memory at 3x rows / at 1x (aim <= 1.15)`] = large.peakMemoryMb / report.peakMemoryMb[`${name}, ${VERIFIED}`];
    }
    report.figures['load average after'] = loadavg()[0].toFixed(1);
    return report;
  } finally {
    await servers?.[Symbol.asyncDispose]();
    rmSync(folder, {recursive: true, force: true});
  }
}

const PLAIN = 'sluice without verification', VERIFIED = 'sluice with verification';

async function measurePair(name, pair, {servers, rows, rounds, log, report}) {
  const candidates = pair.candidates('bench');
  const runs = await alternate(candidates, {
    rounds, log,
    before: candidate => prepare(servers, pair, candidate),
    after: (candidate, ran) => check(servers, pair, candidate, ran, rows),
  });
  const [base] = candidates;
  for (const candidate of candidates) {
    report.seconds[`${name}, ${candidate.name}`] = secondsOf(runs.get(candidate.name));
    report.peakMemoryMb[`${name}, ${candidate.name}`] = peakOf(runs.get(candidate.name));
  }
  const {plain, verified, pgloader} = pair.aims;
  const aim = limit => limit === undefined ? '' : ` (aim <= ${limit.toFixed(2)})`;
  report.ratios[`${name}: without verification / pipe${aim(plain)}`] = ratio(runs.get(PLAIN), runs.get(base.name));
  report.ratios[`${name}: with verification / pipe${aim(verified)}`] = ratio(runs.get(VERIFIED), runs.get(base.name));
  if (runs.has('pgloader')) {
    report.ratios[`${name}: without verification / pgloader${aim(pgloader)}`] = ratio(runs.get(PLAIN), runs.get('pgloader'));
    report.ratios[`${name}: with verification / pgloader`] = ratio(runs.get(VERIFIED), runs.get('pgloader'));
  }
}

async function prepare(servers, {to, target}, candidate) {
  if (to === 'postgres') return await servers.emptyTarget(candidate.prepare);
  for (const suffix of ['', '-wal', '-journal']) rmSync(`${target}${suffix}`, {force: true});
}

/** A run that did not bring every row is no run. */
async function check(servers, {to, target}, candidate, ran, rows) {
  if (candidate.command === process.execPath) expectRows(ran, rows);
  else if (to === 'sqlite') {
    if (statSync(target).size < rows * 100) throw new Error(`${candidate.name}: the file is too small to hold the rows`);
  } else if (Number(await servers.psql('target', `select count(*) from ${candidate.rowsIn ?? 't'}`)) !== rows) throw new Error(`${candidate.name}: rows are missing`);
  return {};
}

function expectRows({out}, rows) {
  const arrived = JSON.parse(out).tables[0].rowsWritten;
  if (arrived !== rows) throw new Error(`${arrived} of ${rows} rows arrived`);
}

function existing(name) {
  return (process.env.PATH ?? '').split(':').some(folder => existsSync(join(folder, name))) ? name : null;
}
