import {once} from 'node:events';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {connect, type AddressInfo, type Socket} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createServer, type Server} from 'node:tls';
import {mongodb as connector} from '@sluice/connector-mongodb';
import {Secret, type PipelineError} from '@sluice/core';
import {expectNoLeak, rejection, until} from '@sluice/testkit';
import {hasOpenssl, makeCertificate, startMongoWire} from '@sluice/testkit/servers';
import {BSON} from 'mongodb';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {never} from './lab.ts';

const password = new Secret('hunter2');
const collections = [{name: 'docs', documents: [BSON.serialize({_id: 1})]}];

describe('logging in', () => {
  it.each([[18, 'the server refuses the user or the password'], [11, 'the server does not know the user'], [13, 'the user may not do this']])('that is refused with error %i says so, and is not tried again', async (code, what) => {
    await using wire = await startMongoWire({topology: 'standalone', collections});
    for (let i = 0; i < 10; i++) wire.fail('saslStart', {code});
    await using source = connector.source!({url: wire.url.replace('mongodb://', 'mongodb://reader@').replace(/\/$/, '/shop?serverSelectionTimeoutMS=2000'), password});
    const error = await rejection(source.discover(never));
    expect(error).toMatchObject({code: 'SLUICE_AUTH', retryable: false, message: expect.stringContaining(what)});
    expectNoLeak(error, 'hunter2');
    const problems = await source.check(never);
    expect(problems).toEqual([{message: expect.stringContaining(what)}]);
    expectNoLeak(wire.commands, 'hunter2');
  });

  it('to a server that says nothing is given up when it is aborted', async () => {
    await using wire = await startMongoWire({topology: 'standalone', collections});
    wire.fail('listCollections', 'silence');
    await using source = connector.source!({url: wire.url.replace(/\/$/, '/shop')});
    const stop = new AbortController();
    const reason = new Error('enough');
    const failed = rejection(source.discover(stop.signal));
    await until('the list is asked for', () => wire.commands.some(({name}) => name === 'listCollections'));
    stop.abort(reason);
    expect(await failed).toBe(reason);
  });
});

describe.skipIf(!hasOpenssl())('encryption', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-mongodb-tls-'));
  const file = (name: string) => join(folder, name);
  let server: Server;
  let wire: Awaited<ReturnType<typeof startMongoWire>>;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    for (const [name, host] of [['server', 'localhost'], ['other', 'elsewhere']] as const) {
      makeCertificate(host, {key: file(`${name}.key`), cert: file(`${name}.pem`)});
    }
    wire = await startMongoWire({topology: 'standalone', collections});
    const port = Number(new URL(wire.url).port);
    server = createServer({key: readFileSync(file('server.key')), cert: readFileSync(file('server.pem'))}, secure => {
      const plain = connect(port, '127.0.0.1');
      for (const each of [secure, plain]) {
        sockets.add(each);
        each.on('error', () => {}).on('close', () => {
          sockets.delete(each);
          secure.destroy();
          plain.destroy();
        });
      }
      secure.pipe(plain).pipe(secure);
    });
    server.on('tlsClientError', () => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    for (const each of sockets) each.destroy();
    server.close();
    await wire[Symbol.asyncDispose]();
    rmSync(folder, {recursive: true});
  });
  const attempt = async (options: string, host = 'localhost') => {
    await using source = connector.source!({url: `mongodb://${host}:${(server.address() as AddressInfo).port}/shop?serverSelectionTimeoutMS=500&${options}`});
    return await source.discover(never).then(async () => (await source.about!(never)).encryption, (error: PipelineError) => `${error.code} ${error.message.replace(/^.*?: (?=the|no)/, '')}`);
  };

  it('is checked against the authority that is named, and the name of the host', async () => {
    expect(await attempt(`tls=true&tlsCAFile=${encodeURIComponent(file('server.pem'))}`)).toBe('TLS');
    expect(await attempt('tls=true')).toBe('SLUICE_CONNECT the certificate of the server is not accepted (DEPTH_ZERO_SELF_SIGNED_CERT)');
    expect(await attempt(`tls=true&tlsCAFile=${encodeURIComponent(file('other.pem'))}`)).toMatch(/^SLUICE_CONNECT the certificate of the server is not accepted/);
    expect(await attempt(`tls=true&tlsCAFile=${encodeURIComponent(file('server.pem'))}`, '127.0.0.1')).toMatch(/^SLUICE_CONNECT the certificate of the server is of another host/);
    expect(await attempt('tls=true&tlsAllowInvalidCertificates=true&tlsAllowInvalidHostnames=true', '127.0.0.1')).toBe('TLS');
    expect(await attempt('')).toMatch(/^SLUICE_CONNECT /);
  });

  it('with a file that is not there is a mistake of the URL', async () => {
    expect(await attempt('tls=true&tlsCAFile=%2Fnowhere.pem')).toBe('SLUICE_CONFIG the file /nowhere.pem cannot be read: ENOENT');
    expect(await attempt(`tls=true&tlsCertificateKeyFile=${encodeURIComponent(join(import.meta.dirname, 'connection.test.ts'))}`)).toMatch(/^SLUICE_CONFIG .*a file of the URL holds no certificate or key/);
  });
});
