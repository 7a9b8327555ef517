import {describe, expect, test} from 'vitest';
import {openDatabase, servers} from './support/database.ts';
import {folders} from './support/folder.ts';
import {openPostgres, postgres} from './support/postgres.ts';
import {sluice} from './support/program.ts';
import {reportOf} from './support/report.ts';
import {makeSqlite} from './support/sqlite-file.ts';

const folder = folders();

interface Plan {
  readonly scanned: boolean;
  readonly estimate: {readonly rows: number; readonly seconds: number};
  readonly tables: readonly {
    readonly name: string; readonly rows: number;
    readonly risks: readonly {
      readonly column: string; readonly risk: string; readonly basis: string; readonly needs: object; readonly remedies: readonly string[];
      readonly refused: readonly {readonly trait: string; readonly count: number | null; readonly reason: string}[];
    }[];
  }[];
}

/** The tables that the plan says would stop the copy, with what it found there. */
const lost = (plan: Plan) => Object.fromEntries(plan.tables.flatMap(({name, risks}) => {
  const refused = risks.filter(({risk}) => risk === 'certain').flatMap(one => one.refused.map(({trait, count}) => `${trait} ${count}`));
  return refused.length === 0 ? [] : [[name, refused.join(', ')]];
}));

/** Plans, and then copies with every row set aside that holds something lost: as many as the plan says, for the reasons that it says, and no others. */
async function foresees(cwd: string, from: string, to: string, {tries = true} = {}): Promise<Record<string, string>> {
  const planned = await sluice(['plan', from, to, '--json'], {cwd});
  expect([planned.code, planned.stderr]).toEqual([0, expect.not.stringContaining('error')]);
  const plan = JSON.parse(planned.stdout) as Plan;
  const found = lost(plan);
  if (!tries) return found;
  const ended = await sluice(['copy', from, to, '--on-loss', 'quarantine', '--json'], {cwd});
  expect(ended.code).toBe(3);
  const reasons = Object.fromEntries(reportOf(ended).tables.filter(({rowsQuarantined}) => rowsQuarantined > 0).map(({name, adjustments}) => (
    [name, adjustments.filter(({rule}) => rule === 'quarantine').map(({column, kind, count}) => ({column, reason: kind, count}))])));
  expect(reasons).toEqual(Object.fromEntries(plan.tables.filter(({name}) => name in found).map(({name, risks}) => (
    [name, risks.flatMap(({column, refused}) => refused.map(({reason, count}) => ({column, reason, count: count ?? (expect.any(Number) as number)})))]))));
  return found;
}

for (const server of servers) {
  test.skipIf(postgres === null)(`what would be lost from ${server.kind} into PostgreSQL is what a copy refuses`, async () => {
    await using source = await openDatabase(server);
    await using target = await openPostgres(postgres!);
    const place = folder();
    await source.run(
      'CREATE TABLE zero (id int PRIMARY KEY, day date)', "INSERT INTO zero VALUES (1, '0000-00-00'), (2, '0000-00-00'), (3, '2020-02-03'), (4, NULL)",
      'CREATE TABLE half (id int PRIMARY KEY, at datetime)', "INSERT INTO half VALUES (1, '2020-00-00 00:00:00')",
      'CREATE TABLE early (id int PRIMARY KEY, day date)', "INSERT INTO early VALUES (1, '0000-01-01')",
      'CREATE TABLE calendar (id int PRIMARY KEY, day date)', "INSERT INTO calendar VALUES (1, '2023-02-30'), (2, '2020-02-29'), (3, '1900-02-29'), (4, '1800-01-01'), (5, '2400-12-31')",
      'CREATE TABLE nul (id int PRIMARY KEY, note varchar(40))', "INSERT INTO nul VALUES (1, 'a\\0b'), (2, 'plain')",
      'CREATE TABLE big (id bigint unsigned PRIMARY KEY, d decimal(65,30), f float, x double, b bit(64))', "INSERT INTO big VALUES (18446744073709551615, -12345.5, 1.1, -0e0, b'1')",
      'CREATE TABLE words (id int PRIMARY KEY, c char(5), e enum(\'a\', \'\'), t time(3), y year, raw binary(4))', "INSERT INTO words VALUES (1, 'ab', '', '-838:59:59.000', 0, 'x')");
    expect(await foresees(place.path, source.url, target.url, {tries: server === servers[0]})).toEqual({zero: 'zero date 2', half: 'partial date 1', early: 'year 0 1', calendar: 'impossible date 2', nul: 'NUL 1'});
    const {stdout} = await sluice(['plan', source.url, target.url, '--tables', 'zero,big'], {cwd: place.path});
    expect(stdout).toMatch(/LOSS: zero date, 2 values: the column holds a date or time that PostgreSQL has not; to go on: --on-loss 'zero\.day=text' \(or null, quarantine\)/);
    expect(stdout).toMatch(/numeric\(20\) .*\[20 digits\]/);
    expect(stdout).not.toMatch(/18446744073709551615|12345/);
    // Nothing was touched by the plan.
    expect(await target.tables()).toEqual(server === servers[0] ? ['big', 'calendar', 'early', 'half', 'nul', 'words', 'zero'] : []);
  });

  test.skipIf(postgres === null)(`what would be lost from PostgreSQL into ${server.kind} is what a copy refuses`, async () => {
    await using source = await openPostgres(postgres!);
    await using target = await openDatabase(server);
    const place = folder();
    await source.run(
      'CREATE TABLE nan (id int PRIMARY KEY, x float8)', "INSERT INTO nan VALUES (1, 'NaN'), (2, 'NaN'), (3, -1.5)",
      'CREATE TABLE odd (id int PRIMARY KEY, d numeric(10, 2))', "INSERT INTO odd VALUES (1, 'NaN'), (2, 12345678.9)",
      'CREATE TABLE endless (id int PRIMARY KEY, day date)', "INSERT INTO endless VALUES (1, 'infinity'), (2, '2020-01-01')",
      'CREATE TABLE caesar (id int PRIMARY KEY, at timestamptz)', "INSERT INTO caesar VALUES (1, '0044-03-15 12:00:00+00 BC')",
      'CREATE TABLE far (id int PRIMARY KEY, at timestamp(3))', "INSERT INTO far VALUES (1, '10000-01-01')",
      'CREATE TABLE longkey (name text PRIMARY KEY)', "INSERT INTO longkey VALUES (repeat('é', 256))",
      'CREATE TABLE key255 (name text PRIMARY KEY)', "INSERT INTO key255 VALUES (repeat('é', 255))",
      'CREATE TABLE fine (id bigint PRIMARY KEY, n numeric, m money, v interval, j jsonb, u uuid, b bytea, c char(5), t time, a int[], k varchar(7))',
      `INSERT INTO fine VALUES (-9223372036854775808, 12345678901234567890.00001, 1.5, '1 mon', '{"a":1}', gen_random_uuid(), '\\x00', 'ab', '24:00', '{1,2}', 'x ')`);
    expect(await foresees(place.path, source.url, target.url, {tries: server === servers[0]})).toEqual({
      nan: 'NaN 2', odd: 'NaN 1', endless: 'infinity 1', caesar: 'before year 1 1', far: 'after year 9999 1', longkey: 'longest null',
    });
  });
}

describe('a plan of a file', () => {
  test.skipIf(postgres === null)('what would be lost into SQLite is what a copy refuses, and a policy and a condition are respected', async () => {
    await using source = await openPostgres(postgres!);
    const place = folder();
    await source.run(
      'CREATE TABLE nan (id int PRIMARY KEY, x float8)', "INSERT INTO nan VALUES (1, 'NaN'), (2, 'Infinity')",
      'CREATE TABLE odd (id int PRIMARY KEY, d numeric(10, 2))', "INSERT INTO odd VALUES (1, 'NaN')",
      'CREATE TABLE fine (id int PRIMARY KEY, d date, n numeric(30, 10), e numeric(10, 2))', "INSERT INTO fine VALUES (1, '-infinity', 1, 0.5)");
    expect(await foresees(place.path, source.url, 'sqlite:out.db')).toEqual({nan: 'NaN 1', odd: 'NaN 1'});
    const some = await sluice(['plan', source.url, 'sqlite:other.db', '--tables', 'nan', '--where', 'id > 1', '--json'], {cwd: place.path});
    expect(lost(JSON.parse(some.stdout) as Plan)).toEqual({});
    expect((JSON.parse(some.stdout) as Plan).tables).toMatchObject([{rows: 1}]);
    const left = await sluice(['plan', source.url, 'sqlite:other.db', '--tables', 'nan', '--columns=-x', '--json'], {cwd: place.path});
    expect(lost(JSON.parse(left.stdout) as Plan)).toEqual({});
    expect(place.list()).toEqual(expect.not.arrayContaining(['other.db']));
  });

  test('--no-scan reads no table and judges by the types', async () => {
    const place = folder();
    makeSqlite(place.at('in.db'), 'CREATE TABLE t (id INTEGER PRIMARY KEY, x REAL, d DECIMAL(12,2))', 'INSERT INTO t VALUES (1, 9e999, 1.5)');
    const full = JSON.parse((await sluice(['plan', 'sqlite:in.db', 'jsonl:out/', '--json'], {cwd: place.path})).stdout) as Plan;
    expect(full).toMatchObject({scanned: true, estimate: {rows: 1, seconds: 1}, tables: [{rows: 1, risks: [{column: 'id', basis: 'values', needs: {digits: 1}}, {column: 'x'}, {needs: {digits: 1, fraction: 2}}]}]});
    const fast = await sluice(['plan', 'sqlite:in.db', 'jsonl:out/', '--no-scan', '--json'], {cwd: place.path});
    expect(JSON.parse(fast.stdout)).toMatchObject({scanned: false, tables: [{risks: [{basis: 'types', needs: {}}, {basis: 'types'}, {basis: 'types'}]}]});
    expect(place.list()).toEqual(['in.db']);
  });

  test('a source that computes no profile is read row by row', async () => {
    const place = folder();
    place.write('people.jsonl', '{"id":1,"day":"2020-01-01","note":"ab"}\n{"id":20,"day":null,"note":"abc"}\n');
    const plan = JSON.parse((await sluice(['plan', 'jsonl:people.jsonl', 'sqlite:out.db', '--json'], {cwd: place.path})).stdout) as Plan;
    expect(plan.tables).toMatchObject([{rows: 2, risks: [{needs: {digits: 2}}, {}, {needs: {characters: 3, bytes: 3}}]}]);
  });
});

for (const kind of ['postgres', 'mysql'] as const) {
  test.skipIf(kind === 'postgres' ? postgres === null : servers.length === 0)(`appending to a ${kind} table that is there is judged by the columns it has`, async () => {
    const place = folder();
    // Lines say nothing of how wide their columns are: those of the table are not made wider for them.
    place.write('t.jsonl', '{"id":1,"n":3000000000,"note":"more than five"}\n');
    await using target = kind === 'postgres' ? await openPostgres(postgres!) : await openDatabase(servers[0]!);
    const plan = async (mode: string) => lost(JSON.parse((await sluice(['plan', 'jsonl:t.jsonl', target.url, '--mode', mode, '--json'], {cwd: place.path})).stdout) as Plan);
    await target.run('CREATE TABLE t (id bigint, n int, note varchar(5))');
    expect(await plan('replace')).toEqual({});
    expect(await plan('append')).toEqual({t: 'largest null, longest null'});
    expect(await sluice(['copy', 'jsonl:t.jsonl', target.url, '--mode', 'append'], {cwd: place.path})).toMatchObject({code: 1});
    await target.run(kind === 'postgres' ? 'ALTER TABLE t ALTER n TYPE bigint, ALTER note TYPE text' : 'ALTER TABLE t MODIFY n bigint, MODIFY note text');
    expect(await plan('append')).toEqual({});
  });
}
