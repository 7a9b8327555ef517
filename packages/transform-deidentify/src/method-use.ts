import type {Method} from './methods/method.ts';
import {methods} from './methods/registry.ts';
import {decisionKeys, methodNames, type Decision} from './policy-schema.ts';
import type {MethodUse} from './policy.ts';

const known = new Map<string, MethodUse>();

/** A decision as the file gives it; its parameters were checked with the file. */
export function methodUse(decision: Decision): MethodUse {
  const name = methodNames.get(decision.method)!;
  const given = parametersOf(decision);
  const bare = Object.keys(given).length === 0;
  // Nearly all decisions of a long policy are the same few words.
  const before = bare ? known.get(name) : undefined;
  if (before) return before;
  const method: Method = methods[name];
  const parameters = method.parameters.parse(given);
  const told = Object.entries(parameters as object)
    .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
    .map(([key, value]) => ` ${key} ${JSON.stringify(value)}`).join('');
  const use: MethodUse = {method, parameters, text: `${name}${told}`};
  if (bare) known.set(name, use);
  return use;
}

/** What becomes of the values themselves: of a method that only lets fewer of them through, the one before it. */
export function innermost(use: MethodUse): MethodUse {
  const {first} = use.parameters as {readonly first?: string | Decision};
  if (first === undefined) return use;
  const decision = typeof first === 'string' ? {method: first} : first;
  const method = methodNames.get(decision.method);
  // With wrong parameters nothing can be planned, which is told then.
  return method !== undefined && methods[method].parameters.safeParse(parametersOf(decision)).success ? methodUse(decision) : use;
}

const parametersOf = (decision: Decision) => Object.fromEntries(Object.entries(decision).filter(([key]) => !decisionKeys.has(key)));
