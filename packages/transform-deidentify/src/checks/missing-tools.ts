import type {Problem} from '@sluice/core';
import type {MethodTools} from '../methods/tools.ts';
import type {ColumnRule, JsonPathRule, Policy} from '../policy.ts';

/** Methods that need a master key or a vault where none was given: told once for each method. */
export function missingTools({tables}: Policy, {key, vault}: MethodTools): Problem[] {
  const problems = new Map<string, Problem>();
  const look = (rule: ColumnRule | JsonPathRule) => {
    const {name, needs} = rule.use?.method ?? {name: '', needs: undefined};
    if (!needs || problems.has(name)) return;
    const missing = needs.key && key === null ? 'a master key: give it by a file, the environment or a command' : needs.vault && vault === null ? 'a vault: name the file, which stays on the side of the source' : undefined;
    if (missing !== undefined) problems.set(name, {path: rule.place(), message: `${name} needs ${missing}`});
  };
  for (const {columns} of tables) {
    for (const column of columns) {
      look(column);
      column.use?.json?.paths.forEach(look);
    }
  }
  return [...problems.values()];
}
