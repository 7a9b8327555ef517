import {digitsOf, passesLuhn} from './checksums.ts';

/** A national provider identifier: ten digits, first 1 or 2; with the prefix 80840 they pass Luhn's check (45 CFR 162.406; CMS, NPI check digit). */
export function isNpi(text: string): boolean {
  const trimmed = text.trim();
  return /^[12]\d{9}$/.test(trimmed) && passesLuhn(`80840${trimmed}`);
}

/** A Medicare beneficiary identifier: eleven characters of the shape C A AN N A AN N A A N N, without the letters S, L, O, I, B, Z (CMS, MBI format). */
export function isMbi(text: string): boolean {
  return /^\s*[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}\s*$/i.test(text);
}

/**
 * A registration number of the Drug Enforcement Administration: a letter for the kind of registrant, a letter or 9, six digits, and a seventh that is the last digit of
 * (d1 + d3 + d5) + 2 (d2 + d4 + d6) (DEA Diversion Control, registration number).
 */
export function isDea(text: string): boolean {
  if (!/^\s*[ABCDEFGHJKLMPRSTUX][A-Z9]-?\d{7}\s*$/i.test(text)) return false;
  const digits = digitsOf(text).slice(-7);
  const at = (i: number): number => Number(digits[i]);
  return (at(0) + at(2) + at(4) + 2 * (at(1) + at(3) + at(5))) % 10 === at(6);
}
