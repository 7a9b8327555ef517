import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Secret} from '@sluice/core';
import {expectNoLeak} from '@sluice/testkit';
import {hasOpenssl, makeCertificate, startSoda, type SodaOptions, type SodaServer} from '@sluice/testkit/servers';
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest';
import {parseEndpoint, SocrataSource} from '../src/index.ts';
import {never, noWaiting, onlyTable, openSource, petServer, PET_ID, rowsOf} from './lab.ts';

const TOKEN = 'PHI-CANARY-7f3a-token';
const servers: SodaServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

async function withPets(count: number, options: SodaOptions = {}) {
  const lab = await petServer(count, options);
  servers.push(lab.server);
  lab.server.add({id: 'priv-0001', name: 'Private', columns: [{fieldName: 'a', dataTypeName: 'text'}], rows: [['"x"']], isPrivate: true});
  return lab;
}

/** What check says, which is all that is wrong. */
async function problems(source: SocrataSource): Promise<readonly string[]> {
  const found = await source.check(never);
  expectNoLeak({found, label: source.label, warnings: source.warnings, source}, TOKEN);
  return found.map(({message}) => message);
}

describe('data sets', () => {
  test('one that does not exist', async () => {
    const {server} = await withPets(1);
    await using source = openSource(server, 'miss-ing1');
    expect(await problems(source)).toEqual([`${server.host}: there is no data set miss-ing1 (404 not_found, request 245c26b637796d52c60f9a5e902627db); check the id: it is the last part of the address of its page`]);
    await expect(source.discover(never)).rejects.toMatchObject({code: 'SLUICE_SCHEMA', retryable: false});
  });

  test('a private one, and one that does not exist: each is told', async () => {
    const {server} = await withPets(1);
    await using source = openSource(server, `priv-0001,${PET_ID},miss-ing1`);
    expect(await problems(source)).toEqual([
      `${server.host}: data set priv-0001 may not be read like this (403 permission_denied, request 245c26b637796d52c60f9a5e902627db); it is private, or the portal wants to know who asks: pass an app token as a password, or name a user in the URL, e.g. the id of an API key`,
      expect.stringContaining('there is no data set miss-ing1') as string,
    ]);
  });

  test('a map or a file, which has no columns', async () => {
    const {server} = await withPets(1);
    server.add({id: 'maps-0001', name: 'Map', columns: [], assetType: 'map'});
    await using source = openSource(server, 'maps-0001');
    await expect(source.discover(never)).rejects.toMatchObject({code: 'SLUICE_SCHEMA', message: `data set maps-0001 of ${server.host} has no columns: it is a map`});
  });

  test('an empty one is a table without rows', async () => {
    const {server} = await withPets(0);
    await using source = openSource(server, PET_ID);
    expect(await problems(source)).toEqual([]);
    expect(await rowsOf(source, await onlyTable(source))).toEqual([]);
  });
});

describe('who asks', () => {
  test('a valid token is shown in its header, and nowhere else', async () => {
    for (const api of ['2.1', '3']) {
      const {server} = await withPets(3, {tokens: [TOKEN], needsToken: true});
      await using source = openSource(server, PET_ID, `api=${api}`, {password: TOKEN});
      expect(await rowsOf(source, await onlyTable(source))).toHaveLength(3);
      expect(new Set(server.requests.map(({headers}) => headers['x-app-token']))).toEqual(new Set([TOKEN]));
      expect(server.requests.map(({path, soql}) => path + (soql ?? '')).join()).not.toContain(TOKEN);
      expect(await source.about(never)).toEqual({system: `Socrata, SODA ${api}`, place: `${server.host}, with an app token`});
      expect(source.warnings).toEqual([]);
    }
  });

  test('without one, version 3 may refuse: then that is said', async () => {
    const {server} = await withPets(3, {needsToken: true});
    await using source = openSource(server, PET_ID, 'api=3');
    const schema = await onlyTable(source);
    await expect(rowsOf(source, schema)).rejects.toMatchObject({code: 'SLUICE_AUTH', remedy: expect.stringContaining('pass an app token as a password') as string});
  });

  test('a token that the portal does not know any more is left out, with version 3 which wants one, and a warning says so', async () => {
    const {server} = await withPets(3, {needsToken: true});
    await using source = openSource(server, PET_ID, '', {password: TOKEN});
    expect(await rowsOf(source, await onlyTable(source))).toHaveLength(3);
    expect(source.warnings).toEqual([`${server.host} refuses the app token: everything is read without it, more slowly where the portal is busy; get another one`]);
    expect(server.requests.filter(({headers}) => headers['x-app-token'] !== undefined)).toHaveLength(1);
    expect(await source.about(never)).toEqual({system: 'Socrata, SODA 2.1', place: `${server.host}, as nobody`});
  });

  test('a token opens no private data set', async () => {
    const {server} = await withPets(3, {tokens: [TOKEN]});
    await using source = openSource(server, 'priv-0001', '', {password: TOKEN});
    expect(await problems(source)).toEqual([`${server.host} refuses data set priv-0001 with the app token and without it; check the token; a private data set wants a user: name the id of an API key in the URL, and pass its secret as the password`]);
  });

  test('a user does; a wrong password is refused', async () => {
    const {server} = await withPets(3, {users: {key: TOKEN}});
    await using source = openSource(server, 'priv-0001', '', {user: 'key', password: TOKEN});
    expect(await rowsOf(source, await onlyTable(source))).toEqual([[expect.stringMatching(/^row-/), 'x']]);
    await using wrong = openSource(server, 'priv-0001', '', {user: 'key', password: `${TOKEN}!`});
    expect(await problems(wrong)).toEqual([`${server.host}: the portal refuses the user or the password (401 authentication_required, request 245c26b637796d52c60f9a5e902627db); check both; of an API key, the id is the user and the secret the password`]);
  });
});

describe('hosts', () => {
  test('one where nothing listens', async () => {
    await using source = openSource({host: '127.0.0.1:1'}, `${PET_ID},miss-ing1`);
    expect(await problems(source)).toEqual(['127.0.0.1:1: nothing listens there (ECONNREFUSED); 6 attempts; check host and port in the URL, and that the server runs']);
  });

  test('one that is no portal', async () => {
    const {server} = await withPets(1);
    await using source = openSource(server, PET_ID);
    server.fail('metadata', {kind: 'error', status: 404, body: '<html>Not found</html>'});
    await expect(source.discover(never)).rejects.toMatchObject({code: 'SLUICE_CONNECT', retryable: false, message: `${server.host} does not answer as a Socrata portal: it answers 404`});
    server.fail('metadata', {kind: 'html'});
    await expect(source.discover(never)).rejects.toMatchObject({message: `${server.host} does not answer as a Socrata portal: it answers with a page of HTML`});
    for (const text of ['{"id":5}', '[]', 'null', '{', '{"id":"jguv-t9rb","name":"x","columns":[{"name":"a"}]}']) {
      server.fail('metadata', {kind: 'body', text});
      await expect(source.discover(never)).rejects.toMatchObject({code: 'SLUICE_CONNECT', retryable: false, message: expect.stringMatching(/: what it says of data set jguv-t9rb is no (?:metadata|JSON)$/) as string});
    }
  });

  test('refusals of the oldest portals, which have no code, are those of a portal', async () => {
    const {server} = await withPets(1);
    await using source = openSource(server, PET_ID);
    server.fail('metadata', {kind: 'error', status: 404, body: '{"error":true,"message":"Cannot find view"}'});
    await expect(source.discover(never)).rejects.toMatchObject({code: 'SLUICE_SCHEMA', message: `${server.host}: there is no data set ${PET_ID} (404)`});
    const schema = await onlyTable(source);
    server.fail('rows', {kind: 'error', status: 400, body: '{"error":true,"message":"Unrecognized arguments [limit]"}'});
    await expect(rowsOf(source, schema)).rejects.toMatchObject({code: 'SLUICE_SCHEMA', message: `${server.host}: the portal refuses a query of data set ${PET_ID} (400)`});
  });

  test('one that redirects to another is not followed, and the token not shown there', async () => {
    const {server} = await withPets(1);
    const {server: other} = await withPets(1);
    for (const to of [`http://${other.host}/api/views/${PET_ID}.json`, `//${other.host}/`, `https://${server.host}/`]) {
      await using source = openSource(server, PET_ID, '', {password: TOKEN});
      server.fail('metadata', {kind: 'redirect', to});
      await expect(source.discover(never)).rejects.toMatchObject({code: 'SLUICE_CONNECT', retryable: false, message: `${server.host} redirects to another host, ${new URL(to, 'http://x').host}`});
    }
    expect(other.requests).toEqual([]);
  });

  test('redirects within it are followed, as far as they have an end', async () => {
    const {server} = await withPets(1);
    await using source = openSource(server, PET_ID);
    server.fail('metadata', {kind: 'redirect', to: `/api/views/${PET_ID}.json`}, 2);
    expect((await onlyTable(source)).table).toBe('seattle_pet_licenses');
    await using lost = openSource(server, PET_ID);
    server.fail('metadata', {kind: 'redirect', to: `/api/views/${PET_ID}.json`}, Infinity);
    await expect(lost.discover(never)).rejects.toMatchObject({message: `${server.host} does not answer as a Socrata portal: its redirects have no end`});
  });
});

describe.skipIf(!hasOpenssl())('certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-socrata-tls-'));
  const file = (name: string) => join(folder, name);
  let server: SodaServer;
  beforeAll(async () => {
    makeCertificate('localhost', {key: file('key.pem'), cert: file('cert.pem')});
    server = await startSoda({tls: {key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem'))}});
    server.add({id: PET_ID, name: 'Pets', columns: [{fieldName: 'a', dataTypeName: 'text'}], rows: [['"x"']]});
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, {recursive: true});
  });

  const open = (host: string, parameters = '') => new SocrataSource(parseEndpoint({url: `socrata://${host}:${server.port}/${PET_ID}${parameters}`, password: new Secret(TOKEN)}), noWaiting());

  test('one that fits is checked, and told of', async () => {
    await using source = open('localhost', `?tlsCa=${file('cert.pem')}&api=2.1`);
    expect(await rowsOf(source, await onlyTable(source))).toHaveLength(1);
    expect((await source.about(never)).encryption).toBe('TLSv1.3; the certificate was checked, and whose it is');
  });

  test.for([
    ['that nobody vouches for', 'localhost', '', 'nobody that is trusted here vouches for the certificate of the server (DEPTH_ZERO_SELF_SIGNED_CERT); check the host; where its authority is known to you, name a file with its certificate in tlsCa'],
    ['for another host', '127.0.0.1', 'cert.pem', 'the certificate of the server is for another host (ERR_TLS_CERT_ALTNAME_INVALID); check the host in the URL'],
  ])('one %s is refused at once, before anything is asked', async ([, host, ca, said]) => {
    const before = server.requests.length;
    await using source = open(host!, ca === '' ? '' : `?tlsCa=${file(ca!)}`);
    expect(await problems(source)).toEqual([`${host}:${server.port}: ${said}`]);
    expect(server.requests).toHaveLength(before);
  });

  test('a server that does not speak TLS gets nothing', async () => {
    const {server: plain} = await withPets(1);
    await using source = new SocrataSource(parseEndpoint({url: `socrata://${plain.host}/${PET_ID}`, password: new Secret(TOKEN)}), noWaiting());
    expect(await problems(source)).toEqual([expect.stringMatching(/: the server does not speak TLS there \((?:EPROTO|ERR_SSL_\w+)\); check host and port; only a server on this machine can be read without, by tls=false$/) as string]);
    expect(plain.requests).toEqual([]);
  });

  test('a file of authorities that is not there is a mistake in the URL', async () => {
    await using source = open('localhost', `?tlsCa=${file('none.pem')}`);
    await expect(source.discover(never)).rejects.toMatchObject({code: 'SLUICE_CONFIG', message: `tlsCa: ${file('none.pem')} cannot be read (ENOENT)`});
  });
});
