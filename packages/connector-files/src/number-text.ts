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
