/** An exact decimal: `units` times ten to the power of `-scale`. */
export interface Exact {
  readonly units: bigint;
  readonly scale: number;
}

export const ZERO: Exact = {units: 0n, scale: 0};

/** The number that a text gives, with an exponent or without. */
export function exactOf(text: string): Exact {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === '') throw new Error('a number column holds what is no number');
  const scale = fraction.length - Number(exponent);
  const units = BigInt(sign + whole + fraction);
  return scale >= 0 ? {units, scale} : {units: units * 10n ** BigInt(-scale), scale: 0};
}

export function add(a: Exact, b: Exact): Exact {
  const scale = Math.max(a.scale, b.scale);
  return {units: at(a, scale) + at(b, scale), scale};
}

export function compareExact(a: Exact, b: Exact): number {
  const scale = Math.max(a.scale, b.scale);
  const [left, right] = [at(a, scale), at(b, scale)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** What is left, with the sign of the first. */
export function remainder(a: Exact, b: Exact): Exact {
  const scale = Math.max(a.scale, b.scale);
  return {units: at(a, scale) % at(b, scale), scale};
}

export function printExact({units, scale}: Exact): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0n ? `-${text}` : text;
}

const at = ({units, scale}: Exact, wanted: number) => units * 10n ** BigInt(wanted - scale);
