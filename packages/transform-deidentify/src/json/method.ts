import {z} from 'zod';
import type {Method} from '../methods/method.ts';
import type {JsonRules} from '../policy.ts';

/**
 * Decisions by path inside a document, as if they were a method, so that everything that looks at decisions sees one. Not
 * in the registry: a policy writes `json:`, and the planner asks {@link planJson}, which tells of every path.
 */
export const jsonMethod: Method<JsonRules> = {
  name: 'json', summary: 'inside the document every path by its own method', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: new Set(['json', 'text', 'any']),
  parameters: z.strictObject({}) as unknown as Method<JsonRules>['parameters'],
  plan: () => { throw new Error('planned by path'); },
};
