/** The most characters of an identifier (MySQL 9 manual, 11.2.1). */
export const MAX_NAME = 64;

/** Who holds this lock of the server works on the table. */
export function lockName(hash: string): string {
  return `sluice_${hash}`;
}

/**
 * Why the server cannot have an identifier; null when it can. Identifiers are of at most 64
 * characters of the basic plane, and do not end in a blank.
 */
export function nameProblem(name: string): string | null {
  if (name.length > MAX_NAME) return `it has ${name.length} characters, and a name may have ${MAX_NAME}`;
  if (/[\ud800-\udfff\0]/.test(name)) return 'it has characters that names may not have';
  if (name === '' || name.endsWith(' ')) return 'it is empty or ends in a blank';
  return null;
}

/** A possible name that nobody has yet: `taken` holds them as the server compares them. */
export function possibleName(name: string, taken: ReadonlySet<string>, fold: (name: string) => string): string {
  const clean = name.replace(/[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff\0]/g, '_').replace(/ +$/, '') || '_';
  for (let i = 1; ; i++) {
    const suffix = i === 1 ? '' : `_${i}`;
    const candidate = clean.slice(0, MAX_NAME - suffix.length) + suffix;
    if (!taken.has(fold(candidate))) return candidate;
  }
}
