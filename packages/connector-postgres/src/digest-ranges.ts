import type {DigestRequest, RangeDigest} from '@sluice/core';
import {joinConditions, quoteIdentifier, quoteText, rangeCondition} from '@sluice/sql';
import type {TableDescription} from './describe-table.ts';
import {keyset} from './keyset.ts';
import {planRead} from './read-plan.ts';
import type {Session} from './session.ts';

/** A request, and what is known of its table. */
export interface DescribedRequest {
  readonly request: DigestRequest;
  readonly description: TableDescription;
}

/** Ranges that one statement looks at: few enough that planning it stays cheap beside a round trip. */
const RANGES_AT_ONCE = 16;

/**
 * Digests ranges where the rows are. A row is the text of a record, in which the server keeps NULL,
 * the empty text and every separator apart (PostgreSQL 18 manual, 8.16.6), each value as COPY prints
 * it; its digest is SHA-256 of that. A range is SHA-256 over the sorted digests of its rows, by their
 * first two bytes and then all: no order of reading matters, rows that are there twice count twice, and
 * no more than a 65,536th of them is in memory at once.
 */
export async function digestRanges(session: Session, requests: readonly DescribedRequest[], signal: AbortSignal, onTable: (request: number) => void): Promise<RangeDigest[][]> {
  const results: RangeDigest[][] = [];
  for (const [i, {request: {schema, ranges, where: filter}, description}] of requests.entries()) {
    const {table} = schema;
    // Throws SCHEMA when the table is not as the request says.
    planRead(schema, description);
    const keys = keyset(description);
    const record = `ROW(${schema.columns.map(({name}) => `t.${quoteIdentifier('postgres', name)}`).join(', ')})::text`;
    const from = `${description.only}${quoteIdentifier('postgres', table)} t`;
    const rows = `sha256(convert_to(${record}, ${quoteText('postgres', session.server.encoding)})) AS h FROM ${from}`;
    const digests: RangeDigest[] = [];
    for (let at = 0; at < ranges.length; at += RANGES_AT_ONCE) {
      const some = ranges.slice(at, at + RANGES_AT_ONCE);
      const parts = some.map((range, place) => {
        const where = joinConditions(rangeCondition(keys, range, table), filter, 'postgres');
        return `SELECT ${place} AS place, coalesce(sum(n), 0) AS n, encode(sha256(coalesce(string_agg(b || d, ''::bytea ORDER BY b), ''::bytea)), 'hex') AS d FROM (
          SELECT substr(h, 1, 2) AS b, count(*) AS n, sha256(string_agg(h, ''::bytea ORDER BY h)) AS d FROM (SELECT ${rows}${where === null ? '' : ` WHERE ${where}`}) r GROUP BY 1) g`;
      });
      const answers = await session.rows(`SELECT n, d FROM (${parts.join(' UNION ALL ')}) a ORDER BY place`, signal, {table});
      for (const [n, digest] of answers) digests.push({rows: Number(n), digest: digest ?? null});
    }
    results.push(digests);
    onTable(i);
  }
  return results;
}
