import {execFileSync} from 'node:child_process';
import {chmodSync, chownSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterAll, beforeAll, describe, expect, test} from 'vitest';
import {Secret} from '@sluice/core';
import {startPrivateServer, type PrivateServer} from '@sluice/testkit';
import {hasOpenssl, makeCertificate} from '@sluice/testkit/servers';
import {PostgresSource} from '../src/index.ts';
import {openLab, postgres, type Lab} from './lab.ts';

const {signal} = new AbortController();

describe.skipIf(postgres === null || !hasOpenssl())('encryption', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-tls-'));
  const file = (name: string) => join(folder, name);
  let server: PrivateServer;
  let lab: Lab;

  beforeAll(async () => {
    for (const [name, host] of [['server', 'localhost'], ['other', 'elsewhere']] as const) {
      makeCertificate(host, {key: file(`${name}.key`), cert: file(`${name}.pem`)});
      chmodSync(file(`${name}.key`), 0o600);
    }
    chmodSync(folder, 0o755);
    // As root, the server runs under another account, which must own its key.
    if (process.getuid?.() === 0) chownSync(file('server.key'), Number(execFileSync('id', ['-u', 'postgres'])), 0);
    server = (await startPrivateServer('postgres', {options: ['-c', 'ssl=on', '-c', `ssl_cert_file=${file('server.pem')}`, '-c', `ssl_key_file=${file('server.key')}`]}))!;
    lab = await openLab(server);
    await lab.run('CREATE TABLE t (id int)');
  });
  afterAll(async () => {
    await lab?.[Symbol.asyncDispose]();
    await server?.stop();
    rmSync(folder, {recursive: true});
  });

  /** Whether the connection is encrypted, or the code of the error. */
  async function attempt(parameters: string, host = 'localhost'): Promise<string> {
    const endpoint = lab.endpoint(`?${parameters}`);
    await using source = new PostgresSource({...endpoint, url: endpoint.url.replace('127.0.0.1', host)});
    try {
      await source.discover(signal);
    } catch (error) {
      return (error as {code: string}).code;
    }
    const [row] = await lab.rows(`SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename = '${lab.user}'`);
    return row?.[0] === 't' ? 'encrypted' : 'in the clear';
  }

  test('each mode does what libpq means by it', async () => {
    expect(await attempt('sslmode=disable')).toBe('in the clear');
    expect(await attempt('sslmode=prefer')).toBe('encrypted');
    expect(await attempt('sslmode=require')).toBe('encrypted');
    expect(await attempt('sslmode=verify-full')).toBe('SLUICE_CONNECT');
    expect(await attempt(`sslmode=verify-full&sslrootcert=${file('other.pem')}`)).toBe('SLUICE_CONNECT');
    expect(await attempt(`sslmode=verify-ca&sslrootcert=${file('other.pem')}`)).toBe('SLUICE_CONNECT');
    expect(await attempt(`sslmode=verify-full&sslrootcert=${file('server.pem')}`)).toBe('encrypted');
    expect(await attempt(`sslmode=verify-full&sslrootcert=${file('server.pem')}`, '127.0.0.1')).toBe('SLUICE_CONNECT');
    expect(await attempt(`sslmode=verify-ca&sslrootcert=${file('server.pem')}`, '127.0.0.1')).toBe('encrypted');
  });

  test('a read that is left early ends on an encrypted connection too', async () => {
    await lab.run("CREATE TABLE long AS SELECT i, repeat('x', 1000) AS text FROM generate_series(1, 50000) i");
    await using source = new PostgresSource(lab.endpoint('?sslmode=require'));
    const schema = (await source.discover(signal)).tables.find(({table}) => table === 'long')!;
    for (let i = 0; i < 3; i++) for await (const _ of source.read({schema, after: null, maxRows: 10, maxBytes: 1e6}, signal)) break;
    let rows = 0;
    for await (const batch of source.read({schema, after: null, maxRows: 10_000, maxBytes: 1e8}, signal)) rows += batch.rows.length;
    expect(rows).toBe(50_000);
  });

  test('through the socket', async () => {
    const url = `postgresql://postgres@localhost:${server.port}/${lab.database}?host=${encodeURIComponent(server.socket ?? '')}`;
    await using source = new PostgresSource({url, password: new Secret(server.password)});
    expect((await source.discover(signal)).tables.map(({table}) => table)).toContain('t');
  });
});
