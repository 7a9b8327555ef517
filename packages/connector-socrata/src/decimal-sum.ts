import {decimalOf} from './values.ts';

/** Integers below this can be added many times over before a double rounds one. */
const SMALL_DIGITS = 12;
const FLUSH_AT = 2 ** 52;

/** An exact sum of decimals. Short numbers are added as integers, by how many fraction digits they have; bigints only where that would round. */
export class DecimalSum {
  readonly #small = new Map<number, number>();
  readonly #large = new Map<number, bigint>();

  /** Takes the canonical form. */
  add(text: string): void {
    const point = text.indexOf('.');
    const scale = point < 0 ? 0 : text.length - point - 1;
    const digits = point < 0 ? text : text.slice(0, point) + text.slice(point + 1);
    if (digits.length > SMALL_DIGITS) {
      this.#large.set(scale, (this.#large.get(scale) ?? 0n) + BigInt(digits));
      return;
    }
    const sum = (this.#small.get(scale) ?? 0) + Number(digits);
    if (Math.abs(sum) < FLUSH_AT) this.#small.set(scale, sum);
    else {
      this.#large.set(scale, (this.#large.get(scale) ?? 0n) + BigInt(sum));
      this.#small.set(scale, 0);
    }
  }

  text(): string {
    const scales = [...this.#small.keys(), ...this.#large.keys()];
    const most = Math.max(0, ...scales);
    let units = 0n;
    for (const [scale, sum] of this.#small) units += BigInt(sum) * 10n ** BigInt(most - scale);
    for (const [scale, sum] of this.#large) units += sum * 10n ** BigInt(most - scale);
    const digits = String(units < 0n ? -units : units).padStart(most + 1, '0');
    return `${units < 0n ? '-' : ''}${digits.slice(0, digits.length - most)}${most === 0 ? '' : `.${digits.slice(-most)}`}`;
  }
}

/** Compares decimals in the canonical form, exactly. */
export function compareDecimals(a: string, b: string): number {
  const difference = Number(a) - Number(b);
  // Rounding to a double keeps the order, and may make equal what is not.
  if (difference !== 0) return difference;
  if (a === b) return 0;
  const sum = new DecimalSum();
  sum.add(a);
  sum.add(b.startsWith('-') ? b.slice(1) : `-${b}`);
  const rest = sum.text();
  return /[1-9]/.test(rest) ? (rest.startsWith('-') ? -1 : 1) : 0;
}

/** Whether a figure of the server is the same number, however it is written. */
export function sameDecimal(said: string, own: string): boolean {
  const value = decimalOf(said);
  return value !== undefined && compareDecimals(value, own) === 0;
}
