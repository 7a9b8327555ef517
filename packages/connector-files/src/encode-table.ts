import {ErrorCode, PipelineError, type Row, type Schema} from '@sluice/core';
import {csvBytes, type Field} from '@sluice/csv-staging';
import {FIELD_TYPES} from './field-types.ts';
import type {Format} from './location.ts';

/** Turns the rows of one table into bytes of a file. */
export interface TableEncoder {
  /** What stands before the first row. */
  start(): Uint8Array;
  /**
   * Throws VALUE with table, column and row for null in a column that may not be null, and for what
   * is no value of its column; `firstRow` is the ordinal of the first row, 0-based.
   */
  rows(rows: readonly Row[], firstRow: number): Uint8Array;
}

export function encoderOf(format: Format, schema: Schema): TableEncoder {
  return format === 'csv' ? csvEncoder(schema) : jsonEncoder(schema);
}

function csvEncoder(schema: Schema): TableEncoder {
  const types = schema.columns.map(({type}) => FIELD_TYPES[type]);
  const {table} = schema;
  return {
    start: () => csvBytes([schema.columns.map(({name}) => name)], {table}),
    rows: (rows, firstRow) => csvBytes(rows.map((row, i) => types.map((type, k): Field => {
      const value = row[k] ?? null;
      if (value === null) return refuseNull(schema, k, firstRow + i);
      return type.text(value) ?? refuse(schema, k, firstRow + i);
    })), {table, firstRow}),
  };
}

function jsonEncoder(schema: Schema): TableEncoder {
  const types = schema.columns.map(({type}) => FIELD_TYPES[type]);
  const keys = schema.columns.map(({name}, k) => `${k === 0 ? '{' : ','}${JSON.stringify(name)}:`);
  return {
    start: () => new Uint8Array(),
    rows: (rows, firstRow) => {
      let text = '';
      for (const [i, row] of rows.entries()) {
        for (let k = 0; k < types.length; k++) {
          const value = row[k] ?? null;
          text += keys[k]!;
          text += value === null ? refuseNull(schema, k, firstRow + i) ?? 'null' : types[k]!.json(value) ?? refuse(schema, k, firstRow + i);
        }
        text += '}\n';
      }
      return Buffer.from(text, 'utf8');
    },
  };
}

function refuseNull({table, columns}: Schema, at: number, row: number): null {
  const {name, nullable} = columns[at]!;
  if (nullable) return null;
  throw new PipelineError(ErrorCode.VALUE, `null in column ${name}, which may not be null`, {table, column: name, row});
}

function refuse({table, columns}: Schema, at: number, row: number): never {
  const {name, type} = columns[at]!;
  throw new PipelineError(ErrorCode.VALUE, `a value of column ${name} is not in the form of type ${type}, or holds half of a surrogate pair`, {table, column: name, row});
}
