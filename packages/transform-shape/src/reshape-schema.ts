import {projectSchema, type Column, type Omission, type Schema, type SqlText} from '@sluice/core';
import type {ColumnPlan} from './table-shape.ts';

/** How columns of a table are called now; null when the table or one of them is left out. */
export type Resolve = (table: string, columns: readonly string[]) => {readonly table: string; readonly columns: readonly string[]} | null;

/**
 * The schema with its new names and types. Keys and foreign keys follow renames; what is written in
 * SQL does not, and what held for the old type only does not hold any more: those are left out and listed.
 */
export function reshapeSchema(schema: Schema, columns: readonly ColumnPlan[], table: string, resolve: Resolve): {readonly schema: Schema; readonly omissions: readonly Omission[]} {
  const omissions: Omission[] = [];
  const omit = (kind: Omission['kind'], name: string, reason: string) => void omissions.push({table: schema.table, kind, name, reason});
  const keep = <T extends {readonly name: string}>(kind: Omission['kind'], all: readonly T[] | undefined, whyNot: (one: T) => string | undefined) => all?.filter(one => {
    const reason = whyNot(one);
    if (reason !== undefined) omit(kind, one.name, reason);
    return reason === undefined;
  });
  const cast = new Set(columns.filter(plan => plan.cast !== null).map(({from}) => from.name));
  const altered = columns.filter(({from, to}) => cast.has(from.name) || to?.name !== from.name).map(({from}) => from.name.toLowerCase());
  // SQL is not parsed here: a name that occurs in it at all counts.
  const stale = (sql: SqlText | undefined) => sql !== undefined && altered.some(name => sql.sql.toLowerCase().includes(name));

  const next = columns.map(({from, to}): Column | null => {
    if (to === null) return null;
    if (cast.has(from.name)) {
      if (from.default) omit('default', from.name, isCast);
      if (from.generated) omit('generated', from.name, `${isCast}; the values it had are stored`);
      return to;
    }
    const {generated, default: fallback, ...plain} = to;
    if (stale(generated)) omit('generated', from.name, `${staleSql}; the values it had are stored`);
    const staleDefault = fallback?.kind === 'expression' && stale(fallback);
    if (staleDefault) omit('default', from.name, staleSql);
    return {...plain, ...(generated && !stale(generated) && {generated}), ...(fallback && !staleDefault && {default: fallback})};
  });
  const checks = keep('check', schema.checks, check => (stale(check) ? staleSql : undefined));
  const indexes = keep('index', schema.indexes, ({parts, kind}) => {
    if (parts.some(part => stale(part.expression))) return staleSql;
    const special = kind !== undefined && kind !== 'btree';
    return parts.some(part => part.column !== null && cast.has(part.column) && (special || part.prefix !== undefined)) ? isCast : undefined;
  });
  const foreignKeys = keep('foreign key', schema.foreignKeys, key => key.columns.some(column => cast.has(column)) ? isCast
    : resolve(key.table, key.referencedColumns) === null ? `it refers to what is left out of ${key.table}` : undefined)
    ?.map(key => {
      const target = resolve(key.table, key.referencedColumns)!;
      return {...key, table: target.table, referencedColumns: target.columns};
    });

  // Numbers and their texts are in different order.
  const {order, ...rest} = schema;
  const projected = projectSchema({
    ...rest, ...(order && !schema.primaryKey.some(column => cast.has(column)) && {order}),
    ...(checks && {checks}), ...(indexes && {indexes}), ...(foreignKeys && {foreignKeys}),
  }, next);
  return {schema: {...projected.schema, table}, omissions: [...omissions, ...projected.omissions]};
}

const isCast = 'its column is cast to another type';
const staleSql = 'its SQL uses a column that is left out, renamed or cast';
