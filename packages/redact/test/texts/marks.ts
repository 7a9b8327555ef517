export interface Marked {
  readonly text: string;
  readonly values: readonly (readonly [start: number, end: number])[];
}

/** Takes the « and » out of a text and tells what stood between them. */
export function unmark(marked: string): Marked {
  const values: [number, number][] = [];
  let text = '';
  for (const part of marked.split(/([«»])/)) {
    if (part === '«') values.push([text.length, text.length]);
    else if (part === '»') values.at(-1)![1] = text.length;
    else text += part;
  }
  return {text, values};
}

/** Titles identify nobody; they may stay beside a name. */
const titles = /\b(?:Dr|Mr|Mrs|Ms|Señora|Dra|med)\b/g;

/** What is left of the marked values when the spans are taken out: letters and digits. */
export function leftOver({text, values}: Marked, spans: readonly {readonly start: number; readonly end: number}[]): readonly string[] {
  const left: string[] = [];
  for (const [start, end] of values) {
    let rest = '';
    for (let at = start; at < end; at++) rest += spans.some(span => at >= span.start && at < span.end) ? ' ' : text.charAt(at);
    if (/[\p{L}\p{N}]/u.test(rest.replace(titles, ''))) left.push(`${text.slice(start, end)} -> ${rest.trim()}`);
  }
  return left;
}
