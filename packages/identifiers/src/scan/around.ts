// What stands before and after a candidate. Windows are short and of fixed size, so that looking around costs the same everywhere.

/** The text before a position, at most `size` units, not beyond the beginning of the line before. */
export function before(text: string, at: number, size = 40): string {
  return text.slice(Math.max(0, at - size), at);
}

/** The text after a position, at most `size` units. */
export function after(text: string, at: number, size = 24): string {
  return text.slice(at, at + size);
}

/**
 * A unit, or a word that tells what was counted, right after a number: then the number is a measurement. Also the times a day and the routes of prescriptions, and the
 * ages. Units of UCUM and their everyday names.
 */
const unitAfter = new RegExp(String.raw`^(?:\s{0,2}|-)(?:%|°|(?:x\s?10\b|x10)|\^\d|\/(?:d|day|hr?|min|ml|dl|l|kg|mm3?|hpf|lpf|[uµμ]l|mcl|m2|we?e?k|mon?t?h?|yr|year|cmm|dose|kcal)\b|(?:${[
  'mg', 'mcg', 'ug', 'μg', 'µg', 'ng', 'pg', 'g', 'gm', 'gms', 'gram', 'grams', 'kg', 'kgs', 'kilos?', 'kilograms?', 'lb', 'lbs', 'pounds?', 'oz', 'ounces?', 'stone',
  'ml', 'mls', 'cc', 'dl', 'l', 'liters?', 'litres?', 'ul', 'fl', 'gal', 'mm', 'cm', 'm', 'km', 'nm', 'um', 'inch', 'inches', 'ft', 'feet', 'miles?', 'meters?', 'metres?', 'steps', 'yards?',
  'mmhg', 'cmh2o', 'kpa', 'torr', 'psi', 'bpm', 'beats', 'breaths', 'rpm', 'hz', 'khz', 'mhz', 'joules?', 'kj', 'kcal', 'cal', 'cals', 'calories', 'kcals', 'watts?', 'volts?', 'mv', 'kv', 'ma', 'gy', 'cgy', 'msv', 'mci', 'mbq',
  'iu', 'miu', 'u', 'units?', 'meq', 'mmol', 'mol', 'umol', 'nmol', 'pmol', 'mosm', 'mosmol', 'osm', 'copies', 'cells?', 'cfu', 'k', 'mil', 'million', 'thousand', 'platelets', 'wbc', 'rbc', 'leu[ck]ocytes', 'neutrophils',
  'tabs?', 'tablets?', 'caps?', 'capsules?', 'puffs?', 'drops?', 'gtts?', 'sprays?', 'doses?', 'pills?', 'patches', 'vials?', 'amps?', 'packs?', 'pack-years?', 'cups?', 'tsp', 'tbsp', 'bottles?', 'cans?', 'drinks?',
  'seconds?', 'secs?', 's', 'minutes?', 'mins?', 'hours?', 'hrs?', 'h', 'hr', 'days?', 'weeks?', 'wks?', 'months?', 'mos?', 'years?', 'yrs?', 'yo', 'y/o', 'y\\.o', 'times', 'x', 'bid', 'tid', 'qid', 'qd', 'qhs', 'qam', 'qpm', 'daily', 'nightly', 'prn', 'po', 'iv',
  'patients', 'subjects', 'participants', 'people', 'persons', 'cases', 'individuals', 'women', 'men', 'children', 'adults', 'controls', 'samples', 'reads', 'bp', 'kb', 'mb', 'gb', 'dollars', 'usd', 'euros?', 'percent', 'pct', 'points?', 'pts', 'degrees', 'fr', 'french', 'gauge',
].join('|')})(?![A-Za-z0-9]))`, 'i');

/** Tells that what follows a number makes it a measurement. `rest` is the text after the number. */
export function isMeasured(rest: string): boolean {
  return unitAfter.test(rest);
}

/** Codes of classifications and of literature, versions and money: numbers that stand for a thing that many share. Tested on what stands before. */
const codeBefore = new RegExp(String.raw`(?:^|[^A-Za-z])(?:${[
  'icd(?:-?(?:9|10|11|o))?(?:-?(?:cm|pcs))?', 'cpt(?:-?4)?', 'hcpcs', 'loinc', 'snomed(?:[ -]?ct)?', 'sctid', 'ndc', 'rxnorm', 'rxcui', 'atc', 'drg', 'ms-drg', 'umls', 'cui', 'mesh', 'omim', 'mondo', 'orpha(?:net)?', 'hpo?', 'hp', 'hgnc', 'entrez', 'ensembl',
  'pmid', 'pmcid', 'pubmed', 'doi', 'isbn', 'issn', 'nct', 'isrctn', 'eudract', 'cas', 'dbsnp', 'gtin', 'upc', 'taxonomy', 'oid', 'cvx', 'unspsc', 'revenue',
].join('|')})(?:[ -]?(?:codes?|ids?|no|number|identifiers?|concepts?))?(?:\s?(?:is|are|was|of))?[\s:#=(\[-]{0,4}$`, 'i');
const versionBefore = /(?:version|ver|v|release|build|firmware|software|section|chapter|§|figure|table|appendix|rfc|iso|iec|ansi|cfr|usc|part|article)\.?[\s:#-]{0,3}$/i;
const moneyBefore = /[$€£¥₹]\s?$|\b(?:usd|eur|gbp|inr|cost|costs|price|charge|charges|total)\s?:?\s?$/i;

/** Tells that what stands before a number makes it a code of a classification, a citation, a version or a sum of money. `lead` is the text before the number. */
export function isCoded(lead: string): boolean {
  return codeBefore.test(lead) || moneyBefore.test(lead);
}

/** Tells that a dotted number is a version, a section or a standard. */
export function isVersioned(lead: string): boolean {
  return versionBefore.test(lead);
}
