import {scanIdentifiers} from '@sluice/identifiers';
import type {DateOptions, Span} from '@sluice/identifiers';

/** A sentence in which `[[…]]` marks what has to be found: the text without the marks, and where they were. */
export function readMarked(marked: string): {readonly text: string; readonly marks: readonly (readonly [start: number, end: number])[]} {
  const marks: [number, number][] = [];
  let text = '';
  for (const [i, part] of marked.split(/\[\[|\]\]/).entries()) {
    if (i % 2 === 1) marks.push([text.length, text.length + part.length]);
    text += part;
  }
  return {text, marks};
}

/** What is wrong with the finds in a marked sentence: parts of marked values that stay, and letters or digits that go beside them. Empty when all is well. */
export function faults(marked: string, options: DateOptions = {}): string[] {
  const {text, marks} = readMarked(marked);
  const spans = scanIdentifiers(text, options);
  const inside = (at: number, ranges: readonly (readonly [number, number])[]): boolean => ranges.some(([start, end]) => at >= start && at < end);
  const found = spans.map(({start, end}) => [start, end] as const);
  const missed: string[] = [];
  const extra: string[] = [];
  for (let at = 0; at < text.length; at++) {
    if (!/[\p{L}\p{N}]/u.test(text.charAt(at))) continue;
    if (inside(at, marks) && !inside(at, found)) missed.push(text.charAt(at));
    if (!inside(at, marks) && inside(at, found)) extra.push(text.charAt(at));
  }
  return [
    ...(missed.length > 0 ? [`left ${missed.join('')}: ${text}`] : []),
    ...(extra.length > 0 ? [`took ${extra.join('')} by ${rulesOf(spans)}: ${text}`] : []),
  ];
}

function rulesOf(spans: readonly Span[]): string {
  return spans.map(({rule}) => rule).join(', ');
}
