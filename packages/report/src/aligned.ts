import {visible} from './printable.ts';
import {padEnd, padStart, shorten, widthOf} from './terminal-text.ts';

export interface AlignedOptions {
  /** Places of columns that hold numbers: they stand right. */
  readonly numbers?: readonly number[];
  /** How long a line gets before its end is replaced; default: as long as it is. */
  readonly width?: number;
  readonly unicode?: boolean;
}

/** A text from outside on one line: every blank is a space, and nothing steers the terminal. */
export const oneLine = (text: string): string => visible(text.replaceAll(/\s+/gu, ' ').trim());

/** Lines of cells that stand under each other, whoever wrote what is in them. */
export function aligned(rows: readonly (readonly string[])[], {numbers = [], width = Infinity, unicode = true}: AlignedOptions = {}): readonly string[] {
  const shown = rows.map(row => row.map(oneLine));
  const widths = shown[0]?.map((_, at) => shown.reduce((most, row) => Math.max(most, widthOf(row[at] ?? '')), 0)) ?? [];
  return shown.map(row => shorten(row.map((cell, at) => (numbers.includes(at) ? padStart : padEnd)(cell, widths[at] ?? 0)).join('  ').trimEnd(), width, unicode ? '…' : '...'));
}
