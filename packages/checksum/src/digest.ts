import {createHash, hash, type Hash} from 'node:crypto';
import type {Column, Row, RowOrder, TableDigest} from '@sluice/core';
import {RowEncoder} from './encode.ts';

/** Rows per run. Runs localise a difference; the cost is in the encoding, not in the number of hashes. */
export const RUN_ROWS = 4096;

/** Digests rows as they go by; the same rows give the same digest whatever the batches were. */
export interface RowDigester {
  update(rows: readonly Row[]): void;
  /** Ends the digest. Call once. */
  finish(): TableDigest;
}

/**
 * A digester over the canonical encoding of the columns' values. Order `written`: SHA-256 over runs of
 * {@link RUN_ROWS} rows. Order `any`: the sum, modulo 2^256, of the SHA-256 of every row.
 */
export function rowDigester(columns: readonly Column[], order: RowOrder): RowDigester {
  return order === 'written' ? orderedDigester(columns) : unorderedDigester(columns);
}

function orderedDigester(columns: readonly Column[]): RowDigester {
  const runs: Uint8Array[] = [];
  let run: Hash = createHash('sha256');
  const encoder = new RowEncoder(columns, bytes => run.update(bytes));
  let rows = 0, inRun = 0;
  const close = () => {
    encoder.flush();
    runs.push(run.digest());
    run = createHash('sha256');
    inRun = 0;
  };
  return {
    update(batch) {
      for (const row of batch) {
        encoder.encode(row);
        if (++inRun === RUN_ROWS) close();
      }
      rows += batch.length;
    },
    finish() {
      if (inRun > 0) close();
      return {order: 'written', rows, runs, digest: seal(columns, rows, runs)};
    },
  };
}

function unorderedDigester(columns: readonly Column[]): RowDigester {
  return unorderedDigesters(columns)();
}

/** Makes digesters of order `any` over the same columns that share one encoder: as many as there are parts of a table that come mixed. */
export function unorderedDigesters(columns: readonly Column[]): () => RowDigester {
  const parts: Uint8Array[] = [];
  const encoder = new RowEncoder(columns, bytes => parts.push(Buffer.from(bytes)));
  return () => {
    const sum = new Uint32Array(8);
    let rows = 0;
    return {
      update(batch) {
        for (const row of batch) {
          encoder.encode(row);
          encoder.flush();
          add(sum, hash('sha256', parts.length === 1 ? parts[0]! : Buffer.concat(parts), 'buffer'));
          parts.length = 0;
        }
        rows += batch.length;
      },
      finish() {
        return {order: 'any', rows, runs: [], digest: seal(columns, rows, [new Uint8Array(sum.buffer)])};
      },
    };
  };
}

/**
 * The digest of a table whose parts were digested apart, in order `written`. The parts follow each
 * other; a part that is not the last must end where a run ends, or the digest is that of no table.
 */
export function joinDigests(columns: readonly Column[], parts: readonly TableDigest[]): TableDigest {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const runs = parts.flatMap(part => part.runs);
  return {order: 'written', rows, runs, digest: seal(columns, rows, runs)};
}

/** Adds a 256-bit little-endian number to `sum`, modulo 2^256. */
function add(sum: Uint32Array, digest: Buffer): void {
  let carry = 0;
  for (let i = 0; i < 8; i++) {
    const total = sum[i]! + digest.readUInt32LE(i * 4) + carry;
    sum[i] = total;
    carry = total > 0xffffffff ? 1 : 0;
  }
}

function seal(columns: readonly Column[], rows: number, parts: readonly Uint8Array[]): string {
  const whole = createHash('sha256').update(`sluice/1 columns=${columns.length} rows=${rows}\n`);
  for (const part of parts) whole.update(part);
  return whole.digest('hex');
}
