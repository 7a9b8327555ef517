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
  const {table, name, columns, last, binary} = target;
  const list = [...columns.map(column => column.name), ...(last ? [last.name] : [])].map(column => quoteIdentifier('postgres', column)).join(', ');
  const bytes = last ? null : binary?.encode(rows) ?? null;
  const text = bytes ? [bytes] : postgresText(rows, {at: columns.map(column => column.at), ...(last && {last: i => String(last.value(i))})});
  const into = `COPY ${quoteIdentifier('postgres', name)} (${list}) FROM STDIN${bytes ? ' (FORMAT binary)' : ''}`;
  let taken: number;
  try {
    taken = await session.copyIn(into, text, signal, {table});
  } catch (error) {
    if (bytes) binary?.renew();
    throw error;
  }
  // A trigger, or a partition's, may leave rows out without a word.
  if (taken === rows.length) return;
  throw new PipelineError(ErrorCode.WRITE, `table ${table}: the server took ${taken} of ${rows.length} rows`, {
    table, remedy: 'a trigger of the table leaves rows out: disable it, or load the table with replace',
  });
}
