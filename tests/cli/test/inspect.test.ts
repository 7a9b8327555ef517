import {readFileSync} from 'node:fs';
import {expect, test} from 'vitest';
import {folders} from './support/folder.ts';
import {sluice} from './support/program.ts';
import {makeSqlite} from './support/sqlite-file.ts';

const folder = folders();

function clinic() {
  const place = folder();
  makeSqlite(place.at('clinic.db'),
    'CREATE TABLE patients (id INTEGER PRIMARY KEY, name TEXT, born DATE, ssn TEXT, score INTEGER)',
    "INSERT INTO patients VALUES (1, 'Canaria Secretova', '1950-02-03', '212-09-9999', 3), (2, 'Tobias Hiddenham', '1960-02-03', '212-09-9998', 4)");
  return place;
}

interface Proposal {
  readonly table: string;
  readonly column: string;
  readonly class: string;
  readonly score: number;
  readonly reasons: readonly string[];
}

test('inspect proposes a class for every column, never shows a value, and its draft decides nothing', async () => {
  const place = clinic();
  const ended = await sluice(['inspect', 'sqlite:clinic.db', '-o', 'policy.yaml', '--profile', 'safe-harbor', '--json'], {cwd: place.path});
  expect(ended.code, ended.stderr).toBe(0);
  const proposals = JSON.parse(ended.stdout) as Proposal[];
  expect(proposals.map(({column}) => column)).toEqual(['id', 'name', 'born', 'ssn', 'score']);
  const by = new Map(proposals.map(one => [one.column, one]));
  expect([by.get('name')!.class, by.get('born')!.class, by.get('ssn')!.class]).toEqual(['A', 'C', 'G']);
  for (const {score, reasons} of proposals) expect([score >= 0, score <= 1, Array.isArray(reasons)]).toEqual([true, true, true]);
  const draft = readFileSync(place.at('policy.yaml'), 'utf8');
  expect(ended.stdout + ended.stderr + draft).not.toMatch(/Secretova|Hiddenham|212-09|1950-02/);

  const copied = await sluice(['copy', 'sqlite:clinic.db', 'sqlite:out.db', '--policy', 'policy.yaml'], {cwd: place.path});
  expect(copied.code).toBe(2);
  expect(copied.stderr).toMatch(/undecided/);
  const again = await sluice(['inspect', 'sqlite:clinic.db', '-o', 'policy.yaml'], {cwd: place.path});
  expect([again.code, again.stdout]).toEqual([2, '']);
  expect(again.stderr).toMatch(/policy\.yaml is there already/);
});

test('policy check lists every problem with its line and the strongest claim', async () => {
  const place = clinic();
  place.write('policy.yaml', `version: 1
tables:
  patients:
    columns:
      id: {method: keep, class: key.surrogate, reason: row numbers}
      name: drop
      born: month
      scroe: keep
`);
  const check = await sluice(['policy', 'check', 'policy.yaml', 'sqlite:clinic.db', '--json'], {cwd: place.path});
  expect(check.code).toBe(1);
  const found = JSON.parse(check.stdout) as {status: string; problems: {path?: string; message: string}[]; claim: string | null; prevented: {claim: string; path: string}[]};
  expect(found.problems.map(({path, message}) => `${path}: ${message}`).join('\n')).toMatch(/policy\.yaml:8:\d+.*scroe[^]*patients\.(ssn|score)/);
  expect(found.prevented.map(({claim, path}) => `${claim} ${path}`)).toContain('safe-harbor patients.born');

  place.write('policy.yaml', readFileSync(place.at('policy.yaml'), 'utf8').replace('      scroe: keep\n', '      ssn: drop\n      score: {method: keep, class: none, reason: harmless}\n'));
  const right = await sluice(['policy', 'check', 'policy.yaml', 'sqlite:clinic.db'], {cwd: place.path});
  expect(right.code, right.stderr).toBe(0);
  expect(right.stdout).toMatch(/Strongest claim the policy supports: limited-data-set/);
});
