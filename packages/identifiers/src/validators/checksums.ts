/** The digits of a text, without anything between them. */
export function digitsOf(text: string): string {
  return text.replaceAll(/\D+/g, '');
}

/** Luhn's check over a text of digits (ISO/IEC 7812-1, annex B). */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    const doubled = i % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return digits.length > 1 && sum % 10 === 0;
}

/** ISO/IEC 7064 MOD 97-10 over digits and upper-case letters, A being 10. Works digit by digit: no number gets large. */
export function mod97(text: string): number {
  let rest = 0;
  for (const character of text) {
    const value = parseInt(character, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest;
}

/** The sum of digits, each multiplied by its weight. Weights are as many as digits. */
export function weightedSum(digits: string, weights: readonly number[]): number {
  return weights.reduce((sum, weight, i) => sum + weight * (digits.charCodeAt(i) - 48), 0);
}

/** Tells digits that are all the same: a placeholder, which passes many checks by chance. */
export function isRepeated(digits: string): boolean {
  return /^(.)\1*$/.test(digits);
}
