import {digitsOf, isRepeated, passesLuhn} from './checksums.ts';

const vinValues = '0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ';
const vinWeights: readonly number[] = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** A vehicle identification number: 17 characters without I, O, Q (ISO 3779) whose ninth is the check of 49 CFR 565.15(c). */
export function isVin(text: string): boolean {
  const vin = text.trim().toUpperCase();
  if (!hasVinShape(vin) || isRepeated(vin)) return false;
  const rest = vinWeights.reduce((sum, weight, i) => sum + weight * (vinValues.indexOf(vin[i]!) % 10), 0) % 11;
  return vin[8] === (rest === 10 ? 'X' : String(rest));
}

/** The shape alone, for the vehicles of countries that have no check digit: both letters and digits, four digits of the last five characters. */
export function hasVinShape(text: string): boolean {
  return /^[A-HJ-NPR-Z0-9]{17}$/i.test(text) && /[a-z]/i.test(text) && /\d{4}$/.test(text);
}

/** The number of a mobile device: 15 digits with Luhn's check, groups parted by blanks, hyphens or slashes (3GPP TS 23.003, annex B). */
export function isImei(text: string): boolean {
  const digits = digitsOf(text);
  return /^\s*\d{2}[-/ ]?\d{6}[-/ ]?\d{6}[-/ ]?\d\s*$/.test(text) && passesLuhn(digits) && !isRepeated(digits);
}


/** A universally unique identifier in its usual writing, of any version, in braces or as a URN or without (RFC 9562). */
export function isUuid(text: string): boolean {
  return /^\s*(?:urn:uuid:)?\{?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\}?\s*$/i.test(text);
}

/** A unique device identifier of GS1: the device's (01) with fourteen digits whose last is a check, in brackets or not (21 CFR 830; GS1 General Specifications). */
export function isUdi(text: string): boolean {
  const match = /^\s*(?:\(01\)|01)(\d{14})(?![\d])|^\s*(?:\(01\)|01)(\d{14})(?:\(?1[0157]|\(?21)/.exec(text);
  const gtin = match?.[1] ?? match?.[2];
  if (gtin === undefined) return false;
  let sum = 0;
  for (let i = 0; i < 14; i++) sum += Number(gtin[i]) * (i % 2 === 0 ? 3 : 1);
  return sum % 10 === 0;
}
