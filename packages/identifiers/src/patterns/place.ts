import {before} from '../scan/around.ts';
import type {PatternRule} from '../scan/rule.ts';
import {isCanadianPostcode, isCoordinates, isUkPostcode} from '../validators/postal.ts';

const states = 'AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|PR|VI|GU|AS|MP|AA|AE|AP|FM|MH|PW';
const stateNames = 'Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Columbia|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|Hampshire|Jersey|Mexico|York|Carolina|Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Island|Tennessee|Texas|Utah|Vermont|Virginia|Washington|Wisconsin|Wyoming|Rico';
// A street nearby tells that digits before or after a word are its post code.
const street = /(?:\b(?:street|st|str|road|rd|avenue|ave|av|avda|lane|ln|drive|dr|blvd|boulevard|way|court|ct|place|pl|square|sq|terrace|close|crescent|rue|via|viale|piazza|calle|carrer|avenida|rua|travessa|platz|allee|weg|gasse|laan|plein|ulica|ul|aleja|gatan|gata|vej|gade|veien|tie|katu|utca|apt|suite|flat|p\.?\s?o\.?\s?box|postfach)\b|stra(?:ß|ss)e\b|str\.|straat\b|weg\b|gatan\b|vägen\b|gasse\b|platz\b)/i;

export const placeRules: readonly PatternRule[] = [
  {name: 'zip-plus-four', kind: 'geo.zip', score: 0.95, pattern: /(?<![\w.,+\-/])\d{5}-\d{4}(?![\w-]|\.\d)/g, accept: match => !/000?-\d*00$/.test(match[0])},
  {name: 'zip-state', kind: 'geo.zip', score: 0.95, lead: new RegExp(String.raw`\b(?:${states})\b[.,]{0,2}\s{1,3}(?:zip:?\s)?$`), pattern: new RegExp(String.raw`(?<![\w.])\d{5}(?:[- ]\d{4})?(?![\w]|[.,]\d|%)`, 'g')},
  {name: 'zip-state-name', kind: 'geo.zip', score: 0.95, lead: new RegExp(String.raw`\b(?:${stateNames})[.,]{0,2}\s{1,3}(?:zip:?\s)?$`, 'i'), pattern: new RegExp(String.raw`(?<![\w.])\d{5}(?:-\d{4})?(?![\w]|[.,]\d|%)`, 'gi')},
  {name: 'zip-three', kind: 'geo.zip', score: 0.9, lead: /\bzip3?(?:\s?code)?(?:\sprefix)?s?\s{0,2}[:#]?\s{0,2}$/i, pattern: /(?<![\w.])\d{3}(?:[Xx*]{2}|\*\*)(?!\w)/gi},
  {
    name: 'postcode-uk',
    kind: 'geo.zip',
    score: 0.9,
    pattern: /(?<![\w.-])[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}(?![\w-])/g,
    // An ordinal after a number is not an inward code: `T12 1ST`.
    accept: (match, text) => isUkPostcode(match[0]) && !/\d(?:ST|ND|RD|TH)$/.test(match[0]) && (match[0].includes(' ') || /(?:,|\n|post ?code:?)\s?$/i.test(before(text, match.index, 12))),
  },
  {
    name: 'postcode-canada',
    kind: 'geo.zip',
    score: 0.9,
    pattern: /(?<![\w.-])[A-Z]\d[A-Z][ -]?\d[A-Z]\d(?![\w-])/g,
    // The stage of a tumour and the three parts of the Glasgow coma scale have the same shape.
    accept: match => isCanadianPostcode(match[0]) && !/^(?:T\dN\dM\d|E[1-4]V[1-5]M[1-6])$/.test(match[0]),
  },
  {name: 'postcode-japan', kind: 'geo.zip', score: 0.95, pattern: /〒\s?\d{3}-?\d{4}/g},
  {name: 'postcode-brazil', kind: 'geo.zip', score: 0.85, pattern: /(?<![\w.-])\d{5}-\d{3}(?![\w-])/g, accept: match => !/00-\d*00$/.test(match[0])},
  {name: 'postcode-country', kind: 'geo.zip', score: 0.85, pattern: /(?<![\w-])(?:D|A|CH|F|B|L|I|E|NL|DK|SE?|N|NO|FIN?|PL|CZ|SK|HU?|LT|LV|EE|HR|SI|RO|BG|GR|PT|ES|IT|FR|DE|AT|BE|LU|LI)-\d{4,6}(?= \p{Lu}\p{Ll})/gu},
  {
    name: 'postcode-before-town',
    kind: 'geo.zip',
    score: 0.75,
    lead: /(?:^|[\n,;])\s{0,3}$/u,
    pattern: /(?<![\w.-])(?:\d{4,6}|\d{3} \d{2}|\d{2}-\d{3}|\d{4} ?[A-Z]{2})(?=,? \p{Lu}[\p{L}]{2})/gmu,
    accept: (match, text) => street.test(before(text, match.index, 80)),
  },
  {
    name: 'postcode-after-town',
    kind: 'geo.zip',
    score: 0.7,
    lead: /\p{Lu}\p{Ll}{2,40},? ?[-–]? ?$/u,
    pattern: /(?<![\w.])(?:\d{6}|\d{3} \d{3}|\d{5}|\d{4})(?=\s{0,2}(?:[,.;\n)]|$))/gmu,
    accept: (match, text) => !/^(?:19|20)\d{2}$/.test(match[0]) && street.test(before(text, match.index, 80)) && /[,\n]\s{0,3}[\p{L}.'-]{2,30}(?: [\p{L}.'-]{2,30}){0,3},? ?[-–]? ?$/u.test(before(text, match.index, 60)),
  },
  {name: 'post-box', kind: 'geo.street', score: 0.95, pattern: /(?<!\w)(?:p\.?\s?o\.?\s?box|post office box|postfach|apartado(?: postal)?|casilla(?: postal)?|caixa postal|boîte postale|postbus|private bag)\s{0,2}#?\s{0,2}[A-Z]?\d{1,7}(?!\w)/gi},
  {
    name: 'unit',
    kind: 'geo.street',
    score: 0.8,
    pattern: /(?<![\w])(?:apt|apartment|suite|ste|unit no|flat|lot no|trailer|spc)\.?\s{0,2}#?\s{0,2}(?:\d{1,5}-?[A-Z]?|[A-Z]-?\d{0,4})(?![\w]|\.\d)/gi,
    accept: (match, text) => /\d/.test(match[0]) || /^(?:apt|suite|ste|apartment)/i.test(match[0]) && /[A-Z]$/.test(match[0]) && street.test(before(text, match.index, 60)),
  },

  {
    name: 'coordinates',
    kind: 'geo.coordinates',
    score: 0.95,
    pattern: /(?<![\w.,])[-+]?\d{1,2}\.\d{3,15}°?\s?(?:[NS]\b)?\s{0,2}[,;/ ]\s{0,2}[-+]?\d{1,3}\.\d{3,15}(?:°?\s?[EW]\b)?(?!\d|\.\d)/g,
    accept: match => {
      const pair = match[0].match(/[-+]?\d+\.\d+/g)!;
      const precise = pair.some(value => /\.\d{4}/.test(value)) || /[NSEW°]/.test(match[0]);
      return precise && isCoordinates(pair.join(','));
    },
  },
  {name: 'coordinates-marked', kind: 'geo.coordinates', score: 0.95, pattern: /(?<![\w.])\d{1,2}(?:\.\d{1,12})?\s?°?\s?[NS]\s{0,2}[,;/ ]?\s{0,2}\d{1,3}(?:\.\d{1,12})?\s?°?\s?[EW](?!\w)/g, accept: match => /°|\.\d{2}/.test(match[0])},
  {name: 'coordinates-minutes', kind: 'geo.coordinates', score: 0.98, pattern: /(?<!\w)[NSEW]?\s?\d{1,3}\s?[°º]\s?\d{1,2}(?:\.\d{1,8})?\s?['’′]\s?(?:\d{1,2}(?:\.\d{1,8})?\s?(?:"|″|'')\s?)?[NSEW](?!\w)/g},
  {name: 'coordinate', kind: 'geo.coordinates', score: 0.95, lead: /\b(?:lat|latitude|lon|lng|long|longitude|gps|coordinates?|coords?|geo)\b["']?\s{0,2}[:=(]?\s{0,2}["'(]?(?:[-+]?\d{1,3}\.\d{1,15}\s?[,;/ ]\s?)?$/i, pattern: /(?<![\w.])[-+]?\d{1,3}\.\d{1,15}(?!\w)/gi},
  {name: 'coordinates-lettered', kind: 'geo.coordinates', score: 0.98, pattern: /(?<!\w)[NSEW]\s?\d{1,3}\s?[°º]\s?\d{1,2}(?:\.\d{1,8})?(?!\w)/g},
  {name: 'plus-code', kind: 'geo.coordinates', score: 0.95, pattern: /(?<![\w+])[23456789CFGHJMPQRVWX]{4,8}\+[23456789CFGHJMPQRVWX]{2,3}(?![\w+])/g, accept: match => /[A-Z]/.test(match[0])},
  {name: 'three-words', kind: 'geo.coordinates', score: 0.95, pattern: /\/\/\/\p{Ll}{2,20}\.\p{Ll}{2,20}\.\p{Ll}{2,20}/gu},
];
