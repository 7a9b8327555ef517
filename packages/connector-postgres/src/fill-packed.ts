import {unpackRows} from '@sluice/checksum';
import type {TableLossRules} from '@sluice/core';
import type {PackedFilling} from '@sluice/sql';
import {PackedEncoder} from './copy-binary/packed-encoder.ts';
import {copyBytes, type FillTarget} from './fill-table.ts';
import {rewriting} from './fit.ts';
import type {TablePlan} from './plan-table.ts';
import type {Session} from './session.ts';

/** How packed rows get into a table; undefined where its rows have to be values: a column is computed, or a rule looks at documents. */
export function fillPacked(session: Session, target: FillTarget, {schema, columns}: TablePlan, rules: TableLossRules | undefined, signal: AbortSignal): PackedFilling | undefined {
  if (columns.some(({column, type, generated}) => generated !== null || (type.family === 'json' && rules?.has(column.name)))) return undefined;
  const encoder = PackedEncoder.of(columns.map(({column, type}) => ({type, nullable: column.nullable, rewrite: rewriting(type)})));
  return encoder === null ? undefined : {
    encode: rows => encoder.encode(rows),
    async apply(bytes, rows) {
      try {
        await copyBytes(session, target, bytes, rows, signal);
      } catch (error) {
        encoder.renew();
        throw error;
      }
    },
    unpack: (rows, before) => unpackRows(schema.columns, rows, {table: schema.table, before}),
  };
}
