import {bytesDigester, rowDigester, type TableDigest} from '@sluice/checksum';
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
  return equal(schema, written, readBack);

  async function digestRows(): Promise<TableDigest> {
    const digester = rowDigester(schema.columns, written.order);
    for await (const {rows} of load.readBack(schema, limits, signal)) {
      digester.update(rows);
      onRows?.(rows.length);
    }
    return digester.finish();
  }
}

/** The same for a table whose rows passed as bytes of that format. */
export async function verifyRawReadBack(
  load: Load, schema: Schema, format: string, written: TableDigest, signal: AbortSignal, onRows?: (rows: number) => void,
): Promise<TableDigest> {
  const digester = bytesDigester(format);
  const raw = load.readBackRaw?.(schema, signal);
  if (!raw) throw new Error('a load that takes bytes reads them back');
  let told = 0;
  for await (const bytes of raw) {
    digester.update(bytes);
    onRows?.(raw.rows - told);
    told = raw.rows;
  }
  return equal(schema, written, digester.finish(raw.rows));
}

function equal({table}: Schema, written: TableDigest, readBack: TableDigest): TableDigest {
  const difference = compareDigests(written, readBack);
  if (!difference) return readBack;
  throw new PipelineError(ErrorCode.VERIFY, `table ${table} was not stored as it was written: ${describeDifference(difference)}`, {
    table, remedy: 'nothing was published; check the disk and the memory of this machine, then run again',
  });
}
