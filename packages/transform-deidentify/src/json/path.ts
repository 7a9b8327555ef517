/** One step into a document. `deep`, only at the end, is everything below, at any depth. */
export type JsonStep =
  | {readonly kind: 'member'; readonly name: string}
  | {readonly kind: 'anyMember'}
  | {readonly kind: 'element'}
  | {readonly kind: 'deep'};

/**
 * Reads a path: `$` is the document, `.name` and `["any name"]` a member of an object, `.*` each of its
 * members, `[]` each element of an array, `.**` (at the end) every value below, however deep. A text: what is wrong.
 */
export function parseJsonPath(path: string): readonly JsonStep[] | string {
  if (!path.startsWith('$')) return 'a path begins with $, the whole document';
  const steps: JsonStep[] = [];
  let at = 1;
  while (at < path.length) {
    if (steps.at(-1)?.kind === 'deep') return '.** is everything below: nothing can follow it';
    piece.lastIndex = at;
    const found = piece.exec(path);
    if (!found) return unreadable(path.slice(at));
    const [all, deep, any, name, quoted, element] = found;
    at += all.length;
    if (deep !== undefined) steps.push({kind: 'deep'});
    else if (any !== undefined) steps.push({kind: 'anyMember'});
    else if (element !== undefined) steps.push({kind: 'element'});
    else if (name !== undefined) steps.push({kind: 'member', name});
    else {
      const text = unquote(quoted!);
      if (text === undefined) return 'a name in brackets is quoted as in JSON: ["odd name"]';
      steps.push({kind: 'member', name: text});
    }
  }
  return steps;
}

const piece = /(\.\*\*)|(\.\*)|\.([^\s.[\]*?"']+)|\[("(?:[^"\\]|\\.)*")\]|(\[\*?\])/uy;

/** A path in the one form that problems and reports use. */
export function formatJsonPath(steps: readonly JsonStep[]): string {
  return `$${steps.map(step => {
    switch (step.kind) {
      case 'member': return /^[^\s.[\]*?"']+$/u.test(step.name) ? `.${step.name}` : `[${JSON.stringify(step.name)}]`;
      case 'anyMember': return '.*';
      case 'element': return '[]';
      case 'deep': return '.**';
    }
  }).join('')}`;
}

function unreadable(rest: string): string {
  if (/^\[\d+\]/u.test(rest)) return 'elements of an array are decided together: write [] for each of them';
  if (rest.startsWith('.')) return 'after a dot comes a name, * or **; names with other characters are written ["odd name"]';
  return 'after $ come .name, ["odd name"], .* (each member), [] (each element) or .** (everything below)';
}

function unquote(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return undefined;
  }
}
