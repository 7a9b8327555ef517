import {Secret} from '@sluice/core';
import {describe, expect, test} from 'vitest';
import {parseEndpoint} from '../src/index.ts';

const password = new Secret('s3cret');
const messages = (url: string, more: {password?: Secret} = {}): string[] => {
  try {
    parseEndpoint({url, ...more});
  } catch (error) {
    expect(error).toMatchObject({name: 'PipelineError', code: 'SLUICE_CONFIG'});
    return (error as {problems: {message: string}[]}).problems.map(({message}) => message);
  }
  return [];
};

describe('a Socrata URL', () => {
  test('names a portal and data sets, and how they are read', () => {
    expect(parseEndpoint({url: 'socrata://data.seattle.gov/JGUV-t9rb'})).toMatchObject({
      host: 'data.seattle.gov', protocol: 'https:', ids: ['jguv-t9rb'], user: null, appToken: null, api: null, table: null, system: false, computed: false, totals: 'columns', pageRows: 10_000, timeoutMs: 120_000, tlsCa: null,
      label: 'socrata://data.seattle.gov/jguv-t9rb',
    });
    expect(parseEndpoint({url: 'socrata://data.seattle.gov/jguv-t9rb', password})).toMatchObject({appToken: password, user: null, api: null});
    expect(parseEndpoint({url: 'socrata://key@data.seattle.gov/jguv-t9rb?api=2.1', password})).toMatchObject({appToken: null, user: {name: 'key', password}, api: '2.1'});
    expect(parseEndpoint({url: 'socrata://localhost:8080/abcd-efgh,ijkl-mnop/?tls=false&pageRows=7&timeout=3&system=true&computed=true&totals=rows'})).toMatchObject({
      host: 'localhost:8080', protocol: 'http:', ids: ['abcd-efgh', 'ijkl-mnop'], pageRows: 7, timeoutMs: 3000, system: true, computed: true, totals: 'rows',
    });
  });

  test.for([
    ['socrata:data.seattle.gov', 'the Socrata URL cannot be read; write socrata://HOST/ID, as in socrata://data.seattle.gov/jguv-t9rb'],
    ['socrata:///jguv-t9rb', 'the URL names no host'],
    ['socrata://da ta/jguv-t9rb', 'the host is a name, and perhaps a port 1-65535, as in data.seattle.gov'],
    ['socrata://host:0/jguv-t9rb', 'the host is a name, and perhaps a port 1-65535, as in data.seattle.gov'],
    ['socrata://host', 'the URL names no data set; write its id behind the host, as in socrata://data.seattle.gov/jguv-t9rb'],
    ['socrata://host/pets', 'a data set is named by its id, four characters, a hyphen and four characters, as in jguv-t9rb; several with commas between them'],
    ['socrata://host/abcd-efgh,ABCD-efgh', 'the URL names a data set twice'],
    ['socrata://host/abcd-efgh?tls=false', 'tls=false is for servers on this machine: 127.0.0.1, localhost, [::1]'],
    ['socrata://127.0.0.1.example.org/abcd-efgh?tls=false', 'tls=false is for servers on this machine: 127.0.0.1, localhost, [::1]'],
    ['socrata://localhost/abcd-efgh?tls=false&tlsCa=ca.pem', 'tlsCa has no use without TLS'],
    ['socrata://host/abcd-efgh?table=', 'table is empty'],
    ['socrata://host/abcd-efgh,ijkl-mnop?table=x', 'table names one table, and the URL names several data sets'],
    ['socrata://host/abcd-efgh?pageRows=0', 'pageRows must be a whole number from 1 to 50000'],
    ['socrata://host/abcd-efgh?timeout=1e3', 'timeout must be a whole number from 1 to 3600'],
    ['socrata://host/abcd-efgh?api=2', 'api must be one of 2.1, 3'],
    ['socrata://host/abcd-efgh?pagerow=5', 'the URL has an unknown option pagerow; did you mean pageRows?'],
    ['socrata://host/abcd-efgh?api=3&API=3', 'the URL has api more than once'],
    ['socrata://host/abcd-efgh?app_token=abc', 'the app token must not stand in the URL; pass it apart, as a password'],
    ['socrata://user@host/abcd-efgh', 'the URL names a user, and there is no password'],
  ])('%s is refused: %s', ([url, message]) => {
    expect(messages(url!)).toEqual([message]);
  });

  test('a token or a password in it is refused, and not told', () => {
    expect(messages('socrata://@host/abcd-efgh', {password})).toEqual(['the app token must not stand in the URL; pass it apart, as a password']);
    const told = messages('socrata://user:s3cret@host/abcd-efgh', {password}).join();
    expect(told).toBe('the password must not stand in the URL; pass it apart');
  });

  test('every problem is told at once', () => {
    expect(messages('socrata://user@/x?api=1&totals=all')).toHaveLength(5);
  });
});
