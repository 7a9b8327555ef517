import {assert, checkGroups, ErrorCode, fitKey, groupText, must, PipelineError, refuseMissingColumns, type Adjustment, type GroupChange, type GroupsRequest, type GroupStore, type Position, type ReplacedGroups, type Row} from '@sluice/core';
import Database from 'better-sqlite3';
import {classify} from './errors.ts';
import {lockTarget} from './file-lock.ts';
import {KeptTable} from './group-table.ts';
import {openLive, recoverLive} from './live-file.ts';
import {removeStaleParts} from './part-file.ts';
import {planLoad, type LoadPlan} from './plan-load.ts';
import {layoutOf, nameOf, prepareTable, readPosition, writePosition} from './prepare-table.ts';
import type {TargetFile} from './target-file.ts';

/** Opens a store in the live file. */
export async function openGroups(target: TargetFile, request: GroupsRequest): Promise<GroupStore> {
  checkGroups(request);
  const plan = planLoad({tables: request.families.flatMap(({tables}) => tables.map(({schema}) => schema)), views: [], others: []});
  if (request.readOnly) {
    if (!target.exists) throw new PipelineError(ErrorCode.SCHEMA, `${target.named} does not exist`, {table: plan.tables[0]!.schema.table, remedy: 'load it first'});
    recoverLive(target);
    return storeOf(openLive(target, true), target, plan, request, async () => {});
  }
  await removeStaleParts(target);
  const unlock = await lockTarget(target);
  try {
    return storeOf(new Database(target.live, {timeout: 5000}), target, plan, request, unlock);
  } catch (error) {
    await unlock();
    throw classify(error, {file: target.named});
  }
}

function storeOf(db: Database.Database, {named}: TargetFile, plan: LoadPlan, request: GroupsRequest, unlock: () => Promise<void>): SqliteGroups {
  try {
    if (!request.readOnly) {
      db.pragma('foreign_keys = OFF');
      // Nothing of a deleted row stays readable in free pages.
      db.pragma('secure_delete = ON');
      db.exec('BEGIN IMMEDIATE');
    }
    const families = request.families.map(({tables}) => tables.map(group => {
      const {table} = group.schema;
      const its = must(plan.tables.find(({schema}) => schema.table === table), 'a planned table');
      if (request.readOnly && nameOf(db, its.name) === null) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} is not in ${named}`, {table, remedy: 'load it first'});
      const layout = request.readOnly ? layoutOf(db, its, false) : prepareTable(db, its, false);
      if (request.readOnly) refuseMissingColumns(group.schema, group.schema.columns.filter(({name}) => !layout.added.some(({column}) => column.name === name)));
      return {group, plan: its, layout};
    }));
    if (db.inTransaction) db.exec('COMMIT');
    return new SqliteGroups(db, named, families.map(tables => tables.map(each => new KeptTable({...each, db, file: named, rules: request.losses?.get(each.group.schema.table)}))), request, unlock);
  } catch (error) {
    db.close();
    throw classify(error, {file: named});
  }
}

/** Keeps groups of rows in one file. Each call is done before anything else of the process has its turn. */
class SqliteGroups implements GroupStore {
  readonly #db: Database.Database;
  readonly #file: string;
  readonly #families: readonly (readonly KeptTable[])[];
  readonly #request: GroupsRequest;
  readonly #unlock: () => Promise<void>;

  constructor(db: Database.Database, file: string, families: readonly (readonly KeptTable[])[], request: GroupsRequest, unlock: () => Promise<void>) {
    this.#db = db;
    this.#file = file;
    this.#families = families;
    this.#request = request;
    this.#unlock = unlock;
  }

  get adjustments(): ReadonlyMap<string, readonly Adjustment[]> {
    return new Map(this.#families.flat().flatMap(({table, fitting: {adjustments}}) => (adjustments.length > 0 ? [[table, adjustments] as const] : [])));
  }

  async position(signal: AbortSignal): Promise<Position | null> {
    signal.throwIfAborted();
    return this.#doing(() => readPosition(this.#db, this.#request.positionKey));
  }

  fit(family: number, rows: readonly (readonly Row[])[]): void {
    for (const [i, {fitting}] of this.#family(family).entries()) fitting.fit({rows: [...must(rows[i], 'rows of the table')], position: null}, 0);
  }

  key(family: number, key: Row): Row | null {
    return fitKey(must(this.#family(family)[0], 'a first table').keyFitting, key);
  }

  async replace(changes: readonly GroupChange[], position: Position | undefined, signal: AbortSignal): Promise<ReplacedGroups> {
    signal.throwIfAborted();
    assert(!this.#request.readOnly, 'the store may write');
    return this.#transaction('BEGIN IMMEDIATE', () => {
      let deleted = 0;
      let inserted = 0;
      for (const {family, groups, rows, empty} of changes) {
        const tables = this.#family(family);
        for (const table of tables.toReversed()) deleted += table.remove(empty ? 'all' : distinct(groups));
        for (const [i, table] of tables.entries()) {
          const coming = must(rows[i], 'rows of the table');
          table.insert(coming);
          inserted += coming.length;
        }
      }
      if (position !== undefined) writePosition(this.#db, this.#request.positionKey, position);
      return {deleted, inserted};
    });
  }

  async read(family: number, groups: readonly Row[], signal: AbortSignal): Promise<readonly (readonly Row[])[]> {
    signal.throwIfAborted();
    return this.#transaction('BEGIN', () => this.#family(family).map(table => table.read(distinct(groups))));
  }

  async keys(family: number, after: Row | null, limit: number, signal: AbortSignal): Promise<readonly Row[]> {
    signal.throwIfAborted();
    const tables = this.#family(family);
    const first = must(tables[0], 'a first table');
    const order = Array.from({length: must(this.#request.families[family], 'family').tables[0]!.group.length}, (_, i) => i + 1).join(', ');
    const sql = `${tables.map(table => table.keysSql(after === null, limit)).join(' UNION ')} ORDER BY ${order} LIMIT ${limit}`;
    return this.#doing(() => {
      const keys = this.#db.prepare(sql).raw().safeIntegers().all(...(after === null ? [] : tables.flatMap(table => table.bound(after)))) as Row[];
      first.decodeKeys(keys);
      return keys;
    });
  }

  async keyless(family: number, signal: AbortSignal): Promise<readonly number[]> {
    signal.throwIfAborted();
    return this.#family(family).map(table => table.keyless());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#db.close();
    await this.#unlock();
  }

  #family(family: number): readonly KeptTable[] {
    return must(this.#families[family], 'family of the store');
  }

  #transaction<T>(begin: string, work: () => T): T {
    const db = this.#db;
    return this.#doing(() => {
      db.exec(begin);
      try {
        const result = work();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        if (db.inTransaction) db.exec('ROLLBACK');
        throw error;
      }
    });
  }

  #doing<T>(work: () => T): T {
    assert(this.#db.open, 'the store is open');
    try {
      return work();
    } catch (error) {
      throw classify(error, {file: this.#file});
    }
  }
}

function distinct(groups: readonly Row[]): readonly Row[] {
  return [...new Map(groups.map(key => [groupText(key), key])).values()];
}
