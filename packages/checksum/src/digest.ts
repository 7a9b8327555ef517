import type {Column, PackedRows, Row, RowOrder, TableDigest} from '@sluice/core';
import {RowEncoder} from './encode.ts';
import {addDigest, encodedDigester, seal} from './encoded-digest.ts';

/** Digests rows as they go by; the same rows give the same digest whatever the batches were. */
export interface RowDigester {
  update(rows: readonly Row[]): void;
  /** The same for rows that are encoded already. */
  updatePacked(rows: PackedRows): void;
  /** Ends the digest. Call once. */
  finish(): TableDigest;
}

/**
 * A digester over the canonical encoding of the columns' values. Order `written`: SHA-256 over runs of
 * `RUN_ROWS` rows. Order `any`: the sum, modulo 2^256, of the SHA-256 of every row.
 */
export function rowDigester(columns: readonly Column[], order: RowOrder): RowDigester {
  return order === 'written' ? orderedDigester(columns) : unorderedDigester(columns);
}

function orderedDigester(columns: readonly Column[]): RowDigester {
  const encoded = encodedDigester(columns, 'written');
  const encoder = new RowEncoder(columns, bytes => encoded.append(bytes));
  let open = 0, {room} = encoded;
  const close = () => {
    encoder.flush();
    encoded.ended(open);
    open = 0;
    ({room} = encoded);
  };
  return {
    update(batch) {
      for (const row of batch) {
        encoder.encode(row);
        if (++open === room) close();
      }
    },
    updatePacked({bytes, starts, rows}) {
      encoder.flush();
      for (let from = 0; from < rows;) {
        const until = Math.min(rows, from + room - open);
        encoded.append(bytes.subarray(starts[from], starts[until]));
        open += until - from;
        from = until;
        if (open === room) close();
      }
    },
    finish() {
      if (open > 0) close();
      return encoded.finish();
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
          addDigest(sum, parts.length === 1 ? parts[0]! : Buffer.concat(parts));
          parts.length = 0;
        }
        rows += batch.length;
      },
      updatePacked({bytes, starts, rows: more}) {
        for (let i = 0; i < more; i++) addDigest(sum, bytes.subarray(starts[i], starts[i + 1]));
        rows += more;
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
