import type {Column, Value} from '@sluice/core';
import type {Bound} from './bind.ts';
import type {Storage} from './types.ts';

/**
 * How a column's values become canonical. SQLite's integers come as numbers in a fast read, which
 * rounds those beyond 2^53 - 1, and as bigints in an exact one.
 */
export interface Decoder {
  /** A fast read must be repeated exactly when a number in this column is beyond 2^53 - 1. */
  readonly checkRange: boolean;
  /** This column needs exact reads always: integers and floats must stay apart. */
  readonly exactOnly: boolean;
  /** Makes a value of a fast read canonical; null when it is already. */
  readonly fast: ((value: Bound) => Value) | null;
  readonly exact: ((value: Bound) => Value) | null;
}

const safe = (value: bigint): Value => (value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value);
const integer = (value: Bound): Value => (typeof value === 'bigint' ? safe(value) : value);
/** The driver gives Buffers, whose `slice` does not copy as that of a Uint8Array does. */
const bytes = (value: Bound): Value => (value instanceof Uint8Array ? new Uint8Array(value.buffer, value.byteOffset, value.length) : value);
const plain: Decoder = {checkRange: false, exactOnly: false, fast: null, exact: null};

export function decoderOf(column: Column, storage: Storage): Decoder {
  switch (storage) {
    case 'integer': return {checkRange: true, exactOnly: false, fast: null, exact: integer};
    case 'unsigned': {
      // Any other text is none of ours: it stays text, so that a comparison sees it.
      const text = (value: Bound): Value => (typeof value === 'string' && /^\d{20}$/.test(value) && BigInt(value) >= 2n ** 63n ? BigInt(value) : integer(value));
      return {checkRange: true, exactOnly: false, fast: text, exact: text};
    }
    case 'boolean': {
      const truth = (value: Bound): Value => (value === 1 || value === 1n ? true : value === 0 || value === 0n ? false : value);
      return {...plain, fast: truth, exact: truth};
    }
    case 'real': return {...plain, exact: value => (typeof value === 'bigint' ? Number(value) : value)};
    case 'number': {
      const scale = column.scale ?? 0;
      const digits = (value: Bound): Value => {
        if (typeof value !== 'number' && typeof value !== 'bigint') return value;
        const text = Number(value).toFixed(scale);
        // A number that the digits do not give back was not written as these digits: a damaged bit shows.
        return Number(text) === Number(value) ? text : String(value);
      };
      return {...plain, fast: digits, exact: digits};
    }
    case 'blob': return {...plain, fast: bytes, exact: bytes};
    case 'any': return {...plain, exactOnly: true, exact: bytes};
    case 'text': return plain;
  }
}
