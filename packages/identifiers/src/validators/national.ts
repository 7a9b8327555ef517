import {digitsOf, isRepeated, passesLuhn, weightedSum} from './checksums.ts';

/**
 * A United States social security number: three, two and four digits, together or with one kind of separator. No area 000, 666 or 900-999, no group 00, no serial
 * 0000 (Social Security Administration, since randomisation of June 2011; POMS RM 10201.035).
 */
export function isSsn(text: string): boolean {
  const match = /^\s*(\d{3})([-. ]?)(\d{2})\2(\d{4})\s*$/.exec(text);
  if (match === null) return false;
  const [, area, , group, serial] = match;
  return area !== '000' && area !== '666' && area! < '900' && group !== '00' && serial !== '0000';
}

/** An individual taxpayer identification number: an SSN in shape with area 900-999 and group 50-65, 70-88, 90-92 or 94-99 (IRS, Internal Revenue Manual 3.13.5). */
export function isItin(text: string): boolean {
  const match = /^\s*9\d{2}([-. ]?)(\d{2})\1\d{4}\s*$/.exec(text);
  if (match === null) return false;
  const group = Number(match[2]);
  return (group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group <= 92) || group >= 94;
}

/** A number of the National Health Service of England: ten digits, the last one a check modulo 11 (NHS data dictionary, NHS NUMBER). */
export function isNhsNumber(text: string): boolean {
  const digits = digitsOf(text);
  if (!/^\s*\d{3}[- ]?\d{3}[- ]?\d{4}\s*$/.test(text) || isRepeated(digits)) return false;
  const check = (11 - weightedSum(digits.slice(0, 9), [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11) % 11;
  return check === Number(digits[9]);
}

/** A British national insurance number: two letters out of those in use, six digits, A-D (HMRC, NIM39110). */
export function isNationalInsuranceNumber(text: string): boolean {
  return /^\s*(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\s*$/i.test(text);
}

/** A Canadian social insurance number: nine digits that pass Luhn's check, not beginning with 0 or 8 (Employment and Social Development Canada). */
export function isSocialInsuranceNumber(text: string): boolean {
  const digits = digitsOf(text);
  return /^\s*[1-79]\d{2}([- ]?)\d{3}\1\d{3}\s*$/.test(text) && passesLuhn(digits) && !isRepeated(digits);
}
