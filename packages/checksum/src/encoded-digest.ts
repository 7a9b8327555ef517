import {createHash, hash, type Hash} from 'node:crypto';
import type {Column, RowOrder, TableDigest} from '@sluice/core';

/** Rows per run. Runs localise a difference; the cost is in the encoding, not in the number of hashes. */
export const RUN_ROWS = 4096;

/** Digests rows that come in the canonical encoding already (see `RowEncoder`). */
export interface EncodedDigester {
  /** Rows that may follow before `ended` must be told of them. */
  readonly room: number;
  /** The next bytes, cut anywhere, but not beyond the rows there is room for. They are consumed before it returns. */
  append(bytes: Uint8Array): void;
  /** That the bytes so far are so many more whole rows. */
  ended(rows: number): void;
  /** Ends the digest, after `ended`. Call once. */
  finish(): TableDigest;
}

/** Gives what `rowDigester` gives for rows of these columns in that order. */
export function encodedDigester(columns: readonly Column[], order: RowOrder): EncodedDigester {
  return order === 'written' ? runs(columns) : sum(columns);
}

function runs(columns: readonly Column[]): EncodedDigester {
  const digests: Uint8Array[] = [];
  let run: Hash = createHash('sha256');
  let rows = 0, inRun = 0;
  const close = () => {
    digests.push(run.digest());
    run = createHash('sha256');
    inRun = 0;
  };
  return {
    get room() { return RUN_ROWS - inRun; },
    append(bytes) { run.update(bytes); },
    ended(more) {
      rows += more;
      inRun += more;
      if (inRun > RUN_ROWS) throw new Error('rows were appended beyond the end of a run');
      if (inRun === RUN_ROWS) close();
    },
    finish() {
      if (inRun > 0) close();
      return {order: 'written', rows, runs: digests, digest: seal(columns, rows, digests)};
    },
  };
}

function sum(columns: readonly Column[]): EncodedDigester {
  const parts: Uint8Array[] = [];
  const total = new Uint32Array(8);
  let rows = 0;
  return {
    room: 1,
    append(bytes) { parts.push(Buffer.from(bytes)); },
    ended(more) {
      if (more !== 1) throw new Error('rows in no order are digested one by one');
      rows++;
      addDigest(total, parts.length === 1 ? parts[0]! : Buffer.concat(parts));
      parts.length = 0;
    },
    finish: () => ({order: 'any', rows, runs: [], digest: seal(columns, rows, [new Uint8Array(total.buffer)])}),
  };
}

/**
 * Adds the SHA-256 of a row, as a 256-bit little-endian number, to `total`, modulo 2^256. The digest comes as a text of a character for each
 * byte: made as a buffer it costs more than twice as much, and its memory is the garbage collector's (measured on Node 20, November 2026).
 */
export function addDigest(total: Uint32Array, row: Uint8Array): void {
  const digest = hash('sha256', row, 'binary');
  let carry = 0;
  for (let i = 0; i < 8; i++) {
    const at = i * 4;
    const word = (digest.charCodeAt(at) | digest.charCodeAt(at + 1) << 8 | digest.charCodeAt(at + 2) << 16 | digest.charCodeAt(at + 3) << 24) >>> 0;
    const sum = total[i]! + word + carry;
    total[i] = sum;
    carry = sum > 0xffffffff ? 1 : 0;
  }
}

export function seal(columns: readonly Column[], rows: number, parts: readonly Uint8Array[]): string {
  const whole = createHash('sha256').update(`sluice/1 columns=${columns.length} rows=${rows}\n`);
  for (const part of parts) whole.update(part);
  return whole.digest('hex');
}
