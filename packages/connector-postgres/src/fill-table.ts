import {ErrorCode, PipelineError, type Row} from '@sluice/core';
import {postgresText} from '@sluice/csv-staging';
import {quoteIdentifier} from '@sluice/sql';
import type {BinaryRows} from './copy-binary/binary-rows.ts';
import type {Session} from './session.ts';

/** A table's columns as they are filled, and where their values stand in a row. */
export interface FillTarget {
  /** For messages. */
  readonly table: string;
  /** The name it has while it is filled. */
  readonly name: string;
  readonly columns: readonly {readonly name: string; readonly at: number}[];
  /** Where every column has a binary form; values that have none go as text all the same. Not with `last`. */
  readonly binary?: BinaryRows | null;
  /** A number in a last column for row i. */
  readonly last?: {readonly name: string; readonly value: (i: number) => number};
}

/** Fills the table with rows by one COPY: all of them, or none and an error. */
export async function copyRows(session: Session, target: FillTarget, rows: readonly Row[], signal: AbortSignal): Promise<void> {
  const {columns, last, binary} = target;
  const bytes = last ? null : binary?.encode(rows) ?? null;
  const text = bytes ? [bytes] : postgresText(rows, {at: columns.map(column => column.at), ...(last && {last: i => String(last.value(i))})});
  try {
    await copy(session, target, {bytes: text, format: bytes ? ' (FORMAT binary)' : '', rows: () => rows.length}, signal);
  } catch (error) {
    if (bytes) binary?.renew();
    throw error;
  }
}

/** The same with rows as COPY's binary format has them; how many, is asked for at the end. */
export async function copyBytes(session: Session, target: FillTarget, bytes: AsyncIterable<Uint8Array>, rows: () => number, signal: AbortSignal): Promise<void> {
  await copy(session, target, {bytes, format: ' (FORMAT binary)', rows}, signal);
}

async function copy(
  session: Session, {table, name, columns, last}: FillTarget, {bytes, format, rows}: {readonly bytes: Iterable<Uint8Array> | AsyncIterable<Uint8Array>; readonly format: string; readonly rows: () => number}, signal: AbortSignal,
): Promise<void> {
  const list = [...columns.map(column => column.name), ...(last ? [last.name] : [])].map(column => quoteIdentifier('postgres', column)).join(', ');
  const taken = await session.copyIn(`COPY ${quoteIdentifier('postgres', name)} (${list}) FROM STDIN${format}`, bytes, signal, {table});
  // A trigger, or a partition's, may leave rows out without a word.
  if (taken === rows()) return;
  throw new PipelineError(ErrorCode.WRITE, `table ${table}: the server took ${taken} of ${rows()} rows`, {
    table, remedy: 'a trigger of the table leaves rows out: disable it, or load the table with replace',
  });
}
