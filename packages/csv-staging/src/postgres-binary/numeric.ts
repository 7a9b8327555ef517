const ZERO = 48, DOT = 46, MINUS = 45;
const NEGATIVE = 0x4000;
/** The head: numbers of groups, weight of the first group, sign, fraction digits. */
const HEAD = 8;

/** Most bytes that `writeNumeric` writes of a text of so many characters. */
export const numericRoom = (length: number): number => HEAD + 2 * (Math.ceil(length / 4) + 2);

/** Writes `-?digits[.digits]` as the server's groups of four digits (PostgreSQL source, `numeric_recv`). The bytes written; -1 for any other text. */
export function writeNumeric(buffer: Buffer, at: number, text: string): number {
  const {length} = text;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  if (length === start) return -1;
  let dot = text.indexOf('.', start);
  if (dot < 0) dot = length;
  const scale = dot === length ? 0 : length - dot - 1;
  if (dot === start || (dot < length && scale === 0)) return -1;

  // Groups are aligned to the point: the first may have fewer than four digits, the last is filled up with zeros.
  let group = 0;
  let digits = 0;
  let missing = (4 - (dot - start) % 4) % 4;
  let weight = (dot - start + missing) / 4 - 1;
  let end = at + HEAD;
  let last = at + HEAD;
  for (let i = start; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code === DOT && i === dot) continue;
    if (code < ZERO || code > ZERO + 9) return -1;
    group = group * 10 + code - ZERO;
    if (++missing < 4 && i < length - 1) continue;
    for (; missing < 4; missing++) group *= 10;
    missing = 0;
    if (digits > 0 || group > 0) {
      buffer.writeUInt16BE(group, end);
      end += 2;
      digits++;
      // Groups of zeros at the end are left out.
      if (group > 0) last = end;
    } else weight--;
    group = 0;
  }
  const count = (last - at - HEAD) / 2;
  buffer.writeUInt16BE(count, at);
  buffer.writeInt16BE(count === 0 ? 0 : weight, at + 2);
  buffer.writeUInt16BE(start === 1 && count > 0 ? NEGATIVE : 0, at + 4);
  buffer.writeUInt16BE(scale, at + 6);
  return last - at;
}
