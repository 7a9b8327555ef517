import {int32At, uint32At} from './numbers.ts';

/** What 16 bytes of a decimal128 say (IEEE 754-2008, binary integer decimal): digits times ten to the exponent. */
export interface Decimal128 {
  readonly kind: 'finite' | 'infinite' | 'nan';
  readonly negative: boolean;
  /** Without leading zeros; `0` when it is zero, or when the bits are none that the standard allows. */
  readonly digits: string;
  readonly exponent: number;
}

const BIAS = 6176;
const MOST = 10n ** 34n;

export function decimal128At(bytes: Uint8Array, at: number): Decimal128 {
  const high = int32At(bytes, at + 12);
  const negative = high < 0;
  const combination = (high >>> 26) & 0x1f;
  if (combination >= 0x1e) return {kind: combination === 0x1e ? 'infinite' : 'nan', negative, digits: '0', exponent: 0};
  // Where the coefficient would begin with 100 in binary, it is beyond 34 digits and counts as zero.
  const large = combination >= 0x18;
  const exponent = ((high >>> (large ? 15 : 17)) & 0x3fff) - BIAS;
  if (large) return {kind: 'finite', negative, digits: '0', exponent};
  const coefficient = (BigInt(high & 0x1_ffff) << 96n) | (BigInt(uint32At(bytes, at + 8)) << 64n) | (BigInt(uint32At(bytes, at + 4)) << 32n) | BigInt(uint32At(bytes, at));
  return {kind: 'finite', negative, digits: coefficient < MOST ? String(coefficient) : '0', exponent};
}

/** As Extended JSON has it: `1.10`, `1E+3`, `-0`, `NaN`, `Infinity`. */
export function decimal128Text(decimal: Decimal128): string {
  const {kind, negative, digits, exponent} = decimal;
  if (kind === 'nan') return 'NaN';
  const sign = negative ? '-' : '';
  if (kind === 'infinite') return `${sign}Infinity`;
  const scientific = exponent + digits.length - 1;
  if (exponent > 0 || scientific < -6) {
    return `${sign}${digits[0]!}${digits.length > 1 ? `.${digits.slice(1)}` : ''}E${scientific < 0 ? '' : '+'}${scientific}`;
  }
  return sign + placed(digits, exponent);
}

/** Digits and a point only, as a `decimal`; null for what no decimal can be: NaN, the infinities, negative zero. */
export function plainDecimal(decimal: Decimal128): string | null {
  const {kind, negative, digits, exponent} = decimal;
  if (kind !== 'finite' || (negative && digits === '0')) return null;
  if (digits === '0' && exponent > 0) return '0';
  return (negative ? '-' : '') + placed(digits, exponent);
}

function placed(digits: string, exponent: number): string {
  if (exponent >= 0) return digits + '0'.repeat(exponent);
  const padded = digits.padStart(1 - exponent, '0');
  return `${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
