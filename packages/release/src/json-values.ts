/** What stands in a document. */
export interface JsonTexts {
  /** Each value with its path: `$.name`, `$.visits[].date`, a name with other characters as `["odd name"]`. Numbers as they are written, with every digit. */
  readonly scalars: readonly {readonly path: string; readonly text: string}[];
  /** Names of members, as often as they are written. */
  readonly members: readonly string[];
}

/** Everything a document says, members that are there twice too: a parser that keeps the last one keeps a name from being found. Null for a text that is no JSON. */
export function jsonTexts(text: string): JsonTexts | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const scalars: {path: string; text: string}[] = [];
  const members: string[] = [];
  // A stack of its own: a document may be nested deeper than calls may be. `member` is the path of what comes next in an object; null where its name comes next.
  const open: {readonly path: string; readonly list: boolean; member: string | null}[] = [];
  const here = (): string => {
    const inner = open.at(-1);
    return inner === undefined ? '$' : inner.list ? `${inner.path}[]` : inner.member!;
  };
  for (let i = 0; i < text.length;) {
    const inner = open.at(-1);
    const unit = text[i]!;
    let end = i + 1;
    if (unit === '{' || unit === '[') open.push({path: here(), list: unit === '[', member: null});
    else if (unit === '}' || unit === ']') open.pop();
    else if (unit === ',' && inner?.list === false) inner.member = null;
    else if (unit === '"') {
      end = endOfString(text, i);
      const said = JSON.parse(text.slice(i, end)) as string;
      if (inner?.list === false && inner.member === null) {
        members.push(said);
        inner.member = inner.path + step(said);
      } else scalars.push({path: here(), text: said});
    } else if (!/[\s:,]/u.test(unit)) {
      while (end < text.length && !/[\s,\]}]/u.test(text[end]!)) end++;
      const said = text.slice(i, end);
      if (said !== 'null') scalars.push({path: here(), text: said});
    }
    i = end;
  }
  return {scalars, members};
}

/** The values of a document alone. */
export const jsonScalars = (text: string): JsonTexts['scalars'] | null => jsonTexts(text)?.scalars ?? null;

/** Behind the quote that ends the string which begins here. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); ; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text[end - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return end + 1;
  }
}

const step = (name: string): string => /^[^\s.[\]*?"']+$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;

/** Whether a path of a policy, which may say `.*` for any member and `.**` for everything below, means this one. */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const source = pattern.replaceAll('[*]', '[]').split(/(\.\*\*|\.\*(?!\*))/u).map(part => part === '.**' ? '[.[].+' : part === '.*' ? String.raw`(?:\.[^.[\]]+|\["(?:[^"\\]|\\.)*"\])` : part.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`)).join('');
  const whole = new RegExp(`^${source}$`, 'u');
  return path => whole.test(path);
}
