import {readFileSync} from 'node:fs';
import {startSoda, type SodaServer} from '@sluice/testkit/servers';
import {beforeEach, expect, test, vi} from 'vitest';
import {folders, type Folder} from './support/folder.ts';
import {socrataGather} from './support/program.ts';
import {rowsOf} from './support/sqlite-file.ts';

const folder = folders();
// Each runs the program several times, on machines that are busy.
vi.setConfig({testTimeout: 300_000});
const COLUMNS = [{fieldName: 'number', dataTypeName: 'text'}, {fieldName: 'fee', dataTypeName: 'number'}];

let server: SodaServer;
let place: Folder;
beforeEach(async () => {
  server = await startSoda({users: {reader: 'secret-1'}});
  server.add({id: 'pets-0001', name: 'Pets', columns: COLUMNS, rows: [['"S1"', '"1.50"']]});
  place = folder();
  return () => server[Symbol.asyncDispose]();
});
const run = (...words: string[]) => socrataGather(words, {cwd: place.path});
const write = (more: string, dataset = 'pets-0001') => { place.write('topics.yaml', `topics:\n  pets:\n    source: ${server.host}\n    tls: false\n    dataset: ${dataset}\n    table: pets\n${more}`); };

test('who has no topics yet is told how to get one', async () => {
  const ended = await run('status');
  expect(ended).toMatchObject({code: 2});
  expect(ended.stderr).toBe('error: cannot read topics.yaml: there is no such file\ntry: socrata-gather add HOST ID, which makes one; or name another one with --topics\n');
});

test('so is who has an empty file', async () => {
  place.write('topics.yaml', '# nothing yet\n');
  const ended = await run('-t', 'pets');
  expect(ended).toMatchObject({code: 2, stderr: 'error: topics.yaml is empty\ntry: socrata-gather add HOST ID, which adds a topic to it\n'});
  expect(await run('add', server.host, 'pets-0001', '--tls=false', '--name', 'pets')).toMatchObject({code: 0});
  expect(readFileSync(place.at('topics.yaml'), 'utf8')).toMatch(/^# nothing yet\n(.*\n)*topics:\n {2}pets:\n/);
  expect(await run('-t', 'pets')).toMatchObject({code: 0});
});

test('a target that cannot be asked does not hide how the topics of the others stand', async () => {
  const topic = `source: ${server.host}, tls: false, dataset: pets-0001`;
  place.write('topics.yaml', `targets: {here: 'sqlite:here.db', far: 'sqlite:far.db'}\ntopics:\n  lost: {${topic}, target: far, table: pets}\n  pets: {${topic}, target: here, table: pets}\n`);
  expect(await run('-t', 'pets')).toMatchObject({code: 0});
  place.write('far.db', 'this is no database, but a text that is long enough to be one');
  const shown = await run('status');
  expect(shown).toMatchObject({code: 1, stderr: ''});
  expect(shown.stdout).toMatch(/^lost +unknown +\S*far\.db is not a SQLite database.*\npets +ok +/m);
  expect(JSON.parse((await run('status', '--json')).stdout)).toMatchObject({topics: [{topic: 'lost', state: 'unknown', runs: [], error: expect.stringContaining('far.db')}, {topic: 'pets', state: 'ok', error: null}]});
});

test.each([
  {words: (host: string) => ['describe', `https://${host}/d/pets-0001`, 'pets-0001'], says: 'error: --host must be a host alone, as in data.seattle.gov\n'},
  {words: (host: string) => ['describe', host, 'pets'], says: 'error: --dataset must be an id: four characters, a hyphen and four characters, as in jguv-t9rb\n'},
  {words: (host: string) => ['add', host, 'pets-0001', '--table', 'my pets'], says: 'error: --table must be a name without blanks and without & ? # %\n'},
  {words: (host: string) => ['add', host, 'pets-0001', '--topics', 'topics.json'], says: 'error: topics.json must end in .yaml or .yml; topics are added to files of YAML; into one of JSON write them yourself\n'},
])('what is given is refused in words: $says', async ({words, says}) => {
  const ended = await run(...words(server.host), '--tls=false');
  expect(ended).toMatchObject({code: 2, stdout: ''});
  expect(ended.stderr).toContain(says);
  expect(place.list()).toEqual([]);
});

test('what comes next can be pasted into a shell, and the id of a data set may be written in capitals', async () => {
  const added = await run('add', server.host, 'PETS-0001', '--tls=false', '--name', "Joe's pets", '--topics', 'my topics.yaml');
  expect(added).toMatchObject({code: 0, stdout: `topic Joe's pets is in my topics.yaml: 1 row, key :id; next: socrata-gather -t 'Joe'\\''s pets' --topics 'my topics.yaml'\n`});
  expect(readFileSync(place.at('my topics.yaml'), 'utf8')).toContain('dataset: pets-0001\n');
  write('', 'PETS-0001');
  expect(await run('-t', 'pets')).toMatchObject({code: 0});
  write('');
  expect((await run('-t', 'pets')).stdout).toContain('nothing changed');
});

test.each([
  ["species = 'Cat'", 'it names a column that the data set has not'],
  ['fee >', 'the portal refuses it (400 query.compiler.malformed'],
  ['fee > 1 LIMIT 5', 'it has the word LIMIT'],
])('a filter that the portal does not take: %s', async (filter, says) => {
  write(`    filter: ${JSON.stringify(filter)}\n`);
  const ended = await run('-t', 'pets');
  expect(ended).toMatchObject({code: 2, stdout: ''});
  expect(ended.stderr).toContain(`error: the filter of topic pets cannot be used: ${says}`);
  expect(ended.stderr).toContain('correct `filter` in the topics file');
  expect(rowsOf(place.at('socrata.db'), 'SELECT status FROM import_run')).toEqual([['failed']]);
});

test('a user without a secret is told where it stands', async () => {
  write('    user: reader\n');
  const ended = await run('-t', 'pets');
  expect(ended).toMatchObject({code: 2, stdout: ''});
  expect(ended.stderr).toMatch(/topic pets names a user, and there is no secret; write `token: \$\{API_KEY_SECRET\}` into the topic/);
  expect(await socrataGather(['-t', 'pets'], {cwd: place.path, env: {SLUICE_SOURCE_PASSWORD: 'secret-1'}})).toMatchObject({code: 0});
});

test('two rows with one key, which the publisher says there are not: what to look for', async () => {
  server.add({id: 'twic-e001', name: 'Twice', columns: COLUMNS, rowIdentifier: 'number', rows: [['"S1"', '"1"'], ['"S1"', '"2"']]});
  write('', 'twic-e001');
  const ended = await run('-t', 'pets');
  expect(ended).toMatchObject({code: 1, stdout: ''});
  expect(ended.stderr).toContain('the primary key is there already (SQLITE_CONSTRAINT_PRIMARYKEY) (table pets); look for duplicates in the key columns');
});

test('a topic whose table has another name now is read as a whole, and says why', async () => {
  write('');
  expect(await run('-t', 'pets')).toMatchObject({code: 0});
  place.write('topics.yaml', readFileSync(place.at('topics.yaml'), 'utf8').replace('table: pets', 'table: other'));
  const ended = await run('-t', 'pets');
  expect(ended).toMatchObject({code: 0, stderr: 'pets: there is no table other: everything is read\n'});
});

test('what a run says names its topic, and a target that there cannot be is one sentence', async () => {
  write('');
  const first = await run('-t', 'pets');
  expect(first.stderr).toBe('pets: nothing was loaded yet\n');
  place.write('topics.yaml', `targets: {far: 'sqlite:none/far.db'}\n${readFileSync(place.at('topics.yaml'), 'utf8')}`);
  const refused = await run('-t', 'pets');
  expect(refused).toMatchObject({code: 1, stdout: ''});
  expect(refused.stderr).toBe(`error: ${place.at('none')}/far.db cannot be made: its folder does not exist; mkdir -p ${place.at('none')}\n`);
});

test('a topic chooses the version of the API, how long it waits, columns that the platform computes, and what is compared', async () => {
  const wide = server.add({id: 'wide-0001', name: 'Wide', columns: [...COLUMNS, {fieldName: ':@computed_region_x', dataTypeName: 'number'}], rows: [['"S1"', '"1.50"', '"7"']]});
  const versions = () => [...new Set(server.requests.filter(({api}) => api !== null).map(({api}) => api))];
  write('    api: 3\n    computed: true\n    timeout: 1s\n', 'wide-0001');
  server.fail('rows', {kind: 'silence'});
  expect(await run('-t', 'pets')).toMatchObject({code: 0});
  expect(versions()).toEqual(['3']);
  expect(rowsOf(place.at('socrata.db'), 'SELECT ":@computed_region_x" FROM pets')).toEqual([['7']]);
  const before = server.requests.length;
  write('    api: "2.1"\n    computed: true\n    totals: rows\n', 'wide-0001');
  wide.insert(['"S2"', '"2"', '"8"']);
  expect((await run('-t', 'pets')).stdout).toContain('1 row read, 1 new');
  expect(server.requests.slice(before).map(({api}) => api).filter(api => api !== null)).not.toContain('3');
  write('    api: 4\n');
  expect((await run('-t', 'pets')).stderr).toMatch(/^error: topics\.yaml:\d+:\d+ topics\.pets\.api must be 2\.1 or 3/);
});

test('a private data set is described and added as a user, whose secret is nowhere in the file', async () => {
  server.add({id: 'priv-ate1', name: 'Private', columns: COLUMNS, rows: [['"S1"', '"1.50"']], isPrivate: true});
  const as = (...words: string[]) => socrataGather(words, {cwd: place.path, env: {SLUICE_SOURCE_PASSWORD: 'secret-1'}});
  const described = await as('describe', server.host, 'priv-ate1', '--tls=false', '--user', 'reader');
  expect(described).toMatchObject({code: 0, stdout: expect.stringMatching(/^Private\n1 row/)});
  const bare = await run('describe', server.host, 'priv-ate1', '--tls=false', '--user', 'reader');
  expect(bare).toMatchObject({code: 2, stderr: 'error: --user is given, and no secret; set SLUICE_SOURCE_PASSWORD or SLUICE_SOURCE_PASSWORD_FILE\n'});
  expect(await as('add', server.host, 'priv-ate1', '--tls=false', '--user', 'reader', '--api', '2.1', '--name', 'pets')).toMatchObject({code: 0});
  expect(readFileSync(place.at('topics.yaml'), 'utf8')).toMatch(/user: reader\n {4}api: "2\.1"\n/);
  expect(readFileSync(place.at('topics.yaml'), 'utf8')).not.toContain('secret-1');
  const before = server.requests.length;
  expect(await as('-t', 'pets')).toMatchObject({code: 0});
  expect(server.requests.slice(before).map(({api}) => api).filter(api => api !== null)).not.toContain('3');
});
