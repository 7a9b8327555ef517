import type {Span} from './classes.ts';
import {findDates} from './dates/scan-dates.ts';
import type {DateOptions} from './dates/scan-dates.ts';
import {findLabelled} from './labelled/scan-labelled.ts';
import {findPatterns} from './patterns/scan-patterns.ts';
import {withGlued} from './scan/glued.ts';
import {prepared, toSpans, type Find} from './scan/spans.ts';
import {wordsOf} from './scan/words.ts';
import type {Normalised} from './text/normalise.ts';

/**
 * Finds whatever the three scanners find, in one go: patterns, labelled values, dates and ages. Where finds overlap they become one that reaches over all of them and has the
 * class of the surest. Spans are in order, do not overlap, and have offsets of the text given in, in UTF-16 units. Linear in time.
 */
export function scanIdentifiers(text: string | Normalised, options: DateOptions = {}): readonly Span[] {
  const source = prepared(text);
  const scan = (part: string): Find[] => {
    const words = wordsOf(part);
    return [...findPatterns(part), ...findLabelled(part, words), ...findDates(part, options, words)];
  };
  return toSpans(withGlued(source.text, scan), source);
}
