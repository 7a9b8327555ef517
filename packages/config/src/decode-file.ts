import type {z} from 'zod';
import type {ConfigFile} from './config-file.ts';
import {configError} from './decode.ts';
import {explain} from './explain.ts';
import {freezeDeep} from './freeze.ts';
import {schemaOf} from './json-schema.ts';

/**
 * Decodes a whole file by one schema: a policy, a study's layout. Deeply frozen. Use
 * `z.strictObject` for sections, so that a misspelt key is a problem with a suggestion.
 *
 * Throws CONFIG with every problem at once, each with line, column and keys.
 */
export function decodeFile<S extends z.ZodType>(file: ConfigFile, schema: S): z.output<S> {
  const parsed = schema.safeParse(file.value);
  if (parsed.success) return freezeDeep(parsed.data);
  const problems = explain(parsed.error.issues, file.value, schemaOf(schema))
    .map(({path, message, ofKey}) => ({path: file.place(path, ofKey ? 'key' : 'value'), message}));
  throw configError(problems, file.path);
}
