import {ErrorCode, PipelineError} from '@sluice/core';
import {quoteText} from '@sluice/sql';
import {lockSql, referringSql, type MergePair, type OutsideReference} from './merge-sql.ts';
import type {Session} from './session.ts';

const ACTIONS: Readonly<Record<string, string>> = {c: 'CASCADE', n: 'SET NULL', d: 'SET DEFAULT'};

/**
 * Foreign keys of tables that are not among these, wherever they are, which would delete or change rows without a word when those of
 * the given table are deleted, or changed in what they refer to. The server refuses that by any other.
 */
export async function outsideReferences(session: Session, live: string, event: 'DELETE' | 'UPDATE', targets: readonly string[], signal: AbortSignal): Promise<OutsideReference[]> {
  const schema = quoteText('postgres', session.server.schema);
  const names = (key: string, relation: string) =>
    `array_to_json(ARRAY(SELECT a.attname::text FROM unnest(${key}) WITH ORDINALITY u (at, n) JOIN pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.at ORDER BY u.n))`;
  const action = event === 'DELETE' ? 'k.confdeltype' : 'k.confupdtype';
  const rows = await session.rows(
    `SELECT k.conname, n.nspname, c.relname, ${action}, ${names('k.conkey', 'k.conrelid')}, ${names('k.confkey', 'k.confrelid')}
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class p ON p.oid = k.confrelid JOIN pg_namespace m ON m.oid = p.relnamespace
      WHERE k.contype = 'f' AND k.conparentid = 0 AND ${action} IN ('c', 'n', 'd') AND m.nspname = ${schema} AND p.relname = ${quoteText('postgres', live)}
        AND NOT (n.nspname = ${schema} AND c.relname IN (${targets.map(target => quoteText('postgres', target)).join(', ')}))
      ORDER BY n.nspname, c.relname, k.conname`, signal);
  return rows.map(([name, space, table, does, from, to]) => ({
    name: name!, space: space!, table: table!, action: ACTIONS[does!]!, columns: JSON.parse(from!) as string[], referenced: JSON.parse(to!) as string[],
  }));
}

/** What is about to happen to rows of a table. */
interface Change {
  readonly event: 'DELETE' | 'UPDATE';
  /** Of a live row (`t`): it is deleted, or gets other values in these columns. */
  condition(columns: readonly string[]): string;
}

/**
 * Throws VALUE when rows of other tables refer to rows that are to be deleted, or changed in what those refer to: the server would delete or change
 * those, too. Whoever would add such a row waits for the end of the transaction. `shown` is the table's name for people.
 */
export async function refuseCascades(session: Session, pair: MergePair, {event, condition}: Change, targets: readonly string[], shown: string, signal: AbortSignal): Promise<void> {
  const locked = new Set<string>();
  for (const reference of await outsideReferences(session, pair.live, event, targets, signal)) {
    const chosen = condition(reference.referenced);
    if (!locked.has(chosen)) await session.run(lockSql(pair, chosen), signal, {table: shown});
    locked.add(chosen);
    const [row] = await session.rows(referringSql(pair, chosen, reference), signal, {table: shown});
    if (row![0] === 'f') continue;
    const what = event === 'DELETE' ? 'that are to be deleted, and would be deleted or changed with them' : `of which ${reference.referenced.join(', ')} is to change, and would be changed with them`;
    throw new PipelineError(ErrorCode.VALUE, `rows of table ${reference.table} refer to rows of ${shown} ${what} (${reference.name}, ON ${event} ${reference.action}): nothing was changed`, {
      table: shown, remedy: `copy ${shown} and ${reference.table} together, ${event === 'DELETE' ? 'delete' : 'change'} those rows yourself, or drop that foreign key`,
    });
  }
}
