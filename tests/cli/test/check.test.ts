import {execFileSync} from 'node:child_process';
import {chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {startPrivateServer, type PrivateServer} from '@sluice/testkit';
import {makeAccount} from './support/account.ts';
import {mariadb, openDatabase} from './support/database.ts';
import {folders} from './support/folder.ts';
import {openPostgres, postgres} from './support/postgres.ts';
import {sluice} from './support/program.ts';
import {documentOf} from './support/report.ts';
import {makeSqlite} from './support/sqlite-file.ts';

const folder = folders();

const check = async (url: string, ...words: string[]) => {
  const ended = await sluice(['check', url, '--json', ...words], {cwd: folder().path});
  const {problems = [], about} = documentOf(ended) as {problems?: {as?: string; path?: string; message: string}[]; about?: {system: string; encryption?: string; place?: string} | null};
  return {code: ended.code, problems, about, whole: ended.stdout + ended.stderr};
};

test.skipIf(postgres === null)('a PostgreSQL database by schema and by socket, as both: all that is missing, each with its GRANT', async () => {
  await using database = await openPostgres(postgres!);
  await database.run('CREATE SCHEMA other', 'CREATE TABLE other.open (id int)', 'CREATE TABLE other.shut (id int)');
  const reader = await database.account(['USAGE ON SCHEMA other', 'SELECT ON other.open']);
  const role = new URL(reader).username;
  const found = await check(`${reader}?schema=other`, '--as', 'both');
  expect(found).toMatchObject({code: 1, about: {system: expect.stringMatching(/^PostgreSQL \d+/) as string, encryption: 'none: the connection is in the clear', place: `user ${role}, database ${database.name}, schema other`}});
  expect(found.problems).toEqual([
    {as: 'source', path: 'shut', message: `the user may not read table shut; GRANT SELECT ON "other"."shut" TO "${role}", or leave the table out`},
    {as: 'destination', message: `the user may not make tables in schema other; GRANT CREATE, USAGE ON SCHEMA "other" TO "${role}"`},
  ]);
  expect(found.whole).not.toContain(new URL(reader).password);
  // What was told helps.
  for (const {message} of found.problems) await database.run(/GRANT [^,]*(?:, USAGE)?[^,]*/.exec(message)![0]);
  expect(await check(`${reader}?schema=other`, '--as', 'both')).toMatchObject({code: 0, problems: []});
  if (postgres!.socket !== null) {
    const {username, password, port, pathname} = new URL(database.url);
    expect(await check(`postgresql://${username}:${password}@localhost:${port}${pathname}?host=${encodeURIComponent(postgres!.socket)}&schema=other`)).toMatchObject({code: 0, about: {encryption: 'none: the connection is in the clear'}});
  }
});

test.skipIf(!mariadb)('a MariaDB or MySQL database, by socket too, as both: all that is missing, each with its GRANT', async () => {
  await using database = await openDatabase(mariadb!);
  await database.run('CREATE TABLE open_table (id int)', 'CREATE TABLE shut (id int)');
  await using account = await makeAccount(database, ['SELECT ON DB.open_table', 'CREATE ON DB.*', 'DROP ON DB.*']);
  const found = await check(account.url(), '--as', 'both');
  expect(found).toMatchObject({code: 1, about: {system: expect.stringMatching(/^(MariaDB|MySQL) \d+\.\d+\.\d+$/) as string}});
  const grants = found.problems.map(({as, message}) => `${as}: ${/GRANT .* TO [^ ,]+/.exec(message)?.[0] ?? message}`);
  expect(grants).toContainEqual(expect.stringMatching(/^source: GRANT SELECT ON `\w+`\.`shut` TO '/));
  for (const privilege of ['INSERT', 'ALTER', 'CREATE TEMPORARY TABLES']) expect(grants).toContainEqual(expect.stringMatching(`^destination: GRANT ${privilege} ON \`\\w+\`\\.\\* TO '`));
  for (const grant of grants) await database.run(grant.replace(/^\w+: /, ''));
  expect((await check(account.url(), '--as', 'both')).problems.map(({message}) => message)).toEqual([]);
  if (mariadb!.socket !== null) {
    expect(await check(`mariadb://${mariadb!.user}:${mariadb!.password}@localhost/${database.name}?socket=${encodeURIComponent(mariadb!.socket)}`)).toMatchObject({code: 0});
  }
});

test.skipIf(!mariadb)('each use has the password that a copy would take for it, and where there is one only, it serves both', async () => {
  await using database = await openDatabase(mariadb!);
  await database.run('CREATE TABLE t (id int)');
  await using account = await makeAccount(database, ['ALL ON DB.*']);
  const url = new URL(account.url());
  const {password} = url;
  url.password = '';
  const verdicts = async (env: Readonly<Record<string, string>>) => {
    const {stdout} = await sluice(['check', url.href, '--as', 'both'], {cwd: folder().path, env});
    return ['source', 'destination'].map(use => stdout.includes(`can be used as a ${use}\n`));
  };
  expect(await verdicts({SLUICE_SOURCE_PASSWORD: password, SLUICE_DESTINATION_PASSWORD: 'wrong'})).toEqual([true, false]);
  expect(await verdicts({SLUICE_SOURCE_PASSWORD: 'wrong', SLUICE_DESTINATION_PASSWORD: password})).toEqual([false, true]);
  for (const name of ['SLUICE_SOURCE_PASSWORD', 'SLUICE_DESTINATION_PASSWORD']) expect(await verdicts({[name]: password}), name).toEqual([true, true]);
});

test('files of every kind, by every form of their URLs', async () => {
  const place = folder();
  makeSqlite(place.at('in.db'), 'CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT)', "INSERT INTO t VALUES (1, 'a')");
  for (const url of ['csv:t.csv.gz', 'jsonl:lines/', 'jsonl:t.jsonl.gz', `sqlite://${place.at('copy.db')}`]) {
    expect(await sluice(['copy', 'sqlite:in.db', url, '--quiet'], {cwd: place.path})).toMatchObject({code: 0});
    expect(await sluice(['check', url, '--as', 'both'], {cwd: place.path})).toMatchObject({code: 0, stdout: expect.stringMatching(/can be used as a source\n.*can be used as a destination/) as string});
  }
  expect(gunzipSync(readFileSync(place.at('t.jsonl.gz'))).toString()).toBe('{"id":1,"note":"a"}\n');
  expect(await check('csv:nowhere/')).toMatchObject({code: 1, problems: [{}]});
  expect((await sluice(['check', 'sqlite:in.db'], {cwd: place.path})).stdout).toMatch(/SQLite 3\.\d+/);
});

const hasOpenssl = (() => {
  try {
    return execFileSync('openssl', ['version']).length > 0;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasOpenssl || postgres === null || mariadb === undefined)('encryption, with a certificate authority of one\'s own', () => {
  const pem = mkdtempSync(join(tmpdir(), 'sluice-ca-'));
  const at = (name: string) => join(pem, name);
  const started: PrivateServer[] = [];
  let servers: {readonly postgres: PrivateServer; readonly mariadb: PrivateServer};
  afterAll(async () => {
    for (const one of started) await one.stop();
    rmSync(pem, {recursive: true});
  });
  beforeAll(async () => {
    const openssl = (...words: string[]) => execFileSync('openssl', words, {stdio: 'ignore'});
    for (const ca of ['ca', 'stranger']) openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${ca}`, '-keyout', at(`${ca}.key`), '-out', at(`${ca}.pem`));
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-keyout', at('server.key'), '-out', at('server.csr'));
    writeFileSync(at('names'), 'subjectAltName=DNS:localhost\n');
    openssl('x509', '-req', '-in', at('server.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2', '-extfile', at('names'), '-out', at('server.pem'));
    chmodSync(pem, 0o755);
    writeFileSync(at('mariadb.key'), readFileSync(at('server.key')), {mode: 0o644});
    chmodSync(at('server.key'), 0o600);
    // As root, the server runs under another account, which must own its key.
    if (process.getuid?.() === 0) chownSync(at('server.key'), Number(execFileSync('id', ['-u', 'postgres'])), 0);
    const postgresOptions = ['ssl=on', `ssl_cert_file=${at('server.pem')}`, `ssl_key_file=${at('server.key')}`].flatMap(option => ['-c', option]);
    const [one, two] = await Promise.all([
      startPrivateServer('postgres', {options: postgresOptions}), startPrivateServer(mariadb!.kind, {options: [`--ssl-ca=${at('ca.pem')}`, `--ssl-cert=${at('server.pem')}`, `--ssl-key=${at('mariadb.key')}`]}),
    ]);
    started.push(...[one, two].filter(it => it !== null));
    servers = {postgres: one!, mariadb: two!};
  });

  test.each([
    ['sslmode=disable', '127.0.0.1', /^none/], ['sslmode=prefer', '127.0.0.1', /^TLSv1\.[23] .*not checked$/], ['sslmode=require', '127.0.0.1', /^TLSv1\.[23] .*not checked$/],
    ['sslmode=verify-ca&sslrootcert=CA', '127.0.0.1', /is checked, but not whose/], ['sslmode=verify-full&sslrootcert=CA', 'localhost', /checked, and that it is of this host/],
    ['sslmode=verify-full&sslrootcert=CA', '127.0.0.1', null], ['sslmode=verify-ca&sslrootcert=STRANGER', 'localhost', null], ['sslmode=verify-full', 'localhost', null],
  ])('PostgreSQL: %s at %s', async (mode, host, says) => {
    await expectEncryption(servers.postgres.url.replace('127.0.0.1', host), mode, says);
  });

  test.each([
    ['ssl=off', '127.0.0.1', /^none/], ['ssl=required', '127.0.0.1', /^TLSv1\.[23] .*not checked$/], ['ssl=verify&ca=CA', 'localhost', /checked, and that it is of this host/],
    ['ssl=verify&ca=CA', '127.0.0.1', null], ['ssl=verify&ca=STRANGER', 'localhost', null],
  ])('MariaDB: %s at %s', async (mode, host, says) => {
    await expectEncryption(`${servers.mariadb.url.replace('127.0.0.1', host)}mysql`, mode, says);
  });

  async function expectEncryption(url: string, mode: string, says: RegExp | null): Promise<void> {
    const found = await check(`${url}?${mode.replace('STRANGER', at('stranger.pem')).replace('CA', at('ca.pem'))}`);
    if (says !== null) return expect(found.about?.encryption).toMatch(says);
    expect(found).toMatchObject({code: 1, about: null, problems: [{message: expect.stringMatching(/certificate/) as string}]});
  }
});
