import {PipelineError, type Catalog} from '@sluice/core';
import {quoteText} from '@sluice/sql';
import type {Session} from './session.ts';
import {splitCollation, type KnownTypes} from './target-type.ts';

export interface Known {
  readonly types: KnownTypes;
  readonly collations: ReadonlySet<string>;
}

/**
 * Asks the server which of the types and collations that a catalog's columns name it has. The server
 * itself reads the names, so that what goes into DDL is a type and nothing else. Throws CONNECT.
 */
export async function readKnown(session: Session, catalog: Catalog, signal: AbortSignal): Promise<Known> {
  const named = new Set<string>();
  const collated = new Set<string>();
  for (const {columns} of catalog.tables) {
    for (const {native} of columns) {
      if (native?.dialect !== 'postgres') continue;
      const {type, collation} = splitCollation(native.sql);
      named.add(type);
      if (collation !== null) collated.add(collation);
    }
  }
  const types = new Map<string, {readonly base: string} | null>();
  for (const type of named) {
    const [row] = await lookUp(session, `
      WITH RECURSIVE up AS (
        SELECT t.oid, t.typname, t.typtype, t.typbasetype FROM pg_type t WHERE t.oid = to_regtype(${quoteText('postgres', type)})
        UNION ALL SELECT y.oid, y.typname, y.typtype, y.typbasetype FROM up JOIN pg_type y ON y.oid = up.typbasetype WHERE up.typtype = 'd')
      SELECT typname FROM up WHERE typtype <> 'd'`, signal);
    types.set(type, row?.[0] === null || row?.[0] === undefined ? null : {base: row[0]});
  }
  const collations = new Set<string>();
  for (const collation of collated) {
    const [row] = await lookUp(session, `SELECT 1 FROM pg_collation o JOIN pg_namespace n ON n.oid = o.collnamespace
      WHERE quote_ident(n.nspname) || '.' || quote_ident(o.collname) = ${quoteText('postgres', collation)} AND o.collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))`, signal);
    if (row) collations.add(collation);
  }
  return {types, collations};
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
