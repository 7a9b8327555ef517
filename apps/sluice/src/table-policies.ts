import {namePattern} from '@sluice/core';

/** In a job file: copied as it is, because somebody says so. A file of that name is `./none`. */
export const NO_POLICY = 'none';

/** Name or pattern of tables, and the policy file that is for them, or `none`. Of several that match the first counts. */
export type SaidPolicy = readonly [pattern: string, policy: string];

/** The one file that is for all tables; `undefined` where none is named, `null` where tables differ. */
export function onePolicy(said: readonly SaidPolicy[]): string | undefined | null {
  const files = new Set(said.map(([, policy]) => policy));
  if (files.size === 0 || (files.size === 1 && files.has(NO_POLICY))) return undefined;
  return files.size === 1 && said.some(([pattern]) => pattern === '*') ? [...files][0]! : null;
}

/** The policies that the files hold, each read once. `of`: null for `none`, undefined where nothing is said. */
export async function namedPolicies<P>(said: readonly SaidPolicy[], load: (file: string) => Promise<P>): Promise<{readonly all: readonly P[]; of(name: string): P | null | undefined}> {
  const byFile = new Map<string, P | null>([[NO_POLICY, null]]);
  for (const [, file] of said) if (!byFile.has(file)) byFile.set(file, await load(file));
  const rules = said.map(([pattern, file]) => ({matches: namePattern(pattern), policy: byFile.get(file)!}));
  return {all: [...byFile.values()].filter(policy => policy !== null), of: name => rules.find(({matches}) => matches(name))?.policy};
}
