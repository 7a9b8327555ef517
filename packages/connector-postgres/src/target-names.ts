/** The most bytes of an identifier (PostgreSQL 18 manual, 4.1.1); the server cuts longer ones off in silence. */
export const MAX_NAME_BYTES = 63;

/** Who holds this advisory lock works on the table; locks belong to a database. A signed 64-bit number. */
export function lockKey(hash: string): string {
  return String(BigInt.asIntN(64, BigInt(`0x${hash}`)));
}

/** With the flag `u` only half a pair matches. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/** Why the server cannot have an identifier; null when it can. */
export function nameProblem(name: string): string | null {
  const bytes = Buffer.byteLength(name);
  if (bytes > MAX_NAME_BYTES) return `it has ${bytes} bytes, and a name may have ${MAX_NAME_BYTES}`;
  if (name === '') return 'it is empty';
  return name.includes('\0') || LONE_SURROGATE.test(name) ? 'it has characters that names may not have' : null;
}

/** A possible name that nobody has yet. */
export function possibleName(name: string, taken: ReadonlySet<string>): string {
  const clean = name.replace(/[\ud800-\udfff\0]/gu, '_') || '_';
  for (let i = 1; ; i++) {
    const suffix = i === 1 ? '' : `_${i}`;
    const candidate = cut(clean, MAX_NAME_BYTES - suffix.length) + suffix;
    if (!taken.has(candidate)) return candidate;
  }
}

/** The start of a text that takes at most so many bytes of UTF-8. */
function cut(text: string, maxBytes: number): string {
  let bytes = 0;
  let result = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    result += character;
  }
  return result;
}
