import {ErrorCode, PipelineError, type Row, type Schema} from '@sluice/core';
import type {Dataset} from './dataset.ts';
import {readMembers, type MemberKind} from './row-members.ts';
import type {FieldType} from './values.ts';

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

/**
 * Makes rows of their texts. A field that is absent is null. Throws NotJson, VALUE for what is not what its column says, SCHEMA for a field that the
 * data set had not when it was described; `ordinal` is the row's place in the table.
 */
export function rowReader(table: string, columns: readonly ReadColumn[], known: ReadonlySet<string>): (text: string, ordinal: number) => ReadRow {
  const places = new Map(columns.map(({name}, i) => [name, i]));
  const absent: Row = columns.map(() => null);
  return (text, ordinal) => {
    const row = [...absent];
    let id: string | null = null;
    readMembers(text, (key, kind, value) => {
      if (key === ':id' && kind === 'string') id = value;
      if (kind === 'null') return;
      const place = places.get(key);
      if (place === undefined) {
        // Where all columns are asked for by a star, and version 3 adds the platform's own.
        if (key.startsWith(':') || known.has(key)) return;
        throw new PipelineError(ErrorCode.SCHEMA, `table ${table}: the portal sends a column that the table has not`, {table, remedy: 'run again: columns were added or renamed since it was described'});
      }
      row[place] = converted(table, columns[place]!, kind, value, ordinal);
    });
    if (id === null) throw new PipelineError(ErrorCode.SCHEMA, `table ${table}: a row has no :id`, {table, row: ordinal, remedy: 'a view that groups or joins rows cannot be read: name the data set that it is made of'});
    const missing = columns.findIndex(({nullable}, i) => !nullable && row[i] === null);
    if (missing >= 0) throw refused(table, columns[missing]!.name, ordinal, 'the publisher names it as the identifier of rows, and a row has none');
    return {id, row};
  };
}

function converted(table: string, {name, field}: ReadColumn, kind: MemberKind, text: string, ordinal: number): NonNullable<Row[number]> {
  const value = field.convert(kind, text);
  if (value === undefined || value === null) throw refused(table, name, ordinal, `it holds what is no ${field.what ?? field.type} as Socrata writes it`);
  return value;
}

function refused(table: string, column: string, row: number, what: string): PipelineError {
  return new PipelineError(ErrorCode.VALUE, `row ${row + 1} of table ${table}, column ${column}: ${what}`, {table, column, row, remedy: 'tell the publisher, or leave the column out'});
}
