import type {Adjustment, Batch, Column, Omission, Schema, Value} from '@sluice/core';
import type {PlannedLosses} from './plan-losses.ts';

/** The canonical text of a value: floats as the shortest text of the same bits. Null for bytes, which have none. */
export function canonicalText(value: NonNullable<Value>): string | null {
  return typeof value === 'string' ? value : value instanceof Uint8Array ? null : Object.is(value, -0) ? '-0' : String(value);
}

/** The table with text in place of the columns that are to be text, and what cannot go with them. */
export function schemaAsText(schema: Schema, asText: PlannedLosses['asText']): {readonly schema: Schema; readonly omissions: readonly Omission[]} {
  if (asText.size === 0) return {schema, omissions: []};
  const {table, order, ...rest} = schema;
  const own = asText.get(table);
  const isText = (of: string, column: string) => asText.get(of)?.has(column) === true;
  const omissions: Omission[] = [];
  const omit = (kind: Omission['kind'], name: string) => void omissions.push({table, kind, name, reason: 'a rule for losses makes its column text'});
  const columns = schema.columns.map(column => own?.has(column.name) ? textColumn(column, kind => omit(kind, column.name)) : column);
  const foreignKeys = schema.foreignKeys?.filter(key => {
    const stays = key.columns.every((column, i) => isText(table, column) === isText(key.table, key.referencedColumns[i]!));
    if (!stays) omit('foreign key', key.name);
    return stays;
  });
  const keyIsText = schema.primaryKey.some(name => isText(table, name));
  return {
    // Text is not ordered as numbers are.
    schema: {table, ...rest, columns, ...(foreignKeys && {foreignKeys}), ...(order && !keyIsText && {order})},
    omissions,
  };
}

/** Its limits, and what the source computes, belong to its former type. */
function textColumn({name, nullable, default: value, generated, autoIncrement, comment}: Column, omit: (kind: Omission['kind']) => void): Column {
  if (generated) omit('generated');
  if (autoIncrement) omit('auto-increment');
  if (value?.kind === 'expression') omit('default');
  return {name, type: 'text', nullable, ...(value?.kind === 'literal' && {default: value}), ...(comment !== undefined && {comment})};
}

/** Writes the values of some columns as their canonical text. */
export class TextColumns {
  readonly #columns: readonly {readonly name: string; readonly at: number}[];
  readonly #counts = new Map<string, number>();

  constructor({table, columns}: Schema, asText: PlannedLosses['asText']) {
    const own = asText.get(table);
    this.#columns = columns.flatMap(({name}, at) => own?.has(name) ? [{name, at}] : []);
  }

  /** Whether there is anything to write. */
  get any(): boolean {
    return this.#columns.length > 0;
  }

  /** How many values each column holds as text: all but NULL. */
  get adjustments(): readonly Adjustment[] {
    return this.#columns.flatMap(({name: column}): Adjustment[] => {
      const count = this.#counts.get(column) ?? 0;
      return count === 0 ? [] : [{column, kind: 'kept as text', rule: 'text', count}];
    });
  }

  apply({rows}: Batch): void {
    for (const {name, at} of this.#columns) {
      let count = 0;
      for (const row of rows) {
        const value = row[at]!;
        if (value === null) continue;
        row[at] = canonicalText(value);
        count++;
      }
      this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
    }
  }
}
