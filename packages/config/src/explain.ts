import type {z} from 'zod';
import {alternatives, expectation, kindOfValue} from './expectation.ts';
import type {JsonSchema} from './json-schema.ts';
import {didYouMean} from './suggest.ts';

/** A problem and the keys that lead to it. */
export interface Explained {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The problem is with the key at the end of `path`, not with its value. */
  readonly ofKey?: true;
}

/**
 * Says what zod found in the words of the house: what is wrong and what would be right. The
 * texts of the input never appear, keys do.
 */
export function explain(issues: readonly z.core.$ZodIssue[], input: unknown, schema: JsonSchema): Explained[] {
  const seen = new Set<string>();
  // Two checks of one value, an integer's size and its range, often come to the same sentence.
  return issues.flatMap(issue => explainOne(issue, input, schema)).filter(({path, message}) => {
    const line = JSON.stringify([path, message]);
    return !seen.has(line) && seen.add(line);
  });
}

function explainOne(issue: z.core.$ZodIssue, input: unknown, schema: JsonSchema): Explained[] {
  const path = issue.path.map(step => typeof step === 'number' ? step : String(step));
  const value = at(input, path);
  const wanted = subschemas(schema, path);
  switch (issue.code) {
    case 'custom':
      return [{path, message: issue.message}];
    // A pattern whose schema says in words what it wants: nobody reads it off an expression.
    case 'invalid_format':
      if (issue.format === 'regex' && issue.message.startsWith('must ')) return [{path, message: issue.message}];
      break;
    case 'unrecognized_keys': {
      const known = wanted.flatMap(candidate => Object.keys(candidate.properties ?? {}));
      return issue.keys.map(key => {
        // Keys that are there already are no likely meaning of another one.
        const free = known.filter(name => typeof value !== 'object' || value === null || !(name in value));
        const meant = didYouMean(key, free);
        const all = known.length > 0 && known.length <= 12 ? `; possible are ${known.join(', ')}` : '';
        return {path: [...path, key], message: `is not a known key${meant || all}`, ofKey: true as const};
      });
    }
    case 'invalid_key':
      return [{path, message: `is not a possible key: ${mustBe(wantedKeys(schema, path)) ?? lower(issue.issues[0]?.message)}`, ofKey: true}];
    case 'invalid_element':
      return explain(issue.issues, value, {}).map(inner => ({path: [...path, ...inner.path], message: inner.message}));
    case 'invalid_union': {
      const branch = likeliest(issue.errors, value);
      if (branch) {
        return explain(branch, value, {anyOf: wanted}).map(({path: rest, ...inner}) => ({...inner, path: [...path, ...rest]}));
      }
    }
  }
  if (value === undefined) return [{path, message: `is missing: ${mustBe(wanted) ?? 'give a value'}`}];
  const must = mustBe(wanted) ?? byCode(issue);
  return [{path, message: `${must}, got ${kindOfValue(value)}${guess(value, wanted)}`}];
}

function mustBe(wanted: readonly JsonSchema[]): string | undefined {
  const text = wanted.length > 0 ? expectation(wanted.length === 1 ? wanted[0]! : {anyOf: wanted}) : undefined;
  return text === undefined ? undefined : `must be ${text}`;
}

/** For issues of schemas that JSON Schema cannot express. */
function byCode(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type': return `must be of type ${issue.expected}`;
    case 'too_big': return `must be at most ${issue.maximum}`;
    case 'too_small': return `must be at least ${issue.minimum}`;
    case 'not_multiple_of': return `must be a multiple of ${issue.divisor}`;
    case 'invalid_value': return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format': return `must be ${issue.format}`;
    default: return 'must be something else';
  }
}

/**
 * Of the alternatives of a union, the issues of the one that was meant: the type at least is
 * right, or the only one that gets past the top level. The one that is understood deepest, then
 * the one with the fewest issues. None when all fail at the top.
 */
function likeliest(branches: readonly (readonly z.core.$ZodIssue[])[], value: unknown) {
  if (typeof value !== 'object' || value === null) return undefined;
  const deep = branches.filter(issues => issues.every(issue => issue.path.length > 0 || issue.code === 'unrecognized_keys' || issue.code === 'custom'));
  const shallowest = (issues: readonly z.core.$ZodIssue[]) => Math.min(...issues.map(({path}) => path.length));
  return deep.sort((a, b) => shallowest(b) - shallowest(a) || a.length - b.length)[0];
}

/** The JSON Schemas that apply at a path; more than one below alternatives. */
function subschemas(schema: JsonSchema, path: readonly (string | number)[]): JsonSchema[] {
  const referred = (one: JsonSchema): JsonSchema => (one.$ref === undefined ? one : schema.$defs?.[one.$ref.slice('#/$defs/'.length)] ?? {});
  let here = [...alternatives(schema)];
  for (const step of path) {
    here = here.flatMap(one => {
      const next = typeof step === 'number' ? one.items : one.properties?.[step] ?? (typeof one.additionalProperties === 'object' ? one.additionalProperties : undefined);
      return next ? alternatives(referred(next)).map(referred) : [];
    });
  }
  return here;
}

const wantedKeys = (schema: JsonSchema, path: readonly (string | number)[]) =>
  subschemas(schema, path.slice(0, -1)).flatMap(one => one.propertyNames && one.propertyNames.type !== undefined ? [one.propertyNames] : []);

/** A closed set of words invites slips; the word itself stays unprinted. */
function guess(value: unknown, wanted: readonly JsonSchema[]): string {
  if (typeof value !== 'string') return '';
  return didYouMean(value, wanted.flatMap((one): readonly unknown[] => one.enum ?? (one.const === undefined ? [] : [one.const])).map(String));
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Record<string | number, unknown>)[step];
  }
  return here;
}

const lower = (message = 'not allowed') => message.charAt(0).toLowerCase() + message.slice(1);
