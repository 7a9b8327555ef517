import {merged, type Find} from './spans.ts';

/** How far to both sides of a find a word without blanks is looked at again. */
const REACH = 128;
/** A find uncovers the next one only so often. */
const MOST_TIMES = 4;

/**
 * Looks again at what touches a find without a blank, now that it is known where it ends: `937-555-0144http://example.org` has a
 * telephone number whose end no pattern sees. The finds of `scan`, and those that come to light when they are covered. Linear: only
 * the words that finds stand in are looked at again, and only a few times.
 */
export function withGlued(text: string, scan: (text: string) => readonly Find[]): readonly Find[] {
  let finds = merged(scan(text));
  for (let time = 0; time < MOST_TIMES; time++) {
    const found = gluedWords(text, finds).flatMap(word => {
      const covered = cover(text, word, finds);
      return scan(covered).map(find => ({...find, start: find.start + word.start, end: find.end + word.start})).filter(find => find.start < word.end);
    });
    const more = merged([...finds, ...found]);
    if (sizeOf(more) === sizeOf(finds)) return finds;
    finds = more;
  }
  return finds;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** The words in which a letter or a figure touches a find. */
function gluedWords(text: string, finds: readonly Stretch[]): Stretch[] {
  const words: {start: number; end: number}[] = [];
  for (const {start, end} of finds) {
    if (!/[\p{L}\p{N}]/u.test(text[start - 1] ?? '') && !/[\p{L}\p{N}:@]/u.test(text[end] ?? '')) continue;
    const from = borderBefore(text, start);
    const to = borderAfter(text, end);
    const last = words.at(-1);
    if (last !== undefined && from <= last.end) last.end = Math.max(last.end, to);
    else words.push({start: from, end: to});
  }
  return words;
}

function borderBefore(text: string, from: number): number {
  const piece = text.slice(Math.max(0, from - REACH), from);
  return from - (/\S*$/u.exec(piece)?.[0].length ?? 0);
}

function borderAfter(text: string, from: number): number {
  const border = text.slice(from, from + REACH).search(/\s/u);
  return border === -1 ? Math.min(text.length, from + REACH) : from + border;
}

/** A word in which the finds are brackets, as they are once a label has taken their place; of the same length. */
function cover(text: string, {start, end}: Stretch, finds: readonly Stretch[]): string {
  let covered = '';
  let at = start;
  for (const find of between(finds, start, end)) {
    covered += text.slice(at, find.start) + (find.end - find.start < 2 ? ']' : `[${'¦'.repeat(find.end - find.start - 2)}]`);
    at = find.end;
  }
  return covered + text.slice(at, Math.max(at, end));
}

/** The finds inside of a stretch; they are in order. */
function between(finds: readonly Stretch[], start: number, end: number): readonly Stretch[] {
  let low = 0;
  let high = finds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (finds[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last < finds.length && finds[last]!.start < end) last++;
  return finds.slice(low, last);
}

const sizeOf = (finds: readonly Stretch[]): number => finds.reduce((sum, {start, end}) => sum + end - start, 0);
