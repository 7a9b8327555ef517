import type {Position} from './batch.ts';
import type {Adjustment} from './destination.ts';
import {ErrorCode, PipelineError, type Problem} from './errors.ts';
import type {Fitting} from './fitting.ts';
import type {LossRules} from './loss.ts';
import type {Schema} from './schema.ts';
import type {Row, Value} from './value.ts';

/** A table whose rows come in groups that are replaced as wholes: a document's row, or the rows of one of its arrays. */
export interface GroupTable {
  /** A table without primary key is allowed. */
  readonly schema: Schema;
  /**
   * The columns whose values say which group a row belongs to: as many in each table of a family, in the same order and
   * of the same types, which are neither `json` nor `any`; their names may differ. None of them is ever NULL.
   */
  readonly group: readonly string[];
}

/** Tables that share their groups; the first has a row for each group. */
export interface GroupFamily {
  readonly tables: readonly GroupTable[];
}

export interface GroupsRequest {
  /** What is changed together: the collections that one feed tells of, a table of states beside them. */
  readonly families: readonly GroupFamily[];
  /** The name under which the position is kept. */
  readonly positionKey: string;
  /** The store is only read: nothing is made, added or locked, a table or column that is not there is a SCHEMA error, and `replace` is a programming mistake. */
  readonly readOnly?: true;
  /** What becomes of values that cannot be held; absent: `fail`. A row of a group is never set aside: `quarantine` is a CONFIG error. */
  readonly losses?: LossRules;
}

/** What becomes of the groups of one family. */
export interface GroupChange {
  /** Its place in `GroupsRequest.families`. */
  readonly family: number;
  /** Keys of the groups whose rows go, as `GroupStore.key` gives them, in the order of `GroupTable.group`; every row that comes belongs to one of them. */
  readonly groups: readonly Row[];
  /** The rows that come, per table, after `GroupStore.fit`. */
  readonly rows: readonly (readonly Row[])[];
  /** All rows of the family's tables go first. */
  readonly empty?: true;
}

export interface ReplacedGroups {
  readonly deleted: number;
  readonly inserted: number;
}

/**
 * Keeps groups of rows in step with what they are made from. Unless it is read only, no other store and no load that replaces
 * these tables can be open meanwhile. One call at a time.
 */
export interface GroupStore extends AsyncDisposable {
  /** What was committed with the last change that brought a position; null when there was none. Throws CONNECT. */
  position(signal: AbortSignal): Promise<Position | null>;
  /**
   * Makes the rows, in place, what the tables give back, as `Writer.fit` does. Rows are numbered from 0 in each call.
   * Throws VALUE with table, column and row.
   */
  fit(family: number, rows: readonly (readonly Row[])[]): void;
  /** A key as rows have it after `fit`: for rows that are not there to be fitted. Null when no row can have it, because the columns hold no such value. */
  key(family: number, key: Row): Row | null;
  /** What `fit` has altered so far, by table. */
  readonly adjustments: ReadonlyMap<string, readonly Adjustment[]>;
  /**
   * Deletes the rows of the groups in every table, inserts the given ones and stores the position, in one transaction:
   * whoever reads sees all of it or nothing. May be repeated. Without a position the stored one stays. A signal ends it
   * before its commit, or not at all. Throws VALUE with the table when a row is refused, WRITE or CONNECT: then all is as it was,
   * but for a connection that broke during the commit, when it may be done.
   */
  replace(changes: readonly GroupChange[], position: Position | undefined, signal: AbortSignal): Promise<ReplacedGroups>;
  /** The rows of these groups, per table, in the canonical form of its schema and in no order. Throws CONNECT. */
  read(family: number, groups: readonly Row[], signal: AbortSignal): Promise<readonly (readonly Row[])[]>;
  /**
   * At most `limit` keys of groups that any table of the family has a row of, each once, in the ascending order of the system, after one:
   * for finding rows that should not be there. Throws CONNECT.
   */
  keys(family: number, after: Row | null, limit: number, signal: AbortSignal): Promise<readonly Row[]>;
  /** How many rows no key reaches, because a column of their group is NULL, by table; rows that another program wrote. Throws CONNECT. */
  keyless(family: number, signal: AbortSignal): Promise<readonly number[]>;
}

/** For a store that is only read. Throws SCHEMA with every column that a table does not have. */
export function refuseMissingColumns({table, columns}: Schema, there: readonly {readonly name: string}[]): void {
  // Where names differ by case alone they may be one.
  const names = new Set(there.map(({name}) => name.toLowerCase()));
  const missing = columns.filter(({name}) => !names.has(name.toLowerCase())).map(({name}) => name);
  const [first] = missing;
  if (first === undefined) return;
  throw new PipelineError(ErrorCode.SCHEMA, missing.length === 1 ? `table ${table} has no column ${first}` : `table ${table} has no columns ${missing.join(', ')}`, {table, column: first, remedy: 'load it again'});
}

/** Where the columns of the group stand in a row. */
export function groupColumns({schema: {columns}, group}: GroupTable): readonly number[] {
  return group.map(name => columns.findIndex(column => column.name === name));
}

/** A key fitted by its columns alone; null when one of them cannot hold its value. */
export function fitKey(fitting: Fitting, key: Row): Row | null {
  const row = [...key];
  try {
    fitting.fit({rows: [row], position: null}, 0);
    return row;
  } catch (error) {
    if (error instanceof PipelineError && error.code === ErrorCode.VALUE) return null;
    throw error;
  }
}

/** A text that two keys share exactly when they are the same key, whatever zero or 5 was written as. */
export function groupText(key: readonly Value[]): string {
  // Called several times for each row that is compared, nearly always for one value: nothing is made but the text.
  return key.length === 1 ? `[${partText(key[0]!)}]` : `[${key.map(partText).join(',')}]`;
}

function partText(value: Value): string {
  switch (typeof value) {
    case 'number': case 'bigint': return `["number","${value}"]`;
    case 'string': return `["string",${JSON.stringify(value)}]`;
    default: return value instanceof Uint8Array ? `["bytes","${Array.from(value, byte => byte.toString(16).padStart(2, '0')).join('')}"]` : `["${typeof value}","${String(value)}"]`;
  }
}

/** Throws SCHEMA, with every problem, when tables of a family do not go together, CONFIG for losses that would take rows out of their group. */
export function checkGroups({families, losses}: GroupsRequest): void {
  const problems: Problem[] = [];
  const names = families.flatMap(({tables}) => tables.map(({schema: {table}}) => table));
  for (const name of new Set(names.filter((each, i) => names.indexOf(each) < i))) problems.push({path: name, message: 'the table is there more than once'});
  for (const {tables} of families) {
    const [first] = tables;
    const types = (table: GroupTable) => groupColumns(table).map(at => table.schema.columns[at]?.type);
    for (const table of tables) {
      const {schema, group} = table;
      const here = types(table);
      const path = (name: string) => `${schema.table}.${name}`;
      if (group.length === 0) problems.push({path: schema.table, message: 'no column says which group a row belongs to'});
      for (const [i, type] of here.entries()) {
        if (type === undefined) problems.push({path: path(group[i]!), message: 'the column of the group does not exist'});
        else if (type === 'json' || type === 'any') problems.push({path: path(group[i]!), message: `values of the type ${type} cannot be compared, so they tell no groups apart`});
      }
      if (first && here.join() !== types(first).join()) problems.push({path: schema.table, message: `its group is not of the same columns as that of table ${first.schema.table}`});
    }
  }
  if (problems.length > 0) {
    throw new PipelineError(ErrorCode.SCHEMA, `tables cannot be kept in groups: ${problems.map(({path, message}) => `${path}: ${message}`).join('; ')}`, {problems});
  }
  for (const [table, rules] of losses ?? []) {
    for (const [column, rule] of rules) {
      if (rule === 'quarantine') throw new PipelineError(ErrorCode.CONFIG, `column ${column} of table ${table} has the rule quarantine, and no row can be left out of its group`, {table, column, remedy: 'use null, text or fail'});
    }
  }
}
