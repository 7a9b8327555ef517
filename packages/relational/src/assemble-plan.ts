import type {Column, Index, Schema} from '@sluice/core';
import {compareCodePoints} from './code-points.ts';
import {ID_TEXT, KEPT} from './column-types.ts';
import {dottedPath} from './dotted-path.ts';
import {type Draft, type DraftColumn, type DraftTable, type Mode, namingOf} from './draft.ts';
import {type NameRules, type Names, newNames} from './names.ts';
import type {ExtraTable, PlannedTable, RelationalPlan, Renamed} from './plan.ts';

export interface Assembly {
  readonly mode: Mode;
  readonly rules: NameRules;
  /** Those of tables and indexes, which PostgreSQL keeps in one place. */
  readonly names: Names;
  readonly renamed: Renamed[];
}

/** The plan of a draft whose tables and columns have their names and places. `named` has the table of what fits nowhere by the draft. */
export function assemblePlan(draft: Draft, named: ReadonlyMap<DraftTable | Draft, string>, {mode, rules, names, renamed}: Assembly): RelationalPlan {
  const {schema: {collection}, tables, idField, excluded, root} = draft;
  const index = (kind: 'a' | 'b' | 'c', table: string, columns: readonly string[]): Index => {
    const wanted = `i${kind}_${table}`;
    const {name, reason} = names.take(wanted);
    if (reason !== null) renamed.push({path: '', wanted, name, reason});
    return {name, unique: false, parts: [...columns].sort(compareCodePoints).map(column => ({column}))};
  };
  const together = collection;
  const planned = tables.map((table): PlannedTable => {
    const {rootId, places, parent, path, overflow, rows} = table;
    const name = named.get(table)!;
    const id = rootId[0]!.name;
    const indexes = places.map(column => column.name);
    const key = mode === 'clean' ? {primaryKey: [id, ...indexes], comment: path.length === 0 ? `documents of ${collection}` : `${dottedPath(path)} of ${collection}`}
      // All of these, as they were, though some say the same.
      : {primaryKey: [], indexes: [index('a', name, [id, ...indexes]), index('c', name, [id]), index('b', name, [id, ...indexes.slice(0, -1)])]};
    return {
      schema: {table: name, columns: orderedColumns(table, mode).map(finished), ...key, together, ...(rows !== null && {approximateRows: rows})},
      path, parent: parent && tables.indexOf(parent), rootId: rootId.map(({position}) => position), indexes: places.map(({position}) => position),
      overflow: overflow && overflow.position,
    };
  });
  const extraName = named.get(draft);
  const extra = extraName === undefined ? null : extraTable(extraName, keyColumn(draft, mode, rules), id => index('c', extraName, [id]), together);
  return {collection, tables: planned, root: {kind: 'record', fields: root(), ...(excluded.size > 0 && {excluded})}, idField, extra, renamed};
}

/** Keys first; in compatible tables all by name, and the places last. */
export function orderedColumns({rootId, places, leaves, overflow}: DraftTable, mode: Mode): DraftColumn[] {
  const last = overflow ? [overflow] : [];
  return mode === 'clean' ? [...rootId, ...places, ...leaves, ...last]
    : [...[...rootId, ...leaves].sort((a, b) => compareCodePoints(a.name, b.name)), ...places, ...last];
}

const finished = ({name, column}: DraftColumn): Column => ({name, ...column});

/** The id as the tables below the root have it. */
function keyColumn({tables, schema: {collection}}: Draft, mode: Mode, rules: NameRules): Column {
  const id = tables[0]!.rootId[0]!;
  return {...id.column, name: newNames(rules).take(namingOf(mode).key(collection, id.wanted)).name, nullable: true};
}

function extraTable(table: string, key: Column, index: (id: string) => Index, together: string): ExtraTable {
  const text = (name: string): Column => ({name, ...ID_TEXT, nullable: true});
  const columns: Column[] = [key, text('path'), text('position'), text('reason'), {name: 'value', ...KEPT, nullable: true}, text('text')];
  const schema: Schema = {table, columns, primaryKey: [], indexes: [index(key.name)], together};
  return {schema};
}
