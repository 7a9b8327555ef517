import {ErrorCode, PipelineError} from '@sluice/core';

/** Reads `id,day` (of every table) and `visits=id,day` (of one), after they were split at their commas. Undefined for none. Throws CONFIG. */
export function parseKeys(parts: readonly string[]): readonly string[] | ReadonlyMap<string, readonly string[]> | undefined {
  if (parts.length === 0) return undefined;
  const keys = parseByTable(parts, 'key', 'id,day');
  return keys.get(EVERY) ?? keys;
}

/** What stands for every table. */
const EVERY = '*';

/**
 * Reads names of every table (`id,day`) or of single ones (`visits=id,day`), after they were split at their
 * commas: a part without `=` belongs to the one before it. Those of every table stand under `*`. Throws CONFIG.
 */
export function parseByTable(parts: readonly string[], flag: string, example: string): ReadonlyMap<string, readonly string[]> {
  const wrong = (message: string, remedy = `try: --${flag} visits=${example}`) => new PipelineError(ErrorCode.CONFIG, message, {remedy});
  if (parts.length === 0) return new Map();
  if (!parts.some(part => part.includes('='))) return new Map([[EVERY, parts]]);
  const lists = new Map<string, readonly string[]>();
  let current: string[] | null = null;
  for (const part of parts) {
    const at = part.indexOf('=');
    if (at < 0) {
      if (!current) throw wrong(`--${flag} is either of every table or of single ones`, `try: --${flag} ${example} or --${flag} visits=${example}`);
      current.push(part);
      continue;
    }
    const table = part.slice(0, at);
    const name = part.slice(at + 1);
    if (table === '' || name === '') throw wrong(`--${flag} of one table is TABLE=COLUMN,...`);
    if (lists.has(table)) throw wrong(`--${flag} says two things of table ${table}`);
    lists.set(table, current = [name]);
  }
  return lists;
}
