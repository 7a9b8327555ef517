import {PipelineError, type Catalog} from '@sluice/core';
import {quoteText} from '@sluice/sql';
import type {Session} from './session.ts';
import {splitCollation, type KnownTypes} from './target-type.ts';

/** An enumeration that a load makes, because its columns are of it and the server has it not. */
export interface NewType {
  /** Quoted where it must be. */
  readonly name: string;
  readonly sql: string;
}

export interface Known {
  readonly types: KnownTypes;
  readonly made: readonly NewType[];
  readonly collations: ReadonlySet<string>;
}

/** A name without a schema, as the server prints it. */
const PLAIN_NAME = /^(?:[a-z_][a-z0-9_]*|"(?:[^"\0]|"")+")$/;

/**
 * Asks the server which of the types and collations that a catalog's columns name it has. The server
 * itself reads the names, so that what goes into DDL is a type and nothing else. Throws CONNECT.
 */
export async function readKnown(session: Session, catalog: Catalog, signal: AbortSignal): Promise<Known> {
  const named = new Set<string>();
  const collated = new Set<string>();
  const labels = new Map<string, readonly string[]>();
  for (const {columns} of catalog.tables) {
    for (const {native, enumValues} of columns) {
      if (native?.dialect !== 'postgres') continue;
      const {type, collation} = splitCollation(native.sql);
      named.add(type);
      if (enumValues && PLAIN_NAME.test(type) && !labels.has(type)) labels.set(type, enumValues);
      if (collation !== null) collated.add(collation);
    }
  }
  const made: NewType[] = [];
  const types = new Map<string, {readonly base: string} | null>();
  const bases = await basesOf(session, [...named], signal);
  for (const type of named) {
    const base = bases.get(type) ?? null;
    const values = base === null ? labels.get(type) : undefined;
    if (values?.every(label => !label.includes('\0'))) made.push({name: type, sql: `CREATE TYPE ${type} AS ENUM (${values.map(label => quoteText('postgres', label)).join(', ')})`});
    types.set(type, base === null && !values ? null : {base: base ?? 'enum'});
  }
  const collations = new Set<string>();
  for (const collation of collated) {
    const [row] = await lookUp(session, `SELECT 1 FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace
      WHERE quote_ident(n.nspname) || '.' || quote_ident(o.collname) = ${quoteText('postgres', collation)} AND o.collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))`, signal);
    if (row) collations.add(collation);
  }
  return {types, made, collations};
}

/** What each of the types is at the bottom of its domains, those that the server has. */
async function basesOf(session: Session, named: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  if (named.length === 0) return new Map();
  const found = await lookUp(session, `
    WITH RECURSIVE up AS (
      SELECT n.name, t.oid, t.typname, t.typtype, t.typbasetype
        FROM unnest(ARRAY[${named.map(type => quoteText('postgres', type)).join(', ')}]) AS n(name) JOIN pg_type t ON t.oid = to_regtype(n.name)
      UNION ALL SELECT up.name, y.oid, y.typname, y.typtype, y.typbasetype FROM up JOIN pg_type y ON y.oid = up.typbasetype WHERE up.typtype = 'd')
    SELECT name, typname FROM up WHERE typtype <> 'd'`, signal);
  if (found.length > 0 || named.length === 1) return new Map(found.map(([name, base]) => [name!, base!]));
  // One that it cannot read spoils the question for all: each by itself.
  const each = new Map<string, string>();
  for (const type of named) for (const [name, base] of await basesOf(session, [type], signal)) each.set(name, base);
  return each;
}

/** A spelling that the server cannot read is a type it has not. */
async function lookUp(session: Session, sql: string, signal: AbortSignal): Promise<(string | null)[][]> {
  try {
    return await session.rows(sql, signal);
  } catch (error) {
    if (error instanceof PipelineError && !error.retryable) return [];
    throw error;
  }
}
