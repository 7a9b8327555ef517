import {PipelineError, Secret} from '@sluice/core';
import {endpoint, redactText, redactUrl, withPassword} from '@sluice/config';
import fc from 'fast-check';
import {inspect} from 'node:util';
import {describe, expect, test} from 'vitest';

describe('endpoint', () => {
  test.each([
    ['mysql://u:p@h:3306/db?socket=/a/b.sock', 'mysql://u@h:3306/db?socket=/a/b.sock', 'p'],
    ['mysql://u:p%40%3A%2F%25@h/db', 'mysql://u@h/db', 'p@:/%'],
    ['mysql://u:%C3%A9%F0%9F%98%80@h/db', 'mysql://u@h/db', 'é😀'],
    ['mysql://u:p+q@h/', 'mysql://u@h/', 'p+q'],
    ['mysql://u:p@ss@h/db', 'mysql://u@h/db', 'p@ss'],
    ['mysql://u:p:q@h', 'mysql://u@h', 'p:q'],
    ['mysql://:p@h/db', 'mysql://@h/db', 'p'],
    ['mysql://u%40example:p@[::1]:3306/db', 'mysql://u%40example@[::1]:3306/db', 'p'],
    ['MARIADB://u:p@h/My%20Db', 'MARIADB://u@h/My%20Db', 'p'],
    ['postgres+x://u:p@h/db?q=a@b', 'postgres+x://u@h/db?q=a@b', 'p'],
  ])('takes the password out of %s and leaves the rest to the letter', (url, rest, password) => {
    const found = endpoint(url);
    expect(found.url).toBe(rest);
    expect(found.password?.reveal()).toBe(password);
  });

  test.each(['mysql://u@h/db', 'mysql://h/db', 'mysql://u:@h/db', 'sqlite:a@b.db', 'sqlite:///a:b@c.db', 'csv:folder/', 'sqlite:C:\\x@y.db', 'mysql://h:3306/db', 'mysql://[::1]/db'])(
    '%s has no password', url => {
      expect(endpoint(url)).toEqual({url: url.replace(':@', '@')});
    });

  test('a password from apart is used when the URL has none', () => {
    expect(endpoint('mysql://u@h/db', {password: new Secret('x')}).password?.reveal()).toBe('x');
  });

  test('two passwords are refused and both places named', () => {
    expect(() => endpoint('mysql://u:p@h/db', {password: new Secret('x'), from: 'SLUICE_SOURCE_PASSWORD'}))
      .toThrow('the password is given twice: in the URL and by SLUICE_SOURCE_PASSWORD');
  });

  test('a password that was found apart is added to a server, refused where there is one, and nothing to files', () => {
    const found = {password: new Secret('x'), from: '--password-file'};
    expect(withPassword(endpoint('mysql://u@h/db'), found).password?.reveal()).toBe('x');
    expect(() => withPassword(endpoint('mysql://u:p@h/db'), found)).toThrow('the password is given twice: in the URL and by --password-file');
    for (const url of ['sqlite:a.db', 'sqlite:///a.db', 'csv:folder/']) expect(withPassword(endpoint(url), found)).toEqual({url});
    expect(withPassword(endpoint('mysql://u:p@h/db'), {password: undefined, from: undefined}).password?.reveal()).toBe('p');
  });

  test.each([
    ['nothing', /not a URL/], ['', /not a URL/], ['mysql://u:hunter2/x@h/db', /an @ behind its host/], ['mysql://u:hunter2?x@h/db', /an @ behind its host/],
    ['mysql://u:hunter2#x@h/db', /an @ behind its host/], ['mysql://u:12/hunter2@h/db', /an @ behind its host/], ['mysql://u:hunter2%@h/db', /no percent-encoding/],
    ['mysql://u:hunter2%zz@h/db', /no percent-encoding/], ['mysql://h/db?password=hunter2', /among its parameters/], ['mysql://h/db@hunter2', /an @ behind/],
  ])('%s is refused without telling it', (url, message) => {
    try {
      endpoint(url);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(PipelineError);
      expect((error as Error).message).toMatch(message);
      expect(inspect(error, {depth: 10})).not.toContain('hunter2');
    }
  });

  test('any password comes back when it was percent-encoded', () => {
    fc.assert(fc.property(fc.string({minLength: 1, unit: 'grapheme'}), password => {
      expect(endpoint(`mysql://u:${encodeURIComponent(password)}@h:1/d?x=y`).password?.reveal()).toBe(password);
    }), {seed: 1});
  });
});

describe('redaction', () => {
  test.each([
    ['mysql://u:p@h/db', 'mysql://h/db'], ['mysql://u@h/db', 'mysql://h/db'], ['mysql://h:3306/db', 'mysql://h:3306/db'],
    ['mysql://h/db?ssl-password=x&charset=y', 'mysql://h/db?ssl-password=<secret>&charset=y'], ['csv:folder/', 'csv:folder/'], ['plain', 'plain'],
    ['sqlite:///a@b.db', 'sqlite:///a@b.db'], ['http://h/?access_token=abc', 'http://h/?access_token=<secret>'],
  ])('%s prints as %s', (url, printed) => {
    expect(redactUrl(url)).toBe(printed);
  });

  test('no part of a password is printed, however it is written', () => {
    const nasty = fc.string({unit: fc.constantFrom(...'ab12@:/?#%&=;"\'<>[]\\'), minLength: 1, maxLength: 12});
    fc.assert(fc.property(nasty, nasty, (a, b) => {
      const password = `${a}canary${b}`;
      expect(redactUrl(`mysql://user:${password}@host/db`)).not.toContain('canary');
      expect(redactText(`cannot open mysql://user:${password}@host/db now`)).not.toContain('canary');
    }), {seed: 2, numRuns: 3000});
  });

  test('every URL in a text is redacted and the text around it stays', () => {
    expect(redactText('from mysql://u:p@h/a to (mysql://u:q@i/b) done')).toBe('from mysql://h/a to (mysql://i/b) done');
  });
});
