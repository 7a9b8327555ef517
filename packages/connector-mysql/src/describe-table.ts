import type {Check, Column, ForeignKey, Index, IndexPart, Omission, ReferentialAction, Schema} from '@sluice/core';
import type {CheckRow, ColumnRow, IndexRow, KeyRow, TableRow} from './catalog-queries.ts';
import {describeColumn, isImplicitJson, sqlText, type NativeColumn} from './describe-column.ts';
import type {Flavor} from './server.ts';

export interface KeyColumn {
  readonly name: string;
  readonly descending: boolean;
}

/** One table: what others see of it, and what reading needs. */
export interface TableDescription {
  readonly schema: Schema;
  readonly engine: string | null;
  readonly natives: ReadonlyMap<string, NativeColumn>;
  /** The primary key in its index order; empty when there is none that whole values can be compared with. */
  readonly key: readonly KeyColumn[];
  readonly omissions: readonly Omission[];
}

/** The rows of `information_schema` that belong to one table. */
export interface TableParts {
  readonly table: TableRow;
  readonly columns: readonly ColumnRow[];
  readonly indexes: readonly IndexRow[];
  readonly foreignKeys: readonly KeyRow[];
  readonly checks: readonly CheckRow[];
  /** Binary defaults by column, as hex. */
  readonly binaryDefaults: ReadonlyMap<string, string>;
}

export function describeTable(parts: TableParts, flavor: Flavor, database: string): TableDescription {
  const [table, tableType, engine, rows, comment, options, bytes] = parts.table;
  const omissions: Omission[] = [];
  const omit = (kind: Omission['kind'], name: string, reason: string) => omissions.push({table, kind, name, reason});
  if (tableType === 'SYSTEM VERSIONED') omit('table', table, 'its history stays behind: the rows of today are copied');
  if (/\bpartitioned\b/i.test(options ?? '')) omit('table', table, 'its partitions become one table');

  const checks: Check[] = [];
  const json = new Set<string>();
  for (const [, name, level, clause, enforced] of parts.checks) {
    const check = {name, ...sqlText(flavor, clause)};
    // Text that must be JSON is JSON; MariaDB's own JSON type is nothing but that, with this collation.
    const text = enforced === 'NO' ? undefined : parts.columns.find(column => isImplicitJson(check, column[1]));
    if (text) json.add(text[1]);
    if (level === 'Column' && flavor === 'mariadb' && text?.[13] === 'utf8mb4_bin' && text[2] === 'longtext') continue;
    if (enforced === 'NO') omit('check', name, 'it is not enforced at the source');
    else checks.push(check);
  }

  const columns: Column[] = [];
  const natives = new Map<string, NativeColumn>();
  for (const row of parts.columns) {
    const described = describeColumn(row, flavor, json.has(row[1]), parts.binaryDefaults.get(row[1]) ?? null);
    columns.push(described.column);
    natives.set(row[1], described.native);
    omissions.push(...described.omissions);
  }

  const indexes = describeIndexes(parts.indexes, flavor, omit);
  const primary = indexes.find(index => index.name === 'PRIMARY' && index.unique);
  // A key over the first characters of a text is unique for the whole text too, but cannot be one elsewhere.
  const key = primary && primary.parts.every(part => part.column !== null && part.prefix === undefined)
    ? primary.parts.map(part => ({name: part.column!, descending: part.descending === true})) : [];
  const others = key.length > 0 ? indexes.filter(index => index !== primary) : indexes;
  const byKey = key.length > 0 && key.every(part => !part.descending && columns.find(column => column.name === part.name)?.type === 'int');
  const foreignKeys = describeForeignKeys(parts.foreignKeys, database, omit);
  return {
    schema: {
      table, columns,
      primaryKey: key.map(part => part.name),
      ...(others.length > 0 && {indexes: others}),
      ...(foreignKeys.length > 0 && {foreignKeys}),
      ...(checks.length > 0 && {checks}),
      ...(comment !== '' && {comment}),
      ...(rows !== null && {approximateRows: Number(rows)}),
      ...(bytes !== null && {approximateBytes: Number(bytes)}),
      ...(byKey && {order: 'key' as const}),
    },
    engine, natives, key, omissions,
  };
}

function describeIndexes(rows: readonly IndexRow[], flavor: Flavor, omit: (kind: Omission['kind'], name: string, reason: string) => void): Index[] {
  const indexes: (Omit<Index, 'parts'> & {parts: IndexPart[]})[] = [];
  for (const [, name, nonUnique, column, collation, prefix, type, comment, expression, hidden] of rows) {
    let index = indexes.at(-1);
    const kind = INDEX_KINDS[type.toUpperCase()] ?? type.toLowerCase();
    if (index?.name !== name) {
      index = {
        name, unique: Number(nonUnique) === 0, parts: [],
        ...(kind !== 'btree' && {kind}),
        ...(comment !== '' && {comment}),
      };
      indexes.push(index);
      if (hidden === 'YES') omit('index', name, 'it is invisible at the source and becomes an ordinary one');
    }
    index.parts.push({
      column,
      ...(expression !== null && {expression: sqlText(flavor, expression)}),
      ...(collation === 'D' && {descending: true as const}),
      // MySQL shows the length of the bounding box as the prefix of a spatial index.
      ...(prefix !== null && kind !== 'spatial' && {prefix: Number(prefix)}),
    });
  }
  return indexes;
}

const INDEX_KINDS: Readonly<Record<string, string>> = {BTREE: 'btree', FULLTEXT: 'fulltext', SPATIAL: 'spatial', RTREE: 'spatial', HASH: 'hash'};

function describeForeignKeys(
  rows: readonly KeyRow[], database: string, omit: (kind: Omission['kind'], name: string, reason: string) => void,
): ForeignKey[] {
  const keys: {name: string; columns: string[]; table: string; referencedColumns: string[]; onUpdate: ReferentialAction; onDelete: ReferentialAction}[] = [];
  const foreign = new Set<string>();
  for (const [, name, column, schema, table, referenced, onUpdate, onDelete] of rows) {
    if (schema !== database) {
      if (!foreign.has(name)) omit('foreign key', name, 'it refers to a table of another database');
      foreign.add(name);
      continue;
    }
    let key = keys.at(-1);
    if (key?.name !== name) {
      key = {name, columns: [], table, referencedColumns: [], onUpdate: onUpdate as ReferentialAction, onDelete: onDelete as ReferentialAction};
      keys.push(key);
    }
    key.columns.push(column);
    key.referencedColumns.push(referenced);
  }
  return keys;
}
