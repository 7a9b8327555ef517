/**
 * Text from outside (a table's name, a driver's message) for a terminal: what could move its cursor,
 * set its title or turn a line around is shown as `\u{…}`. Line breaks and tabs stay.
 */
export function printable(text: string): string {
  return text.replace(unprintable, character => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

const unprintable = /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
