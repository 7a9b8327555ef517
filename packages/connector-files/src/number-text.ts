/** A decimal number taken apart: `0.<digits> * 10^exponent`, without zeros at either end of the digits. */
interface Parts {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

function partsOf(text: string): Parts {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) throw new Error('not a number');
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const all = whole + fraction;
  const leading = /^0*/.exec(all)![0].length;
  const digits = all.slice(leading).replace(/0+$/, '');
  return {negative: sign === '-', digits, exponent: digits === '' ? 0 : whole.length - leading + Number(exponent)};
}

/** Whether a double keeps the number that the text gives: its shortest text has the same digits. */
export function isDouble(text: string): boolean {
  const value = Number(text);
  if (!Number.isFinite(value)) return false;
  const written = partsOf(text);
  const kept = partsOf(Object.is(value, -0) ? '-0' : String(value));
  return written.digits === kept.digits && written.exponent === kept.exponent && written.negative === kept.negative;
}

/** Powers of ten beyond this are not written out. */
const MAX_EXPONENT = 1000;

/** The number without an exponent, digit by digit; null when that would be too long. */
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

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;
export const UINT64_MAX = 2n ** 64n - 1n;

/** An integer of at most 64 bits in its canonical form; undefined when the text is none. */
export function integerOf(text: string): number | bigint | undefined {
  if (!/^-?\d{1,20}$/.test(text)) return undefined;
  if (text.length < 16) return Number(text) + 0; // -0 + 0 is 0: integers have no negative zero
  const value = BigInt(text);
  if (value < INT64_MIN || value > UINT64_MAX) return undefined;
  return value >= -9_007_199_254_740_991n && value <= 9_007_199_254_740_991n ? Number(value) : value;
}

/** A double; undefined when the text is no number or lies beyond the doubles, so that nothing becomes zero or infinite. */
export function floatOf(text: string): number | undefined {
  if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || (value === 0 && /[1-9]/.test(text.split(/e/i)[0]!))) return undefined;
  return value;
}
