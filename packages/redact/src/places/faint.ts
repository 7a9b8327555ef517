import type {Span} from '@sluice/identifiers';

const faint = new Set(['date-slash', 'date-slash-range', 'date-month-year', 'label-id', 'number-hyphens', 'code', 'label-chart', 'number-sign', 'date-numeric', 'date-slashed-mixed']);
/** Streets that are named after a day: "Avenida 9 de Julio", "Via XX Settembre". */
const dayStreet = /(?:calle|avenida|avda?|av|rua|r|via|viale|corso|rue|avenue|boulevard|plaza|pra[çc]a|piazza|place|travessa|largo|jir[oó]n|jr|paseo|bulevar)\.?\s(?:[IVX]{1,5}\s)?(?:del?\s|da\s|do\s|du\s|le\s|1[º°]\s)?$/i;

/** Figures that are a number of a house as well ("8/14", "No. 27", "3-6-272/A"): an address may take them in. */
export function isFaint({rule, start, end}: Span, text: string): boolean {
  if (rule.startsWith('date-month') || rule === 'date-named') return end - start < 24 && dayStreet.test(text.slice(Math.max(0, start - 20), start));
  return faint.has(rule) && end - start < 12 && /^(?:[A-Z]|L[TV]-)?\d[\d/-]*\p{L}?$/u.test(text.slice(start, end));
}

/** Leaves out such figures where an address has taken them in: then they are a part of it and no date. */
export function outsideOfStreets(patterns: readonly Span[], found: readonly Span[], text: string): readonly Span[] {
  const streets = found.filter(span => span.kind === 'geo.street').toSorted((a, b) => a.start - b.start);
  if (streets.length === 0) return patterns;
  let next = 0;
  return patterns.filter(span => {
    while (next < streets.length && streets[next]!.end <= span.start) next++;
    const street = streets[next];
    return street === undefined || !(street.start <= span.start && span.end <= street.end && isFaint(span, text));
  });
}

