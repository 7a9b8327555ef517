import {option, z} from '@sluice/config';
import {ErrorCode, PipelineError} from '@sluice/core';
import {parseByTable} from './parse-keys.ts';
import type {TableOptions, TableOptionsByPattern} from './table-options.ts';

const list = z.array(z.string().min(1)).default([]);

/** Flags that say something of one table (`visits=...`) or of all of them. */
export const tableFlags = {
  key: option(list, {describe: 'What identifies a row: id,day or visits=id,day.', details: 'Columns; default: the primary key.', env: false, value: 'COLUMN,...'}),
  cursor: option(list, {describe: 'Only what is new in it: updated_at or visits=id.', details: 'Append or upsert only rows with a greater value in this column than those of the runs before: updated_at, or visits=updated_at.', env: false, value: 'COLUMN'}),
  where: option(list, {describe: "Only such rows: 'id > 9' or 'visits: id > 9'.", details: 'A condition in the SQL of the source.', env: false, value: 'SQL', whole: true}),
  columns: option(list, {describe: 'Only these; -notes leaves it out; or visits=id.', details: 'Names or patterns of columns, of every table or, as visits=id,day, of one.', env: false, value: 'PATTERN,...'}),
  rename: option(list, {describe: 'visits=visit a table, visits.day=date a column.', env: false, value: 'OLD=NEW,...'}),
};

export interface TableFlags {
  readonly key: readonly string[];
  readonly cursor: readonly string[];
  readonly where: readonly string[];
  readonly columns: readonly string[];
  readonly rename: readonly string[];
}

/** What the flags say, by table; `*` is every table. Throws CONFIG. */
export function readTableFlags({key, cursor, where, columns, rename}: TableFlags): TableOptionsByPattern {
  // Without a prototype a table may be called __proto__.
  const tables = Object.create(null) as Record<string, TableOptions>;
  const add = (table: string, more: TableOptions) => { tables[table] = {...tables[table], ...more}; };
  for (const [table, names] of parseByTable(key, 'key', 'id,day')) add(table, {key: [...names]});
  for (const [table, names] of parseByTable(columns, 'columns', 'id,day')) add(table, {columns: [...names]});
  for (const [table, names] of parseByTable(cursor, 'cursor', 'updated_at')) {
    if (names.length > 1) throw twice('--cursor', table, 'a cursor is one column');
    add(table, {cursor: names[0]!});
  }
  for (const text of where) {
    const {table, condition} = conditionOf(text);
    if (tables[table]?.where !== undefined) throw twice('--where', table, 'join the conditions with AND');
    add(table, {where: condition});
  }
  for (const text of rename) {
    const {table, column, to} = renameOf(text);
    const known = tables[table] ?? {};
    if (column === null ? known.rename !== undefined : Object.hasOwn(known.renameColumns ?? {}, column)) {
      throw twice('--rename', column === null ? table : `${table}.${column}`, 'give one new name');
    }
    add(table, column === null ? {rename: to} : {renameColumns: {...known.renameColumns, [column]: to}});
  }
  return tables;
}

function twice(flag: string, place: string, remedy: string): PipelineError {
  return new PipelineError(ErrorCode.CONFIG, `${flag} says two things of ${place === '*' ? 'every table' : place}`, {remedy});
}

/** `visits: site = 1`: a colon and a blank end no expression of any SQL. */
function conditionOf(text: string): {readonly table: string; readonly condition: string} {
  const match = /^((?:\\.|[^\s:\\'"])+):\s+(\S.*)$/su.exec(text.trim());
  return match ? {table: match[1]!, condition: match[2]!} : {table: '*', condition: text.trim()};
}

/** `visits=visit` or `visits.day=date`; a backslash takes a dot or an equals sign literally. */
function renameOf(text: string): {readonly table: string; readonly column: string | null; readonly to: string} {
  const match = /^((?:\\.|[^\\=])+)=(.+)$/su.exec(text);
  const [, from = '', to = ''] = match ?? [];
  const [table = '', ...columns] = (from.match(/(?:\\.|[^\\.])+/gsu) ?? []);
  if (!match || table === '' || columns.length > 1) {
    throw new PipelineError(ErrorCode.CONFIG, '--rename wants TABLE=NEW or TABLE.COLUMN=NEW', {remedy: 'try: --rename visits=visit,visits.day=date; a dot of a name itself is \\.'});
  }
  return {table, column: columns.length === 0 ? null : literal(columns[0]!), to: literal(to)};
}

const literal = (text: string) => text.replace(/\\(.)/gsu, '$1');
