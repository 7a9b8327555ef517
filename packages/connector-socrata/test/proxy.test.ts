import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {createServer, type IncomingHttpHeaders, type Server} from 'node:http';
import {connect, type AddressInfo, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {withProxies} from '@sluice/config';
import {hasOpenssl, makeCertificate, startSoda, type SodaServer} from '@sluice/testkit/servers';
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, test} from 'vitest';
import {parseEndpoint, SocrataSource} from '../src/index.ts';
import {never, noWaiting, onlyTable, PET_ID, rowsOf} from './lab.ts';

const CANARY = 'PHI-CANARY-proxy';

describe.skipIf(!hasOpenssl())('a proxy', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-socrata-proxy-'));
  const file = (name: string) => join(folder, name);
  let server: SodaServer;
  let proxy: Server;
  let asked: {readonly target: string; readonly headers: IncomingHttpHeaders}[];
  let answer: 'through' | number;
  const sockets = new Set<Socket>();

  beforeAll(async () => {
    makeCertificate('localhost', {key: file('key.pem'), cert: file('cert.pem')});
    server = await startSoda({tls: {key: readFileSync(file('key.pem')), cert: readFileSync(file('cert.pem'))}});
    server.add({id: PET_ID, name: 'Pets', columns: [{fieldName: 'a', dataTypeName: 'text'}], rows: [['"x"'], ['"y"'], ['"z"']]});
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, {recursive: true});
  });
  beforeEach(async () => {
    asked = [];
    answer = 'through';
    proxy = createServer((_, response) => { response.writeHead(200, {'content-type': 'text/html'}).end('a page'); }).listen(0, '127.0.0.1');
    proxy.on('connection', socket => sockets.add(socket));
    proxy.on('connect', (request, socket) => {
      asked.push({target: request.url ?? '', headers: request.headers});
      if (answer !== 'through') return socket.end(`HTTP/1.1 ${answer} Refused\r\n\r\n`);
      const up = connect(server.port, '127.0.0.1', () => { socket.write('HTTP/1.1 200 OK\r\n\r\n'); });
      sockets.add(up);
      socket.pipe(up).pipe(socket);
      for (const each of [socket, up]) each.on('error', () => {});
    });
    await once(proxy, 'listening');
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise(resolve => { proxy.close(resolve); });
  });

  const place = () => `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const open = (env: Readonly<Record<string, string>>, more = '') => new SocrataSource(parseEndpoint(withProxies({url: `socrata://localhost:${server.port}/${PET_ID}?pageRows=2&tlsCa=${file('cert.pem')}${more}`}, env)), noWaiting());

  test('that HTTPS_PROXY names hands everything through; the certificate is checked all the same', async () => {
    await using source = open({HTTPS_PROXY: `http://me:${CANARY}@${place()}`});
    expect(await rowsOf(source, await onlyTable(source))).toHaveLength(3);
    expect(new Set(asked.map(({target}) => target))).toEqual(new Set([`localhost:${server.port}`]));
    expect(asked[0]!.headers['proxy-authorization']).toBe(`Basic ${Buffer.from(`me:${CANARY}`).toString('base64')}`);
    expect(server.requests.every(({headers}) => headers['proxy-authorization'] === undefined)).toBe(true);
    expect(await source.about(never)).toMatchObject({place: `localhost:${server.port}, as nobody, by the proxy ${place()}`, encryption: expect.stringContaining('the certificate was checked') as string});
    expect(JSON.stringify(await source.about(never))).not.toContain(CANARY);

    await using stranger = new SocrataSource(parseEndpoint(withProxies({url: `socrata://localhost:${server.port}/${PET_ID}`}, {HTTPS_PROXY: `http://${place()}`})), noWaiting());
    await expect(stranger.discover(never)).rejects.toMatchObject({code: 'SLUICE_CONNECT', message: expect.stringContaining('nobody that is trusted here vouches') as string});
  });

  test.each([
    ['localhost', 0], ['example.org, .localhost', 0], ['*', 0], ['ocalhost', 1], ['example.org', 1], ['localhost:1', 1], ['', 1],
  ])('NO_PROXY=%j', async (noProxy, times) => {
    await using source = open({https_proxy: `http://${place()}`, NO_PROXY: noProxy});
    await source.discover(never);
    expect(asked).toHaveLength(times);
  });

  test.each([
    [407, 'SLUICE_AUTH', /^the proxy 127\.0\.0\.1:\d+ wants to know who asks \(407\)$/], [403, 'SLUICE_CONNECT', /^the proxy 127\.0\.0\.1:\d+ does not reach localhost:\d+ \(403\)$/],
    [502, 'SLUICE_CONNECT', /^the proxy 127\.0\.0\.1:\d+ does not reach localhost:\d+ \(502\); 6 attempts$/],
  ])('that refuses with %i is named', async (status, code, message) => {
    answer = status;
    await using source = open({HTTPS_PROXY: `http://me:${CANARY}@${place()}`});
    const error: unknown = await source.discover(never).catch((reason: unknown) => reason);
    expect(error).toMatchObject({code, message: expect.stringMatching(message) as string});
    expect(String((error as Error).stack)).not.toContain(CANARY);
    expect(asked).toHaveLength(status === 502 ? 6 : 1);
  });

  test('that is not there is named, and not the portal', async () => {
    await using source = open({HTTPS_PROXY: 'http://127.0.0.1:1'});
    await expect(source.discover(never)).rejects.toMatchObject({code: 'SLUICE_CONNECT', message: expect.stringContaining('the proxy 127.0.0.1:1') as string});
  });

  test('that says nothing is waited for as long as the portal, and no longer than anybody wants it', async () => {
    proxy.removeAllListeners('connect');
    const held = new Promise<void>(resolve => proxy.on('connect', () => { resolve(); }));
    const abort = new AbortController();
    await using source = open({HTTPS_PROXY: `http://${place()}`});
    const reading = source.discover(abort.signal);
    await held;
    abort.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
  });

  test.each(['proxy.example:3128', 'socks5://proxy.example', `http://%zz:${CANARY}@h:1`])('that is written as %s is a mistake, which is not shown', text => {
    expect(() => open({HTTPS_PROXY: text})).toThrow(/^HTTPS_PROXY is no URL of a proxy; write http:\/\/host:port$/);
  });

  test('is not asked for a server of this machine without TLS', () => {
    expect(parseEndpoint(withProxies({url: `socrata://127.0.0.1:1/${PET_ID}?tls=false`}, {HTTPS_PROXY: 'http://h:1'})).proxy).toBeNull();
  });
});
