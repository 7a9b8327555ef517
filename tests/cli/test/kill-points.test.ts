import {readdirSync} from 'node:fs';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {randomNumbers, until} from '@sluice/testkit';
import {mariadb, openDatabase, type Database} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {sluice, start} from './support/program.ts';
import {integrity, makeSqlite, reading} from './support/sqlite-file.ts';

const folder = folders();
const rows = 30_000;

/** Two versions of the same tables; a file is one of them, whole. */
function versions(place: Folder): void {
  for (const version of ['old', 'new']) {
    const many = (table: string, count: number) => `INSERT INTO ${table} WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${count}) SELECT n, '${version}', n * 1.5, 'text of row ' || n FROM c`;
    makeSqlite(place.at(`${version}.db`), ...['a', 'b', 'c'].flatMap(table => [
      `CREATE TABLE ${table} (id INTEGER PRIMARY KEY, version TEXT, x REAL, words TEXT)`, many(table, rows / 3), `CREATE INDEX ${table}_words ON ${table} (words)`,
    ]));
  }
}

/** What the live file is: the name of a version when every row of it is of that version and none is missing. */
function versionOf(file: string): string {
  return reading(file, db => ['a', 'b', 'c'].map(table => {
    const {low, high, count, sum} = db.prepare(`SELECT min(version) low, max(version) high, count(*) count, sum(x) sum FROM ${table}`).get() as {low: string; high: string; count: number; sum: number};
    return low === high && count === rows / 3 && sum === 1.5 * (rows / 3) * (rows / 3 + 1) / 2 ? low : `neither old nor new: ${table}`;
  })).filter((version, i, all) => all.indexOf(version) === i).join(' and ');
}

/** How long a whole run takes here and now, in milliseconds. */
async function duration(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

/** Starts a run and kills it after so many milliseconds, or lets it end when it is faster. */
async function killAfter(ms: number, words: readonly string[], place: Folder): Promise<'killed' | 'ended'> {
  const running = start('sluice', words, {cwd: place.path});
  const timer = setTimeout(() => running.kill('SIGKILL'), ms);
  const {signal} = await running.ended;
  clearTimeout(timer);
  return signal === 'SIGKILL' ? 'killed' : 'ended';
}

describe('a run that SIGKILL ends at any moment', () => {
  const kills = 100;
  const lanes = 2;
  const random = randomNumbers(20_261_124);
  // Even over the whole run, its start and its end included, in an order of chance.
  const moments = Array.from({length: kills}, (_, i) => ({share: (i + random()) / kills, order: random()})).sort((a, b) => a.order - b.order).map(({share}) => share);

  test(`at ${kills} moments: the live file always opens, is sound, and is old or new; the next run leaves nothing else`, {timeout: 600_000}, async () => {
    const inputs = folder();
    versions(inputs);
    let killed = 0;
    let leftovers = 0;
    const outcomes = new Set<string>();
    await Promise.all(Array.from({length: lanes}, async (_, lane) => {
      const place = folder();
      const copy = (version: string) => ['copy', `sqlite:${inputs.at(`${version}.db`)}`, 'sqlite:live.db', '--report', 'report'];
      const whole = async (version: string) => expect(await sluice(copy(version), {cwd: place.path})).toMatchObject({code: 0});
      let live = 'old';
      await whole(live);
      let takes = await duration(() => whole(live));
      for (const [i, share] of moments.filter((_, n) => n % lanes === lane).entries()) {
        const next = live === 'old' ? 'new' : 'old';
        // The start of Node is the same each time: killing there finds nothing.
        const end = await killAfter(takes * (0.3 + 0.75 * share), copy(next), place);
        if (end === 'killed') killed++;
        if (readdirSync(place.path).some(name => name.endsWith('.part'))) leftovers++;
        expect(integrity(place.at('live.db')), `integrity after moment ${i}`).toBe('ok');
        const now = versionOf(place.at('live.db'));
        expect([live, next]).toContain(now);
        outcomes.add(now === next ? 'new' : 'old');
        live = now;
        // What one killed run leaves the next one meets, killed or not; every fifth is whole.
        if (i % 5 === 4) {
          live = live === 'old' ? 'new' : 'old';
          takes = await duration(() => whole(live));
          expect(versionOf(place.at('live.db'))).toBe(live);
          expect(place.list().filter(name => !/^live_\d{4}-.*\.db$/.test(name))).toEqual(['live.db', 'report', 'report/report.html', 'report/report.json']);
        }
      }
    }));
    // Most moments met a run at work, many of them with its file half built.
    expect(killed).toBeGreaterThan(kills / 2);
    expect(leftovers).toBeGreaterThan(kills / 10);
    expect(outcomes).toContain('old');
  });

  describe.skipIf(!mariadb)('into other places', () => {
    let target: Database;
    beforeAll(async () => { target = await openDatabase(mariadb!); });
    afterAll(async () => { await target.drop(); });

    test('a database: its tables are old or new, and the next run leaves none of its own', {timeout: 300_000}, async () => {
      const place = folder();
      versions(place);
      const copy = (version: string) => ['copy', `sqlite:${version}.db`, target.url];
      const whole = async (version: string) => expect(await sluice(copy(version), {cwd: place.path})).toMatchObject({code: 0});
      await whole('old');
      const takes = await duration(() => whole('old'));
      let live = 'old';
      for (const share of moments.slice(0, 8)) {
        const next = live === 'old' ? 'new' : 'old';
        await killAfter(takes * (0.3 + 0.75 * share), copy(next), place);
        // All three tables at one moment.
        const [row] = await target.rows(`SELECT ${['a', 'b', 'c'].map(table => `(SELECT concat(min(version), max(version), count(*)) FROM ${table})`).join(', ')}`);
        const whole3 = (version: string) => Array.from({length: 3}, () => `${version}${version}${rows / 3}`);
        expect([whole3(live), whole3(next)]).toContainEqual(row);
        live = row![0] === whole3(next)[0] ? next : live;
      }
      await until('the server has noticed', async () => (await sluice(copy('new'), {cwd: place.path})).code === 0, 60_000);
      expect(await target.tables()).toEqual(['a', 'b', 'c']);
      expect(await target.rows('SELECT DISTINCT version FROM a UNION SELECT version FROM c')).toEqual([['new']]);
    });

    test('a folder of files: the next run finishes or removes what was begun', {timeout: 300_000}, async () => {
      const place = folder();
      versions(place);
      const copy = (version: string) => ['copy', `sqlite:${version}.db`, 'csv:out/'];
      const whole = async (version: string) => expect(await sluice(copy(version), {cwd: place.path})).toMatchObject({code: 0});
      await whole('old');
      const listing = place.list();
      const takes = await duration(() => whole('old'));
      for (const [i, share] of moments.slice(8, 17).entries()) {
        await killAfter(takes * (0.3 + 0.75 * share), copy(i % 2 === 0 ? 'new' : 'old'), place);
        if (i % 3 === 2) {
          await whole('new');
          expect(place.list()).toEqual(listing);
        }
      }
      expect(await sluice(['copy', 'csv:out/', 'sqlite:back.db'], {cwd: place.path})).toMatchObject({code: 0});
      expect(versionOf(place.at('back.db'))).toBe('new');
    });
  });
});
