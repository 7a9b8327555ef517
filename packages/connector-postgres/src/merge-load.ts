import {ErrorCode, must, PipelineError, type LoadRequest, type Position, type WriteMode} from '@sluice/core';
import {MergeTally, onceLive, parentsFirst, quoteIdentifier, stagingHash, stagingName, type LoadKind} from '@sluice/sql';
import {liveLoad} from './live-load.ts';
import {deleteSql, differingSql, insertSql, isGone, isRenamed, isRetired, stageSql, surplusSql, updateSql, type MergePair} from './merge-sql.ts';
import {refuseCascades} from './outside-references.ts';
import type {LoadPlan} from './plan-load.ts';
import {filledColumns, type TablePlan} from './plan-table.ts';
import {writePosition} from './positions.ts';
import {setCounters} from './sequences.ts';
import type {Session} from './session.ts';
import {dropStaging, exchanging} from './table-locks.ts';

const quote = (name: string) => quoteIdentifier('postgres', name);

export interface MergeRequest {
  /** The tables as they are live. */
  readonly plan: LoadPlan;
  /** Tables whose generated columns are ordinary ones. */
  readonly plain: ReadonlySet<string>;
  readonly mode: Exclude<WriteMode, 'replace'>;
  readonly retain?: LoadRequest['retain'];
}

/** Makes an empty table beside each live one. Whoever made them drops them. */
export async function stageTables(session: Session, {plan, plain, mode}: MergeRequest, signal: AbortSignal): Promise<void> {
  for (const table of plan.tables) {
    const pair = pairOf(session, table, plain, mode);
    await session.run(stageSql({...pair, key: table.schema.primaryKey}), signal, {table: table.schema.table});
  }
}

/**
 * Rows are brought from beside into the live tables in one transaction, which ends with a proof, inside of the
 * server, that they are there as they were beside: so whatever else belongs to the tables stays, and whoever
 * reads them sees the old rows or the new. Others can read meanwhile, and not write.
 */
export function mergeLoad(session: Session, request: MergeRequest): LoadKind<Session> {
  const {plan, plain, mode, retain} = request;
  const nameOf = (table: string) => stagedName(session, plan.tables.find(({schema}) => schema.table === table)?.target ?? table);
  const targets = plan.tables.map(({target}) => target);
  let tally = new MergeTally(plan.tables);
  return {
    nameOf,
    merged: () => tally.merged,

    async finish(signal) {
      for (const {schema: {table}} of plan.tables) await session.run(`ANALYZE ${quote(nameOf(table))}`, signal, {table});
      return [];
    },

    async publish(positions, signal) {
      // A lock that is not to be had, or a deadlock with the application, begins all of it anew.
      const warnings = await exchanging(session, async () => {
        const told: string[] = [];
        tally = new MergeTally(plan.tables);
        for (const target of targets) await session.run(`LOCK TABLE ${quote(target)} IN SHARE ROW EXCLUSIVE MODE`, signal, {table: target});
        const ordered = parentsFirst(plan.tables).map(table => ({table, pair: pairOf(session, table, plain, mode)}));
        const remove = async (conditionOf: (pair: MergePair) => string) => {
          for (const {table: {schema: {table}}, pair} of ordered.toReversed()) {
            await refuseCascades(session, pair, {event: 'DELETE', condition: () => conditionOf(pair)}, targets, table, signal);
            tally.add(table, 'deleted', await session.run(deleteSql(pair, conditionOf(pair)), signal, {table}));
          }
        };
        if (mode === 'mirror') await remove(isGone);
        for (const {table, pair} of ordered) {
          if (mode !== 'append') await refuseCascades(session, pair, {event: 'UPDATE', condition: columns => isRenamed(pair, columns)}, targets, table.schema.table, signal);
          await mergeTable(session, table, pair, mode, tally, signal);
        }
        if (retain) await remove(pair => isRetired(pair, retain));
        // What waits for the end of the transaction is done before it is proved that the rows are there.
        await session.run('SET CONSTRAINTS ALL IMMEDIATE', signal);
        // Rows of one table may have changed those of another.
        for (const {table, pair} of ordered) await proveTable(session, table, pair, mode, signal);
        for (const {table} of ordered) {
          for (const omission of await setCounters(session, table, table.target, {raise: true, within: true}, signal)) told.push(`${omission.kind} ${omission.name} of table ${table.schema.table}: ${omission.reason}`);
        }
        for (const target of targets) await keepPosition(session, target, positions.get(target) ?? null, mode, signal);
        return told;
      }, signal);
      const {signal: never} = new AbortController();
      await onceLive(warnings, async () => {
        for (const {kind, name, reason} of await liveLoad(session, {...plan, tables: []}).finish(never)) warnings.push(`${kind} ${name}: ${reason}`);
        await dropStaging(session, targets, never);
      });
      return warnings;
    },

    abandon: fresh => dropStaging(fresh, targets, new AbortController().signal),
  };
}

async function mergeTable(session: Session, {schema: {table}}: TablePlan, pair: MergePair, mode: MergeRequest['mode'], tally: MergeTally, signal: AbortSignal): Promise<void> {
  const where = {table};
  const update = mode === 'append' ? null : updateSql(pair);
  if (update !== null) tally.add(table, 'updated', await session.run(update, signal, where));
  const [[came, strange] = []] = await session.rows(insertSql(pair), signal, where);
  if (Number(strange) > 0) throw changedRows(table);
  tally.add(table, 'inserted', Number(came));
}

/** Throws VERIFY when the live table does not hold the rows of the load as they are, or a mirror others. */
async function proveTable(session: Session, {schema: {table, primaryKey}}: TablePlan, pair: MergePair, mode: MergeRequest['mode'], signal: AbortSignal): Promise<void> {
  const count = async (sql: string) => Number((await session.rows(sql, signal, {table}))[0]![0]);
  if (primaryKey.length > 0 && await count(differingSql({...pair, key: primaryKey})) > 0) throw changedRows(table);
  if (mode === 'mirror' && await count(surplusSql(pair)) !== 0) throw changedRows(table);
}

const changedRows = (table: string) => new PipelineError(ErrorCode.VERIFY, `table ${table} of the destination does not hold the rows as they were brought into it: nothing was changed`, {
  table, remedy: 'a trigger or a rule of the table, or of one that is loaded with it, changes rows: disable it, or load the table with replace',
});

async function keepPosition(session: Session, target: string, position: Position | null, mode: MergeRequest['mode'], signal: AbortSignal): Promise<void> {
  // A mirror was made of all rows: where an earlier append would go on says nothing any more.
  await writePosition(session, target, mode === 'mirror' ? null : position, signal);
}

function pairOf(session: Session, table: TablePlan, plain: ReadonlySet<string>, mode: MergeRequest['mode']): MergePair {
  const filled = filledColumns(table, plain.has(table.schema.table)).map(({name}) => name);
  const isIdentity = (name: string) => must(table.columns.find(({column}) => column.name === name), 'a planned column').identity;
  return {
    live: table.target, staged: stagedName(session, table.target),
    columns: table.columns.map(({column}) => column.name), filled,
    settable: filled.filter(name => !isIdentity(name)),
    // A key that is there already is refused by the server, when rows are only appended.
    key: mode === 'append' ? [] : table.schema.primaryKey,
  };
}

const stagedName = (session: Session, target: string) => stagingName(stagingHash(session.server.schema, target));
