// MariaDB to SQLite: ours, without and with verification, against the C tools' pipe, and memory at ten times the rows.
import {mkdtempSync, rmSync, statSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {startPrivateServer} from '@sluice/testkit/servers';
import {alternate, peakOf, ratio, runOnce, secondsOf} from '../measure.mjs';
import {tool} from '../machine.mjs';

const COLUMNS = 'id, small_str, medium_str, large_str, tiny_int, regular_int, big_int, float_val, decimal_val, bool_val, date_val, ts_val, ts_tz_val, json_val, extra_text';
const cli = join(import.meta.dirname, '../../apps/sluice/bin/sluice.js');
const help = join(import.meta.dirname, '../../apps/mysql-to-sqlite/bin/mysql-to-sqlite.js');

const seed = (table, rows) => `
create database if not exists bench; use bench;
create table ${table} (
  id INT PRIMARY KEY, small_str VARCHAR(20), medium_str VARCHAR(100), large_str VARCHAR(500), tiny_int SMALLINT, regular_int INT, big_int BIGINT,
  float_val DOUBLE, decimal_val DECIMAL(18,4), bool_val BOOLEAN, date_val DATE, ts_val DATETIME(6), ts_tz_val DATETIME(6), json_val JSON, extra_text TEXT
) character set utf8mb4;
insert into ${table} select seq, concat('name_', seq % 10000), concat('user_', seq, '@example-', seq % 500, '.com'), repeat(char(65 + seq % 26), 50 + seq % 200),
  seq % 32767, seq, seq * 1000000, seq / 7.0 + seq % 1000, (seq % 1000000) / 100, seq % 2, date_add('2020-01-01', interval seq % 1500 day),
  date_add('2020-01-01 00:00:00.123456', interval seq second), date_add('2020-01-01 03:00:00.654321', interval seq second),
  concat('{"k":', seq, ',"tags":["a","b"],"nested":{"x":', seq % 10, '}}'), concat('extra_text_row_', seq, '_', repeat('x', 50 + seq % 100))
from seq_1_to_${rows};
analyze table ${table};`;

export async function run({log, rounds, rows = 1_000_000}) {
  const mariadb = tool(['mariadb', 'mysql'], 'apt-get install mariadb-client');
  const sqlite3 = tool(['sqlite3'], 'apt-get install sqlite3');
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const server = await startPrivateServer('mariadb', {options: ['--innodb-buffer-pool-size=1G']});
  try {
    const client = ['--no-defaults', `-u${server.user}`, `--socket=${server.socket}`];
    // The server's password is for this run alone; both sides take it from the environment.
    const env = {MYSQL_PWD: server.password, SLUICE_SOURCE_PASSWORD: server.password};
    const sql = async text => { await runOnce({command: mariadb, args: [...client, '-e', text], env, label: 'seed'}); };
    log(`building ${rows.toLocaleString('en')} rows x 15 columns in MariaDB`);
    await sql(seed('t', rows));
    const url = `mysql://${server.user}@localhost/bench?socket=${encodeURIComponent(server.socket)}`;
    const ours = (name, table, file, extra) => ({
      name, file, env, command: process.execPath, args: [cli, 'copy', url, `sqlite:${file}`, '--tables', table, '--json', ...extra],
    });
    const pipe = join(folder, 'pipe.db');
    const candidates = [
      {
        name: 'mariadb | sqlite3', file: pipe, env, command: 'bash',
        args: ['-c', `set -o pipefail; ${mariadb} ${client.join(' ')} --quick -B -N bench -e 'select * from t' | ${sqlite3} ${pipe} 'create table t(${COLUMNS.replace('id,', 'id integer primary key,')})' '.mode ascii' '.separator "\\t" "\\n"' '.import /dev/stdin t'`],
      },
      ours('sluice without verification', 't', join(folder, 'plain.db'), ['--no-verify']),
      ours('sluice with verification', 't', join(folder, 'proved.db'), []),
    ];
    const before = async ({file}) => { for (const suffix of ['', '-wal', '-journal']) rmSync(`${file}${suffix}`, {force: true}); };
    const runs = await alternate(candidates, {rounds, log, before});
    const [base, plain, proved] = candidates.map(({name}) => runs.get(name));
    for (const {file} of candidates) if (statSync(file).size < rows * 100) throw new Error(`${file} is too small to hold the rows`);

    log('start-up of --help');
    const starts = await alternate([{name: '--help', command: process.execPath, args: [help, '--help']}], {rounds: 10, log: () => {}});

    log(`building ${(rows * 10).toLocaleString('en')} rows for the memory figure`);
    await sql(seed('t10', rows * 10));
    await before(candidates[2]);
    const large = await runOnce({...ours('ten times the rows', 't10', candidates[2].file, []), label: 'ten times the rows'});
    log(`ten times the rows  ${large.seconds.toFixed(2)} s  ${large.peakMemoryMb.toFixed(0)} MB`);
    return {
      rows,
      ratios: {
        'without verification / pipe (aim <= 1.0)': ratio(plain, base),
        'with verification / pipe (aim <= 1.5)': ratio(proved, base),
        'memory at 10x rows / at 1x (aim <= 1.15)': large.peakMemoryMb / peakOf(proved),
      },
      seconds: {
        'mariadb | sqlite3': secondsOf(base), 'sluice without verification': secondsOf(plain), 'sluice with verification': secondsOf(proved),
        'ten times the rows': large.seconds, '--help': secondsOf(starts.get('--help')),
      },
      peakMemoryMb: {
        'mariadb | sqlite3': peakOf(base), 'sluice without verification': peakOf(plain), 'sluice with verification': peakOf(proved),
        'ten times the rows': large.peakMemoryMb, '--help': peakOf(starts.get('--help')),
      },
    };
  } finally {
    await server.stop();
    rmSync(folder, {recursive: true, force: true});
  }
}
