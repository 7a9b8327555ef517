import {expect} from 'vitest';
import type {Column, Row, Schema, Value} from '@sluice/core';

/**
 * Whether two values are the same: same JavaScript type, every bit of a number, every byte. JSON
 * documents may differ in the blanks between their tokens, which systems print each in their way.
 */
export function sameValue(column: Column, a: Value | undefined, b: Value | undefined): boolean {
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  }
  if (column.type === 'json' && typeof a === 'string' && typeof b === 'string') return compactJson(a) === compactJson(b);
  return Object.is(a, b);
}

/** The document without the blanks between its tokens; numbers stay as they are written. */
export function compactJson(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|[ \t\r\n]+/gs, (_, literal: string | undefined) => literal ?? '');
}

/** One line for a value that tells apart what `===` or a printer may not: for messages and for sorting. */
export function printValue(column: Column, value: Value | undefined): string {
  if (value === undefined) return 'absent';
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return `bytes(${value.length}) ${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}`;
  if (typeof value === 'string') return JSON.stringify(column.type === 'json' ? compactJson(value) : value);
  if (typeof value === 'bigint') return `${value}n`;
  return Object.is(value, -0) ? '-0' : String(value);
}

/** A row as one text; rows are the same exactly when their texts are. */
export function printRow(schema: Schema, row: Row): string {
  return schema.columns.map((column, i) => printValue(column, row[i])).join(' | ') + (row.length === schema.columns.length ? '' : ` | ${row.length} values`);
}

/** Fails unless both hold the same rows in the same order. */
export function expectRows(schema: Schema, actual: readonly Row[] | null, wanted: readonly Row[]): void {
  compareTexts(actual?.map(row => printRow(schema, row)) ?? null, wanted.map(row => printRow(schema, row)));
}

/** Fails unless both hold the same rows equally often, in whatever order. */
export function expectSameRows(schema: Schema, actual: readonly Row[] | null, wanted: readonly Row[]): void {
  compareTexts(actual?.map(row => printRow(schema, row)).sort() ?? null, wanted.map(row => printRow(schema, row)).sort());
}

/** Says where two lists part, in a few short lines: a diff of two whole tables helps nobody. */
function compareTexts(actual: readonly string[] | null, wanted: readonly string[]): void {
  const shorten = (text: string | undefined) => (text === undefined ? 'no row' : text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text);
  if (actual === null) return expect(actual, 'the table does not exist').not.toBeNull();
  const first = Array.from({length: Math.max(actual.length, wanted.length)}, (_, i) => i).find(i => actual[i] !== wanted[i]);
  if (first !== undefined) {
    const at = [...(actual[first] ?? '')].findIndex((c, i) => c !== (wanted[first] ?? '')[i]);
    expect.fail(`${actual.length} rows, wanted ${wanted.length}; the first difference is in row ${first}, character ${at}:\n`
      + `  actual: ${shorten(actual[first])}\n  wanted: ${shorten(wanted[first])}`);
  }
}
