import type {Schema} from '@sluice/core';
import {splitName} from './names/split-name.ts';
import type {Sample} from './proposal.ts';
import {columnValues} from './values/column-values.ts';

/** A column that another one refers to. */
export interface Reference {
  readonly table: string;
  readonly column: string;
  /** By a foreign key of the database; otherwise by its name alone. */
  readonly declared: boolean;
}

/** Columns whose values are keys, with the reason: of the primary key, of unique indexes of one column, and ids that do not repeat where the source knows no keys. */
export function keyColumns(schema: Schema, sample: Sample | null): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  for (const name of schema.primaryKey) keys.set(name, schema.primaryKey.length === 1 ? 'the primary key of the table' : 'a part of the primary key');
  for (const {unique, parts} of schema.indexes ?? []) {
    const column = parts.length === 1 ? parts[0]!.column : null;
    if (unique && column !== null && !keys.has(column)) keys.set(column, 'a unique key of the table');
  }
  if (keys.size > 0) return keys;
  for (const [at, {name}] of schema.columns.entries()) {
    const {words} = splitName(name);
    if (words.at(-1) !== 'id' && words.at(-1) !== 'key') continue;
    const values = columnValues(sample, at);
    if (values !== null && values.seen > 1 && values.nulls === 0 && values.distinct.length >= Math.min(values.seen, 400)) keys.set(name, 'an id that does not repeat');
  }
  return keys;
}

/** Tables by what a column that refers to them would be called. */
export type TableIndex = ReadonlyMap<string, readonly {readonly table: string; readonly key: string}[]>;

/** Tables with a key of one column, or, where the source knows no keys, with a column `id`. */
export function indexTables(tables: readonly Schema[]): TableIndex {
  const index = new Map<string, {readonly table: string; readonly key: string}[]>();
  for (const {table, primaryKey, columns} of tables) {
    const key = primaryKey.length === 1 ? primaryKey[0] : primaryKey.length === 0 ? columns.find(({name}) => name.toLowerCase() === 'id')?.name : undefined;
    if (key === undefined) continue;
    const name = singular(splitName(table.split('.').at(-1)!).words);
    index.set(name, [...index.get(name) ?? [], {table, key}]);
  }
  return index;
}

/** For each column the one it refers to: by foreign keys, else by names (`patient`, `patient_id`, `PatientKey` and a table `patients`). */
export function columnReferences(schema: Schema, tables: TableIndex): ReadonlyMap<string, Reference> {
  const found = new Map<string, Reference>();
  for (const {columns, table, referencedColumns} of schema.foreignKeys ?? []) {
    for (const [i, column] of columns.entries()) if (referencedColumns[i] !== undefined && !found.has(column)) found.set(column, {table, column: referencedColumns[i], declared: true});
  }
  for (const {name} of schema.columns) {
    if (found.has(name)) continue;
    const {words} = splitName(name);
    const without = ['id', 'key', 'number', 'code', 'ref'].includes(words.at(-1) ?? '') ? words.slice(0, -1) : words;
    const target = without.length === 0 ? undefined : tables.get(singular(without))?.find(({table}) => table !== schema.table);
    if (target !== undefined) found.set(name, {table: target.table, column: target.key, declared: false});
  }
  return found;
}

function singular(words: readonly string[]): string {
  return words.map(word => word.replace(/(?<=[a-z]{3})s$/, '')).join(' ');
}
