/**
 * What the DDL of a file keeps in SQL comments, so that it survives a round trip: the source's own
 * type (`/*mysql: enum('a','b')` … ), what the declared type cannot say (`sluice: int unsigned64`),
 * the comment of a table, column or index (`# …`), the name of an index at its source (`index: …`) and
 * that of a table or view which could not keep it (`name: …`).
 */
export type Note =
  | {readonly kind: 'native'; readonly dialect: string; readonly text: string}
  | {readonly kind: 'sluice'; readonly text: string}
  | {readonly kind: 'comment'; readonly text: string}
  | {readonly kind: 'index' | 'name'; readonly text: string};

export function writeNote(note: Note): string {
  switch (note.kind) {
    case 'native': return `/*${note.dialect}: ${escape(note.text)}*/`;
    case 'sluice': case 'index': case 'name': return `/*${note.kind}: ${escape(note.text)}*/`;
    case 'comment': return `/*# ${escape(note.text)}*/`;
  }
}

/** Reads the inside of an SQL comment; null for one that is not ours. */
export function readNote(inside: string): Note | null {
  if (inside.startsWith('# ')) return {kind: 'comment', text: unescape(inside.slice(2))};
  const match = /^([a-z][a-z0-9]*): (.*)$/s.exec(inside);
  if (!match) return null;
  const text = unescape(match[2]!);
  const word = match[1]!;
  return word === 'sluice' || word === 'index' || word === 'name' ? {kind: word, text} : {kind: 'native', dialect: word, text};
}

// A comment ends at its first star and slash, whatever stands in front of them; SQLite's text ends at a NUL.
function escape(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('*/', '*\\/').replaceAll('\0', '\\0');
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, (_, c: string) => (c === '0' ? '\0' : c));
}
