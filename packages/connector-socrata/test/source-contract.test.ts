import {Secret, type Column, type Schema, type Source, type Value} from '@sluice/core';
import {breakableProxy, describeSource, type BreakableProxy, type Fixture} from '@sluice/testkit';
import {startSoda, type SodaServer} from '@sluice/testkit/servers';
import {afterAll} from 'vitest';
import {parseEndpoint, SocrataSource} from '../src/index.ts';
import {noWaiting, openSource} from './lab.ts';

const opened: AsyncDisposable[] = [];
afterAll(async () => {
  for (const each of opened.toReversed()) await each[Symbol.asyncDispose]();
});

for (const api of ['2.1', '3']) {
  let server: SodaServer;
  let proxy: BreakableProxy;
  let ids = '';

  describeSource(`socrata, SODA ${api}`, {
    async seed(fixtures) {
      // Not packed: what is fetched is counted.
      server = await startSoda({gzip: false});
      proxy = await breakableProxy(server.port);
      opened.push(server, proxy);
      ids = fixtures.map((fixture, i) => seedTable(server, fixture, `sets-${String(i).padStart(4, '0')}`)).join(',');
    },
    async connect() {
      proxy.resume();
      return withoutIds(openSource({host: `127.0.0.1:${proxy.port}`}, ids, `api=${api}&pageRows=500`));
    },
    noTypes: ['float', 'bytes', 'date', 'time', 'uuid'],
    // Numbers of Socrata are decimals, and its moments have three digits of a second at least.
    reads: ({type}) => (type === 'int' ? {type: 'decimal', value: String} : type === 'timestamp' || type === 'timestamptz' ? {type, value: milliseconds} : null),
    kill: async () => proxy.down(),
    serverConnections: async () => proxy.connections,
    bytesFetched: () => proxy.bytesToClient,
    async broken() {
      const url = 'socrata://127.0.0.1:1/abcd-efgh?tls=false';
      return {it: new SocrataSource(parseEndpoint({url, password: new Secret('socrata-t0ken')}), noWaiting()), secrets: ['socrata-t0ken'], problems: 1};
    },
    skip: {
      'discovers the primary key, the columns of a composite one in its order': 'a data set has one identifier, a single column',
      'reads a table whose column names are hostile': 'names of fields at Socrata are lower case words',
      'tells apart tables whose names differ only in case': 'tables are named in lower case, after the title of a data set',
      ...Object.fromEntries(['select "x"; drop table users --', 'has space', 'tick`"quote\'s', 'back\\slash', 'dot.ted', '../up', 'schéma 表', '__proto__']
        .map(name => [`reads a table whose name is hostile: ${name}`, 'tables are named in lower case, after the title of a data set'])),
      'carries json without loss: null': 'a portal leaves out what is null',
    },
  });
}

function milliseconds(value: unknown): string {
  const [seconds, fraction = ''] = String(value).split('.');
  return `${seconds}.${fraction.replace(/0+$/, '').padEnd(3, '0')}`;
}

/** The fixtures have no `:id`, which is the key of a data set without an identifier: reads without it are reads of the other columns. */
function withoutIds(source: SocrataSource): Source {
  const without = (schema: Schema): Schema => ({...schema, columns: schema.columns.filter(({name}) => name !== ':id'), primaryKey: schema.primaryKey.filter(name => name !== ':id')});
  return {
    kind: source.kind, label: source.label,
    get warnings() { return source.warnings; },
    check: signal => source.check(signal),
    discover: async (signal, request) => {
      const catalog = await source.discover(signal, request);
      return {...catalog, tables: catalog.tables.map(without)};
    },
    read: (request, signal) => source.read(request, signal),
    checkFilter: (schema, where, signal) => source.checkFilter(schema, where, signal),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}

function seedTable(server: SodaServer, {schema: {table, columns, primaryKey}, rows}: Fixture, id: string): string {
  server.add({
    id, name: table, columns: columns.map(column => ({fieldName: column.name, dataTypeName: typeOf(column)})), rows: rows.map(row => row.map((value, i) => cellOf(columns[i]!, value))),
    ...(primaryKey.length === 1 && {rowIdentifier: primaryKey[0]!}),
  });
  return id;
}

const TYPES: Readonly<Record<string, string>> = {bool: 'checkbox', int: 'number', decimal: 'number', text: 'text', timestamp: 'calendar_date', timestamptz: 'date', json: 'json'};

function typeOf({type}: Column): string {
  const name = TYPES[type];
  if (name === undefined) throw new Error(`Socrata has no ${type}`);
  return name;
}

function cellOf({type}: Column, value: Value): string | null {
  if (value === null) return null;
  switch (type) {
    case 'bool': case 'json': return String(value);
    case 'timestamp': return JSON.stringify(String(value).replace(' ', 'T'));
    case 'timestamptz': return JSON.stringify(`${String(value).replace(' ', 'T')}Z`);
    default: return JSON.stringify(String(value));
  }
}

