import {ErrorCode, must, PipelineError, type LoadRequest, type WriteMode} from '@sluice/core';
import {MergeTally, onceLive, parentsFirst, quoteIdentifier, quoteText, stagingHash, stagingName, type LoadKind} from '@sluice/sql';
import type {CreatedTable} from './create-table.ts';
import type {TableDescription} from './describe-table.ts';
import {rowExpression} from './digest-expression.ts';
import {discover} from './discover.ts';
import {liveLoad} from './live-load.ts';
import {countSql, deleteSql, differingSql, insertSql, NOW, retireSql, updateSql, type MergePair} from './merge-sql.ts';
import type {LoadPlan} from './plan-load.ts';
import type {TablePlan} from './plan-table.ts';
import {writePosition} from './positions.ts';
import {nativeColumns} from './read-plan.ts';
import {orphansOf, referencesOf, type Reference} from './references.ts';
import type {Session} from './session.ts';
import {dropStaging} from './table-locks.ts';

const quote = (name: string) => quoteIdentifier('mysql', name);

export interface MergeRequest {
  readonly plan: LoadPlan;
  /** How the live tables were made, or are. */
  readonly created: ReadonlyMap<string, CreatedTable>;
  readonly mode: Exclude<WriteMode, 'replace'>;
  readonly retain?: LoadRequest['retain'];
}

/** A live table and its rows beside it. */
interface Merging {
  readonly table: TablePlan;
  readonly pair: MergePair;
}

/** Makes an empty table beside each live one; whoever made them drops them. Throws SCHEMA for a table that cannot be changed all at once, or not be compared. */
export async function stageTables(session: Session, {plan, created, mode}: MergeRequest, signal: AbortSignal): Promise<readonly Merging[]> {
  const {descriptions} = await discover(session, signal, name => plan.tables.some(({target}) => target === name));
  const triggered = new Set((await session.rows(
    `SELECT EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_MANIPULATION = 'INSERT'`, signal)).map(([name]) => String(name)));
  const tables: Merging[] = [];
  for (const table of plan.tables) {
    const {schema, target} = table;
    const there = must(descriptions.get(target), 'a live table');
    const refuse = (what: string) => new PipelineError(ErrorCode.SCHEMA, `table ${schema.table} of the destination ${what}`, {table: schema.table, remedy: 'load it with replace'});
    if (there.engine !== 'InnoDB') throw refuse(`is of the engine ${there.engine ?? 'unknown'}, which has no transactions`);
    if (mode === 'append' && schema.primaryKey.length === 0 && triggered.has(target)) throw refuse('has a trigger and no key: nobody could say what became of the rows');
    const staged = stagedName(session, target);
    await session.run(`CREATE TABLE ${quote(staged)} LIKE ${quote(target)}`, signal, {table: schema.table});
    tables.push({table, pair: pairOf(session, table, there, must(created.get(schema.table), 'created table').concessions.generated, refuse)});
  }
  return tables;
}

/**
 * Rows are brought from beside into the live tables in one transaction, which ends with a proof, inside of the
 * server, that they are there as they were beside: so whatever else belongs to the tables stays, and whoever
 * reads them sees the old rows or the new.
 */
export function mergeLoad(session: Session, {plan, mode, retain}: MergeRequest, merging: readonly Merging[]): LoadKind<Session> {
  const nameOf = (table: string) => stagedName(session, plan.tables.find(({schema}) => schema.table === table)?.target ?? table);
  const targets = plan.tables.map(({target}) => target);
  const tally = new MergeTally(plan.tables);
  return {
    nameOf,
    merged: () => tally.merged,
    finish: async () => [],

    async publish(positions, signal) {
      const references = await referencesOf(session, targets, signal);
      const ordered = parentsFirst(merging.map(each => ({...each, schema: each.table.schema})));
      // What is read without a lock is read as of the transaction's start, whatever the server's own setting.
      await session.run('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ', signal);
      await session.run('START TRANSACTION', signal);
      try {
        const before = await countOrphans(session, references, signal);
        const remove = async (sqlOf: (pair: MergePair) => string) => {
          for (const {schema: {table}, pair} of ordered.toReversed()) tally.add(table, 'deleted', (await session.run(sqlOf(pair), signal, {table})).affectedRows);
        };
        if (mode === 'mirror') await remove(deleteSql);
        for (const {table, pair} of ordered) await mergeTable(session, table, pair, mode, tally, signal);
        if (retain) await remove(pair => retireSql(pair, retain));
        // Rows of one table may have changed those of another.
        for (const {table, pair} of ordered) await proveTable(session, table, pair, mode, signal);
        await refuseOrphans(session, references, before, signal);
        // A mirror was made of all rows: where an earlier append would go on says nothing any more.
        for (const target of targets) await writePosition(session, target, mode === 'mirror' ? null : positions.get(target) ?? null, signal);
        await session.run('COMMIT', signal);
      } catch (error) {
        if (session.alive) await session.run('ROLLBACK', new AbortController().signal).catch(() => {});
        throw error;
      }
      const {signal: never} = new AbortController();
      const warnings: string[] = [];
      await onceLive(warnings, async () => {
        for (const {kind, name, reason} of await liveLoad(session, plan).finish(never)) warnings.push(`${kind} ${name}: ${reason}`);
        await dropStaging(session, targets, never);
      });
      return warnings;
    },

    abandon: fresh => dropStaging(fresh, targets, new AbortController().signal),
  };
}

async function mergeTable(session: Session, {schema: {table, primaryKey}}: TablePlan, pair: MergePair, mode: MergeRequest['mode'], tally: MergeTally, signal: AbortSignal): Promise<void> {
  if (mode !== 'append') tally.add(table, 'updated', (await session.run(updateSql(pair), signal, {table})).affectedRows);
  const {affectedRows} = await session.run(insertSql(pair, mode !== 'append'), signal, {table});
  if (primaryKey.length === 0 && affectedRows !== await countOf(session, pair.staged, table, signal)) throw changedRows(table);
  tally.add(table, 'inserted', affectedRows);
}

/** Throws VERIFY when the live table does not hold the rows of the load as they are, or a mirror others. */
async function proveTable(session: Session, {schema: {table, primaryKey}}: TablePlan, pair: MergePair, mode: MergeRequest['mode'], signal: AbortSignal): Promise<void> {
  if (primaryKey.length > 0 && Number((await session.rows(differingSql(pair), signal, {table}))[0]![0]) > 0) throw changedRows(table);
  if (mode === 'mirror' && await countOf(session, pair.live, table, signal) !== await countOf(session, pair.staged, table, signal)) throw changedRows(table);
}

async function countOf(session: Session, name: string, table: string, signal: AbortSignal): Promise<number> {
  return Number((await session.rows(countSql(name), signal, {table}))[0]![0]);
}

const changedRows = (table: string) => new PipelineError(ErrorCode.VERIFY, `table ${table} of the destination does not hold the rows as they were brought into it: nothing was changed`, {
  table, remedy: 'a trigger of the table, or of one that is loaded with it, changes rows: drop it, or load the table with replace',
});

/** Foreign keys are not looked at while rows come in any order; here none may be broken that was whole. */
async function refuseOrphans(session: Session, references: readonly Reference[], before: readonly number[], signal: AbortSignal): Promise<void> {
  // Somebody may have come to refer to a row while this transaction waited for it.
  const after = await countOrphans(session, references, signal, NOW);
  const at = references.findIndex((_, i) => after[i]! > before[i]!);
  if (at < 0) return;
  const {table, key} = references[at]!;
  throw new PipelineError(ErrorCode.VALUE, `rows of table ${table} would refer to rows of ${key.table} that are not there (${key.name}): nothing was changed`, {
    table, remedy: `copy ${table} and ${key.table} together, or drop that foreign key`,
  });
}

async function countOrphans(session: Session, references: readonly Reference[], signal: AbortSignal, lock?: string): Promise<number[]> {
  const counts: number[] = [];
  for (const reference of references) counts.push(await orphansOf(session, reference, reference.key.table, signal, lock));
  return counts;
}

function pairOf(session: Session, {schema, target, columns}: TablePlan, there: TableDescription, generatedAsPlain: boolean, refuse: (what: string) => PipelineError): MergePair {
  const expression = rowExpression(nativeColumns(columns.map(({column}) => column.name), there, schema.table), session.server.flavor);
  if (expression === null) throw refuse('has a column whose values cannot be compared exactly');
  return {
    live: target, staged: stagedName(session, target),
    filled: columns.flatMap(({column, generated}) => (generated && !generatedAsPlain ? [] : [column.name])),
    key: schema.primaryKey,
    row: alias => rowExpression(nativeColumns(columns.map(({column}) => column.name), there, schema.table), session.server.flavor, alias)!,
  };
}

/** Which of the tables are there. */
export async function liveAmong(session: Session, targets: readonly string[], signal: AbortSignal): Promise<boolean> {
  if (targets.length === 0) return false;
  const rows = await session.rows(`SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN (${targets.map(target => quoteText('mysql', target)).join(', ')})`, signal);
  return rows.length > 0;
}

const stagedName = (session: Session, target: string) => stagingName(stagingHash(session.endpoint.database, target));
