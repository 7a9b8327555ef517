import type {Span} from '@sluice/identifiers';

/**
 * Sorts finds and makes one of those that overlap, as wide as both and of the kind of the surer one; words of one name, and parts of one place, with nothing but blanks and
 * commas between become one find too. Nothing that was found stays uncovered.
 */
export function mergeSpans(text: string, spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || span.start > last.end && !joined(text, last, span)) result.push(span);
    else if (span.start === last.end && !joined(text, last, span)) result.push(span);
    else {
      const surer = span.score > last.score || span.score === last.score && span.end - span.start > last.end - last.start ? span : last;
      result[result.length - 1] = {...surer, start: last.start, end: Math.max(last.end, span.end)};
    }
  }
  return result;
}

function joined(text: string, a: Span, b: Span): boolean {
  if (b.start - a.end > 3 || a.class !== b.class) return false;
  const between = text.slice(a.end, b.start);
  if (a.class === 'A') return a.kind !== 'name.employer' && b.kind !== 'name.employer' && /^[ -]?$/.test(between);
  return a.class === 'B' && /^,? ?$/.test(between);
}
