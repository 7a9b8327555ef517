const ZERO = 48, DOT = 46, MINUS = 45;
const NEGATIVE = 0x4000, POSITIVE = 0;
/** More groups of four digits than this are rare, and left to the text form. */
const MAX_GROUPS = 60, MAX_SCALE = 200;
/** Most bytes that `printNumeric` writes. */
export const NUMERIC_TEXT_ROOM = MAX_GROUPS * 4 + MAX_SCALE + 8;

/** Prints the server's groups of four digits (PostgreSQL source, `numeric_send`) as it prints a numeric. The end; -1 for NaN, infinities and very long ones. */
export function printNumeric(from: Buffer, at: number, out: Buffer, to: number): number {
  const groups = from.readInt16BE(at), weight = from.readInt16BE(at + 2), sign = from.readUInt16BE(at + 4), scale = from.readUInt16BE(at + 6);
  if ((sign !== POSITIVE && sign !== NEGATIVE) || groups > MAX_GROUPS || weight >= MAX_GROUPS || weight < -MAX_GROUPS || scale > MAX_SCALE) return -1;
  const group = (i: number) => i < 0 || i >= groups ? 0 : from.readUInt16BE(at + 8 + 2 * i);
  let end = to;
  if (sign === NEGATIVE) out[end++] = MINUS;
  if (weight < 0) out[end++] = ZERO;
  for (let i = 0; i <= weight; i++) end = printGroup(out, end, group(i), i === 0);
  if (scale === 0) return end;
  out[end++] = DOT;
  const stop = end + scale;
  // The last group may have digits beyond the scale, all of them zeros: they are written over, or not counted.
  for (let i = weight + 1; end < stop; i++) end = printGroup(out, end, group(i), false);
  return stop;
}

/** The first group has no zeros in front. */
function printGroup(out: Buffer, at: number, group: number, isFirst: boolean): number {
  const a = Math.floor(group / 1000), b = Math.floor(group / 100) % 10, c = Math.floor(group / 10) % 10, d = group % 10;
  let end = at;
  if (!isFirst || a > 0) out[end++] = ZERO + a;
  if (!isFirst || group >= 100) out[end++] = ZERO + b;
  if (!isFirst || group >= 10) out[end++] = ZERO + c;
  out[end++] = ZERO + d;
  return end;
}
