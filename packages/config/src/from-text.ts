import type {ValueKind} from './flags.ts';

/** Whether a value that came from a command line is text yet to be read. */
export const textual = (value: unknown): boolean =>
  typeof value === 'string' || (Array.isArray(value) && value.every(item => typeof item === 'string'));

/**
 * Reads text from a command line or a variable as an option's kind. What cannot be read is handed
 * on as it is, so that the schema refuses it with its own words. Lists are `a,b`, given once or
 * repeatedly; `\,` is a comma inside an item, and `\\,` a backslash at the end of one. Of a `whole` list every text is one item.
 */
export function fromText(given: unknown, kind: ValueKind, whole = false): unknown {
  if (kind === 'list') return [given].flat().flatMap(text => whole ? [String(text)] : splitList(String(text)));
  if (typeof given !== 'string') return given;
  switch (kind) {
    case 'boolean': return booleans.get(given.trim().toLowerCase()) ?? given;
    case 'number': return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(given.trim()) ? Number(given) : given;
    default: return given;
  }
}

const booleans = new Map([['true', true], ['1', true], ['yes', true], ['on', true], ['false', false], ['0', false], ['no', false], ['off', false]]);

function splitList(text: string): string[] {
  const items: string[] = [];
  let item = '';
  // Backslashes mean something before a comma alone: a path or a pattern keeps its own.
  for (const [, plain = '', backslashes = '', comma = ''] of text.matchAll(/([^\\,]*)(\\*)(,?)/g)) {
    item += plain + (comma === '' ? backslashes : '\\'.repeat(Math.floor(backslashes.length / 2)));
    if (comma === '') continue;
    if (backslashes.length % 2 === 1) item += comma;
    else {
      items.push(item);
      item = '';
    }
  }
  items.push(item);
  return items.map(one => one.trim()).filter(one => one !== '');
}
