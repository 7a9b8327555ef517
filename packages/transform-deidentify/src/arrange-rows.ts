import type {Row, Value} from '@sluice/core';

/**
 * Brings rows into their outgoing arrangement, in place; null when they have it already. `from` says
 * where each outgoing value stands in an incoming row of `width` values, -1 for the one of `fills`.
 */
export function arranger(width: number, from: readonly number[], fills: readonly Value[]): ((rows: Row[]) => void) | null {
  const filled = from.flatMap((position, i) => (position === -1 ? [i] : []));
  // Read whole and nothing dropped: every value is in its place, constants overwrite theirs.
  if (from.length === width && from.every((position, i) => position === i || position === -1)) {
    if (filled.length === 0) return null;
    return rows => {
      for (const row of rows) for (const i of filled) row[i] = fills[i]!;
    };
  }
  // Values that only move towards the front can be moved without a second array.
  if (from.every((position, i) => position >= i && (i === 0 || position > from[i - 1]!))) {
    return rows => {
      for (const row of rows) {
        for (let i = 0; i < from.length; i++) row[i] = row[from[i]!]!;
        row.length = from.length;
      }
    };
  }
  return rows => {
    for (let r = 0; r < rows.length; r++) {
      const row = rows[r]!;
      const next = new Array<Value>(from.length);
      for (let i = 0; i < from.length; i++) next[i] = from[i] === -1 ? fills[i]! : row[from[i]!]!;
      rows[r] = next;
    }
  };
}
