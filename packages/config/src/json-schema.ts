import {z} from 'zod';
import type {Config} from './define-config.ts';

/** The part of JSON Schema 2020-12 that zod writes and this package reads. */
export interface JsonSchema {
  readonly $schema?: string;
  /** `#/$defs/name`: a section that is like another one, or like itself further out. */
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | number)[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly format?: string;
  readonly pattern?: string;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly propertyNames?: JsonSchema;
  readonly required?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
}

const made = new WeakMap<Config, JsonSchema>();

/** JSON Schema 2020-12 of a component's configuration file: point an editor at it. */
export function jsonSchemaOf(config: Config): JsonSchema {
  const known = made.get(config);
  if (known) return known;
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  for (const [key, {schema, meta}] of Object.entries(config.options)) {
    const {$schema: _, ...own} = schemaOf(schema);
    const {default: fallback, ...rest} = own;
    properties[key] = {
      description: meta.details === undefined ? meta.describe : `${meta.describe} ${meta.details}`,
      ...rest,
      ...(fallback !== undefined && !meta.secret && {default: fallback}),
      ...(meta.example !== undefined && !meta.secret && {examples: [meta.example]}),
    };
    // What a schema makes of "not given" says best whether it must be given.
    if (!schema.safeParse(undefined).success) required.push(key);
  }
  for (const key of config.passedOver ?? []) properties[key] ??= {description: 'For other commands that read the same file.'};
  const schema: JsonSchema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: config.name,
    description: config.summary,
    type: 'object',
    properties,
    ...(required.length > 0 && {required}),
    additionalProperties: false,
  };
  made.set(config, schema);
  return schema;
}

/** JSON Schema of what a zod schema accepts; what it cannot express becomes "anything". */
export function schemaOf(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {io: 'input', unrepresentable: 'any'}) as JsonSchema;
}
