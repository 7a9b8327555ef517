/** SQLite compares names without regard to the case of A-Z, and of no other letter. */
export function fold(name: string): string {
  return name.replace(/[A-Z]/g, letter => letter.toLowerCase());
}

/**
 * Gives each name one that nobody else has: itself where possible, else with `_2`, `_3` … behind it.
 * Names that are possible as they are keep themselves whatever comes before them, so that a name's
 * fate does not depend on where it stands, as far as that can be.
 */
export function uniqueNames(names: readonly string[], taken: Iterable<string> = [], reserved: (name: string) => boolean = () => false): string[] {
  const used = new Set([...taken].map(fold));
  const result = names.map(name => {
    if (used.has(fold(name)) || reserved(name)) return null;
    used.add(fold(name));
    return name;
  });
  return result.map((given, i) => given ?? firstFree(reserved(names[i]!) ? `_${names[i]!}` : names[i]!, used));
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
