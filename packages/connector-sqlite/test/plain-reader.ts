import {existsSync} from 'node:fs';
import type {Column, Row, Schema, Value} from '@sluice/core';
import Database from 'better-sqlite3';

/** Reads a table with the driver alone, by the rules of TYPES.md; null when it is not there. */
export function readPlainly(file: string, {table, columns}: Schema): Row[] | null {
  if (!existsSync(file)) return null;
  const db = new Database(file, {readonly: true});
  try {
    if (db.prepare('SELECT 1 FROM sqlite_schema WHERE name = ?').get(table) === undefined) return null;
    const names = columns.map(({name}) => `"${name.replaceAll('"', '""')}"`).join(', ');
    const rows = db.prepare(`SELECT ${names} FROM "${table.replaceAll('"', '""')}"`).raw().safeIntegers().all() as Row[];
    return rows.map(row => row.map((value, i) => canonical(columns[i]!, value)));
  } finally {
    db.close();
  }
}

/** Names of tables and views in the file. */
export function namesIn(file: string): string[] {
  if (!existsSync(file)) return [];
  const db = new Database(file, {readonly: true});
  try {
    return db.prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name <> '_sluice_position'")
      .pluck().all() as string[];
  } finally {
    db.close();
  }
}

function canonical({type, unsigned64, scale}: Column, value: Value): Value {
  if (value === null) return null;
  switch (type) {
    case 'bool': return value === 1n;
    case 'int': {
      const integer = unsigned64 && typeof value === 'string' ? BigInt(value) : value;
      return typeof integer === 'bigint' && integer >= -(2n ** 53n - 1n) && integer <= 2n ** 53n - 1n ? Number(integer) : integer;
    }
    case 'decimal': return typeof value === 'string' ? value : Number(value).toFixed(scale);
    default: return value;
  }
}
