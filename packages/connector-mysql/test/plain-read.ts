import type {Row, Schema, Value} from '@sluice/core';
import {connectPlain, quote, type Lab} from './lab.ts';

/** The rows of a table in canonical form, read through the binary protocol of a plain driver, which the code under test never uses. */
export async function readPlain(lab: Lab, {table, columns}: Schema): Promise<Row[] | null> {
  const connection = await connectPlain(lab.server, lab.database);
  try {
    const [there] = await connection.query('SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND BINARY TABLE_NAME = ?', [lab.database, table]);
    if ((there as unknown[]).length === 0) return null;
    await connection.query("SET time_zone = '+00:00'");
    const list = columns.map(({name}, i) => `${quote(name)} AS c${i}`).join(', ');
    const [rows] = await connection.execute({sql: `SELECT ${list} FROM ${quote(table)}`, rowsAsArray: true});
    return (rows as Value[][]).map(row => row.map((value, i) => canonical(value, columns[i]!)));
  } finally {
    connection.destroy();
  }
}

function canonical(value: Value, {type, scale}: Schema['columns'][number]): Value {
  if (value === null) return null;
  switch (type) {
    case 'bool': return value === 1;
    case 'int': {
      const number = typeof value === 'bigint' ? value : BigInt(String(value));
      return number >= BigInt(Number.MIN_SAFE_INTEGER) && number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : number;
    }
    case 'bytes': return new Uint8Array(value as Uint8Array);
    case 'time': case 'timestamp': case 'timestamptz': {
      // The binary protocol leaves out a fraction of zero.
      const [whole = '', fraction = ''] = String(value).split('.');
      const digits = scale === undefined ? fraction.replace(/0+$/, '') : fraction.padEnd(scale, '0').slice(0, scale);
      return digits === '' ? whole : `${whole}.${digits}`;
    }
    default: return value;
  }
}
