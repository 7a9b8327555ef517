import {parseConfig, readConfigFile, type JsonSchema} from '@sluice/config';
import {z} from 'zod';
import {decodePolicy} from './decode-policy.ts';
import {policyFile} from './policy-schema.ts';
import type {Policy} from './policy.ts';

/**
 * Reads a policy. Throws CONFIG with every problem at once, each with its line; whether the policy
 * fits a database is found out by `check` of the transform.
 */
export async function loadPolicy(path: string, signal?: AbortSignal): Promise<Policy> {
  return decodePolicy(await readConfigFile(path, signal));
}

/** The same for text; `path` is what problems call it. */
export function parsePolicy(text: string, path = 'policy.yaml'): Policy {
  return decodePolicy(parseConfig(text, path));
}

/** JSON Schema of a policy, for editors. */
export function policyJsonSchema(): JsonSchema {
  return {
    ...(z.toJSONSchema(policyFile, {io: 'input', unrepresentable: 'any'}) as JsonSchema),
    title: 'Sluice policy', description: 'What may leave: a decision about every table and column.',
  };
}
