import {expect} from 'vitest';
import type {Batch, Position, Row, Schema, Source, Value} from '@sluice/core';

/** A signal that is never aborted. */
export const never: AbortSignal = new AbortController().signal;

export const LIMITS = {maxRows: 1000, maxBytes: 4 * 1024 * 1024};

export interface Reading {
  readonly after?: Position | null;
  readonly until?: Position | null;
  readonly maxRows?: number;
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

/** Starts to read a table. */
export function read(source: Source, schema: Schema, {after = null, signal = never, ...limits}: Reading = {}): AsyncIterable<Batch> {
  return source.read({...LIMITS, ...limits, schema, after}, signal);
}

/** All batches, as they come. */
export async function batchesOf(batches: AsyncIterable<Batch>): Promise<Batch[]> {
  const all: Batch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

export async function rowsOf(batches: AsyncIterable<Batch>): Promise<Row[]> {
  return (await batchesOf(batches)).flatMap(({rows}) => rows);
}

/** A table as the source describes it. */
export async function discovered(source: Source, table: string): Promise<Schema> {
  const {tables} = await source.discover(never);
  const found = tables.find(schema => schema.table === table);
  if (!found) return expect.fail(`the source does not show the table "${table}"; it shows ${tables.length} others`);
  return found;
}

/** Bytes of the long values in some rows; what the suites' heavy fixtures mostly consist of. */
export function bytesIn(rows: readonly Row[]): number {
  const size = (value: Value) => (typeof value === 'string' || value instanceof Uint8Array ? value.length : 8);
  return rows.reduce((sum, row) => sum + row.reduce((inner: number, value) => inner + size(value), 0), 0);
}

/** Whether an error says that the work was aborted: the signal's own reason, or an AbortError. */
export function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}
