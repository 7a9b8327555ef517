import {unpackRows} from '@sluice/checksum';
import type {TableLossRules} from '@sluice/core';
import type {PackedFilling} from '@sluice/sql';
import {PackedEncoder} from './copy-binary/packed-encoder.ts';
import {copyBytes, type FillTarget} from './fill-table.ts';
import {rewriting} from './fit.ts';
import type {TablePlan} from './plan-table.ts';
import type {Session} from './session.ts';

/** Packed rows go in by one COPY until there are so many bytes of them, all of which are kept so long: twice as many make the collector of garbage go over all of the heap (docs/benchmarks). */
const RUN_BYTES = 4 << 20;
/** What a COPY in binary format begins and ends with (PostgreSQL 18 manual, COPY, "Binary Format"). */
const HEAD_BYTES = 19, END = Buffer.from([0xff, 0xff]);

/** How packed rows get into a table; undefined where its rows have to be values: a column is computed, or a rule looks at documents. */
export function fillPacked(session: Session, target: FillTarget, {schema, columns}: TablePlan, rules: TableLossRules | undefined, signal: AbortSignal): PackedFilling | undefined {
  if (columns.some(({column, type, generated}) => generated !== null || (type.family === 'json' && rules?.has(column.name)))) return undefined;
  const encoder = PackedEncoder.of(columns.map(({column, type}) => ({type, nullable: column.nullable, rewrite: rewriting(type)})));
  return encoder === null ? undefined : {
    encode: rows => encoder.encode(rows),
    // A COPY that waits for its source would run into this limit.
    runBytes: session.endpoint.statementTimeoutMs > 0 ? 1 : RUN_BYTES,
    async apply(bytes, rows) {
      try {
        await copyBytes(session, target, asOne(bytes), rows, signal);
      } catch (error) {
        encoder.renew();
        throw error;
      }
    },
    unpack: (rows, before) => unpackRows(schema.columns, rows, {table: schema.table, before}),
  };
}

/** The bytes of several COPYs as those of one, which begins and ends once. */
async function* asOne(copies: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let head = 0;
  for await (const bytes of copies) {
    yield bytes.subarray(head, -END.length);
    head = HEAD_BYTES;
  }
  yield END;
}
