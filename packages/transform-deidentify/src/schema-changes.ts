import {projectSchema, type Column, type Index, type Omission, type Schema, type SqlText} from '@sluice/core';

/** What becomes of the columns of one table, in the order of its columns. */
export interface ColumnFate {
  /** Null: it goes. */
  readonly column: Column | null;
  /** Its values are not those of the source any more. */
  readonly changed: boolean;
  /** Why, as the end of "its column x is …". */
  readonly why: string;
  /** Equal values are still equal and different ones different, also to those of any column with the same text: see `ChangeTreatment.joins`. */
  readonly joins?: string;
}

/** What joins the values of a column of any table with those of others: empty when they are the source's own; null when nothing does any more. */
export type Joins = (table: string, column: string) => string | null;

/**
 * The schema with its columns after the policy. What was true of the old values only goes too and is
 * listed: keys and indexes over changed columns, foreign keys from and to them, checks, defaults,
 * generated columns and expressions that mention them.
 */
export function changeSchema(schema: Schema, fates: readonly ColumnFate[], joins: Joins): {readonly schema: Schema; readonly omissions: readonly Omission[]} {
  // Most tables of a study are kept whole, and only what they refer to could change them.
  if (schema.foreignKeys === undefined && fates.every(({column, changed}) => column !== null && !changed)) return {schema, omissions: []};
  const omissions: Omission[] = [];
  const omit = (kind: Omission['kind'], name: string, reason: string) => void omissions.push({table: schema.table, kind, name, reason});
  const touched = new Map(schema.columns.flatMap(({name}, i) => {
    const fate = fates[i]!;
    return fate.changed || fate.column === null ? [[name, fate] as const] : [];
  }));
  const changed = new Map([...touched].filter(([, fate]) => fate.column !== null));
  /** The first column whose values do not tell rows apart any more. */
  const lostBy = (names: readonly string[]): string | undefined => {
    const name = names.find(one => changed.has(one) && changed.get(one)!.joins === undefined);
    return name === undefined ? undefined : `its column ${name} is ${changed.get(name)!.why}`;
  };

  const columns = schema.columns.map((column, i): Column | null => {
    const {column: next, changed: own} = fates[i]!;
    if (next !== null && own && column.comment !== undefined && column.comment !== '' && next.comment === undefined) {
      omit('comment', column.name, `it may tell of the values, which are ${fates[i]!.why}`);
    }
    if (next === null || own) return next;
    let kept = next;
    if (kept.generated && mentions(kept.generated, touched.keys())) {
      const {generated: _, ...plain} = kept;
      kept = plain;
      omit('generated', column.name, 'its expression uses a column that is taken out or changed; the values it had are stored');
    }
    if (kept.default?.kind === 'expression' && mentions(kept.default, touched.keys())) {
      const {default: _, ...plain} = kept;
      kept = plain;
      omit('default', column.name, 'its expression uses a column that is taken out or changed');
    }
    return kept;
  });

  const keyLost = lostBy(schema.primaryKey);
  if (keyLost !== undefined) omit('unique', 'primary key', keyLost);
  const indexes = schema.indexes?.filter(index => {
    const reason = index.parts.some(part => part.expression && mentions(part.expression, touched.keys()))
      ? 'its expression uses a column that is taken out or changed'
      : lostBy(index.parts.flatMap(part => (part.column === null ? [] : [part.column])));
    if (reason === undefined || isStillUseful(index, changed)) return true;
    omit('index', index.name, reason);
    return false;
  });
  const foreignKeys = schema.foreignKeys?.filter(key => {
    const reason = lostBy(key.columns)
      ?? (key.referencedColumns.every((column, i) => joins(key.table, column) === (changed.get(key.columns[i]!)?.joins ?? '')) ? undefined
        : `it refers to what is taken out or changed in another way in ${key.table}`);
    if (reason !== undefined) omit('foreign key', key.name, reason);
    return reason === undefined;
  });
  const checks = schema.checks?.filter(check => {
    const kept = !mentions(check, touched.keys());
    if (!kept) omit('check', check.name, 'it uses a column that is taken out or changed');
    return kept;
  });

  const {order, primaryKey, ...rest} = schema;
  const projected = projectSchema({
    ...rest, primaryKey: keyLost === undefined ? primaryKey : [],
    // Rows come in the order of the old values.
    ...(order && !primaryKey.some(name => changed.has(name)) && {order}), ...(indexes && {indexes}), ...(foreignKeys && {foreignKeys}), ...(checks && {checks}),
  }, columns);
  return {schema: projected.schema, omissions: [...omissions, ...projected.omissions]};
}

/** An ordinary index over computed values still finds them; one over nothing but NULL, a prefix or words does not. */
function isStillUseful({unique, kind, parts}: Index, changed: ReadonlyMap<string, ColumnFate>): boolean {
  return !unique && (kind === undefined || kind === 'btree') && parts.every(({column, expression, prefix}) =>
    expression === undefined && (column === null || !changed.has(column) || (prefix === undefined && changed.get(column)!.why === 'changed')));
}

/** SQL is not parsed here: a name that occurs in it at all counts. */
export function mentions({sql}: SqlText, names: Iterable<string>): boolean {
  const text = sql.toLowerCase();
  return [...names].some(name => text.includes(name.toLowerCase()));
}
