/** A ZIP code of the United States: five digits, or nine with or without a hyphen (USPS Publication 28). 00000 to 00499 are not assigned. */
export function isZip(text: string): boolean {
  return /^\s*(?!00[0-4])\d{5}(?:-?\d{4})?\s*$/.test(text);
}

/** A post code of the United Kingdom (BS 7666): outward and inward part; the letters C I K M O V do not occur in the inward one. */
export function isUkPostcode(text: string): boolean {
  return /^\s*(?:GIR ?0AA|(?!QVX)[A-PR-UWYZ](?:\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d{1,2}|[A-HK-Y]\d[ABEHMNPRVWXY]) ?\d[ABD-HJLNP-UW-Z]{2})\s*$/i.test(text);
}

/** A post code of Canada: letter and digit by turns; no D F I O Q U, first letter no W Z either (Canada Post). */
export function isCanadianPostcode(text: string): boolean {
  return /^\s*[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z]\d\s*$/i.test(text);
}

/** Degrees of latitude and longitude as decimals, `40.7128, -74.0060`: in range, both with at least three decimals. */
export function isCoordinates(text: string): boolean {
  const match = /^\s*([-+]?\d{1,2}\.\d{3,})\s*[,; ]\s*([-+]?\d{1,3}\.\d{3,})\s*$/.exec(text);
  return match !== null && Math.abs(Number(match[1])) <= 90 && Math.abs(Number(match[2])) <= 180;
}
