import type {ColumnType, Value} from '@sluice/core';

/** An exact number: `digits` divided by ten to the `scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** The number that a value is, exactly as its column writes it; undefined when it is none, or is not finite. */
export function readDecimal(value: Value): Decimal | undefined {
  if (typeof value === 'bigint') return {digits: value, scale: 0};
  if (typeof value === 'number') {
    if (Number.isInteger(value)) return {digits: BigInt(value), scale: 0};
    return Number.isFinite(value) ? parse(String(value)) : undefined;
  }
  return typeof value === 'string' ? parse(value) : undefined;
}

function parse(text: string): Decimal | undefined {
  const parts = /^([+-]?)(\d{1,1000})(?:\.(\d{0,1000}))?(?:e([+-]?\d{1,3}))?$/iu.exec(text);
  if (!parts) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts;
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? {digits, scale} : {digits: digits * 10n ** BigInt(-scale), scale: 0};
}

/** With as many digits after the point; only more than there are. */
export const rescale = ({digits, scale}: Decimal, to: number): bigint => digits * 10n ** BigInt(to - scale);

/** As text with this many digits after the point, none cut off: there must be no more. */
export function decimalText(decimal: Decimal, scale: number): string {
  const digits = rescale(decimal, scale);
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const sign = digits < 0n ? '-' : '';
  return scale === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

/** An integer in the form of its column: a number where it is safe, always a bigint where the column has no type. */
export const integerValue = (value: bigint, type: ColumnType): Value =>
  type !== 'any' && value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
