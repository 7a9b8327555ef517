import type {ConfigFile} from '@sluice/config';
import type {Problem} from '@sluice/core';
import {readClass} from '@sluice/identifiers/classes';
import {methodUse} from '../method-use.ts';
import {undecided, type Decision} from '../policy-schema.ts';
import type {JsonPathRule, MethodUse} from '../policy.ts';
import {jsonMethod} from './method.ts';
import {formatJsonPath, parseJsonPath} from './path.ts';
import {compilePaths, type PathRule} from './places.ts';

export interface DecodedJsonRules {
  readonly use: MethodUse;
  readonly problems: readonly Problem[];
}

/** The decisions inside one document; their contradictions are problems, which need no database to be seen. */
export function decodeJsonRules(file: ConfigFile, keys: readonly string[], given: Readonly<Record<string, string | Decision>>, unnamed: 'fail' | 'drop'): DecodedJsonRules {
  const problems: Problem[] = [];
  const paths = Object.entries(given).flatMap(([path, entry]): JsonPathRule[] => {
    const place = () => file.place([...keys, path], 'key');
    const steps = parseJsonPath(path);
    if (typeof steps === 'string') {
      problems.push({path: place(), message: steps});
      return [];
    }
    const decision: Decision = typeof entry === 'string' ? {method: entry} : entry;
    const use = decision.method === undecided ? null : methodUse(decision);
    const identifier = decision.class === undefined ? null : readClass(decision.class);
    return [{
      steps, path: formatJsonPath(steps), place, use, effect: effectOf(use), saying: use?.text ?? undecided,
      ...(identifier && {identifier}), ...(decision.reason !== undefined && {reason: decision.reason}), ...(decision.decidedBy !== undefined && {decidedBy: decision.decidedBy}),
    }];
  });
  for (const {rules, message} of compilePaths(paths).problems) problems.push({path: rules[0]!.place(), message: `${message}${others(rules)}`});
  const text = `json ${paths.map(({path, saying}) => `${path} ${saying}`).join(', ')}${unnamed === 'drop' ? ', undecided drop' : ''}`;
  return {problems, use: {method: jsonMethod, parameters: {}, json: {paths, undecided: unnamed}, text}};
}

const others = ([, ...rest]: readonly JsonPathRule[]): string => (rest.length === 0 ? '' : `: ${rest.map(({place}) => place()).join('; ')}`);

function effectOf(use: MethodUse | null): PathRule['effect'] {
  const name = use?.method.name;
  return name === undefined ? 'undecided' : name === 'keep' || name === 'drop' ? name : 'value';
}
