// What an update costs: with nothing to do in 912 tables, against the server's own checksums; with a few changed
// rows among a million, against copying them all.
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {startPrivateServer} from '@sluice/testkit/servers';
import {alternate, median, peakOf, ratio, runOnce, secondsOf} from '../measure.mjs';
import {tool} from '../machine.mjs';
import {studyNames} from '../study-names.mjs';

const cli = join(import.meta.dirname, '../../apps/mysql-to-sqlite/bin/mysql-to-sqlite.js');
const names = studyNames();
const ROWS_PER_TABLE = 2000;

/** Ranges of about 2,000 rows are what is compared and moved: what an update costs goes by how many of them were touched. */
const CHANGES = [
  {name: '10 changed rows', count: 10, scattered: true},
  {name: '100 changed rows', count: 100, scattered: true},
  {name: '1,000 changed rows in a row', count: 1000, scattered: false},
  {name: '1,000 changed rows', count: 1000, scattered: true},
];

const quoted = name => `\`${name.replaceAll('`', '``')}\``;

/** A questionnaire: the family and the twin, answers some of which are missing, a score, a visit, a remark. */
const definition = `(
  familyid INT NOT NULL, twin TINYINT NOT NULL, ${Array.from({length: 12}, (_, i) => `q${i + 1} TINYINT`).join(', ')},
  score DECIMAL(6,2), visit DATE, note VARCHAR(60), PRIMARY KEY (familyid, twin)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`;

/** Differs from table to table by `salt`; a seventh of the answers are NULL. */
const rowsOf = (rows, salt) => `SELECT 10000 + (seq + 1) DIV 2, 1 + seq % 2,
  ${Array.from({length: 12}, (_, i) => `IF((seq + ${i * 3 + salt}) % 7 = 0, NULL, (seq * ${i + 2} + ${salt}) % 5)`).join(', ')},
  IF(seq % 11 = 0, NULL, (seq * 37 + ${salt}) % 100000 / 100), IF(seq % 13 = 0, NULL, DATE_ADD('1995-01-01', INTERVAL (seq * 17 + ${salt}) % 9000 DAY)),
  IF(seq % 3 = 0, CONCAT('remark ', (seq * 7 + ${salt}) % 997, ' of the interviewer'), NULL) FROM seq_1_to_${rows}`;

const study = () => ['CREATE DATABASE study CHARACTER SET utf8mb4; USE study; SET autocommit=0;', ...names.map((name, i) =>
  `CREATE TABLE ${quoted(name)} ${definition}; INSERT INTO ${quoted(name)} ${rowsOf(ROWS_PER_TABLE, i)}; COMMIT;`)].join('\n');

const large = rows => `CREATE DATABASE large CHARACTER SET utf8mb4; USE large; CREATE TABLE answers ${definition};
INSERT INTO answers ${rowsOf(rows, 1)}; ANALYZE TABLE answers;`;

/** So many rows, spread evenly over the key or beside each other in its middle; each gets a value that it did not have. */
function change(rows, {count, scattered}, mark) {
  const keys = Array.from({length: count}, (_, i) => Math.floor(scattered ? (i + 0.5) * rows / count : rows / 2 + i) + 1).map(seq => `(${10_000 + Math.floor((seq + 1) / 2)},${1 + seq % 2})`);
  return `UPDATE large.answers SET note = 'changed ${mark}' WHERE (familyid, twin) IN (${keys.join(', ')})`;
}

export async function run({log, rounds, rows = 1_000_000}) {
  const mariadb = tool(['mariadb', 'mysql'], 'apt-get install mariadb-client');
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const server = await startPrivateServer('mariadb', {options: ['--innodb-buffer-pool-size=1G']});
  try {
    const client = ['--no-defaults', `-u${server.user}`, `--socket=${server.socket}`];
    const env = {MYSQL_PWD: server.password, SLUICE_SOURCE_PASSWORD: server.password};
    const sql = async text => {
      const file = join(folder, 'statements.sql');
      writeFileSync(file, text);
      await runOnce({command: mariadb, args: [...client, '-e', `source ${file}`], env, label: 'statements'});
    };
    log(`building ${names.length} tables of ${ROWS_PER_TABLE.toLocaleString('en')} rows and one of ${rows.toLocaleString('en')} in MariaDB`);
    await sql(study());
    await sql(large(rows));

    const policy = join(folder, 'policy.yaml');
    writeFileSync(policy, 'version: 1\ntables:\n  "*":\n    columns:\n      "*": keep\n');
    /** One copy with a file and a state of its own. */
    const ours = (name, command, copy, database, more = {}) => {
      const place = join(folder, copy);
      mkdirSync(place, {recursive: true});
      return {
        name, place, report: join(place, 'copy.report.json'), env, command: process.execPath, ...more,
        args: [cli, command, '--source', `mysql://${server.user}@localhost/${database}?socket=${encodeURIComponent(server.socket)}`,
          '--target', join(place, 'copy.db'), '--policy', policy, '--study', 'none', '--state', join(place, 'state.db')],
      };
    };
    const archives = /^copy_.*\.db$/;
    const tidy = ({place}) => { for (const file of place === undefined ? [] : readdirSync(place)) if (archives.test(file)) rmSync(join(place, file)); };

    log('the first copies');
    const update = ours('update, nothing changed', 'update', 'study', 'study');
    await runOnce({...update, label: 'first copy of the study'});
    const few = ours('update', 'update', 'few', 'large');
    await runOnce({...few, label: 'first copy of the large table'});

    const quiet = [
      {name: 'CHECKSUM TABLE', env, command: mariadb, args: [...client, 'study', '-e', `CHECKSUM TABLE ${names.map(quoted).join(', ')}`]},
      update,
    ];
    const quietRuns = await alternate(quiet, {rounds, log, after: async candidate => {
      if (candidate !== update) return {};
      const {refresh} = JSON.parse(readFileSync(update.report, 'utf8'));
      if (refresh.kind !== 'none' || refresh.tables.unchanged !== names.length) throw new Error(`an update was ${refresh.kind}, ${refresh.tables.unchanged} tables of ${names.length} unchanged`);
      return {digestSeconds: refresh.digestSeconds};
    }});

    const full = ours('bulk', 'bulk', 'all', 'large');
    const updates = CHANGES.map(changed => ours(`update, ${changed.name}`, 'update', 'few', 'large', {changed}));
    let mark = 0;
    const runs = await alternate([full, ...updates], {
      rounds, log,
      before: async candidate => {
        tidy(candidate);
        if (candidate.changed) await sql(change(rows, candidate.changed, ++mark));
      },
      after: async candidate => {
        if (candidate === full) return {};
        const {refresh, tables: [{change: {kind}, rowsWritten, verified}]} = JSON.parse(readFileSync(candidate.report, 'utf8'));
        if (kind === 'unchanged' || !verified) throw new Error('an update saw no change, or did not prove what it wrote');
        return {digestSeconds: refresh.digestSeconds, rowsWritten};
      },
    });
    const [checksums, nothing] = quiet.map(({name}) => quietRuns.get(name));
    const bulk = runs.get(full.name);
    const withoutScan = each => each.map(one => ({...one, seconds: one.seconds - one.digestSeconds}));
    const perChange = of => Object.fromEntries(updates.map(({name, changed}) => [changed.name, of(runs.get(name))]));
    const tell = (text, of) => Object.fromEntries(updates.map(({name, changed}) => [text(changed.name), of(runs.get(name))]));
    return {
      tables: names.length, rowsPerTable: ROWS_PER_TABLE, rows,
      ratios: {
        'nothing changed / CHECKSUM TABLE (aim <= 2)': ratio(nothing, checksums),
        ...tell(n => `${n} / bulk${n === CHANGES[0].name ? ' (aim <= 0.05)' : ''}`, each => ratio(each, bulk)),
        ...tell(n => `${n}, without the scan / bulk`, each => ratio(withoutScan(each), bulk)),
      },
      seconds: {
        'CHECKSUM TABLE': secondsOf(checksums), 'update, nothing changed': secondsOf(nothing), 'bulk': secondsOf(bulk),
        ...Object.fromEntries(updates.map(({name}) => [name, secondsOf(runs.get(name))])),
      },
      /** Of which the source compared its rows. */
      digestSeconds: {'nothing changed': median(nothing.map(each => each.digestSeconds)), ...perChange(each => median(each.map(one => one.digestSeconds)))},
      rowsWritten: perChange(each => median(each.map(one => one.rowsWritten))),
      peakMemoryMb: {
        'CHECKSUM TABLE': peakOf(checksums), 'update, nothing changed': peakOf(nothing), 'bulk': peakOf(bulk),
        ...Object.fromEntries(updates.map(({name}) => [name, peakOf(runs.get(name))])),
      },
    };
  } finally {
    await server.stop();
    rmSync(folder, {recursive: true, force: true});
  }
}
