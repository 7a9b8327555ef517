import {inspect} from 'node:util';
import {describe, expect, test} from 'vitest';
import {Secret, type PipelineError} from '@sluice/core';
import {PostgresSource} from '../src/index.ts';
import {parseEndpoint} from '../src/endpoint.ts';

const problems = (url: string): readonly string[] => {
  try {
    parseEndpoint({url});
  } catch (error) {
    expect(error).toMatchObject({name: 'PipelineError', code: 'SLUICE_CONFIG'});
    return (error as PipelineError).problems.map(({message}) => message);
  }
  return [];
};

describe('the URL', () => {
  test('host, port, user, database and schema, with escapes', () => {
    expect(parseEndpoint({url: 'postgresql://re%40der@db.example:5433/my%20db?schema=a%20b'}))
      .toMatchObject({host: 'db.example', port: 5433, user: 're@der', database: 'my db', schema: 'a b', ssl: 'prefer', connectTimeoutMs: 10_000, lockTimeoutMs: 60_000, statementTimeoutMs: 0});
    expect(parseEndpoint({url: 'postgres://root@[::1]/db'})).toMatchObject({host: '::1', port: 5432, ssl: 'disable', schema: null});
  });

  test('a socket, timeouts, TLS', () => {
    expect(parseEndpoint({url: 'postgresql://u@localhost/db?host=/run/pg&lockTimeout=1.5&statementTimeout=60&connectTimeout=2'}))
      .toMatchObject({host: '/run/pg', port: 5432, ssl: 'disable', lockTimeoutMs: 1500, statementTimeoutMs: 60_000, connectTimeoutMs: 2000});
    expect(parseEndpoint({url: 'postgresql://u@h/db?sslmode=verify-full&sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem'}))
      .toMatchObject({ssl: 'verify-full', rootCertFile: '/ca.pem', certFile: '/c.pem', keyFile: '/k.pem'});
  });

  test('the label holds no user and no password, and nothing shows the password', () => {
    const source = new PostgresSource({url: 'postgresql://secretuser@db.example:5433/db?schema=s&lockTimeout=3', password: new Secret('hidden')});
    expect(source.label).toBe('postgresql://db.example:5433/db?schema=s');
    expect(inspect(source, {depth: 9, showHidden: true})).not.toContain('hidden');
  });

  test('all problems are told at once', () => {
    expect(new Set(problems('postgresql://h?sslmode=maybe&lockTimeout=-1&nope=1&sslcert=x&schema='))).toEqual(new Set([
      'the URL names no user', 'the URL names no database', 'schema must be a name', 'sslcert and sslkey belong together',
      'the URL has an unknown parameter nope; known are schema, host, sslmode, sslrootcert, sslcert, sslkey, connectTimeout, lockTimeout, statementTimeout',
      'lockTimeout must be a number of seconds from 0.1 to 2000000', 'sslmode must be one of disable, prefer, require, verify-ca, verify-full',
    ]));
    expect(problems('postgresql://u:p@h/d')).toEqual(['the password must not stand in the URL; pass it apart']);
    expect(problems('postgresql://u@h/d?host=/run')).toEqual(['the URL names a host and the folder of a socket']);
    expect(problems('postgresql://u@h/d?schema=a&schema=b')).toEqual(['the URL has schema more than once']);
    expect(problems('nonsense')).toEqual(['the PostgreSQL URL cannot be read']);
  });
});
