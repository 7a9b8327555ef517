import {createRequire} from 'node:module';
import type {CountryCode} from 'libphonenumber-js/max';

/** Its tables take a tenth of a second to load: whoever validates no number does not wait for them. */
const library = (() => {
  let loaded: typeof import('libphonenumber-js/max') | undefined;
  return () => loaded ??= createRequire(import.meta.url)('libphonenumber-js/max') as typeof import('libphonenumber-js/max');
})();

// Where a number without a country code is looked up, in this order: the countries whose people write numbers without a leading zero that would give them away.
const homes: readonly CountryCode[] = ['US', 'GB', 'DE', 'FR', 'IT', 'ES', 'IN', 'AU', 'BR', 'MX', 'JP', 'CN', 'NL', 'PL', 'SE', 'NO', 'DK', 'CH', 'AT', 'BE', 'PT', 'IE', 'ZA', 'KR', 'SG', 'NZ', 'GR', 'FI', 'CZ', 'HU', 'RO', 'HK', 'TR', 'IL', 'AE', 'NG', 'KE', 'EG', 'PK', 'TH', 'MY', 'PH', 'ID', 'VN', 'UA', 'RU', 'CO', 'AR', 'CL', 'PE', 'LV', 'GE'];

/**
 * A telephone number: with a country code (`+`, or the prefixes 00 and 011), a valid number of any country; without one, a valid number of the country given or of any
 * of some fifty large ones. Validity is libphonenumber's: length and prefix belong to an assigned range.
 */
export function isPhone(text: string, country?: string): boolean {
  const trimmed = text.trim();
  if (trimmed.length < 7 || trimmed.length > 40 || !/^[+(\d][\d ()./\-+]{5,}(?:\s?(?:x|ext\.?|#)\s?\d{1,6})?$/i.test(trimmed)) return false;
  // A day in figures fits the short numbers of some country.
  if (/^(?:\d{1,2}[/.-]\d{1,2}[/.-](?:\d{2}|\d{4})|\d{4}[/.-]\d{1,2}[/.-]\d{1,2})$/.test(trimmed)) return false;
  const {isSupportedCountry, parsePhoneNumberFromString} = library();
  const number = trimmed.replace(/^(?:00|011)[ -]?(?=[1-9])/, '+');
  if (number.startsWith('+')) return parsePhoneNumberFromString(number)?.isValid() === true;
  const places = country !== undefined && isSupportedCountry(country) ? [country] : homes;
  return places.some(place => parsePhoneNumberFromString(number, place)?.isValid() === true);
}
