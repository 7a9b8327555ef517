import {must} from './assert.ts';
import type {Column, Omission, Schema} from './schema.ts';

/**
 * A schema with other columns: `columns[i]` is what becomes of the incoming column i, null when it
 * goes; `added` columns follow. Keys, indexes and foreign keys follow renames; those that lost a
 * column go too, and are listed. Checks and generated columns are left to the destination, which
 * knows whether their SQL still stands.
 */
export function projectSchema(
  schema: Schema, columns: readonly (Column | null)[], added: readonly Column[] = [],
): {readonly schema: Schema; readonly omissions: readonly Omission[]} {
  const renamed = new Map<string, string>();
  schema.columns.forEach((column, i) => {
    const next = columns[i];
    if (next) renamed.set(column.name, next.name);
  });
  const isUnchanged = schema.columns.every((column, i) => columns[i]?.name === column.name);
  const omissions: Omission[] = [];
  const omit = (kind: Omission['kind'], name: string) =>
    omissions.push({table: schema.table, kind, name, reason: 'uses a column that is left out'});
  const follow = (names: readonly string[]) =>
    names.every(name => renamed.has(name)) ? names.map(name => must(renamed.get(name), 'renamed column')) : null;

  const primaryKey = follow(schema.primaryKey);
  if (primaryKey === null) omit('unique', 'primary key');

  const indexes = schema.indexes?.flatMap(index => {
    if (!index.parts.every(part => part.column === null || renamed.has(part.column))) {
      omit('index', index.name);
      return [];
    }
    // The source's own words name columns as they are called there.
    const {native, ...portable} = index;
    return [{...portable, ...(native && isUnchanged && {native}), parts: index.parts.map(part => ({...part, column: part.column === null ? null : renamed.get(part.column)!}))}];
  });
  const foreignKeys = schema.foreignKeys?.flatMap(key => {
    const own = follow(key.columns);
    if (own) return [{...key, columns: own}];
    omit('foreign key', key.name);
    return [];
  });

  const {order, ...rest} = schema;
  return {
    schema: {
      ...rest,
      columns: [...columns.filter(column => column !== null), ...added],
      primaryKey: primaryKey ?? [],
      ...(indexes && {indexes}),
      ...(foreignKeys && {foreignKeys}),
      ...(order && primaryKey !== null && primaryKey.length > 0 && {order}),
    },
    omissions,
  };
}
