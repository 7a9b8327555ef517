const ZERO = 48, NINE = 57, DOT = 46, MINUS = 45;
const NEGATIVE = 0x4000;
/** The head: numbers of groups, weight of the first group, sign, fraction digits. */
const HEAD = 8;
/** More digits than this are rare, and left to the values' own way. */
const MOST = 256;

/**
 * Writes `-?digits[.digits]`, which stands in bytes, as the server's groups of four digits (PostgreSQL source, `numeric_recv`). The bytes
 * written; -1 for what is in another form than that of a numeric(`whole` + `scale`, `scale`): a needless zero, another number of fraction
 * digits, too many before the point, minus zero.
 */
export function packNumeric(from: DataView, at: number, length: number, whole: number, scale: number, out: DataView, end: number): number {
  const isNegative = length > 0 && from.getUint8(at) === MINUS;
  const start = isNegative ? at + 1 : at;
  const dot = at + length - (scale === 0 ? 0 : scale + 1);
  const places = dot - start;
  if (places < 1 || length > MOST || (scale > 0 && from.getUint8(dot) !== DOT)) return -1;
  if (from.getUint8(start) === ZERO ? places > 1 : places > whole) return -1;

  // Groups are aligned to the point: the first may have fewer than four digits, the last is filled up with zeros.
  let missing = (4 - places % 4) % 4;
  let weight = (places + missing) / 4 - 1;
  let group = 0, groups = 0, used = 0;
  const last = at + length - 1;
  for (let i = start; i <= last; i++) {
    if (i === dot) continue;
    const code = from.getUint8(i);
    if (code < ZERO || code > NINE) return -1;
    group = group * 10 + code - ZERO;
    if (++missing < 4 && i < last) continue;
    for (; missing < 4; missing++) group *= 10;
    missing = 0;
    if (groups > 0 || group > 0) {
      out.setUint16(end + HEAD + groups * 2, group);
      groups++;
      // Groups of zeros at the end are left out.
      if (group > 0) used = groups;
    } else weight--;
    group = 0;
  }
  if (used === 0 && isNegative) return -1;
  out.setUint16(end, used);
  out.setInt16(end + 2, used === 0 ? 0 : weight);
  out.setUint16(end + 4, isNegative ? NEGATIVE : 0);
  out.setUint16(end + 6, scale);
  return HEAD + used * 2;
}
