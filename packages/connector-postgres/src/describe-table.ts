import type {Check, ForeignKey, Index, Omission, ReferentialAction, Schema} from '@sluice/core';
import type {CheckRow, ColumnRow, ForeignKeyRow, IndexRow, KeyPart, TableRow} from './catalog-queries.ts';
import {describeColumn, type NativeColumn} from './describe-column.ts';
import type {Server} from './server.ts';

/** One table: what others see of it, and what reading needs. */
export interface TableDescription {
  readonly schema: Schema;
  readonly natives: ReadonlyMap<string, NativeColumn>;
  /** What stands between FROM and the name: nothing, or `ONLY ` where other tables inherit from it. */
  readonly only: '' | 'ONLY ';
  readonly omissions: readonly Omission[];
}

/** The rows of the catalog that belong to one table. */
export interface TableParts {
  readonly table: TableRow;
  readonly columns: readonly ColumnRow[];
  readonly indexes: readonly IndexRow[];
  readonly foreignKeys: readonly ForeignKeyRow[];
  readonly checks: readonly CheckRow[];
}

type Omit = (kind: Omission['kind'], name: string, reason: string) => void;

export function describeTable(parts: TableParts, server: Server): TableDescription {
  const [table, , kind, rows, comment, rowSecurity, isParent, isChild, persistence, bytes] = parts.table;
  const omissions: Omission[] = [];
  const omit: Omit = (what, name, reason) => omissions.push({table, kind: what, name, reason});
  const isPartitioned = kind === 'p';
  if (isPartitioned) omit('table', table, 'its partitions become one table');
  if (!isPartitioned && isParent === 't') omit('table', table, 'its own rows only: tables that inherit from it are tables of their own');
  if (isChild === 't') omit('table', table, 'it becomes a table of its own: what it inherits from is not kept');
  if (persistence === 'u') omit('table', table, 'it is unlogged at the source and becomes an ordinary table');
  if (rowSecurity === 't') omit('policy', table, 'row-level security is not switched on where the table arrives');

  const described = parts.columns.map(row => describeColumn(row, server.bytewise));
  const columns = described.map(({column}) => column);
  const indexes = describeIndexes(parts.indexes, omit);
  const primaryKey = indexes.primaryKey;
  // Its index is in the order of a locale, and ranges go by the bytes.
  const byLocale = described.some(({native}) => native.ordersByLocale && native.name === primaryKey[0]);
  const foreignKeys = describeForeignKeys(parts.foreignKeys, server.schema, omit);
  const checks = describeChecks(parts.checks, omit);
  const byKey = primaryKey.length > 0 && primaryKey.every(name => columns.find(column => column.name === name)?.type === 'int');
  return {
    schema: {
      table, columns, primaryKey,
      ...(indexes.others.length > 0 && {indexes: indexes.others}),
      ...(foreignKeys.length > 0 && {foreignKeys}),
      ...(checks.length > 0 && {checks}),
      ...(comment !== null && {comment}),
      ...(rows !== null && {approximateRows: Number(rows)}),
      ...(bytes !== null && {approximateBytes: Number(bytes)}),
      ...(byKey && {order: 'key' as const}),
      ...(byLocale && {seeks: false as const}),
    },
    natives: new Map(described.map(({native}) => [native.name, native])),
    only: isPartitioned || isParent === 'f' ? '' : 'ONLY ',
    omissions,
  };
}

function describeIndexes(rows: readonly IndexRow[], omit: Omit): {readonly primaryKey: readonly string[]; readonly others: readonly Index[]} {
  let primaryKey: readonly string[] = [];
  const others: Index[] = [];
  for (const [, name, method, unique, primary, partial, keys, definition, comment, plain, nullsEqual, valid] of rows) {
    const parts = JSON.parse(keys) as KeyPart[];
    if (primary === 't') {
      primaryKey = parts.map(part => part.column!);
      continue;
    }
    if (valid === 'f') {
      omit(unique === 't' ? 'unique' : 'index', name, 'it was never finished at the source');
      continue;
    }
    // Others must not take a unique index over some rows, or one that NULLs count in, for one over all.
    const kind = partial === 't' ? 'partial' : nullsEqual === 't' ? 'nulls not distinct' : method;
    const isOrdinary = plain === 't' && nullsEqual === 'f' && (method === 'btree' || method === 'hash');
    others.push({
      name, unique: unique === 't',
      parts: parts.map(({column, expression, descending}) => ({
        column,
        ...(column === null && expression !== null && {expression: {dialect: 'postgres', sql: expression}}),
        ...(descending && {descending: true as const}),
      })),
      ...(kind !== 'btree' && {kind}),
      ...(!(isOrdinary && method === 'btree' && parts.every(part => part.column !== null)) && {native: {dialect: 'postgres', sql: definition}}),
      ...(comment !== null && {comment}),
    });
  }
  return {primaryKey, others};
}

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {a: 'NO ACTION', r: 'RESTRICT', c: 'CASCADE', n: 'SET NULL', d: 'SET DEFAULT'};

function describeForeignKeys(rows: readonly ForeignKeyRow[], schema: string, omit: Omit): ForeignKey[] {
  return rows.flatMap(([, name, columns, referencedSchema, table, referencedColumns, onUpdate, onDelete, deferrable, validated, full]): ForeignKey[] => {
    if (referencedSchema !== schema) {
      omit('foreign key', name, 'it refers to a table of another schema');
      return [];
    }
    if (validated === 'f') {
      omit('foreign key', name, 'it is not valid for all rows at the source');
      return [];
    }
    if (deferrable === 't') omit('foreign key', name, 'it is checked at once where the table arrives, not at the end of a transaction');
    if (full === 't') omit('foreign key', name, 'where the table arrives, a key that is NULL in part is not refused');
    return [{
      name, table, columns: JSON.parse(columns) as string[], referencedColumns: JSON.parse(referencedColumns) as string[],
      onUpdate: ACTIONS[onUpdate] ?? 'NO ACTION', onDelete: ACTIONS[onDelete] ?? 'NO ACTION',
    }];
  });
}

function describeChecks(rows: readonly CheckRow[], omit: Omit): Check[] {
  return rows.flatMap(([, name, sql, validated, kind]): Check[] => {
    if (kind === 'x') {
      omit('unique', name, 'it is an exclusion constraint');
      return [];
    }
    if (kind !== 'c') {
      omit(kind === 'f' ? 'foreign key' : 'unique', name, 'it is a key of spans');
      return [];
    }
    if (validated === 'f') {
      omit('check', name, 'it is not valid for all rows at the source');
      return [];
    }
    return [{name, dialect: 'postgres', sql}];
  });
}
