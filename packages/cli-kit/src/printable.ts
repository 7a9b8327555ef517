/**
 * Text from outside (a table's name, a driver's message) for a terminal: what could move its cursor,
 * set its title or turn a line around is shown as `\u{…}`. Line breaks and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(unprintable, character => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

const unprintable = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The same in a document of JSON, which stays the same document: what JSON itself leaves as it is, a terminal may still obey. */
export const printableJson = (json: string): string => json.replace(obeyed, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

const obeyed = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
