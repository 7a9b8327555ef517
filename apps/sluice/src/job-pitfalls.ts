import {configError, type ConfigFile} from '@sluice/config';
import type {Problem} from '@sluice/core';

type Path = readonly string[];

/**
 * Throws CONFIG for what stands in a job file and would be taken for something else, or for nothing, in silence: a rule
 * for losses that was not written, which YAML takes for null, and so for the rule of that name; names that no
 * JavaScript object has as a key of its own when it is copied; and a policy that is said in two places.
 */
export function refusePitfalls(file: ConfigFile): void {
  const problems: Problem[] = [];
  const keysAt = (path: Path, remedy = 'write \\__proto__'): string[] => {
    const keys = Object.keys(sectionAt(file.value, path));
    if (keys.includes('__proto__')) problems.push({path: file.place([...path, '__proto__'], 'key'), message: `would be passed over: ${remedy}`});
    return keys;
  };
  const refuseBlank = (path: Path) => {
    if (file.isBlank(path)) problems.push({path: file.place(path, 'key'), message: 'has no value: write null for the rule of that name, or take the key out'});
  };
  for (const table of [['defaults'], ...keysAt(['tables']).map(name => ['tables', name])]) {
    const onLoss = [...table, 'onLoss'];
    refuseBlank(onLoss);
    for (const column of keysAt(onLoss)) refuseBlank([...onLoss, column]);
    keysAt([...table, 'renameColumns'], 'a column of this name keeps it');
  }
  if (Object.hasOwn(sectionAt(file.value, []), 'policy') && Object.hasOwn(sectionAt(file.value, ['defaults']), 'policy')) {
    problems.push({path: file.place(['defaults', 'policy'], 'key'), message: 'the policy of all tables is given twice: here and at the top'});
  }
  if (problems.length > 0) throw configError(problems, file.path);
}

function sectionAt(value: unknown, path: Path): object {
  const found = path.reduce((outer: unknown, key) => typeof outer === 'object' && outer !== null ? Object.getOwnPropertyDescriptor(outer, key)?.value as unknown : undefined, value);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : {};
}
