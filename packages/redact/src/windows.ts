/** Texts up to this long, in UTF-16 units, are examined whole: a few milliseconds and some megabytes. */
const whole = 200_000;
/** How much of its surroundings a window sees besides its own part: more than any name or address is long. */
const margin = 2_000;

export interface Window {
  /** What is examined. */
  readonly from: number;
  readonly to: number;
  /** Whose finds count: those that begin here. */
  readonly start: number;
  readonly end: number;
}

/** Cuts a long text at ends of lines, or else of words, into parts of about 100 000 units, so that time stays linear and memory bounded. */
export function* windows(text: string): Generator<Window> {
  if (text.length <= whole) {
    yield {from: 0, to: text.length, start: 0, end: text.length};
    return;
  }
  for (let start = 0; start < text.length;) {
    const end = cut(text, start + whole / 2);
    yield {from: lineStart(text, Math.max(0, start - margin)), to: edge(text, Math.min(text.length, end + margin)), start, end};
    start = end;
  }
}

/** The best place to cut shortly before `at`: behind a line break, else a blank. */
function cut(text: string, at: number): number {
  if (at >= text.length) return text.length;
  // Only a stretch is searched: in a text of one line the way back would be as long as the text.
  const from = at - 20_000;
  const stretch = text.slice(from, at);
  for (const mark of ['\n', '. ', ' ']) {
    const found = stretch.lastIndexOf(mark);
    if (found >= 0) return from + found + mark.length;
  }
  return edge(text, at);
}

/** The beginning of the line at `at`, where it is not far: the lines of a table are read whole. */
function lineStart(text: string, at: number): number {
  const from = Math.max(0, at - margin);
  const found = text.slice(from, at).lastIndexOf('\n');
  return found >= 0 ? from + found + 1 : edge(text, at);
}

/** Never between the two halves of a character. */
function edge(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at - 1 : at;
}
