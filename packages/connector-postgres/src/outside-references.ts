import {ErrorCode, PipelineError} from '@sluice/core';
import {quoteText} from '@sluice/sql';
import {lockSql, referringSql, type MergePair, type OutsideReference} from './merge-sql.ts';
import type {Session} from './session.ts';

const ACTIONS: Readonly<Record<string, string>> = {c: 'CASCADE', n: 'SET NULL', d: 'SET DEFAULT'};

/**
 * Foreign keys of tables that are not among these, wherever they are, which would delete or change rows without a word when those of
 * the given table are deleted. The server refuses to delete by any other.
 */
export async function outsideReferences(session: Session, live: string, targets: readonly string[], signal: AbortSignal): Promise<OutsideReference[]> {
  const schema = quoteText('postgres', session.server.schema);
  const names = (key: string, relation: string) =>
    `array_to_json(ARRAY(SELECT a.attname::text FROM unnest(${key}) WITH ORDINALITY u (at, n) JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.at ORDER BY u.n))`;
  const rows = await session.rows(
    `SELECT k.conname, n.nspname, c.relname, k.confdeltype, ${names('k.conkey', 'k.conrelid')}, ${names('k.confkey', 'k.confrelid')}
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace m ON m.oid = p.relnamespace
      WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confdeltype IN ('c', 'n', 'd') AND m.nspname = ${schema} AND p.relname = ${quoteText('postgres', live)}
        AND NOT (n.nspname = ${schema} AND c.relname IN (${targets.map(target => quoteText('postgres', target)).join(', ')}))
      ORDER BY n.nspname, c.relname, k.conname`, signal);
  return rows.map(([name, space, table, action, from, to]) => ({
    name: name!, space: space!, table: table!, action: ACTIONS[action!]!, columns: JSON.parse(from!) as string[], referenced: JSON.parse(to!) as string[],
  }));
}

/**
 * Throws VALUE when rows of other tables refer to rows that meet the condition, which are to be deleted: the server would delete or change those, too. Whoever
 * would add such a row waits for the end of the transaction. `shown` is the table's name for people.
 */
export async function refuseCascades(session: Session, pair: MergePair, condition: string, targets: readonly string[], shown: string, signal: AbortSignal): Promise<void> {
  const references = await outsideReferences(session, pair.live, targets, signal);
  if (references.length === 0) return;
  await session.run(lockSql(pair, condition), signal, {table: shown});
  for (const reference of references) {
    const [row] = await session.rows(referringSql(pair, condition, reference), signal, {table: shown});
    if (row![0] === 'f') continue;
    throw new PipelineError(ErrorCode.VALUE, `rows of table ${reference.table} refer to rows of ${shown} that are to be deleted, and would be deleted or changed with them (${reference.name}, ON DELETE ${reference.action}): nothing was changed`, {
      table: shown, remedy: `copy ${shown} and ${reference.table} together, delete those rows yourself, or drop that foreign key`,
    });
  }
}
