type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json};

/**
 * The scalars of a document, each with its path: `$.name`, `$.visits[].date`, a name with other characters as `["odd name"]`. Null for a text that is no JSON.
 * Numbers are as JavaScript reads them: beyond 2^53 their last digits are not.
 */
export function jsonScalars(text: string): readonly {readonly path: string; readonly text: string}[] | null {
  let document: Json;
  try {
    document = JSON.parse(text) as Json;
  } catch {
    return null;
  }
  const found: {path: string; text: string}[] = [];
  // A stack of its own: a document may be nested deeper than calls may be.
  const open: {readonly value: Json; readonly path: string}[] = [{value: document, path: '$'}];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const {value, path} = next;
    if (Array.isArray(value)) for (const item of value) open.push({value: item as Json, path: `${path}[]`});
    else if (value !== null && typeof value === 'object') for (const [name, item] of Object.entries(value)) open.push({value: item, path: path + step(name)});
    else if (value !== null) found.push({path, text: String(value)});
  }
  return found;
}

const step = (name: string): string => /^[^\s.[\]*?"']+$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;

/** Whether a path of a policy, which may say `.*` for any member and `.**` for everything below, means this one. */
export function pathMatcher(pattern: string): (path: string) => boolean {
  const source = pattern.replaceAll('[*]', '[]').split(/(\.\*\*|\.\*(?!\*))/u).map(part => part === '.**' ? '[.[].+' : part === '.*' ? String.raw`(?:\.[^.[\]]+|\["(?:[^"\\]|\\.)*"\])` : part.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`)).join('');
  const whole = new RegExp(`^${source}$`, 'u');
  return path => whole.test(path);
}
