/**
 * A text from outside (a table name, a message) made safe to show on one line: control and
 * direction-changing characters, which could move a terminal's cursor or turn a line around, become
 * `\u{…}`; what stands before the @ of a URL is taken out, should a label hold it in spite of its contract.
 */
export function printable(text: string): string {
  return visible(text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/]*@/giu, '$1'));
}

/**
 * A text to paste or to read in several lines: line breaks and tabs stay, and so does a user's name
 * in a URL, which may be an example to follow; a password does not.
 */
export function printableLines(text: string): string {
  const safe = text.replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/]*@/giu, '$1@');
  return safe.split('\n').map(line => line.split('\t').map(visible).join('\t')).join('\n');
}

/** The same of a value, of which nothing is to be taken out. */
export const visible = (text: string): string => text.replace(UNPRINTABLE, character => `\\u{${character.codePointAt(0)!.toString(16)}}`);

// Controls (Cc), separators of lines and paragraphs (Zl, Zp), lone surrogates, and the marks and overrides of bidirectional
// text; as ranges, because properties of Unicode take 30 ms to compile.
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;
