/** `1,234,567`. */
export const count = (n: number): string => String(n).replace(/\B(?=(?:\d{3})+$)/gu, ',');

/** `1 table`, `12 tables`. */
export const counted = (n: number, one: string): string => `${count(n)} ${one}${n === 1 ? '' : 's'}`;

/** Names come from a database: one with control characters must not steer the terminal. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, character => `\\u{${character.codePointAt(0)!.toString(16)}}`);

/** Cells under each other: the first and the last column to the left, numbers to the right. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map(row => row[i]!.length)));
  return rows.map(row => row.map((cell, i) => (i === 0 || i === row.length - 1 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ').trimEnd());
}
