import {Secret, type Batch, type Row, type Schema, type Source} from '@sluice/core';
import {startSoda, type SodaOptions, type SodaServer} from '@sluice/testkit/servers';
import {parseEndpoint, SocrataSource, type Timing} from '../src/index.ts';

export const never: AbortSignal = new AbortController().signal;

/** Does not wait, and remembers how long it should have. */
export function noWaiting(): Timing & {readonly waits: number[]} {
  const waits: number[] = [];
  return {
    waits,
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
    },
    random: () => 0,
    now: () => Date.UTC(2026, 0, 1),
  };
}

export interface OpenOptions {
  readonly user?: string;
  readonly password?: string;
  readonly timing?: Timing;
  readonly host?: string;
}

/** A source on a server of the test, without TLS. `parameters`: more options of the URL, as `api=3`. */
export function openSource({host}: Pick<SodaServer, 'host'>, ids: string, parameters = '', {user, password, timing = noWaiting()}: OpenOptions = {}): SocrataSource {
  const url = `socrata://${user === undefined ? '' : `${user}@`}${host}/${ids}?tls=false${parameters === '' ? '' : `&${parameters}`}`;
  return new SocrataSource(parseEndpoint({url, ...(password !== undefined && {password: new Secret(password)})}), timing);
}

/** The only table of a source. */
export async function onlyTable(source: Source): Promise<Schema> {
  const {tables} = await source.discover(never);
  if (tables.length !== 1) throw new Error(`there are ${tables.length} tables`);
  return tables[0]!;
}

export async function batchesOf(source: Source, schema: Schema, more: {readonly after?: Batch['position']; readonly maxRows?: number; readonly limit?: number} = {}): Promise<Batch[]> {
  const batches: Batch[] = [];
  for await (const batch of source.read({schema, after: null, maxRows: 1000, maxBytes: 1 << 20, ...more}, never)) batches.push(batch);
  return batches;
}

export const rowsOf = async (...[source, schema, more]: Parameters<typeof batchesOf>): Promise<Row[]> => (await batchesOf(source, schema, more)).flatMap(({rows}) => rows);

/** A pet of Seattle: the licence's number is no identifier there. */
export const PETS = [
  {fieldName: 'license_issue_date', dataTypeName: 'calendar_date', name: 'License Issue Date', description: 'Date when the license was issued'},
  {fieldName: 'license_number', dataTypeName: 'text', name: 'License Number'},
  {fieldName: 'animal_s_name', dataTypeName: 'text', name: "Animal's Name"},
  {fieldName: 'weight', dataTypeName: 'number', name: 'Weight'},
];
export const pet = (i: number): (string | null)[] => [`"2015-12-${String((i % 28) + 1).padStart(2, '0')}T00:00:00.000"`, `"S${i}"`, i % 5 === 0 ? null : JSON.stringify(`Zoë ${i}`), `"${i}.50"`];
export const pets = (count: number, from = 1): (string | null)[][] => Array.from({length: count}, (_, i) => pet(from + i));
export const PET_ID = 'jguv-t9rb';

/** A server with the pets. */
export async function petServer(count: number, options: SodaOptions = {}) {
  const server = await startSoda(options);
  const table = server.add({id: PET_ID, name: 'Seattle Pet Licenses', description: 'A list of active/current Seattle pet licenses.', columns: PETS, rows: pets(count)});
  return {server, table};
}
