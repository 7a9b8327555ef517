import {type RawFormat, type RawRows, type Schema} from '@sluice/core';
import {quoteIdentifier} from '@sluice/sql';
import type {NativeColumn} from './describe-column.ts';
import type {TableDescription} from './describe-table.ts';
import type {Place} from './errors.ts';
import {pullCopy} from './pull-copy.ts';
import {planRead} from './read-plan.ts';
import type {Server} from './server.ts';
import type {Session} from './session.ts';

/**
 * Types whose binary form (PostgreSQL 18 manual, COPY, "Binary Format") is a matter of the value alone. Not here: what holds numbers of
 * the catalog (arrays, records, enumerations, `regclass`), and what hangs on a setting (money, xml).
 */
const PLAIN: ReadonlySet<string> = new Set([
  'bool', 'int2', 'int4', 'int8', 'float4', 'float8', 'numeric', 'text', 'varchar', 'bpchar', 'bytea', 'date', 'time', 'timetz', 'timestamp', 'timestamptz',
  'interval', 'json', 'jsonb', 'uuid', 'bit', 'varbit', 'inet', 'cidr', 'macaddr', 'macaddr8',
]);

/**
 * How the bytes of a table look that COPY gives in its binary format; null where they are no table's of equal types, or come in no order:
 * verification needs one. A database in SQL_ASCII holds text that nobody has looked at.
 */
export function rawFormat({version, encoding}: Server, {columns}: Schema, description: TableDescription): RawFormat | null {
  const {schema, natives} = description;
  const names = new Set(columns.map(({name}) => name));
  const found = columns.map(({name}) => natives.get(name));
  if (encoding === 'SQL_ASCII' || schema.primaryKey.length === 0 || schema.primaryKey.some(name => !names.has(name))) return null;
  if (!found.every(isPlain)) return null;
  return {id: `postgresql/copy-binary ${Math.floor(version / 10_000)} ${encoding}`, columns: found.map(({base, sqlType}) => base === sqlType ? base : `${base} as ${sqlType}`)};
}

const isPlain = (native: NativeColumn | undefined): native is NativeColumn => native !== undefined && PLAIN.has(native.base) && !native.isGenerated;

/** The rows of a table in key order, as COPY gives them in its binary format. Throws SCHEMA when the table is not as the schema says. */
export function readRaw(session: Session, schema: Schema, description: TableDescription, signal: AbortSignal, shown = schema.table): RawRows {
  const sql = planRead(schema, description).copy(null, null, 'binary');
  const where: Place = {table: shown};
  let rows = 0;
  const bytes = pullCopy<Uint8Array>(session, {sql, where}, {
    add(chunk, messages, ready) {
      rows += messages;
      ready(chunk);
    },
    last: () => null,
    place: error => error,
    ended(all) { rows = all; },
  }, signal);
  return {[Symbol.asyncIterator]: () => bytes, get rows() { return rows; }};
}

export interface RawTarget {
  readonly table: string;
  /** The name it has while it is filled; empty. */
  readonly name: string;
  readonly columns: readonly string[];
  readonly key: readonly string[];
  /** The constraint of the primary key. */
  readonly keyName: string;
}

/**
 * Fills an empty table from bytes, in one transaction. The key's index is made over the rows instead of row by row, and the rows are
 * marked as old at once, so that nobody has to look at them again for that: a third less work for the server. Resolves with
 * the number of rows it took. Throws VALUE, without the row, when one is refused.
 */
export async function writeRaw(session: Session, {table, name, columns, key, keyName}: RawTarget, bytes: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<number> {
  const where = {table};
  const [relation, constraint] = [quoteIdentifier('postgres', name), quoteIdentifier('postgres', keyName)];
  const list = (names: readonly string[]) => names.map(column => quoteIdentifier('postgres', column)).join(', ');
  try {
    await session.run('BEGIN', signal, where);
    await session.run(`TRUNCATE ${relation}; ALTER TABLE ${relation} DROP CONSTRAINT ${constraint}`, signal, where);
    const rows = await session.copyIn(`COPY ${relation} (${list(columns)}) FROM STDIN (FORMAT binary, FREEZE)`, bytes, signal, where);
    await session.run(`ALTER TABLE ${relation} ADD CONSTRAINT ${constraint} PRIMARY KEY (${list(key)})`, signal, where);
    await session.run('COMMIT', signal, where);
    return rows;
  } catch (error) {
    if (session.alive) await session.run('ROLLBACK', new AbortController().signal).catch(() => {});
    throw error;
  }
}
