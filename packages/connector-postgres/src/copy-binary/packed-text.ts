const HIGH_BITS = 0x80808080 | 0, ONES = 0x01010101;

/**
 * Copies UTF-8, four bytes at a time: for texts of usual lengths that beats the calls that search and copy (measured on Node 20).
 * False where there is a NUL, which the server has not, or more than so many characters.
 */
export function copyText(from: DataView, at: number, length: number, to: DataView, start: number, characters: number): boolean {
  if (length > characters && countCharacters(from, at, length) > characters) return false;
  const words = length & ~3;
  let i = 0;
  for (; i < words; i += 4) {
    const word = from.getInt32(at + i, true);
    // Whether one of the four bytes is zero (Mycroft's test): it may be wrong about a byte behind one that is, which changes nothing.
    if (((word - ONES) & ~word & HIGH_BITS) !== 0) return false;
    to.setInt32(start + i, word, true);
  }
  for (; i < length; i++) {
    const byte = from.getUint8(at + i);
    if (byte === 0) return false;
    to.setUint8(start + i, byte);
  }
  return true;
}

/** Bytes that begin a character: all but 10xxxxxx. */
function countCharacters(from: DataView, at: number, length: number): number {
  let count = 0;
  for (let i = at; i < at + length; i++) if ((from.getUint8(i) & 0xc0) !== 0x80) count++;
  return count;
}
