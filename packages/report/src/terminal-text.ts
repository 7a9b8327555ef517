import {widthOf} from './text-width.ts';

export {widthOf} from './text-width.ts';

/** The text, shortened to so many columns; what goes is replaced by the ellipsis. Never splits a character. */
export function shorten(text: string, width: number, ellipsis: string): string {
  if (widthOf(text) <= width) return text;
  const graphemes = new Intl.Segmenter('en', {granularity: 'grapheme'});
  const room = width - widthOf(ellipsis);
  let kept = '';
  let used = 0;
  for (const {segment} of graphemes.segment(text)) {
    used += widthOf(segment);
    if (used > room) break;
    kept += segment;
  }
  return kept.trimEnd() + ellipsis;
}

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));
export const padStart = (text: string, width: number): string => ' '.repeat(Math.max(0, width - widthOf(text))) + text;

/** Lines of at most so many columns, broken between words; a longer word gets a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** Styles of a terminal (ECMA-48, select graphic rendition). */
export interface Paint {
  bold(text: string): string;
  quiet(text: string): string;
  good(text: string): string;
  caution(text: string): string;
  bad(text: string): string;
}

export function paint(color: boolean): Paint {
  const style = (on: number, off: number) => (text: string) => color && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {bold: style(1, 22), quiet: style(2, 22), good: style(32, 39), caution: style(33, 39), bad: style(31, 39)};
}

/** The marks of a summary: with lines and blocks, or in plain ASCII. */
export interface Marks {
  readonly rule: string;
  readonly bar: string;
  readonly proved: string;
  readonly failed: string;
  readonly dot: string;
  readonly ellipsis: string;
}

export const marks = (unicode: boolean): Marks => unicode
  ? {rule: '─', bar: '█', proved: '✓', failed: '✗', dot: '·', ellipsis: '…'}
  : {rule: '-', bar: '#', proved: 'ok', failed: 'FAILED', dot: '|', ellipsis: '...'};
