import {ErrorCode, PipelineError, type Row, type Schema} from '@sluice/core';
import type {Dataset} from './dataset.ts';
import {readMembers, type MemberKind} from './row-members.ts';
import type {FieldType} from './values.ts';

const ID = ':id';

/** A row and the `:id` it has at the platform. */
export interface ReadRow {
  readonly id: string;
  readonly row: Row;
}

/** A column that is read. */
export interface ReadColumn {
  readonly name: string;
  readonly field: FieldType;
  readonly nullable: boolean;
}

/** The columns that a request wants. Throws SCHEMA when the table is not as described. */
export function columnsOf({schema: described, fields}: Dataset, {table, columns}: Schema): readonly ReadColumn[] {
  return columns.map(({name, type}) => {
    const at = described.columns.findIndex(column => column.name === name && column.type === type);
    const [column, field] = [described.columns[at], fields[at]];
    if (!column || !field) throw new PipelineError(ErrorCode.SCHEMA, `table ${table} has no column ${name} of the type ${type}`, {table, column: name, remedy: 'run again: the data set was described anew'});
    return {name, field, nullable: column.nullable};
  });
}

/** Rows that are looked at before it is said that parsing them brings nothing. */
const TRIED = 256;

/**
 * Makes rows of their texts. A field that is absent is null. Throws NotJson, VALUE for what is not what its column says, SCHEMA for a field that the
 * data set had not when it was described; `ordinal` is the row's place in the table.
 */
export function rowReader(table: string, columns: readonly ReadColumn[], known: ReadonlySet<string>): (text: string, ordinal: number) => ReadRow {
  const places = new Map(columns.map(({name}, i) => [name, i]));
  const hasId = places.has(ID);
  const absent: Row = columns.map(() => null);
  const checked = (id: string | null, row: Row, ordinal: number): ReadRow => {
    if (id === null) throw new PipelineError(ErrorCode.SCHEMA, `table ${table}: a row has no :id`, {table, row: ordinal, remedy: 'a view that groups or joins rows cannot be read: name the data set that it is made of'});
    const missing = columns.findIndex(({nullable}, i) => !nullable && row[i] === null);
    if (missing >= 0) throw refused(table, columns[missing]!.name, ordinal, 'the publisher names it as the identifier of rows, and a row has none');
    return {id, row};
  };
  let [tried, parsed] = [0, 0];

  return (text, ordinal) => {
    if (tried < TRIED || parsed * 2 > tried) {
      tried++;
      const whole = parse(text, ordinal);
      if (whole !== null) {
        parsed++;
        return whole;
      }
    }
    return read(text, ordinal);
  };

  /** The row by the engine's own parser, which takes half the time; null where it must be read with all its digits, or is not as expected. */
  function parse(text: string, ordinal: number): ReadRow | null {
    let members: Readonly<Record<string, unknown>>;
    try {
      members = JSON.parse(text) as Readonly<Record<string, unknown>>;
    } catch {
      return null;
    }
    const row = [...absent];
    const id = members[ID];
    if (typeof id !== 'string') return null;
    let found = hasId ? 0 : 1;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i]!;
      const value = members[column.name];
      if (value === undefined) continue;
      found++;
      if (typeof value === 'string') row[i] = converted(table, column, 'string', value, ordinal);
      else if (typeof value === 'boolean') row[i] = converted(table, column, 'bool', String(value), ordinal);
      // A number has lost digits, a document how it was printed; and what every object has is no member of this one.
      else if (value !== null) return null;
    }
    return found === Object.keys(members).length ? checked(id, row, ordinal) : null;
  }

  function read(text: string, ordinal: number): ReadRow {
    const row = [...absent];
    let id: string | null = null;
    readMembers(text, (key, kind, value) => {
      if (key === ID && kind === 'string') id = value;
      if (kind === 'null') return;
      const place = places.get(key);
      if (place === undefined) {
        // Where all columns are asked for by a star, and version 3 adds the platform's own.
        if (key.startsWith(':') || known.has(key)) return;
        throw new PipelineError(ErrorCode.SCHEMA, `table ${table}: the portal sends a column that the table has not`, {table, remedy: 'run again: columns were added or renamed since it was described'});
      }
      row[place] = converted(table, columns[place]!, kind, value, ordinal);
    });
    return checked(id, row, ordinal);
  }
}

function converted(table: string, {name, field}: ReadColumn, kind: MemberKind, text: string, ordinal: number): NonNullable<Row[number]> {
  const value = field.convert(kind, text);
  if (value === undefined || value === null) throw refused(table, name, ordinal, `it holds what is no ${field.what ?? field.type} as Socrata writes it`);
  return value;
}

function refused(table: string, column: string, row: number, what: string): PipelineError {
  return new PipelineError(ErrorCode.VALUE, `row ${row + 1} of table ${table}, column ${column}: ${what}`, {table, column, row, remedy: 'tell the publisher, or leave the column out'});
}
