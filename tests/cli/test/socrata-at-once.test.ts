import {startSoda, type SodaServer} from '@sluice/testkit/servers';
import {beforeEach, expect, test, vi} from 'vitest';
import {openDatabase, servers} from './support/database.ts';
import {folders, type Folder} from './support/folder.ts';
import {openPostgres, postgres} from './support/postgres.ts';
import {socrataGather, start, type Ended, type Running} from './support/program.ts';
import {rowsOf} from './support/sqlite-file.ts';

const folder = folders();
// Each runs the program several times, on machines that are busy.
vi.setConfig({testTimeout: 300_000});
const COLUMNS = [{fieldName: 'number', dataTypeName: 'text'}];
const rows = (count: number) => Array.from({length: count}, (_, i) => [`"S${i}"`]);

let server: SodaServer;
let place: Folder;
beforeEach(async () => {
  server = await startSoda();
  server.add({id: 'cats-0001', name: 'Cats', columns: COLUMNS, rows: rows(20)});
  server.add({id: 'dogs-0001', name: 'Dogs', columns: COLUMNS, rows: rows(30)});
  place = folder();
  write(null);
  return () => server[Symbol.asyncDispose]();
});

function write(target: string | null): void {
  place.write('topics.yaml', `${target === null ? '' : `targets: {warehouse: '${target}'}\n`}topics:\n${['cats', 'dogs'].map(name => `  ${name}: {source: '${server.host}', tls: false, dataset: ${name}-0001, table: ${name}}\n`).join('')}`);
}

/** A run of the cats that has its target, and waits for the portal until `go` is called. */
async function held(): Promise<Running & {readonly go: () => void}> {
  let go = () => {};
  server.fail('rows', {kind: 'slow', until: new Promise<void>(resolve => { go = resolve; })});
  const asked = new Promise<void>(resolve => { server.onRequest(({topic}) => { if (topic === 'rows') resolve(); }); });
  const running = start('socrata-gather', ['-t', 'cats'], {cwd: place.path});
  await asked;
  return {...running, go};
}
/** A run of the dogs, once it says that it waits. */
async function waiting(...words: string[]): Promise<Running> {
  let told = () => {};
  const isWaiting = new Promise<void>(resolve => { told = resolve; });
  let talk = '';
  const running = start('socrata-gather', ['-t', 'dogs', ...words], {cwd: place.path, onTalk: text => { if ((talk += text).includes(' waits until ')) told(); }});
  await Promise.race([isWaiting, running.ended]);
  return running;
}
const bothAreWell = (cats: Ended, dogs: Ended) => {
  expect(cats, cats.stderr).toMatchObject({code: 0});
  expect(dogs, dogs.stderr).toMatchObject({code: 0});
  expect(dogs.stderr).toMatch(/^topic dogs waits until socrata-gather cats \(process \d+ on \S+, since \S+ \S+ UTC\) is done with its target, until \S+ \S+ UTC at most$/m);
};

test('a topic waits for another one that has its file, says so, and both come', async () => {
  const cats = await held();
  const dogs = await waiting();
  // While it waits it has not begun.
  expect((await socrataGather(['status'], {cwd: place.path})).stdout).toMatch(/^cats +running[^]*^dogs +never run/m);
  cats.go();
  bothAreWell(await cats.ended, await dogs.ended);
  expect(rowsOf(place.at('socrata.db'), 'SELECT (SELECT count(*) FROM cats), (SELECT count(*) FROM dogs)')).toEqual([[20n, 30n]]);
  expect(rowsOf(place.at('socrata.db'), 'SELECT topic, status FROM import_run ORDER BY topic')).toEqual([['cats', 'ok'], ['dogs', 'ok']]);
  const when = (topic: string, moment: string) => rowsOf(place.at('socrata.db'), `SELECT ${moment} FROM import_run WHERE topic = '${topic}'`).flat()[0] as string;
  expect(when('dogs', 'started_at') >= when('cats', 'ended_at')).toBe(true);
  expect(rowsOf(place.at('socrata.db'), "SELECT count(*) FROM import_log WHERE comments LIKE 'STARTING%'")).toEqual([[2n]]);
});

test('one that has waited long enough is refused in a sentence; one that is stopped stops at once; the same topic is not waited for', async () => {
  const cats = await held();
  const dogs = await socrataGather(['-t', 'dogs', '--lock-wait', '1s'], {cwd: place.path});
  expect(dogs).toMatchObject({code: 1, stdout: ''});
  expect(dogs.stderr).toMatch(/socrata\.db is locked by process \d+ .*\(socrata-gather cats\); wait until it has ended, or stop it/);
  const stopped = await waiting();
  stopped.kill('SIGINT');
  expect(await stopped.ended).toMatchObject({code: 130});
  const again = await socrataGather(['-t', 'cats'], {cwd: place.path});
  expect(again).toMatchObject({code: 1});
  expect(again.stderr).toMatch(/topic cats .* is locked by process/);
  cats.go();
  expect(await cats.ended).toMatchObject({code: 0});
});

test.skipIf(postgres === null)('into one database of PostgreSQL, and a run that may not wait is written down', async () => {
  const target = await openPostgres(postgres!);
  try {
    write(target.url);
    const cats = await held();
    expect(await socrataGather(['-t', 'dogs', '--lock-wait', '1s'], {cwd: place.path})).toMatchObject({code: 1});
    expect(await target.rows("SELECT status, error LIKE '% is locked by process %' FROM import_run WHERE topic = 'dogs'")).toEqual([['failed', 't']]);
    const dogs = await waiting();
    cats.go();
    bothAreWell(await cats.ended, await dogs.ended);
    expect(await target.rows('SELECT (SELECT count(*) FROM cats), (SELECT count(*) FROM dogs)')).toEqual([['20', '30']]);
  } finally {
    await target[Symbol.asyncDispose]();
  }
});

test.for(servers)('into one database of $kind', async it => {
  await using target = await openDatabase(it);
  write(target.url);
  const cats = await held();
  const dogs = await waiting();
  cats.go();
  bothAreWell(await cats.ended, await dogs.ended);
  expect(await target.rows('SELECT (SELECT count(*) FROM cats), (SELECT count(*) FROM dogs)')).toEqual([['20', '30']]);
});
