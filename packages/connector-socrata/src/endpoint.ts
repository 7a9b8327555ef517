import {didYouMean} from '@sluice/config';
import type {Endpoint, Problem, Secret} from '@sluice/core';
import {configError} from './errors.ts';
import {proxyFor, type Proxy} from './proxy.ts';

/** Version of the API that queries go to. */
export type SodaVersion = '2.1' | '3';

/** A `socrata:` URL taken apart, checked and complete. */
export interface SocrataEndpoint {
  /** With the port, where the URL has one. */
  readonly host: string;
  readonly protocol: 'https:' | 'http:';
  /** Data sets, each a table. */
  readonly ids: readonly string[];
  /** Who signs in, e.g. the id of an API key; null: nobody does. */
  readonly user: {readonly name: string; readonly password: Secret} | null;
  readonly appToken: Secret | null;
  /** Null: 3 for those who say who they are, as it wants to know, and 2.1 for others. */
  readonly api: SodaVersion | null;
  /** Name of the table instead of one made of the data set's; null: made. Only for one data set. */
  readonly table: string | null;
  /** Whether the platform's own columns `:id`, `:created_at`, `:updated_at` and `:version` are read. */
  readonly system: boolean;
  /** Whether the columns are read that the platform computes of places, `:@computed_region_…`. */
  readonly computed: boolean;
  /** What geometries become: documents as the portal prints them, or values of PostGIS. */
  readonly geometry: 'geojson' | 'postgis';
  /** How what was read is compared with what the server counts: the rows alone, or the columns as well. */
  readonly totals: 'rows' | 'columns';
  readonly pageRows: number;
  /** How long the server may say nothing. */
  readonly timeoutMs: number;
  /** A file with the certificates of those who may vouch for the server; null: those that Node trusts. */
  readonly tlsCa: string | null;
  /** What the portal is reached by; null: directly. Never without TLS. */
  readonly proxy: Proxy | null;
  /** The URL without user information and options. */
  readonly label: string;
}

const OPTIONS = ['api', 'computed', 'geometry', 'pageRows', 'system', 'table', 'timeout', 'tls', 'tlsCa', 'totals'] as const;
type OptionName = (typeof OPTIONS)[number];
const DEFAULT_PAGE_ROWS = 10_000;
/** What servers of version 2.0 give at most. */
const MOST_PAGE_ROWS = 50_000;
const DEFAULT_TIMEOUT_S = 120;

const URL_SHAPE = /^socrata:\/\/(?:([^@/?#]*)@)?([^@/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i;
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::(\d{1,5}))?$/i;
const LOOPBACK = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?::\d+)?$/i;

/** Decodes `socrata://HOST/ID?…`. Throws CONFIG with every problem. */
export const parseEndpoint = (endpoint: Endpoint): SocrataEndpoint => parse(endpoint, true);

/** Decodes `socrata://HOST?…`, a portal as a whole: it has no ids. Throws CONFIG with every problem. */
export const parsePortal = (endpoint: Endpoint): SocrataEndpoint => parse(endpoint, false);

function parse(given: Endpoint, isDataset: boolean): SocrataEndpoint {
  const {url, password} = given;
  const match = URL_SHAPE.exec(url);
  if (!match) throw configError([{path: 'url', message: 'the Socrata URL cannot be read; write socrata://HOST/ID, as in socrata://data.seattle.gov/jguv-t9rb'}]);
  const [, userInfo, host = '', path = '', query = ''] = match;
  const problems: Problem[] = [];
  const problem = (message: string) => { problems.push({path: 'url', message}); };

  const name = userNameOf(userInfo, problem);
  if (name !== null && password === undefined) problem('the URL names a user, and there is no password');
  const port = HOST.exec(host)?.[1];
  if (host === '') problem('the URL names no host');
  else if (!HOST.test(host) || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))) problem('the host is a name, and perhaps a port 1-65535, as in data.seattle.gov');
  const ids = isDataset ? path.replace(/\/$/, '').split(',').map(id => id.toLowerCase()) : [];
  if (!isDataset && path !== '') problem('a portal is named by its host alone, as in socrata://data.seattle.gov');
  else if (isDataset && path === '') problem('the URL names no data set; write its id behind the host, as in socrata://data.seattle.gov/jguv-t9rb');
  else if (!ids.every(id => /^[a-z0-9]{4}-[a-z0-9]{4}$/.test(id))) problem('a data set is named by its id, four characters, a hyphen and four characters, as in jguv-t9rb; several with commas between them');
  if (new Set(ids).size < ids.length) problem('the URL names a data set twice');

  const options = optionsOf(query, problem);
  const number = (option: OptionName, least: number, most: number, otherwise: number): number => {
    const text = options.get(option);
    if (text === undefined) return otherwise;
    if (!/^\d{1,9}$/.test(text) || Number(text) < least || Number(text) > most) problem(`${option} must be a whole number from ${least} to ${most}`);
    return Number(text);
  };
  const choice = <Choice extends string>(option: OptionName, choices: readonly Choice[], otherwise: Choice): Choice => {
    const text = options.get(option);
    if (text === undefined) return otherwise;
    const found = choices.find(each => each === text);
    if (found === undefined) problem(`${option} must be one of ${choices.join(', ')}`);
    return found ?? otherwise;
  };
  const isPlain = choice('tls', ['true', 'false'], 'true') === 'false';
  if (isPlain && !LOOPBACK.test(host)) problem('tls=false is for servers on this machine: 127.0.0.1, localhost, [::1]');
  const table = options.get('table') ?? null;
  if (table !== null && ids.length > 1) problem('table names one table, and the URL names several data sets');
  const tlsCa = options.get('tlsCa') ?? null;
  if (table === '' || tlsCa === '') problem(`${table === '' ? 'table' : 'tlsCa'} is empty`);
  if (isPlain && tlsCa !== null) problem('tlsCa has no use without TLS');

  const endpoint: SocrataEndpoint = {
    host, protocol: isPlain ? 'http:' : 'https:', ids,
    user: name !== null && password !== undefined ? {name, password} : null,
    appToken: name === null ? password ?? null : null,
    api: options.has('api') ? choice<SodaVersion>('api', ['2.1', '3'], '2.1') : null,
    table, tlsCa, system: choice('system', ['true', 'false'], 'false') === 'true', computed: choice('computed', ['true', 'false'], 'false') === 'true',
    geometry: choice('geometry', ['geojson', 'postgis'], 'geojson'),
    totals: choice('totals', ['rows', 'columns'], 'columns'),
    pageRows: number('pageRows', 1, MOST_PAGE_ROWS, DEFAULT_PAGE_ROWS),
    timeoutMs: number('timeout', 1, 3600, DEFAULT_TIMEOUT_S) * 1000,
    proxy: isPlain ? null : proxyFor(given, host, problem),
    label: `socrata://${host}${isDataset ? '/' : ''}${ids.join(',')}`,
  };
  if (problems.length > 0) throw configError(problems);
  return endpoint;
}

/** The user's name; null where the URL has none. */
function userNameOf(userInfo: string | undefined, problem: (message: string) => void): string | null {
  if (userInfo === undefined) return null;
  if (userInfo === '') problem('the app token must not stand in the URL; pass it apart, as a password');
  else if (userInfo.includes(':')) problem('the password must not stand in the URL; pass it apart');
  try {
    return decodeURIComponent(userInfo);
  } catch {
    problem('the user in the URL has a % that starts no escape');
    return null;
  }
}

function optionsOf(query: string, problem: (message: string) => void): ReadonlyMap<OptionName, string> {
  const given = new Map<OptionName, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const known = OPTIONS.find(each => each.toLowerCase() === name.toLowerCase());
    if (/token/i.test(name)) problem('the app token must not stand in the URL; pass it apart, as a password');
    else if (known === undefined) problem(`the URL has an unknown option ${name}${didYouMean(name, [...OPTIONS])}`);
    else if (given.has(known)) problem(`the URL has ${known} more than once`);
    else given.set(known, value);
  }
  return given;
}
