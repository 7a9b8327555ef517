const PLAIN = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?$/;
const SCIENTIFIC = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/;

/**
 * A number's digits without zeros that say nothing: `1.50` and `1.5` are one text, `-0.0` and `0` too.
 * Null for text that is no number, or has zeros in front.
 */
export function numberDigits(text: string): string | null {
  const parts = PLAIN.exec(text);
  if (!parts) return null;
  const [, sign, whole, fraction = ''] = parts;
  const kept = fraction.replace(/0+$/, '');
  const digits = kept === '' ? whole! : `${whole!}.${kept}`;
  return digits === '0' ? '0' : sign! + digits;
}

/** A float in the same form: its own value when it is integral and `exact`, otherwise the shortest digits that give it. */
export function floatDigits(value: number, exact: boolean): string {
  if (!Number.isFinite(value)) return String(value);
  if (exact && Number.isInteger(value)) return String(BigInt(value));
  const text = String(value);
  const parts = SCIENTIFIC.exec(text);
  if (!parts) return numberDigits(text)!;
  const [, sign, whole, fraction = '', exponent] = parts;
  const digits = whole! + fraction;
  // The point stands behind the first digit and moves by the exponent.
  const point = 1 + Number(exponent);
  const spelled = point <= 0 ? `0.${'0'.repeat(-point)}${digits}` : digits.length <= point ? digits.padEnd(point, '0') : `${digits.slice(0, point)}.${digits.slice(point)}`;
  return numberDigits(sign! + spelled)!;
}
