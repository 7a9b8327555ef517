import {classOfKind} from '../classes.ts';
import type {Kind, Span} from '../classes.ts';
import {normalise} from '../text/normalise.ts';
import type {Normalised} from '../text/normalise.ts';

/** A find inside the normalised text. */
export interface Find {
  readonly start: number;
  readonly end: number;
  readonly kind: Kind;
  readonly rule: string;
  readonly score: number;
}

/** Turns what a scanner is given into normalised text. A text that was normalised before is not normalised again. */
export function prepared(text: string | Normalised): Normalised {
  return typeof text === 'string' ? normalise(text) : text;
}

/**
 * Sorts finds and makes one of those that overlap: it reaches over all of them and has the kind and the rule of the surest, the longer one among equals.
 * So nothing that any rule found is left uncovered.
 */
export function merged(finds: readonly Find[]): readonly Find[] {
  const sorted = finds.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const result: Find[] = [];
  for (const find of sorted) {
    const last = result.at(-1);
    if (last === undefined || find.start >= last.end) {
      result.push(find);
    } else {
      const better = find.score > last.score || (find.score === last.score && find.end - find.start > last.end - last.start) ? find : last;
      result[result.length - 1] = {...better, start: last.start, end: Math.max(last.end, find.end)};
    }
  }
  return result;
}

/** Gives finds the offsets of the original text and the class of their kind. */
export function toSpans(finds: readonly Find[], source: Normalised): readonly Span[] {
  return merged(finds).map(({start, end, kind, rule, score}) => {
    const [from, to] = source.original(start, end);
    return {start: from, end: to, class: classOfKind(kind), kind, rule, score};
  });
}
