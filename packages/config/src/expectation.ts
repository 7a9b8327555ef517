import type {JsonSchema} from './json-schema.ts';

/** What a schema wants, as the end of "must be …": `an integer from 1 to 65535`, `a or b`. */
export function expectation(schema: JsonSchema): string | undefined {
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum) return oneOf(schema.enum.map(String));
  if (schema.anyOf ?? schema.oneOf) {
    const wanted = alternatives(schema).flatMap(one => one.enum?.map(String) ?? [expectation(one)]);
    return wanted.every(text => text !== undefined) ? oneOf([...new Set(wanted)]) : undefined;
  }
  const types = [schema.type ?? []].flat();
  if (types.length > 1) return oneOf(types.map(type => expectation({...schema, type}) ?? type));
  switch (types[0]) {
    case 'boolean': return 'true or false';
    case 'null': return 'null';
    case 'integer': return `an integer${range(schema)}`;
    case 'number': return `a number${range(schema)}`;
    case 'string': return text(schema);
    case 'array': return list(schema);
    case 'object': return 'a section of keys and values';
    default: return undefined;
  }
}

/** A schema, or the alternatives it consists of, however nested. */
export const alternatives = (schema: JsonSchema): readonly JsonSchema[] => (schema.anyOf ?? schema.oneOf)?.flatMap(alternatives) ?? [schema];

/** What a value is, without saying which: never prints text, only numbers and booleans are shown. */
export function kindOfValue(value: unknown): string {
  if (value === null) return 'nothing (null)';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string': return value === '' ? 'empty text' : 'text';
    case 'number': case 'bigint': case 'boolean': return String(value);
    case 'undefined': return 'nothing';
    default: return 'a section';
  }
}

function range({minimum = -Infinity, maximum = Infinity, exclusiveMinimum, exclusiveMaximum}: JsonSchema): string {
  // zod writes the safe integers as bounds of every integer: no news to anybody.
  const low = Math.abs(minimum) >= Number.MAX_SAFE_INTEGER ? undefined : minimum;
  const high = Math.abs(maximum) >= Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const parts = [];
  if (exclusiveMinimum !== undefined) parts.push(`above ${exclusiveMinimum}`);
  if (exclusiveMaximum !== undefined) parts.push(`below ${exclusiveMaximum}`);
  if (low !== undefined && high !== undefined) parts.push(`from ${low} to ${high}`);
  else if (low !== undefined) parts.push(`of at least ${low}`);
  else if (high !== undefined) parts.push(`of at most ${high}`);
  return parts.length > 0 ? ` ${parts.join(' and ')}` : '';
}

const formats: Readonly<Record<string, string>> = {
  uri: 'a URL', email: 'an e-mail address', date: 'a date such as 2024-01-31', 'date-time': 'a time such as 2024-01-31T12:00:00Z',
  uuid: 'a UUID',
};

function text({minLength, maxLength, format, pattern}: JsonSchema): string {
  if (format !== undefined && formats[format]) return formats[format];
  const length = minLength === 1 && maxLength === undefined ? 'text that is not empty'
    : minLength !== undefined && maxLength !== undefined ? `text of ${minLength} to ${maxLength} characters`
    : minLength !== undefined ? `text of at least ${minLength} characters`
    : maxLength !== undefined ? `text of at most ${maxLength} characters`
    : 'text';
  return pattern === undefined ? length : `${length} like ${pattern}`;
}

function list({items, minItems, maxItems}: JsonSchema): string {
  const of = items?.enum ? ` of ${oneOf(items.enum.map(String))}` : items?.type === 'string' ? ' of texts' : items?.type === 'integer' ? ' of integers' : '';
  const size = minItems !== undefined && minItems > 0 ? ` with at least ${minItems}` : maxItems !== undefined ? ` with at most ${maxItems}` : '';
  return `a list${of}${size}`;
}

const oneOf = (texts: readonly string[]) =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}`;
