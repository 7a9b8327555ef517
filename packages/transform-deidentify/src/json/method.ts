import {z} from 'zod';
import type {Method} from '../methods/method.ts';

const none = z.strictObject({});

/**
 * Decisions by path inside a document, as if they were a method, so that everything that looks at decisions sees one. Not
 * in the registry: a policy writes `json:`, the paths stand in `MethodUse.json`, and the planner asks `planJson`, which tells of every path.
 */
export const jsonMethod: Method<z.output<typeof none>> = {
  name: 'json', summary: 'inside the document every path by its own method', claim: 'safe-harbor',
  derived: true, reversible: false, deterministic: true, uniqueness: 'lossy', accepts: new Set(['json', 'text', 'any']),
  parameters: none,
  plan: () => { throw new Error('planned by path'); },
};
