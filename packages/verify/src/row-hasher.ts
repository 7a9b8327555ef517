import {hash} from 'node:crypto';
import {RowEncoder} from '@sluice/checksum';
import {must, type Column, type ColumnType, type Row, type Value} from '@sluice/core';
import type {TablePairing} from './pair-columns.ts';

/** Looks at one row of one side at a time. What it returns is good until the next row. */
export interface RowHasher {
  /** Takes the row: its values in their common form. */
  look(row: Row): void;
  /** SHA-256 over the encoding of the compared columns. */
  digest(): Buffer;
  /** A number of 32 bits from the key, well mixed, for a seed. Not for rows without a key. */
  scatter(seed: number): number;
  /** SHA-256 over the encoding of the key; without a key, the digest. */
  keyDigest(): Buffer;
  /** Two numbers of 32 bits per compared column, into `out` from `at` on. Equal values give equal numbers. */
  columns(out: Uint32Array, at: number): void;
}

/** Plans how rows of one side are hashed. */
export function rowHasher({pairs, key}: TablePairing, side: 'left' | 'right'): RowHasher {
  const width = pairs.length;
  const from = pairs.map(pair => side === 'left' ? pair.leftAt : pair.rightAt);
  const normalizers = pairs.map(({rule}) => side === 'left' ? rule.left : rule.right);
  const types = pairs.map(({rule}) => rule.type);
  const current: Row = new Array<Value>(width).fill(null);
  const keyRow: Row = new Array<Value>(key?.length ?? 0).fill(null);

  const whole = new Sha256(columnsOf(types));
  const keyed = key && new Sha256(columnsOf(key.map(i => types[i]!)));
  const scattered = key && new Scatter(columnsOf(key.map(i => types[i]!)));
  // Encoders hold a large buffer each: one for all columns whose numbers are floats, one for the others.
  const apart = {float: new Scatter(columnsOf(['float'])), other: new Scatter(columnsOf(['text']))};
  const perColumn = types.map(type => type === 'float' || type === 'any' ? apart.float : apart.other);
  const one: Row = [null];
  let digest: Buffer | null = null;

  return {
    look(row) {
      digest = null;
      for (let i = 0; i < width; i++) {
        const value = row[from[i]!]!;
        const normalize = normalizers[i];
        current[i] = value === null || !normalize ? value : normalize(value);
      }
      if (key) for (let i = 0; i < keyRow.length; i++) keyRow[i] = current[key[i]!]!;
    },
    digest: () => digest ??= whole.of(current),
    scatter(seed) {
      const of = must(scattered, 'a key');
      of.of(keyRow, seed);
      return of.high;
    },
    keyDigest() {
      return keyed ? keyed.of(keyRow) : this.digest();
    },
    columns(out, at) {
      for (let i = 0; i < width; i++) {
        one[0] = current[i]!;
        const scatter = perColumn[i]!;
        scatter.of(one, 0);
        out[at + i * 2] = scatter.high;
        out[at + i * 2 + 1] = scatter.low;
      }
    },
  };
}

const columnsOf = (types: readonly ColumnType[]): Column[] => types.map((type, i) => ({name: String(i), type, nullable: true}));

/** SHA-256 of rows, one at a time. */
class Sha256 {
  readonly #encoder: RowEncoder;
  readonly #parts: Uint8Array[] = [];
  #whole = false;
  #digest: Buffer | null = null;

  constructor(columns: readonly Column[]) {
    this.#encoder = new RowEncoder(columns, bytes => {
      // A row that fits into the encoder's buffer is hashed where it lies.
      if (this.#whole && this.#parts.length === 0) this.#digest = hash('sha256', bytes, 'buffer');
      else this.#parts.push(Buffer.from(bytes));
    });
  }

  of(row: Row): Buffer {
    this.#digest = null;
    this.#encoder.encode(row);
    this.#whole = true;
    this.#encoder.flush();
    this.#whole = false;
    const digest = this.#digest ?? hash('sha256', Buffer.concat(this.#parts), 'buffer');
    this.#parts.length = 0;
    return digest;
  }
}

/** Numbers that spread rows over buckets, and tell values apart that are known to differ somewhere. Not for proofs. */
class Scatter {
  readonly #encoder: RowEncoder;
  high = 0;
  low = 0;

  constructor(columns: readonly Column[]) {
    this.#encoder = new RowEncoder(columns, bytes => {
      let {high, low} = this;
      for (let i = 0; i < bytes.length; i++) {
        const byte = bytes[i]!;
        high = Math.imul(high ^ byte, 0x01000193);
        low = Math.imul((low << 5 | low >>> 27) ^ byte, 0x9e3779b1);
      }
      this.high = high;
      this.low = low;
    });
  }

  of(row: Row, seed: number): void {
    this.high = Math.imul(seed + 1, 0x811c9dc5);
    this.low = seed + 1;
    this.#encoder.encode(row);
    this.#encoder.flush();
    // Low bits of a product know nothing of the high ones.
    this.high = mixed(this.high ^ this.low >>> 3);
    this.low = mixed(this.low ^ this.high);
  }
}

function mixed(bits: number): number {
  bits = Math.imul(bits ^ bits >>> 16, 0x85ebca6b);
  bits = Math.imul(bits ^ bits >>> 13, 0xc2b2ae35);
  return (bits ^ bits >>> 16) >>> 0;
}

