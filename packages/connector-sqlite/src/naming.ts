/** SQLite compares names without regard to the case of A-Z, and of no other letter. */
export function fold(name: string): string {
  return name.replace(/[A-Z]/g, letter => letter.toLowerCase());
}

/**
 * Gives each name one that nobody else has: itself where possible, else with `_2`, `_3` … behind it.
 * Names that are possible as they are keep themselves; of several that are one to SQLite the first by
 * its characters does. So a name's fate does not depend on where it stands in the list.
 */
export function uniqueNames(names: readonly string[], taken: Iterable<string> = [], reserved: (name: string) => boolean = () => false): string[] {
  const used = new Set([...taken].map(fold));
  const result = new Map<number, string>();
  const sorted = [...names.entries()].sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [i, name] of sorted) {
    if (used.has(fold(name)) || reserved(name)) continue;
    used.add(fold(name));
    result.set(i, name);
  }
  for (const [i, name] of sorted) if (!result.has(i)) result.set(i, firstFree(reserved(name) ? `_${name}` : name, used));
  return names.map((_, i) => result.get(i)!);
}

/** The name, or the name with the first number that makes it free; takes it. */
export function firstFree(name: string, used: Set<string>): string {
  let candidate = name;
  for (let n = 2; used.has(fold(candidate)); n++) candidate = `${name}_${n}`;
  used.add(fold(candidate));
  return candidate;
}

/** Names of tables, views and indexes that belong to SQLite or to Sluice. */
export function isReserved(name: string): boolean {
  return fold(name).startsWith('sqlite_') || fold(name) === POSITION_TABLE || fold(name) === UNFINISHED_TABLE;
}

/** Where append and upsert loads keep the position that was committed with the rows. */
export const POSITION_TABLE = '_sluice_position';

/** Where a refresh load notes, until it is finished, which tables it made anew. */
export const UNFINISHED_TABLE = '_sluice_unfinished';
