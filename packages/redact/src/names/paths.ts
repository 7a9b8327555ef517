import type {Span} from '@sluice/identifiers';

const folders = /(?:\/home\/|\/Users\/|\\Users\\)([\p{L}\p{N}._-]{2,40})/gu;
/** "username n.petrakis": what has a point, a line or a figure in it and stands behind such a word. */
const accounts = /\b(?:user(?:name| ?id)?|login(?: id)?)[ :]{1,2}(?=[a-z]{0,30}[._\d])([a-z][a-z\d._-]{2,30}[a-z\d])\b/giu;
const shared = new Set(['public', 'shared', 'default', 'root', 'admin', 'administrator', 'ubuntu', 'user', 'guest']);

/** Names of users: the folder in a path: "/home/mlopez", "C:\Users\mlopez". */
export function findInPaths(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(folders)) {
    const name = match[1] ?? '';
    if (!shared.has(name.toLowerCase())) spans.push({start: match.index + match[0].length - name.length, end: match.index + match[0].length, class: 'A', kind: 'name.user', rule: 'name.path', score: 0.9});
  }
  for (const match of text.matchAll(accounts)) {
    const name = match[1] ?? '';
    spans.push({start: match.index + match[0].length - name.length, end: match.index + match[0].length, class: 'A', kind: 'name.user', rule: 'name.account', score: 0.8});
  }
  return spans;
}
