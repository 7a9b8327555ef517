// What a policy with ten transformed columns costs, against the same copy without one: MariaDB to SQLite, both verified.
import {rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {startPrivateServer} from '@sluice/testkit/servers';
import {alternate, peakOf, ratio, runOnce, secondsOf} from '../measure.mjs';
import {tool} from '../machine.mjs';

const seed = rows => `
create database deid character set utf8mb4; use deid;
create table visits (
  id INT PRIMARY KEY, born DATE, visit DATE, zip VARCHAR(10), city VARCHAR(40), phone VARCHAR(20), age SMALLINT, income INT, weight DECIMAL(6,2), height DECIMAL(5,1), score INT, stay INT,
  code VARCHAR(12), result DOUBLE, series VARCHAR(120)
);
insert into visits select seq, date_add('1925-01-01', interval seq % 33000 day), date_add('2015-01-01', interval seq % 3600 day), lpad(501 + seq * 7 % 99000, 5, '0'), concat('town ', seq % 5000),
  concat('608-555-', lpad(seq % 10000, 4, '0')), seq % 104, seq * 37 % 250000, 40 + seq % 9000 / 100, 140 + seq % 600 / 10, seq % 1000, seq % 400,
  concat('C', seq % 70000), seq / 7.0, concat('value ', seq % 997, repeat(' taken at rest', seq % 7)) from seq_1_to_${rows};
analyze table visits;`;

/** Ten columns change, by ten methods or nearly; the rest stays. No key or vault is needed. */
const policy = `version: 1
profile: safe-harbor
asOf: 2026-01-01
tables:
  visits:
    columns:
      id: {method: keep, reason: a number that the table counts, decidedBy: bench}
      born: {class: date.birth, method: yearFloor90}
      visit: {class: date.service, method: year}
      zip: {class: geo.zip, method: zip3}
      city: {class: geo.city, method: constant, value: '[CITY]'}
      phone: {class: phone, method: constant, value: '[PHONE]'}
      age: {class: age, method: age90}
      income: {method: bucket, width: 10000}
      weight: {method: topCode, max: 120}
      height: {method: topCode, max: 195}
      score: {method: bucket, width: 50}
      stay: keep
      code: keep
      result: keep
      series: keep
`;

export async function policyCost(cli, folder, {rounds, rows = 500_000, log}) {
  const mariadb = tool(['mariadb', 'mysql'], 'apt-get install mariadb-client');
  const server = await startPrivateServer('mariadb', {options: ['--innodb-buffer-pool-size=1G']});
  try {
    const env = {MYSQL_PWD: server.password, SLUICE_SOURCE_PASSWORD: server.password};
    log(`building ${rows.toLocaleString('en')} rows x 15 columns in MariaDB`);
    await runOnce({label: 'seed', env, command: mariadb, args: ['--no-defaults', `-u${server.user}`, `--socket=${server.socket}`, '-e', seed(rows)]});
    const file = join(folder, 'policy.yaml'), target = join(folder, 'copy.db');
    writeFileSync(file, policy);
    const source = `mysql://${server.user}@localhost/deid?socket=${encodeURIComponent(server.socket)}`;
    const copy = (name, ...more) => ({name, env, command: process.execPath, args: [cli, 'copy', source, `sqlite:${target}`, '--json', ...more]});
    const candidates = [copy('plain copy'), copy('ten columns transformed', '--policy', file)];
    const runs = await alternate(candidates, {rounds, log, before: async () => { for (const suffix of ['', '-wal', '-journal']) rmSync(`${target}${suffix}`, {force: true}); }});
    const [plain, transformed] = candidates.map(({name}) => runs.get(name));
    return {
      rows, ratio: ratio(transformed, plain), cpuRatio: ratio(transformed, plain, 'cpuSeconds'),
      seconds: {'plain copy': secondsOf(plain), 'ten columns transformed': secondsOf(transformed)},
      peakMemoryMb: {'plain copy': peakOf(plain), 'ten columns transformed': peakOf(transformed)},
    };
  } finally {
    await server.stop();
  }
}
