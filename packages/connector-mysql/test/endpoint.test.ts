import {inspect} from 'node:util';
import {describe, expect, test} from 'vitest';
import {PipelineError, Secret, type Endpoint} from '@sluice/core';
import {mysql, MysqlSource} from '../src/index.ts';
import {parseEndpoint} from '../src/endpoint.ts';

const problems = (url: string, more: Partial<Endpoint> = {}): readonly string[] => {
  try {
    parseEndpoint({url, ...more});
  } catch (error) {
    expect(error).toMatchObject({name: 'PipelineError', code: 'SLUICE_CONFIG'});
    return (error as PipelineError).problems.map(({message}) => message);
  }
  return [];
};

describe('the URL', () => {
  test('host, port, user and database, with escapes', () => {
    expect(parseEndpoint({url: 'mysql://re%40der@db.example:3307/my%20db'})).toMatchObject({host: 'db.example', port: 3307, user: 're@der', database: 'my db', socketPath: null, tls: 'preferred', stallTimeoutMs: 60_000, lockTimeoutSeconds: 60});
    expect(parseEndpoint({url: 'mariadb://root@[::1]/db'})).toMatchObject({host: '::1', port: 3306, tls: 'off'});
  });

  test('a socket, a timeout, TLS', () => {
    expect(parseEndpoint({url: 'mysql://root@localhost/db?socket=/run/my.sock&timeout=2.5'})).toMatchObject({socketPath: '/run/my.sock', stallTimeoutMs: 2500, tls: 'off'});
    for (const tls of ['verify', 'verify-ca']) expect(parseEndpoint({url: `mysql://root@h/db?ssl=${tls}&ca=/ca.pem`})).toMatchObject({tls, caFile: '/ca.pem'});
  });

  test('how long a lock is waited for: whole seconds, as the servers count', () => {
    expect(parseEndpoint({url: 'mysql://u@h/db?lockTimeout=1'})).toMatchObject({lockTimeoutSeconds: 1});
    expect(parseEndpoint({url: 'mysql://u@h/db?lockTimeout=31536000'})).toMatchObject({lockTimeoutSeconds: 31_536_000});
    for (const text of ['0', '-1', '1.5', '', 'x', '31536001']) {
      expect(problems(`mysql://u@h/db?lockTimeout=${text}`)).toEqual(['lockTimeout must be a whole number of seconds from 1 to 31536000']);
    }
  });

  test('the label holds no user and no password', () => {
    const source = mysql.source!({url: 'mysql://secretuser@db.example:3306/db?timeout=3', password: new Secret('hidden')});
    expect(source.label).toBe('mysql://db.example:3306/db');
    expect(inspect(source, {depth: 9, showHidden: true})).not.toContain('hidden');
  });

  test('all problems are told at once', () => {
    expect(new Set(problems('mysql://h?ssl=maybe&timeout=-1&nope=1&ca=x'))).toEqual(new Set([
      'the URL names no user', 'the URL names no database', 'the URL has an unknown parameter nope; known are socket, timeout, lockTimeout, statementTimeout, ssl, ca, digestSessions',
      'timeout must be a number of seconds above 0', 'ca is used with ssl=verify-ca and ssl=verify only', 'ssl must be one of off, preferred, required, verify-ca, verify',
    ]));
    expect(problems('mysql://u@h/db', {options: {localInfile: 'yes'}})).toEqual(['localInfile must be true or false']);
    expect(problems('no url')).toEqual(['the MySQL URL cannot be read']);
  });

  test('a password in the URL is refused, and not repeated', () => {
    const found = problems('mysql://u:pw-canary@h/db');
    expect(found).toEqual(['the password must not stand in the URL; pass it apart']);
  });

  test('nothing is opened by making a source', () => {
    expect(() => new MysqlSource({url: 'mysql://u@host.invalid/db'})).not.toThrow();
    expect(mysql).toMatchObject({kind: 'mysql', schemes: ['mysql', 'mariadb']});
  });
});
