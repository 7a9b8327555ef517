import {ErrorCode, PipelineError} from '@sluice/core';

/**
 * Reads `id,day` (of every table) and `visits=id,day` (of one), after they were split at their
 * commas: a part without `=` belongs to the one before it. Undefined for none. Throws CONFIG.
 */
export function parseKeys(parts: readonly string[]): readonly string[] | ReadonlyMap<string, readonly string[]> | undefined {
  if (parts.length === 0) return undefined;
  if (!parts.some(part => part.includes('='))) return parts;
  const keys = new Map<string, string[]>();
  let current: string[] | null = null;
  for (const part of parts) {
    const at = part.indexOf('=');
    if (at < 0) {
      if (!current) throw new PipelineError(ErrorCode.CONFIG, 'a key is either of every table or of single ones', {remedy: 'try: --key id,day or --key visits=id,day'});
      current.push(part);
      continue;
    }
    const table = part.slice(0, at);
    const column = part.slice(at + 1);
    if (table === '' || column === '') throw new PipelineError(ErrorCode.CONFIG, 'a key of one table is TABLE=COLUMN,...', {remedy: 'try: --key visits=id,day'});
    if (keys.has(table)) throw new PipelineError(ErrorCode.CONFIG, `table ${table} has two keys`, {remedy: 'try: --key visits=id,day'});
    keys.set(table, current = [column]);
  }
  return keys;
}
