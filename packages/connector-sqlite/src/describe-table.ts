import {must, type Check, type Column, type ForeignKey, type Index, type IndexPart, type Omission, type ReferentialAction, type Schema} from '@sluice/core';
import {tokenize} from '@sluice/sql';
import type {Database} from 'better-sqlite3';
import {claimsOf, type Claim} from './claims.ts';
import type {Note} from './comments.ts';
import {lookAt} from './look-at.ts';
import {fold} from './naming.ts';
import type {Paging} from './page-reader.ts';
import {parseIndex, parseTable, type ParsedColumn, type ParsedTable} from './parse-create.ts';
import {quote} from './quote.ts';
import {rowidName} from './read-back.ts';
import type {Storage} from './types.ts';

/** A table of a file: what it is called, and how to read it. */
export interface DescribedTable {
  readonly schema: Schema;
  readonly storage: ReadonlyMap<string, Storage>;
  readonly paging: Paging;
  /** No row is larger; null when the rows were not looked at. */
  readonly maxRowBytes: number | null;
  readonly omissions: readonly Omission[];
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
  /** 0 plain, 1 of a virtual table, 2 generated, 3 generated and stored. */
  readonly hidden: number;
}

/**
 * Describes a table from its schema and its values. `look` scans the rows once to see what the
 * columns hold; without it the declared types are believed.
 */
export function describeTable(db: Database, table: string, look: boolean): DescribedTable {
  const sql = db.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?").pluck().get(table) as string;
  const withoutRowid = db.prepare("SELECT wr FROM pragma_table_list(?) WHERE schema = 'main'").pluck().get(table) as number;
  const parsed = parseTable(sql);
  const rows = db.prepare('SELECT * FROM pragma_table_xinfo(?)').all(table) as ColumnRow[];
  const omissions: Omission[] = [];
  const columns = rows.filter(({hidden}) => hidden !== 1);
  const key = columns.filter(({pk}) => pk > 0).sort((a, b) => a.pk - b.pk).map(({name}) => name);
  const keyColumn = columns.find(({name}) => name === key[0]);
  // A key without an index of its own is the rowid.
  const keyIndex = db.prepare("SELECT 1 FROM pragma_index_list(?) WHERE origin = 'pk'").get(table);
  const alias = withoutRowid === 0 && key.length === 1 && keyIndex === undefined ? keyColumn : undefined;

  const indexes = describeIndexes(db, table, omissions);
  const indexed = new Set([...key, ...indexes.flatMap(({parts}) => parts.flatMap(({column}) => column ?? []))]);
  const claims = columns.map(row => {
    const notes = parsed.columns.get(fold(row.name))?.notes ?? [];
    return row === alias ? [{column: {type: 'int'}, storage: 'integer', holds: null} satisfies Claim] : claimsOf(row.type, noteText(notes, 'sluice'));
  });
  const seen = look ? lookAt(db, table, columns.map(({name}, i) => ({name, claims: claims[i]!, measured: indexed.has(name)}))) : null;

  const storage = new Map<string, Storage>();
  const described = columns.map((row, i): Column => {
    const {claim, longest} = seen?.columns[i] ?? {claim: claims[i]![0]!, longest: null};
    storage.set(row.name, claim.storage);
    return describeColumn(row, parsed.columns.get(fold(row.name)), claim, longest, row === alias);
  });
  const comment = noteText(parsed.notes, 'comment');
  const checks = describeChecks(table, parsed);
  const foreignKeys = describeForeignKeys(db, table, parsed);
  const schema: Schema = {
    table, columns: described, primaryKey: key,
    ...(indexes.length > 0 && {indexes}),
    ...(foreignKeys.length > 0 && {foreignKeys}),
    ...(checks.length > 0 && {checks}),
    ...(comment !== null && {comment}),
    ...(seen && {approximateRows: seen.rows}),
    ...(alias && {order: 'key' as const}),
  };
  return {schema, storage, omissions, maxRowBytes: seen?.maxRowBytes ?? null, paging: pagingOf(db, table, columns.map(({name}) => name), withoutRowid === 1, alias?.name ?? null)};
}

function pagingOf(db: Database, table: string, columns: readonly string[], withoutRowid: boolean, alias: string | null): Paging {
  if (withoutRowid) {
    const key = db.prepare("SELECT x.name, x.coll FROM pragma_index_list(?) l, pragma_index_xinfo(l.name) x WHERE l.origin = 'pk' AND x.key = 1 ORDER BY x.seqno")
      .raw().all(table) as [string, string][];
    return {by: 'key', columns: key.map(([name, collation]) => ({name, collation}))};
  }
  if (alias !== null) return {by: 'rowid', name: quote(alias), at: null};
  const name = rowidName(columns);
  return name === null ? {by: 'scan'} : {by: 'rowid', name, at: null};
}

function describeColumn(row: ColumnRow, parsed: ParsedColumn | undefined, claim: Claim, longest: number | null, alias: boolean): Column {
  const {name, type: declared, notnull, dflt_value: given, hidden} = row;
  const notes = parsed?.notes ?? [];
  const origin = notes.find(note => note.kind === 'native');
  const native = origin && !claim.fallback ? {dialect: origin.dialect, sql: origin.text} : declared === '' ? null : {dialect: 'sqlite', sql: declared};
  const comment = noteText(notes, 'comment');
  const enumValues = native && /^enum\s*\(/i.test(native.sql) && claim.column.type === 'text' ? enumOf(native.sql) : null;
  const generated = hidden === 2 || hidden === 3 ? parsed?.generated ?? null : null;
  const maxLength = claim.column.maxLength ?? (longest === null || native?.dialect !== 'sqlite' ? undefined : Math.max(longest, 1));
  const noCase = claim.column.type === 'text' && fold(parsed?.collation ?? '') === 'nocase';
  return {
    name, ...claim.column, nullable: !alias && notnull === 0,
    ...(native && {native}),
    ...(maxLength !== undefined && {maxLength}),
    ...(enumValues && {enumValues}),
    ...(noCase && {caseInsensitive: true as const}),
    ...(given !== null && generated === null && describeDefault(given, claim)),
    ...(generated !== null && {generated: {dialect: 'sqlite', sql: generated, stored: hidden === 3}}),
    ...(parsed?.autoIncrement && {autoIncrement: true as const}),
    ...(comment !== null && {comment}),
  };
}

function noteText(notes: readonly Note[], kind: Note['kind']): string | null {
  return notes.find(note => note.kind === kind)?.text ?? null;
}

function enumOf(sql: string): string[] {
  return tokenize(sql, 'mysql').filter(({kind}) => kind === 'string').map(({value}) => value);
}

function describeDefault(sql: string, {storage}: Claim): Pick<Column, 'default'> {
  const literal = (text: string) => ({default: {kind: 'literal', text: storage === 'unsigned' ? text.replace(/^0+(?=\d)/, '') : text} as const});
  const [first, second, ...more] = tokenize(sql, 'sqlite').filter(({kind}) => kind !== 'comment');
  if (first && !second) {
    if (first.kind === 'string' || (first.kind === 'number' && !/^0x/i.test(first.value))) return literal(first.value);
    if (first.kind === 'word' && first.value === 'null') return {};
    if (first.kind === 'word' && ['true', 'false'].includes(first.value)) return literal(first.value === 'true' ? '1' : '0');
  }
  if (first?.value === '-' && second?.kind === 'number' && more.length === 0) return literal(`-${second.value}`);
  return {default: {kind: 'expression', dialect: 'sqlite', sql}};
}

function describeChecks(table: string, {checks}: ParsedTable): Check[] {
  return checks.map(({name, sql}, i) => ({name: name || `${table}_check_${i + 1}`, dialect: 'sqlite', sql}));
}

function describeForeignKeys(db: Database, table: string, parsed: ParsedTable): ForeignKey[] {
  const rows = db.prepare('SELECT id, "table", "from", "to", on_update, on_delete FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq').raw().all(table) as
    [number, string, string, string | null, string, string][];
  const keys = new Map<number, typeof rows>();
  for (const row of rows) keys.set(row[0], [...(keys.get(row[0]) ?? []), row]);
  return [...keys.values()].map((parts, i): ForeignKey => {
    const [, parent, , , onUpdate, onDelete] = parts[0]!;
    const columns = parts.map(part => part[2]);
    // SQLite finds the parent and its columns whatever the case they are written in, and its key when no column is named.
    const there = db.prepare('SELECT name, pk FROM pragma_table_info(?)').raw().all(parent) as [string, number][];
    const referenced = parts.every(part => part[3] === null)
      ? there.filter(([, pk]) => pk > 0).sort((a, b) => a[1] - b[1]).map(([name]) => name)
      : parts.map(part => there.find(([name]) => fold(name) === fold(part[3] ?? ''))?.[0] ?? part[3] ?? '');
    return {
      name: parsed.foreignKeys[i] || `${table}_${columns.join('_')}_fk`, columns, referencedColumns: referenced,
      table: (db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE").pluck().get(parent) as string | undefined) ?? parent,
      onUpdate: onUpdate as ReferentialAction, onDelete: onDelete as ReferentialAction,
    };
  });
}

function describeIndexes(db: Database, table: string, omissions: Omission[]): Index[] {
  const rows = db.prepare(
    `SELECT l.name, l."unique", l.origin, l.partial, s.sql FROM pragma_index_list(?) l LEFT JOIN sqlite_schema s ON s.type = 'index' AND s.name = l.name ORDER BY l.seq DESC`,
  ).raw().all(table) as [string, number, 'c' | 'u' | 'pk', number, string | null][];
  return rows.flatMap(([name, unique, origin, partial, sql]): Index[] => {
    if (origin === 'pk') return [];
    if (partial === 1) {
      omissions.push({table, kind: 'index', name, reason: 'it covers a part of the rows only'});
      return [];
    }
    const parsed = sql === null ? null : parseIndex(sql);
    const columns = db.prepare('SELECT cid, name, "desc" FROM pragma_index_xinfo(?) WHERE key = 1 ORDER BY seqno').raw().all(name) as [number, string | null, number][];
    const parts = columns.map(([, column, descending], i): IndexPart => ({
      ...(column === null ? expressionPart(must(parsed?.terms[i], 'term of an index')) : {column}),
      ...(descending === 1 && {descending: true as const}),
    }));
    const comment = noteText(parsed?.notes ?? [], 'comment');
    const constraint = `${table}_${columns.map(column => column[1]).join('_')}_unique`;
    return [{
      name: noteText(parsed?.notes ?? [], 'index') ?? (origin === 'u' ? constraint : name),
      unique: unique === 1, parts, ...(comment !== null && {comment}),
    }];
  });
}

/** A unique prefix of MySQL is an expression here; it becomes a prefix again. */
function expressionPart(sql: string): IndexPart {
  const prefix = /^substr\((".+"), 1, (\d+)\)$/s.exec(sql);
  const [name, ...more] = prefix ? tokenize(prefix[1]!, 'sqlite') : [];
  if (prefix && name?.kind === 'identifier' && more.length === 0) return {column: name.value, prefix: Number(prefix[2])};
  return {column: null, expression: {dialect: 'sqlite', sql}};
}
