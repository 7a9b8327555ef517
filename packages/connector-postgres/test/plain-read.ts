import type {Column, Row, Schema, Value} from '@sluice/core';
import pg from 'pg';
import {AS_TEXT, quote, type Lab} from './lab.ts';

const UNDEFINED_TABLE = '42P01';

/** The rows of a table in canonical form, read through the extended protocol of a plain driver, which the code under test never uses; null when there is no such table. */
export async function readPlain(lab: Lab, {table, columns}: Schema): Promise<Row[] | null> {
  const {url} = lab.server;
  const own = new URL(url);
  own.pathname = `/${lab.database}`;
  const client = new pg.Client({connectionString: own.href, options: '-c TimeZone=UTC -c IntervalStyle=postgres -c extra_float_digits=3'});
  client.on('error', () => {});
  await client.connect();
  try {
    const list = columns.map(({name}, i) => `${quote(name)} AS c${i}`).join(', ');
    const {rows} = await client.query<(string | null)[]>({text: `SELECT ${list} FROM ${quote(table)} WHERE $1`, values: [true], rowMode: 'array', types: AS_TEXT});
    return rows.map(row => row.map((text, i) => text === null ? null : canonical(text, columns[i]!)));
  } catch (error) {
    if ((error as {code?: unknown}).code === UNDEFINED_TABLE) return null;
    throw error;
  } finally {
    await client.end();
  }
}

function canonical(text: string, {type, scale}: Column): Value {
  switch (type) {
    case 'bool': return text === 't';
    case 'int': return Number.isSafeInteger(Number(text)) ? Number(text) : BigInt(text);
    case 'float': return Number(text);
    case 'bytes': return Uint8Array.from(Buffer.from(text.slice(2), 'hex'));
    case 'time': return digits(text, scale);
    case 'timestamp': return digits(text, scale);
    case 'timestamptz': return digits(text.replace('+00', ''), scale);
    default: return text;
  }
}

/** The server leaves out zeros at the end of a fraction. */
function digits(text: string, scale: number | undefined): string {
  if (scale === undefined || scale === 0) return text;
  const [whole = '', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(scale, '0')}`;
}
