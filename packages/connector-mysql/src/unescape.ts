const ESCAPES: Readonly<Record<string, string>> = {'0': '\0', n: '\n', r: '\r', t: '\t', b: '\b', Z: '\x1a'};

/** Undoes backslash escapes (MySQL 9 manual, 11.1.1); any other escaped character stands for itself. */
export function unescapeBackslashes(text: string): string {
  return text.includes('\\') ? text.replace(/\\([\s\S])/g, (_, character: string) => ESCAPES[character] ?? character) : text;
}

/** One quoted literal: the pattern of everything below. */
const LITERAL = String.raw`'(?:[^'\\]|''|\\[\s\S])*'`;
const WHOLE = new RegExp(`^${LITERAL}$`);

/** The text a quoted SQL literal stands for, `'it''s'`; null when it is not exactly one such literal. */
export function literalText(sql: string): string | null {
  if (!WHOLE.test(sql)) return null;
  return sql.slice(1, -1).replace(/''|\\([\s\S])/g, (_, character: string | undefined) =>
    character === undefined ? "'" : ESCAPES[character] ?? character);
}

/** The labels of `enum('a','b,c','it''s','back\\slash')`, in their order. */
export function labels(columnType: string): string[] {
  const list = /^(?:enum|set)\(([\s\S]*)\)/i.exec(columnType)?.[1] ?? '';
  return Array.from(list.matchAll(new RegExp(LITERAL, 'g')), match => literalText(match[0])!);
}
