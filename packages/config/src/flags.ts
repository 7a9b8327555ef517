import {jsonSchemaOf, type JsonSchema} from './json-schema.ts';
import type {Config} from './define-config.ts';

/** `object`: a structure that only a file can give; it has neither flag nor variable. */
export type ValueKind = 'boolean' | 'number' | 'text' | 'list' | 'object';

/** One option as plain data: what a command line, a help page and a reference page need. */
export interface OptionDescription {
  /** Its name in files and in code. */
  readonly key: string;
  readonly kind: ValueKind;
  readonly describe: string;
  /** For pages, not for help. */
  readonly details?: string;
  readonly flag: string | undefined;
  readonly alias: string | undefined;
  readonly env: string | undefined;
  /** What to call the value in help; undefined for booleans. */
  readonly value: string | undefined;
  readonly example: string | undefined;
  /** The default as text; undefined when there is none or it is a secret. */
  readonly default: string | undefined;
  readonly required: boolean;
  readonly secret: boolean;
  readonly advanced: boolean;
  /** A list whose items are given one by one: a comma is part of an item. */
  readonly whole?: true;
  readonly schema: JsonSchema;
}

/** Every option of a component, in the order of its specification. */
export function describeOptions(config: Config): readonly OptionDescription[] {
  const schema = jsonSchemaOf(config);
  const required = new Set(schema.required ?? []);
  return Object.entries(config.options).map(([key, {meta}]) => {
    const own = schema.properties![key]!;
    const kind = kindOf(own);
    const plain = kind !== 'object';
    return {
      key,
      kind,
      describe: meta.describe,
      ...(meta.details !== undefined && {details: meta.details}),
      flag: meta.flag === false || !plain ? undefined : meta.flag ?? separate(key, '-').toLowerCase(),
      alias: plain ? meta.alias : undefined,
      env: meta.env === false || !plain ? undefined : meta.env ?? `${config.prefix}_${separate(key, '_').toUpperCase()}`,
      value: kind === 'boolean' ? undefined : meta.value ?? (own.enum ? own.enum.join('|') : kind === 'number' ? 'N' : kind === 'list' ? 'A,B' : 'TEXT'),
      example: meta.example,
      default: meta.secret || own.default === undefined ? undefined : showDefault(own.default),
      required: required.has(key),
      secret: meta.secret === true,
      advanced: meta.advanced === true,
      ...(meta.whole && {whole: true as const}),
      schema: own,
    };
  });
}

function kindOf(schema: JsonSchema): ValueKind {
  const types = [schema.type ?? []].flat().filter(type => type !== 'null');
  if (types.length !== 1) return schema.anyOf || schema.oneOf || types.length > 1 ? 'object' : 'text';
  switch (types[0]) {
    case 'boolean': return 'boolean';
    case 'integer': case 'number': return 'number';
    case 'string': return 'text';
    // Only lists of plain values can be written `a,b`.
    case 'array': return schema.items && kindOf(schema.items) === 'text' ? 'list' : 'object';
    default: return 'object';
  }
}

const separate = (name: string, by: string) => name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, by);
const showDefault = (value: unknown) => Array.isArray(value) ? value.join(',') : typeof value === 'object' ? JSON.stringify(value) : String(value);
