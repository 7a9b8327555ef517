import {ErrorCode, PipelineError, type Omission, type Position} from '@sluice/core';
import {quoteIdentifier, quoteText, stagingHash, stagingName, type LoadKind} from '@sluice/sql';
import {isRefusal, tendedSql} from './create-table.ts';
import {readDependents} from './dependents.ts';
import {dropTypes} from './new-types.ts';
import {indexSql} from './plan-indexes.ts';
import {viewSql, type LoadPlan} from './plan-load.ts';
import {foreignKeySql, keyName, type TablePlan} from './plan-table.ts';
import {createPositions, hasPositions, writePosition} from './positions.ts';
import {setCounters} from './sequences.ts';
import {takeSample} from './take-sample.ts';
import type {Session} from './session.ts';
import {dropStaging, exchanging} from './table-locks.ts';
import {possibleName} from './target-names.ts';

const quote = (name: string) => quoteIdentifier('postgres', name);
const VIEW = '_sluice_view';

/**
 * New tables are built beside the live ones, and all exchanged in one transaction. `newTypes` are those that were made for this load;
 * `chunkOf` names the column that a table has only as long as it is built.
 */
export function replaceLoad(session: Session, plan: LoadPlan, newTypes: readonly string[], chunkOf: (table: TablePlan) => string | null = () => null): LoadKind<Session> {
  const {schema} = session.server;
  const byTable = new Map(plan.tables.map(table => [table.schema.table, table]));
  const staged = (target: string) => stagingName(stagingHash(schema, target));
  const nameOf = (table: string) => staged(byTable.get(table)?.target ?? table);
  const targets = plan.tables.map(({target}) => target);
  /** Indexes that were made, by their table, under the names they have meanwhile. */
  const made = new Map<string, {readonly staged: string; readonly name: string}[]>();
  /** What the server learns of the new tables, while they are read back over another session. */
  let analyzing: Promise<void> = Promise.resolve();

  return {
    nameOf,

    async finish(signal) {
      const omissions: Omission[] = [];
      made.clear();
      for (const table of plan.tables) {
        const name = nameOf(table.schema.table);
        const indexes = await addIndexes(session, table, name, signal);
        made.set(table.target, indexes.made);
        omissions.push(...indexes.omissions, ...await setCounters(session, table, name, {raise: false}, signal));
      }
      for (const table of plan.tables) omissions.push(...await addForeignKeys(session, table, nameOf, signal));
      analyzing = analyze(session, plan.tables, nameOf, signal);
      // What went wrong is told at `publish`; a load that is given up has no use for it.
      analyzing.catch(() => {});
      return omissions;
    },

    async publish(positions, signal) {
      if (plan.tables.length === 0 && plan.views.length === 0) return [];
      await analyzing;
      if (positions.size > 0) await createPositions(session, signal);
      return await exchanging(session, () => exchange(session, {plan, targets, staged, chunkOf, made, positions}, signal), signal);
    },

    async abandon(fresh) {
      await dropStaging(fresh, targets, new AbortController().signal);
      await dropTypes(fresh, newTypes);
    },
  };
}

async function analyze(session: Session, tables: readonly TablePlan[], nameOf: (table: string) => string, signal: AbortSignal): Promise<void> {
  for (const {schema: {table}, columns} of tables) await takeSample(session, {table, name: nameOf(table), columns: columns.map(({column}) => column.name)}, signal);
}

interface Exchange {
  readonly plan: LoadPlan;
  readonly targets: readonly string[];
  readonly staged: (target: string) => string;
  readonly chunkOf: (table: TablePlan) => string | null;
  readonly made: ReadonlyMap<string, readonly {readonly staged: string; readonly name: string}[]>;
  readonly positions: ReadonlyMap<string, Position>;
}

/** The whole exchange, in the transaction that is open. Throws when something that was there could not be made again: then nothing happened. */
async function exchange(session: Session, {plan, targets, staged, chunkOf, made, positions}: Exchange, signal: AbortSignal): Promise<string[]> {
  const commented = new Set(plan.tables.filter(table => table.schema.comment !== undefined).map(table => table.target));
  const first = await readDependents(session, targets, commented, signal);
  for (const table of first.live) await session.run(`LOCK TABLE ${quote(table)} IN ACCESS EXCLUSIVE MODE`, signal, {table});
  // Again, now that nobody changes them any more.
  const kept = await readDependents(session, targets, commented, signal);
  const warnings = [...kept.warnings];

  if (await hasPositions(session, signal)) for (const target of targets) await writePosition(session, target, positions.get(target) ?? null, signal);
  for (const {name} of kept.views.toReversed()) await session.run(`DROP VIEW ${name}`, signal, `view ${name}`);
  for (const {drop} of kept.keys) await session.run(drop, signal, 'a foreign key of another table');
  if (kept.live.length > 0) await session.run(`DROP TABLE ${kept.live.map(quote).join(', ')}`, signal, tableOf(kept.live));

  for (const table of plan.tables) {
    const {target} = table;
    const where = {table: target};
    const name = staged(target);
    const chunk = chunkOf(table);
    if (chunk !== null) await session.run(`ALTER TABLE ${quote(name)} DROP COLUMN ${quote(chunk)}`, signal, where);
    await session.run(`${tendedSql(name)}; ALTER TABLE ${quote(name)} RENAME TO ${quote(target)}`, signal, where);
    for (const index of made.get(target) ?? []) await session.run(`ALTER INDEX ${quote(index.staged)} RENAME TO ${quote(index.name)}`, signal, where);
    await renameOwn(session, target, name, signal);
  }

  const mine = new Map(plan.views.map(view => [`${quoteIdentFor(session)}.${plainName(view.name)}`, view]));
  for (const {name, create} of kept.views) if (!mine.has(name)) await session.run(create, signal, `view ${name}`);
  for (const view of plan.views) {
    await session.run(`SAVEPOINT ${VIEW}`, signal);
    try {
      await session.run(viewSql(view), signal, `view ${view.name}`);
    } catch (error) {
      if (!isRefusal(error) && !(error instanceof PipelineError && error.code === ErrorCode.WRITE)) throw error;
      await session.run(`ROLLBACK TO SAVEPOINT ${VIEW}`, signal);
      warnings.push(`the view ${view.name} was not made: ${error.message}`);
      const former = kept.views.find(({name}) => mine.get(name) === view);
      if (former) await session.run(former.create, signal, `view ${view.name}`);
    }
    await session.run(`RELEASE SAVEPOINT ${VIEW}`, signal);
  }
  for (const {add} of kept.keys) await session.run(add, signal, 'a foreign key of another table');
  for (const statement of kept.after) await session.run(statement, signal, tableOf(kept.live));
  return warnings;
}

const tableOf = (live: readonly string[]) => live.length === 1 ? {table: live[0]!} : 'the tables that are replaced';

/** As `format('%I')` of the server prints a name. */
const plainName = (name: string) => /^[a-z_][a-z0-9_]*$/.test(name) ? name : quote(name);
const quoteIdentFor = (session: Session) => plainName(session.server.schema);

/** What allows no NULL is a constraint with a name since this version. */
const NAMED_NOT_NULL = 180_000;

/** The index of the primary key, the counters and, since PostgreSQL 18, what allows no NULL get the names they would have had. */
async function renameOwn(session: Session, target: string, name: string, signal: AbortSignal): Promise<void> {
  const where = {table: target};
  const owned = await session.rows(
    `SELECT c.relname, c.relkind, a.attname FROM pg_depend d JOIN pg_class c ON c.oid = d.objid AND d.classid = 'pg_class'::regclass
        LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
      WHERE c.relkind = 'S' AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass AND d.refobjid = ${quoteText('postgres', quote(target))}::regclass
      UNION ALL SELECT x.relname, 'i', NULL FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indisprimary AND i.indrelid = ${quoteText('postgres', quote(target))}::regclass`, signal, where);
  for (const [relation, kind, column] of owned) {
    const wanted = possibleName(kind === 'S' ? `${target}_${column ?? ''}_seq` : keyName(target), new Set());
    if (!relation!.startsWith(name)) continue;
    const [there] = await session.rows(`SELECT to_regclass(${quoteText('postgres', quote(wanted))})`, signal, where);
    if (there?.[0] !== null) continue;
    await session.run(`ALTER ${kind === 'S' ? 'SEQUENCE' : 'INDEX'} ${quote(relation!)} RENAME TO ${quote(wanted)}`, signal, where);
  }
  if (session.server.version < NAMED_NOT_NULL) return;
  const named = await session.rows(`SELECT c.conname, a.attname, c.contype FROM pg_constraint c LEFT JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.conrelid = ${quoteText('postgres', quote(target))}::regclass`, signal, where);
  const taken = new Set(named.map(([constraint]) => constraint!));
  for (const [constraint, column, type] of named) {
    if (type !== 'n' || !constraint!.startsWith(name)) continue;
    const wanted = possibleName(`${target}_${column}_not_null`, taken);
    taken.add(wanted);
    await session.run(`ALTER TABLE ${quote(target)} RENAME CONSTRAINT ${quote(constraint!)} TO ${quote(wanted)}`, signal, where);
  }
}

/** Secondary indexes; one the server refuses is left out, a unique one that is violated is a VALUE error. */
async function addIndexes(session: Session, table: TablePlan, name: string, signal: AbortSignal) {
  const made: {staged: string; name: string}[] = [];
  const omissions: Omission[] = [];
  for (const [i, index] of table.indexes.entries()) {
    const stagedName = `${name}_${i}`;
    try {
      await session.run(indexSql(index, stagedName, name), signal, {table: table.schema.table});
      if (index.comment !== null) await session.run(`COMMENT ON INDEX ${quote(stagedName)} IS ${quoteText('postgres', index.comment)}`, signal);
      made.push({staged: stagedName, name: index.name});
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (index.unique && error.code === ErrorCode.VALUE) {
        throw new PipelineError(ErrorCode.VALUE, `table ${table.schema.table}: rows violate its unique index ${index.name}`, {
          table: table.schema.table, ...(error.remedy !== undefined && {remedy: error.remedy}),
        });
      }
      omissions.push({table: table.schema.table, kind: index.unique ? 'unique' : 'index', name: index.name, reason: 'the server refuses it'});
    }
  }
  return {made, omissions};
}

export async function addForeignKeys(session: Session, table: TablePlan, nameOf: (table: string) => string, signal: AbortSignal): Promise<Omission[]> {
  const omissions: Omission[] = [];
  for (const key of table.foreignKeys) {
    try {
      await session.run(foreignKeySql(key, nameOf(table.schema.table), nameOf), signal, {table: table.schema.table});
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const reason = error.code === ErrorCode.VALUE ? 'rows refer to rows that are not there' : 'the server refuses it';
      omissions.push({table: table.schema.table, kind: 'foreign key', name: key.name, reason});
    }
  }
  return omissions;
}
