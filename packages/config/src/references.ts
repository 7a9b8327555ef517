import type {Problem} from '@sluice/core';
import type {ConfigFile} from './config-file.ts';
import {configError} from './decode.ts';

const REFERENCE = /\$\$\{|\$\{([^}]*)\}/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The file with `${NAME}` in its texts replaced by variables of the environment; `$${` stands for `${`. Keys stay
 * as they are, and what comes out of a variable is text and is not looked into again.
 *
 * Throws CONFIG with every reference that names no variable, or one that is not set or is empty, each with its
 * place; never with a value.
 */
export function withReferences(file: ConfigFile, env: Readonly<Record<string, string | undefined>>): ConfigFile {
  const problems: Problem[] = [];
  const expand = (value: unknown, path: readonly (string | number)[]): unknown => {
    if (typeof value === 'string') {
      return value.replace(REFERENCE, (found, name: string | undefined) => {
        if (name === undefined) return '${';
        const variable = NAME.test(name) ? env[name] : undefined;
        if (variable !== undefined && variable !== '') return variable;
        problems.push({path: file.place(path), message: NAME.test(name) ? `wants the variable ${name}, which is not set` : 'has a reference that names no variable; write ${NAME}, or $${ for the characters themselves'});
        return found;
      });
    }
    if (Array.isArray(value)) return value.map((item, i) => expand(item, [...path, i]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item, [...path, key])]));
  };
  const value = expand(file.value, []);
  if (problems.length > 0) throw configError(problems, file.path);
  return {...file, value};
}
