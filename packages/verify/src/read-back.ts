import {rowDigester, type TableDigest} from '@sluice/checksum';
import {ErrorCode, PipelineError, type Load, type Schema} from '@sluice/core';
import {compareDigests, describeDifference} from './compare.ts';

export interface ReadBackLimits {
  readonly maxRows: number;
  readonly maxBytes: number;
}

/**
 * Reads a committed table of a load back and compares it, by digest, with what was written.
 * Resolves with the digest of what is there. Throws VERIFY when it differs.
 */
export async function verifyReadBack(
  load: Load, schema: Schema, written: TableDigest, limits: ReadBackLimits, signal: AbortSignal,
  onRows?: (rows: number) => void,
): Promise<TableDigest> {
  const readBack = await load.digestBack?.(schema, written.order, limits, signal, rows => onRows?.(rows)) ?? await digestRows();
  const difference = compareDigests(written, readBack);
  if (difference) {
    throw new PipelineError(ErrorCode.VERIFY, `table ${schema.table} was not stored as it was written: ${describeDifference(difference)}`, {
      table: schema.table,
      remedy: 'nothing was published; check the disk and the memory of this machine, then run again',
    });
  }
  return readBack;

  async function digestRows(): Promise<TableDigest> {
    const digester = rowDigester(schema.columns, written.order);
    for await (const {rows} of load.readBack(schema, limits, signal)) {
      digester.update(rows);
      onRows?.(rows.length);
    }
    return digester.finish();
  }
}
