/** Powers of ten beyond this are not written out. */
const MAX_EXPONENT = 1000;

/** A number without its exponent, digit by digit (`1.50e1` is `15.0`), which is the canonical form of a `decimal`; null when that would be too long. A text without an exponent stays as it is. */
export function plainDecimal(text: string): string | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d+)$/.exec(text);
  if (!match) return text;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent);
  if (Math.abs(shift) > MAX_EXPONENT) return null;
  const point = whole.length + shift;
  const digits = whole + fraction;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const head = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  return sign + head + (padded.length > at ? `.${padded.slice(at)}` : '');
}
