import {digitsOf, isRepeated, mod97, passesLuhn, weightedSum} from './checksums.ts';

/** The number of a payment card: 12 to 19 digits, first digit 2 to 6, Luhn's check (ISO/IEC 7812). Groups may be parted by blanks or hyphens. */
export function isCard(text: string): boolean {
  if (!/^\s*\d(?:[ -]?\d){11,18}\s*$/.test(text)) return false;
  const digits = digitsOf(text);
  return digits[0]! >= '2' && digits[0]! <= '6' && passesLuhn(digits) && !isRepeated(digits);
}

// Length by country: the SWIFT registry of IBAN formats (ISO 13616), release 99, and the four countries that have IBANs without being in it: DZ, IR, MA, MZ.
const ibanLengths: Readonly<Record<string, number>> = {
  AD: 24, AE: 23, AL: 28, AT: 20, AZ: 28, BA: 20, BE: 16, BG: 22, BH: 22, BI: 27, BR: 29, BY: 28, CH: 21, CR: 22, CY: 28, CZ: 24, DE: 22, DJ: 27, DK: 18, DO: 28, DZ: 26, EE: 20, EG: 29,
  ES: 24, FI: 18, FK: 18, FO: 18, FR: 27, GB: 22, GE: 22, GI: 23, GL: 18, GR: 27, GT: 28, HN: 28, HR: 21, HU: 28, IE: 22, IL: 23, IQ: 23, IR: 26, IS: 26, IT: 27, JO: 30, KW: 30, KZ: 20,
  LB: 28, LC: 32, LI: 21, LT: 20, LU: 20, LV: 21, LY: 25, MA: 28, MC: 27, MD: 24, ME: 22, MK: 19, MN: 20, MR: 27, MT: 31, MU: 30, MZ: 25, NI: 28, NL: 18, NO: 15, OM: 23, PK: 24, PL: 28, PS: 29,
  PT: 25, QA: 29, RO: 24, RS: 22, RU: 33, SA: 24, SC: 31, SD: 18, SE: 24, SI: 19, SK: 24, SM: 27, SO: 23, ST: 25, SV: 28, TL: 23, TN: 24, TR: 26, UA: 29, VA: 22, VG: 24, XK: 20, YE: 30,
};

/** Tells how many characters an IBAN of a country has; undefined where the country has none. */
export function ibanLength(country: string): number | undefined {
  return Object.hasOwn(ibanLengths, country) ? ibanLengths[country] : undefined;
}

/** An international bank account number: a country's length and a remainder of 1 (ISO 13616, ISO/IEC 7064 MOD 97-10). Groups may be parted by blanks or hyphens. */
export function isIban(text: string): boolean {
  const compact = text.replaceAll(/[ -]/g, '').trim().toUpperCase();
  return /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(compact) && ibanLength(compact.slice(0, 2)) === compact.length && mod97(compact.slice(4) + compact.slice(0, 4)) === 1;
}

/** A routing transit number of a bank in the United States: nine digits, weights 3, 7, 1, sum divisible by ten; prefixes 00-12, 21-32, 61-72, 80 (American Bankers Association). */
export function isRoutingNumber(text: string): boolean {
  const trimmed = text.trim();
  if (!/^(?:0\d|1[0-2]|2[1-9]|3[0-2]|6[1-9]|7[0-2]|80)\d{7}$/.test(trimmed) || isRepeated(trimmed)) return false;
  return weightedSum(trimmed, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0;
}

/** The address of a wallet by its shape: Bitcoin and its kin (base58, bech32), Ethereum and its kin, Monero, Ripple. Check sums of these need hash functions and are not looked at. */
export function isWallet(text: string): boolean {
  const trimmed = text.trim();
  return /^(?:0x[0-9a-fA-F]{40}|(?:bc|tb|ltc)1[02-9ac-hj-np-z]{25,87}|4[1-9A-HJ-NP-Za-km-z]{94})$/.test(trimmed)
    || (/^[13LMDrXT][1-9A-HJ-NP-Za-km-z]{25,34}$/.test(trimmed) && /\d/.test(trimmed) && /[a-z]/.test(trimmed) && /[A-Z]/.test(trimmed));
}
