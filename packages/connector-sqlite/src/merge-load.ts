import {
  ErrorCode, must, PipelineError, type Batch, type Load, type LoadRequest, type Omission, type Position, type Published, type RowOrder, type Schema, type TableDigest, type TargetPlan, type WriteMode, type Writer,
} from '@sluice/core';
import {MergeTally, parentsFirst} from '@sluice/sql';
import Database from 'better-sqlite3';
import {classify} from './errors.ts';
import type {Layout} from './layout.ts';
import {BESIDE, countSql, deleteSql, differingSql, insertSql, retireSql, updateSql, type MergePair} from './merge-sql.ts';
import type {PartFile} from './part-file.ts';
import type {LoadPlan} from './plan-load.ts';
import {addViews, isEmpty, layoutOf, nameOf, prepareTable, readPosition, writePosition} from './prepare-table.ts';
import type {ReadBackLimits} from './read-back.ts';
import type {ReplaceLoad} from './replace-load.ts';
import type {TablePlan} from './table-plan.ts';
import type {TargetFile} from './target-file.ts';

export interface MergeSetup {
  readonly target: TargetFile;
  readonly part: PartFile;
  readonly plan: LoadPlan;
  readonly mode: Exclude<WriteMode, 'replace'>;
  readonly retain: LoadRequest['retain'];
  /** Fills the part with the bare tables; it is never published, and takes the part away in the end. */
  readonly beside: ReplaceLoad;
}

/** What of a plan the part needs: rows and keys. */
export function besidePlan(plan: LoadPlan): LoadPlan {
  return {
    ...plan, views: [],
    tables: plan.tables.map(table => ({...table, indexes: [], checks: [], foreignKeys: [], columns: table.columns.map(column => ({...column, generated: null}))})),
  };
}

/** Throws SCHEMA for a table that has no key to mirror by. */
export function refuseKeyless(schemas: readonly Schema[]): void {
  const keyless = schemas.find(({primaryKey}) => primaryKey.length === 0);
  if (!keyless) return;
  throw new PipelineError(ErrorCode.SCHEMA, `table ${keyless.table} has no primary key to mirror by`, {
    table: keyless.table, remedy: 'say which columns identify a row (--key), or use replace or append for it',
  });
}

/** Throws SCHEMA when a table that is live cannot take the rows; touches nothing. */
export function refuseMerge(target: TargetFile, plan: LoadPlan, mode: MergeSetup['mode']): void {
  const db = target.exists ? new Database(target.live, {readonly: true, timeout: 5000}) : null;
  try {
    for (const table of plan.tables) if (db !== null && nameOf(db, table.name) !== null) layoutOf(db, table, mode !== 'append');
  } finally {
    db?.close();
  }
}

/**
 * Rows are written into a file beside the live one and read back there; publishing brings them into it in one
 * transaction, which ends with a proof that they are there as they were beside. So whatever else is in the file
 * stays, and whoever reads it sees the old rows or the new.
 */
export class MergeLoad implements Load {
  readonly target: TargetPlan;
  readonly #setup: MergeSetup;
  readonly #positions = new Map<string, Position>();

  constructor(setup: MergeSetup) {
    this.target = setup.plan.target;
    this.#setup = setup;
  }

  async open(schema: Schema, signal: AbortSignal): Promise<Writer> {
    const {beside, target, plan, mode} = this.#setup;
    const writer = await beside.open(schema, signal);
    const positions = this.#positions;
    const {resumeAfter, startsEmpty} = mode === 'mirror' ? {resumeAfter: null, startsEmpty: undefined} : startIn(target, must(plan.tables.find(table => table.schema.table === schema.table), 'a table of the load'));
    return {
      resumeAfter, startsEmpty,
      order: writer.order,
      get adjustments() { return writer.adjustments; },
      fit: batch => writer.fit(batch),
      write: batch => writer.write(batch),
      async commit(position) {
        if (position === null) positions.delete(schema.table);
        else positions.set(schema.table, position);
        return await writer.commit(null);
      },
      [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
    };
  }

  finish(signal: AbortSignal): Promise<readonly Omission[]> {
    return this.#setup.beside.finish(signal);
  }

  readBack(schema: Schema, limits: ReadBackLimits, signal: AbortSignal): AsyncIterable<Batch> {
    return this.#setup.beside.readBack(schema, limits, signal);
  }

  digestBack(schema: Schema, order: RowOrder, limits: ReadBackLimits, signal: AbortSignal, onRows: (rows: number) => void): Promise<TableDigest | null> {
    return this.#setup.beside.digestBack(schema, order, limits, signal, onRows);
  }

  async publish(signal: AbortSignal): Promise<Published> {
    signal.throwIfAborted();
    const {target, part, plan} = this.#setup;
    let db: Database.Database | null = null;
    try {
      db = new Database(target.live, {timeout: 5000});
      db.pragma('foreign_keys = OFF');
      // Nothing of a deleted row stays readable in free pages.
      db.pragma('secure_delete = ON');
      db.prepare(`ATTACH ? AS ${BESIDE}`).run(part.path);
      db.exec('BEGIN IMMEDIATE');
      const {merged} = merge(db, this.#setup, this.#positions);
      db.exec('COMMIT');
      const omissions = addViews(db, plan);
      return {merged, warnings: omissions.map(({kind, name, reason}) => `${kind} ${name}: ${reason}`)};
    } catch (error) {
      if (db?.inTransaction) db.exec('ROLLBACK');
      throw classify(error, {file: target.named});
    } finally {
      db?.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#setup.beside[Symbol.asyncDispose]();
  }
}

function startIn({exists, live}: TargetFile, {name, schema}: TablePlan): {readonly resumeAfter: Position | null; readonly startsEmpty: boolean} {
  const db = exists ? new Database(live, {readonly: true, timeout: 5000}) : null;
  try {
    return db === null || nameOf(db, name) === null ? {resumeAfter: null, startsEmpty: true} : {resumeAfter: readPosition(db, schema.table), startsEmpty: isEmpty(db, name)};
  } finally {
    db?.close();
  }
}

function merge(db: Database.Database, {plan, mode, retain}: MergeSetup, positions: ReadonlyMap<string, Position>): MergeTally {
  const tally = new MergeTally(plan.tables);
  const merging = parentsFirst(plan.tables).map(table => ({table, pair: pairOf(table, prepareTable(db, table, mode !== 'append'))}));
  const broken = brokenKeys(db);
  const remove = (sqlOf: (pair: MergePair) => string) => {
    for (const {table, pair} of merging.toReversed()) tally.add(table.schema.table, 'deleted', db.prepare(sqlOf(pair)).run().changes);
  };
  if (mode === 'mirror') remove(deleteSql);
  for (const {table, pair} of merging) mergeTable(db, table, pair, mode, tally);
  if (retain) remove(pair => retireSql(pair, retain));
  // Rows of one table may have changed those of another.
  for (const {table, pair} of merging) proveTable(db, table, pair, mode);
  if (brokenKeys(db) > broken) {
    throw new PipelineError(ErrorCode.VALUE, 'rows would refer to rows that are not there: nothing was changed', {remedy: 'copy the tables that refer to each other together, or drop their foreign keys in the file'});
  }
  // A mirror was made of all rows: where an earlier append would go on says nothing any more.
  for (const {schema: {table}} of plan.tables) writePosition(db, table, mode === 'mirror' ? null : positions.get(table) ?? null);
  return tally;
}

function mergeTable(db: Database.Database, {schema: {table}, name}: TablePlan, pair: MergePair, mode: MergeSetup['mode'], tally: MergeTally): void {
  if (pair.key.length === 0 && db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE").get(name) !== undefined) {
    throw new PipelineError(ErrorCode.SCHEMA, `table ${table} of the destination has a trigger and no key: nobody could say what became of the rows`, {table, remedy: 'load it with replace'});
  }
  if (mode !== 'append') tally.add(table, 'updated', db.prepare(updateSql(pair)).run().changes);
  const {changes} = db.prepare(insertSql(pair, mode !== 'append')).run();
  if (pair.key.length === 0 && changes !== countOf(db, countSql(pair, 'staged'))) throw changedRows(table);
  tally.add(table, 'inserted', changes);
}

/** Throws VERIFY when the live table does not hold the rows of the load as they are, or a mirror others. */
function proveTable(db: Database.Database, {schema: {table}}: TablePlan, pair: MergePair, mode: MergeSetup['mode']): void {
  if (pair.key.length > 0 && countOf(db, differingSql(pair)) > 0) throw changedRows(table);
  if (mode === 'mirror' && countOf(db, countSql(pair, 'live')) !== countOf(db, countSql(pair, 'staged'))) throw changedRows(table);
}

const countOf = (db: Database.Database, sql: string) => db.prepare(sql).pluck().get() as number;

const changedRows = (table: string) => new PipelineError(ErrorCode.VERIFY, `table ${table} of the destination does not hold the rows as they were brought into it: nothing was changed`, {
  table, remedy: 'a trigger of the table, or of one that is loaded with it, changes rows: drop it, or load the table with replace',
});

/** Rows whose foreign keys refer to nothing. */
function brokenKeys(db: Database.Database): number {
  return db.prepare('SELECT count(*) FROM pragma_foreign_key_check(NULL, ?)').pluck().get('main') as number;
}

function pairOf(table: TablePlan, {columns}: Layout): MergePair {
  return {name: table.name, columns: table.columns.map(({name}) => name), filled: columns.map(({name}) => name), key: table.primaryKey};
}
