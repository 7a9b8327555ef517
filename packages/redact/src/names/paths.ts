import type {Span} from '@sluice/identifiers';

const folders = /(?:\/home\/|\/Users\/|\\Users\\)([\p{L}\p{N}._-]{2,40})/gu;
const shared = new Set(['public', 'shared', 'default', 'root', 'admin', 'administrator', 'ubuntu', 'user', 'guest']);

/** The folder of a user in a path: "/home/mlopez", "C:\Users\mlopez". */
export function findInPaths(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(folders)) {
    const name = match[1] ?? '';
    if (!shared.has(name.toLowerCase())) spans.push({start: match.index + match[0].length - name.length, end: match.index + match[0].length, class: 'A', kind: 'name.user', rule: 'name.path', score: 0.9});
  }
  return spans;
}
