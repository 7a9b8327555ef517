import type {Method} from './methods/method.ts';
import {methods} from './methods/registry.ts';
import {decisionKeys, methodNames, type Decision} from './policy-schema.ts';
import type {MethodUse} from './policy.ts';

const known = new Map<string, MethodUse>();

/** A decision as the file gives it; its parameters were checked with the file. */
export function methodUse(decision: Decision): MethodUse {
  const name = methodNames.get(decision.method)!;
  const given = Object.fromEntries(Object.entries(decision).filter(([key]) => !decisionKeys.has(key)));
  const bare = Object.keys(given).length === 0;
  // Nearly all decisions of a long policy are the same few words.
  const before = bare ? known.get(name) : undefined;
  if (before) return before;
  const method = methods[name] as unknown as Method<never>;
  const parameters = method.parameters.parse(given);
  const told = Object.entries(parameters as Readonly<Record<string, unknown>>)
    .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => ` ${key} ${JSON.stringify(value)}`).join('');
  const use: MethodUse = {method, parameters, text: `${name}${told}`};
  if (bare) known.set(name, use);
  return use;
}
