import {chmodSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {startPrivateServer, type PrivateServer} from '@sluice/testkit';
import {hasOpenssl, makeCertificate} from '@sluice/testkit/servers';
import {MysqlSource} from '../src/index.ts';
import {openLab, servers, type Lab} from './lab.ts';

const {signal} = new AbortController();

describe.skipIf(!hasOpenssl()).each(servers)('the certificate of $kind', ({kind}) => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-mysql-tls-'));
  const file = (name: string) => join(folder, name);
  let server: PrivateServer | null = null;
  let lab: Lab;

  beforeAll(async () => {
    for (const name of ['server', 'other']) {
      makeCertificate('db.example', {key: file(`${name}.key`), cert: file(`${name}.pem`)});
      // The server runs under another account when root starts it.
      chmodSync(file(`${name}.key`), 0o644);
    }
    chmodSync(folder, 0o755);
    server = await startPrivateServer(kind, {options: [`--ssl-cert=${file('server.pem')}`, `--ssl-key=${file('server.key')}`]});
    if (server !== null) lab = await openLab(server);
  });
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
    await server?.stop();
    rmSync(folder, {recursive: true});
  });

  /** What is said of the encryption, or the code of the error. */
  async function attempt(parameters: string, host = 'localhost'): Promise<string> {
    const endpoint = lab.endpoint(`?${parameters}`);
    await using source = new MysqlSource({...endpoint, url: endpoint.url.replace('127.0.0.1', host)});
    return await source.about(signal).then(({encryption = ''}) => encryption, (error: unknown) => (error as {code: string}).code);
  }

  test('is taken as it is, or has to be of a known authority, or of this host besides', async context => {
    if (server === null) return context.skip();
    const known = `ca=${file('server.pem')}`;
    expect(await attempt('ssl=required')).toMatch(/^TLS.*; the certificate is not checked$/);
    expect(await attempt(`ssl=verify-ca&${known}`)).toMatch(/^TLS.*; the certificate is checked, not of which host it is$/);
    expect(await attempt(`ssl=verify-ca&${known}`, '127.0.0.1')).toMatch(/^TLS/);
    expect(await attempt(`ssl=verify-ca&ca=${file('other.pem')}`)).toBe('SLUICE_CONNECT');
    expect(await attempt('ssl=verify-ca')).toBe('SLUICE_CONNECT');
    // It is of db.example.
    expect(await attempt(`ssl=verify&${known}`)).toBe('SLUICE_CONNECT');
    expect(await attempt(`ssl=verify&${known}`, '127.0.0.1')).toBe('SLUICE_CONNECT');
  });
});
