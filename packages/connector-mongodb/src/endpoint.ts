import {didYouMean} from '@sluice/config';
import type {Endpoint, Problem, Secret} from '@sluice/core';
import {configError} from './errors.ts';

/** A MongoDB URL taken apart, checked and complete. */
export interface MongoEndpoint {
  /** What the driver is given: without user information and without the options that are Sluice's own. */
  readonly driverUrl: string;
  readonly user: string | null;
  readonly password: Secret | null;
  readonly database: string;
  /** How tables and columns are named, and which options of tables follow from it. */
  readonly naming: 'clean' | 'compat';
  /** Before the name of each table. */
  readonly prefix: string;
  /** Folder of schema files; null: the documents themselves tell. */
  readonly schemas: string | null;
  /** How many documents of a collection are looked at; null: all. */
  readonly sample: number | null;
  /** The only collections that count; null: all. */
  readonly collections: readonly string[] | null;
  /** Whether views and time series are read, too. */
  readonly views: boolean;
  /** Whether names that differ by case alone are two names where the tables go; null: as the naming has it. */
  readonly caseSensitive: boolean | null;
  /** How long a server may take to be found, in milliseconds. */
  readonly connectTimeoutMs: number;
  /** Whether the URL asks for TLS, as `mongodb+srv` does by itself. */
  readonly tls: boolean;
  /** The URL without user information and options. */
  readonly label: string;
}

const DEFAULT_CONNECT_MS = 10_000;

/** Options of the driver that a reader can use, as the manual of MongoDB spells them. Those of writers are let pass: URLs are copied from elsewhere. */
const DRIVER_OPTIONS = [
  'appName', 'authMechanism', 'authMechanismProperties', 'authSource', 'compressors', 'connectTimeoutMS', 'directConnection', 'heartbeatFrequencyMS', 'journal',
  'loadBalanced', 'localThresholdMS', 'maxIdleTimeMS', 'maxPoolSize', 'maxStalenessSeconds', 'minPoolSize', 'readConcernLevel', 'readPreference', 'readPreferenceTags',
  'replicaSet', 'retryReads', 'retryWrites', 'serverSelectionTimeoutMS', 'socketTimeoutMS', 'srvMaxHosts', 'srvServiceName', 'ssl', 'tls', 'tlsAllowInvalidCertificates',
  'tlsAllowInvalidHostnames', 'tlsCAFile', 'tlsCertificateKeyFile', 'tlsInsecure', 'uuidRepresentation', 'w', 'waitQueueTimeoutMS', 'wtimeoutMS', 'zlibCompressionLevel',
];
const OWN_OPTIONS = ['caseSensitive', 'collections', 'naming', 'prefix', 'sample', 'schemas', 'views'];
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  readpreference: ['primary', 'primaryPreferred', 'secondary', 'secondaryPreferred', 'nearest'],
  readconcernlevel: ['local', 'available', 'majority', 'linearizable', 'snapshot'],
  authmechanism: ['DEFAULT', 'SCRAM-SHA-1', 'SCRAM-SHA-256', 'PLAIN', 'MONGODB-X509', 'MONGODB-AWS', 'MONGODB-OIDC', 'GSSAPI'],
};
const BOOLEANS = new Set(['casesensitive', 'directconnection', 'journal', 'loadbalanced', 'retryreads', 'retrywrites', 'ssl', 'tls', 'tlsallowinvalidcertificates', 'tlsallowinvalidhostnames', 'tlsinsecure', 'views']);
const NUMBERS = new Set(['connecttimeoutms', 'heartbeatfrequencyms', 'localthresholdms', 'maxidletimems', 'maxpoolsize', 'maxstalenessseconds', 'minpoolsize', 'serverselectiontimeoutms', 'sockettimeoutms', 'srvmaxhosts', 'waitqueuetimeoutms', 'wtimeoutms', 'zlibcompressionlevel']);

const URL_SHAPE = /^(mongodb(?:\+srv)?):\/\/(?:([^@/?#]*)@)?([^@/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?$/i;

/** Decodes `mongodb://user@host:port,host/database?…`. Throws CONFIG with every problem. */
export function parseEndpoint(endpoint: Endpoint): MongoEndpoint {
  const problems: Problem[] = [];
  const problem = (message: string) => { problems.push({path: 'url', message}); };
  const match = URL_SHAPE.exec(endpoint.url);
  if (!match) throw configError([{path: 'url', message: 'the MongoDB URL cannot be read'}]);
  const [, scheme = '', userInfo = '', hosts = '', path = '', query = ''] = match;
  const isSrv = scheme.toLowerCase() === 'mongodb+srv';
  const decode = (text: string, what: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      problem(`${what} in the URL has a % that starts no escape`);
      return '';
    }
  };

  if (userInfo.includes(':')) problem('the password must not stand in the URL; pass it apart');
  const user = decode(userInfo, 'the user');
  if (endpoint.password !== undefined && user === '') problem('there is a password, but the URL names no user');
  checkHosts(hosts, isSrv, problem);
  const database = decode(path, 'the database');
  if (database === '') problem('the URL names no database');
  else if (/[/\\. "$\0]/.test(database)) problem('a database of MongoDB has no slash, backslash, dot, space, quote or dollar in its name');

  const driver: [string, string][] = [];
  const given = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const key = name.toLowerCase();
    const known = [...OWN_OPTIONS, ...DRIVER_OPTIONS].find(each => each.toLowerCase() === key);
    if (known === undefined) problem(`the URL has an unknown option ${name}${didYouMean(name, [...OWN_OPTIONS, ...DRIVER_OPTIONS])}`);
    else if (given.has(key) && key !== 'readpreferencetags') problem(`the URL has ${known} more than once`);
    else {
      given.set(key, value);
      checkValue(known, value, problem);
      if (!OWN_OPTIONS.includes(known)) driver.push([known, value]);
    }
  }
  const tls = (given.get('tls') ?? given.get('ssl')) === 'true' || (isSrv && given.get('tls') !== 'false' && given.get('ssl') !== 'false');
  if (given.has('tls') && given.has('ssl') && given.get('tls') !== given.get('ssl')) problem('tls and ssl say different things: leave ssl out');
  if (given.get('directconnection') === 'true' && hosts.includes(',')) problem('directConnection is for one host');
  if (problems.length > 0) throw configError(problems);

  const parameters = driver.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const sample = given.get('sample');
  return {
    database,
    driverUrl: `${scheme.toLowerCase()}://${hosts}/${encodeURIComponent(database)}${parameters === '' ? '' : `?${parameters}`}`,
    user: user === '' ? null : user,
    password: endpoint.password ?? null,
    naming: given.get('naming') === 'compat' ? 'compat' : 'clean',
    prefix: given.get('prefix') ?? '',
    schemas: given.get('schemas') ?? null,
    collections: given.get('collections')?.split(',') ?? null,
    views: given.get('views') === 'true',
    caseSensitive: given.has('casesensitive') ? given.get('casesensitive') === 'true' : null,
    sample: sample === undefined || sample === 'all' ? null : Number(sample),
    connectTimeoutMs: Number(given.get('serverselectiontimeoutms') ?? given.get('connecttimeoutms') ?? DEFAULT_CONNECT_MS),
    tls,
    label: `${scheme.toLowerCase()}://${hosts}/${path}`,
  };
}

function checkHosts(hosts: string, isSrv: boolean, problem: (message: string) => void): void {
  if (hosts === '') problem('the URL names no host');
  else if (isSrv && /[:,]/.test(hosts)) problem('mongodb+srv names one host without a port: its DNS record tells the others');
  else {
    for (const host of hosts.split(',')) {
      const port = /:(\d+)$/.exec(host)?.[1];
      if (host === '' || host.startsWith(':')) problem('the URL has an empty host between its commas');
      else if (/%2f/i.test(host)) continue;
      else if (host.replace(/^\[[^\]]*\]/, '').replace(/:\d+$/, '').includes(':') || (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))) problem('a port must be 1-65535');
    }
  }
}

function checkValue(name: string, value: string, problem: (message: string) => void): void {
  const key = name.toLowerCase();
  const choices = CHOICES[key];
  if (value === '' && name !== 'prefix') problem(`${name} is empty`);
  else if (choices && !choices.includes(value)) problem(`${name} must be one of ${choices.join(', ')}`);
  else if (BOOLEANS.has(key) && value !== 'true' && value !== 'false') problem(`${name} must be true or false`);
  else if (NUMBERS.has(key) && !/^-?\d{1,9}$/.test(value)) problem(`${name} must be a whole number`);
  else if (name === 'naming' && value !== 'clean' && value !== 'compat') problem('naming must be clean or compat');
  else if (name === 'sample' && value !== 'all' && !/^[1-9]\d{0,8}$/.test(value)) problem('sample must be a number of documents, or all');
}
