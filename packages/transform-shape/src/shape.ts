import {ErrorCode, namePattern, PipelineError, type ColumnEffect, type Row, type Schema, type Transform, type TransformPlan} from '@sluice/core';
import {matchTables, type TablePatterns} from './match-tables.ts';
import {reshapeSchema, type Resolve} from './reshape-schema.ts';
import {problemsOfKeys} from './key-problems.ts';
import {rekey} from './rekey.ts';
import {problemsOfNames, problemsOfShape} from './shape-problems.ts';
import {ShapeOfTable, type ColumnPlan, type TableShape} from './table-shape.ts';

export interface ShapeOptions extends TablePatterns {
  /** By name or pattern of the table. */
  readonly shapes?: Readonly<Record<string, TableShape>>;
}

/**
 * Selects, renames and casts tables and columns, and says what identifies their rows. `check` finds every pattern that means nothing,
 * every name given twice and every cast that cannot be exact; rows throw VALUE with their place.
 */
export function shape({shapes = {}, ...patterns}: ShapeOptions): Transform {
  const matcher = matchTables(patterns);
  const rules = Object.entries(shapes).map(([pattern, rule]) => ({pattern, rule, matches: namePattern(pattern)}));
  const shapeOf = (table: string) => new ShapeOfTable(rules.filter(({matches}) => matches(table)).map(({rule}) => rule));
  const resolve: Resolve = (table, columns) => {
    const target = shapeOf(table);
    if (!matcher.wants(table) || !columns.every(column => target.keeps(column))) return null;
    return {table: target.tableName(table), columns: columns.map(column => target.columnName(column))};
  };

  /** Names that mean something else at the destination, or nothing; known after `check`. */
  const renamed = new Set<string>();

  return {
    name: 'shape',
    check({tables, views}) {
      const selected = tables.filter(({table}) => matcher.wants(table));
      for (const {table, columns} of selected) {
        const target = shapeOf(table);
        if (target.tableName(table) !== table) renamed.add(table.toLowerCase());
        for (const {name} of columns) if (target.columnName(name) !== name) renamed.add(name.toLowerCase());
      }
      const names = tables.map(({table}) => table);
      return [
        ...matcher.problems([...names, ...views.map(({name}) => name)]),
        ...rules.flatMap(({pattern, rule, matches}) => problemsOfShape(pattern, rule, selected.filter(({table}) => matches(table)), names)),
        ...problemsOfNames(selected, shapeOf),
        ...problemsOfKeys(selected, shapeOf),
      ];
    },
    fingerprint: schema => JSON.stringify(rules.filter(({matches}) => matches(schema.table)).map(({pattern, rule}) => [pattern, rule])),
    plan: schema => (matcher.wants(schema.table) ? planTable(schema, shapeOf(schema.table), resolve) : null),
    refusesTable: ({table}) => (matcher.wants(table) ? null : 'not selected'),
    refusesView: ({name, sql}) => (!matcher.wants(name) ? 'not selected'
      // SQL is not parsed here: a name that occurs in it at all counts.
      : [...renamed].some(old => sql.toLowerCase().includes(old)) ? 'its SQL uses a name that is another one now' : null),
  };
}

function planTable(given: Schema, own: ShapeOfTable, resolve: Resolve): TransformPlan {
  const {schema, omissions} = rekey(given, own.key());
  const columns = own.columns(schema);
  const uses = columns.flatMap(({to}, i) => (to === null ? [] : [i]));
  const casts = uses.flatMap((from, at) => (columns[from]!.cast === null ? [] : [{...columns[from]!, at}]));
  const moves = uses.length < columns.length;
  const renames = columns.flatMap(({from, to}) => (to === null || to.name === from.name ? [] : [{from: from.name, to: to.name}]));
  let passed = 0;
  const reshaped = reshapeSchema(schema, columns, own.tableName(schema.table), resolve);
  return {
    schema: reshaped.schema, omissions: [...omissions, ...reshaped.omissions],
    effects: columns.flatMap(effectsOf),
    uses,
    ...(renames.length > 0 && {renames}),
    apply(batch) {
      const {rows} = batch;
      if (moves) project(rows, uses);
      for (const {from, to, cast, at} of casts) {
        for (let i = 0; i < rows.length; i++) {
          const value = rows[i]![at]!;
          if (value === null) continue;
          const next = cast!(value);
          if (next === undefined) {
            throw new PipelineError(ErrorCode.VALUE, `a value of column ${from.name} (${from.type}) has no exact form as ${to!.type}`, {
              table: schema.table, column: from.name, row: passed + i, remedy: `do without the cast of ${from.name}, or correct the value`,
            });
          }
          rows[i]![at] = next;
        }
      }
      passed += rows.length;
      return batch;
    },
  };
}

/** In place: the columns that stay only move towards the front. */
function project(rows: readonly Row[], uses: readonly number[]): void {
  for (const row of rows) {
    for (let i = 0; i < uses.length; i++) row[i] = row[uses[i]!]!;
    row.length = uses.length;
  }
}

function effectsOf({from, to, cast}: ColumnPlan): ColumnEffect[] {
  if (to === null) return [{column: from.name, effect: 'dropped', method: 'not selected'}];
  const methods = [...(to.name === from.name ? [] : [`renamed from ${from.name}`]), ...(cast ? [`cast from ${from.type} to ${to.type}`] : [])];
  return methods.map(method => ({column: to.name, effect: 'changed', method}));
}
