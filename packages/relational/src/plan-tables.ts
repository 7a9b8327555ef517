import {configError} from '@sluice/config';
import {assert, type Problem} from '@sluice/core';
import {assemblePlan, orderedColumns} from './assemble-plan.ts';
import type {DocumentSchema} from './document-schema.ts';
import {dottedPath} from './dotted-path.ts';
import {type Draft, type DraftColumn, type DraftTable, draftTables, type Mode} from './draft.ts';
import {type Names, type NameRules, newNames} from './names.ts';
import type {RelationalPlan, Renamed} from './plan.ts';

export interface PlanOptions {
  /** `compat`: tables as the superseded system made them. */
  readonly mode: Mode;
  /** Stands before the name of every table. */
  readonly prefix?: string;
  /** Bytes of UTF-8 of a name: 63, as PostgreSQL has it, unless said otherwise. */
  readonly maxIdentifierBytes?: number;
  /** Columns of a table: 1000, which PostgreSQL, MySQL and SQLite all can have, unless said otherwise. */
  readonly maxColumns?: number;
  /** Whether names may differ by case alone: in compatible tables they may, as they did. */
  readonly caseSensitive?: boolean;
}

/** The plan of one collection that has a database, or a prefix, for itself; see `planCollections`. */
export function planTables(schema: DocumentSchema, options: PlanOptions): RelationalPlan {
  return planCollections([schema], options)[0]!;
}

/**
 * Plans the tables of collections that go to one place, in their order. Deterministic: the same
 * schemas give the same plans. The names that people gave stand; then collections have their names,
 * then arrays in the order of the schemas, so that a collection or a field that is added behind the
 * others changes no name of theirs, but for that of a table which the new collection is called like.
 *
 * There are no foreign keys: the rows of a document are always written together, and checking each of
 * them again would only cost time.
 *
 * Throws CONFIG with every problem: no id, a name given twice, arrays nested too deeply.
 */
export function planCollections(schemas: readonly DocumentSchema[], options: PlanOptions): RelationalPlan[] {
  const {mode, prefix = '', maxIdentifierBytes: maxBytes = 63, maxColumns = 1000, caseSensitive = mode === 'compat'} = options;
  assert(maxColumns >= 32 && maxBytes >= 32, 'a table can have at least 32 columns, a name at least 32 bytes');
  const drafts = schemas.map(schema => draftTables(schema, mode, maxColumns));
  const problems = drafts.flatMap(draft => draft.problems);
  for (const [i, {collection}] of schemas.entries()) {
    if (schemas.findIndex(other => other.collection === collection) < i) problems.push({path: collection, message: 'is described twice: take one of the two out'});
  }
  const rules: NameRules = {maxBytes, caseSensitive};
  const names = newNames({...rules, reserved: STATUS_TABLES});
  const renamed = new Map(drafts.map(draft => [draft, [...draft.omitted]]));
  const named = nameTables(drafts, {prefix, names, renamed, problems});
  for (const draft of drafts) {
    for (const table of draft.tables) layOut(table, draft.schema.collection, {mode, names: newNames({...rules, reserved: SYSTEM_COLUMNS}), renamed: renamed.get(draft)!, problems});
  }
  if (problems.length > 0) throw configError(problems, 'the schema');
  return drafts.map(draft => assemblePlan(draft, named, {mode, rules, names, renamed: renamed.get(draft)!}));
}

/** Columns that each table of PostgreSQL has of its own (manual, 5.6). */
const SYSTEM_COLUMNS: ReadonlyMap<string, string> = new Map(['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid'].map(name => [name, 'the database']));

/** The table of runs that stands beside those of the collections, under the name that it has had since the superseded system. */
const STATUS_TABLES: ReadonlyMap<string, string> = new Map([['qmetlstatus', 'the status of the runs']]);

interface TableNaming {
  readonly prefix: string;
  readonly names: Names;
  readonly renamed: ReadonlyMap<Draft, Renamed[]>;
  readonly problems: Problem[];
}

/** The final names of tables, and of the table of what fits nowhere by its draft. */
function nameTables(drafts: readonly Draft[], {prefix, names, renamed, problems}: TableNaming): ReadonlyMap<DraftTable | Draft, string> {
  const named = new Map<DraftTable | Draft, string>();
  const take = (draft: Draft, table: DraftTable) => {
    const {wanted, given, path} = table;
    const full = `${prefix}${wanted}`;
    const inner = dottedPath(path);
    const place = inner === '' ? draft.schema.collection : `${draft.schema.collection}.${inner}`;
    const twice = given && names.has(full);
    const {name, reason} = names.take(full);
    named.set(table, name);
    if (twice) problems.push({path: place, message: `the table ${full} is there already: give it another name`});
    else if (reason !== null && given) problems.push({path: place, message: `the table cannot be called ${full}: ${reason}`});
    else if (reason !== null) renamed.get(draft)!.push({path: inner, wanted: full, name, reason});
  };
  const all = drafts.flatMap(draft => draft.tables.map(table => ({draft, table})));
  for (const {draft, table} of all) if (table.given) take(draft, table);
  for (const {draft, table} of all) if (!table.given && !table.parent) take(draft, table);
  for (const {draft, table} of all) if (!table.given && table.parent) take(draft, table);
  for (const draft of drafts) {
    if (draft.tables[0]!.overflow) continue;
    const wanted = `${named.get(draft.tables[0]!)!}__extra`;
    const {name, reason} = names.take(wanted);
    named.set(draft, name);
    if (reason !== null) renamed.get(draft)!.push({path: '', wanted, name, reason});
  }
  return named;
}

interface Layout {
  readonly mode: Mode;
  readonly names: Names;
  readonly renamed: Renamed[];
  readonly problems: Problem[];
}

/** Gives the columns of a table their names and places. */
function layOut(table: DraftTable, collection: string, {mode, names, renamed, problems}: Layout): void {
  const {rootId, places, leaves, overflow} = table;
  const take = (column: DraftColumn) => {
    const {wanted, given, path} = column;
    const twice = names.has(wanted);
    const {name, reason} = names.take(wanted);
    column.name = name;
    if (reason === null) return;
    if (!given) renamed.push({path, wanted, name, reason});
    else problems.push({path: `${collection}.${path}`, message: twice ? `the column ${wanted} is there already: give it another name` : `the column cannot be called ${wanted}: ${reason}`});
  };
  for (const column of [...rootId, ...places, ...overflow ? [overflow] : []]) take(column);
  for (const column of leaves) if (column.given) take(column);
  for (const column of leaves) if (!column.given) take(column);
  for (const [position, column] of orderedColumns(table, mode).entries()) column.position = position;
}
