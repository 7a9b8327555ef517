import type {Span} from '@sluice/identifiers';

/** A finder of somebody else, for example a language model: its finds are added to those of the engine, never taken from them. */
export interface Detector {
  readonly name: string;
  /** Finds in the text as it was given in, in UTF-16 units; may overlap and be in any order. Spans outside of the text, or empty ones, are an error of the detector. */
  find(text: string): readonly Span[];
}

/** A detector that has to wait. */
export interface AsyncDetector {
  readonly name: string;
  find(text: string, signal: AbortSignal): Promise<readonly Span[]>;
}

/** Checks what a detector answers and gives its name to the rules. Throws a plain Error: a detector that tells places outside of the text is broken. */
export function checkedFinds(name: string, finds: readonly Span[], length: number): readonly Span[] {
  return finds.map(span => {
    const {start, end} = span;
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > length || start >= end) throw new Error(`detector ${name} told a place outside of the text`);
    return {...span, rule: `${name}.${span.rule}`};
  });
}
