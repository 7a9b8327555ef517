import type {Row, Schema, Value} from '@sluice/core';
import {connectPlain, quote, type Lab} from './lab.ts';

/** ER_NO_SUCH_TABLE. */
const NO_SUCH_TABLE = 1146;
/** ER_NEED_REPREPARE: the table was exchanged between the two halves of a statement. */
const EXCHANGED = 1615;

/**
 * The rows of a table in canonical form, read through the binary protocol of a plain driver, which
 * the code under test never uses; null when there is no such table. The read itself decides that:
 * MariaDB's `information_schema` takes no lock and shows a table missing in the middle of a RENAME.
 */
export async function readPlain(lab: Lab, {table, columns}: Schema): Promise<Row[] | null> {
  const connection = await connectPlain(lab.server, lab.database);
  try {
    await connection.query("SET time_zone = '+00:00'");
    const list = columns.map(({name}, i) => `${quote(name)} AS c${i}`).join(', ');
    for (;;) {
      try {
        const [rows] = await connection.execute({sql: `SELECT ${list} FROM ${quote(table)}`, rowsAsArray: true});
        return (rows as Value[][]).map(row => row.map((value, i) => canonical(value, columns[i]!)));
      } catch (error) {
        const {errno} = error as {errno?: unknown};
        if (errno === NO_SUCH_TABLE) return null;
        if (errno !== EXCHANGED) throw error;
      }
    }
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
