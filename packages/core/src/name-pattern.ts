/**
 * Tells which names a pattern means: `*` stands for any run of characters, `?` for one, a backslash
 * takes the next character literally. Anchored at both ends, case-sensitive.
 */
export function namePattern(pattern: string): (name: string) => boolean {
  if (!isNamePattern(pattern)) {
    const literal = pattern.replace(/\\(.)/gsu, '$1');
    return name => name === literal;
  }
  const source = pattern.replace(/\\.|\*+|\?|[^\\*?]+|\\$/gsu, piece =>
    piece[0] === '*' ? '.*' : piece === '?' ? '.' : escape(piece[0] === '\\' && piece.length > 1 ? piece.slice(1) : piece));
  const expression = new RegExp(`^${source}$`, 'su');
  return name => expression.test(name);
}

/** Whether the text can mean more than one name. */
export const isNamePattern = (pattern: string): boolean => /[*?]/u.test(pattern.replace(/\\./gsu, ''));

const escape = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
