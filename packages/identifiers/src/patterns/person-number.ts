import {after, before, isCoded, isMeasured} from '../scan/around.ts';
import type {PatternRule} from '../scan/rule.ts';
import {isDea, isMbi, isNpi} from '../validators/health.ts';
import {isNationalInsuranceNumber, isNhsNumber} from '../validators/national.ts';

const free = (match: RegExpExecArray, text: string): boolean => !isCoded(before(text, match.index));
const end = (match: RegExpExecArray): number => match.index + match[0].length;

export const personNumberRules: readonly PatternRule[] = [
  // The 3-2-4 rhythm belongs to the number of the Social Security Administration and to the taxpayer number made after it; areas never issued are what examples and typing errors have.
  {name: 'ssn', kind: 'ssn', score: 1, pattern: /(?<![\d_-]|\d[.])\d{3}(?:\s?-\s?\d{2}\s?-\s?|\s?[.]\s?\d{2}\s?[.]\s?|_\d{2}_|\/\d{2}\/)\d{4}(?![\d_]|-\d)/g},
  {
    name: 'ssn-blanks',
    kind: 'ssn',
    score: 0.95,
    pattern: /(?<![\w.-]|\d )\d{3}\s{1,2}\d{2}\s{1,2}\d{4}(?!\w|[.,]\d| \d)/g,
    accept: (match, text) => !isMeasured(after(text, end(match))),
  },
  {name: 'ssn-masked', kind: 'ssn', score: 0.98, pattern: /(?<![\w*])[Xx*#•]{3}[- ]?[Xx*#•]{2}[- ]?\d{4}(?!\w)/g},
  {name: 'ssn-unlike', kind: 'ssn', score: 0.9, pattern: /(?<![\w-])\d{3}-\d{2}-[Xx*#•]{4}(?!\w)/g},
  {name: 'national-insurance', kind: 'ssn', score: 0.9, pattern: /(?<!\w)[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)/g, accept: match => match[0].includes(' ') || isNationalInsuranceNumber(match[0])},
  {name: 'nhs', kind: 'mrn', score: 0.9, pattern: /(?<![\w.+-]|\d )\d{3} \d{3} \d{4}(?!\w| \d)/g, accept: match => isNhsNumber(match[0])},
  // Brazil (CPF, CNPJ), Chile (RUT), Argentina (CUIT), Sweden and Finland (date and serial), Korea, France, India, Spain, Switzerland (AHV), Canada and others write these with their own marks.
  {name: 'national-dotted', kind: 'ssn', score: 0.95, pattern: /(?<![\w.])(?:\d{3}\.\d{3}\.\d{3}-\d{2}|\d{2}\.\d{3}\.\d{3}\/\d{4}-\d{2}|\d{1,2}\.\d{3}\.\d{3}-[\dkK]|756\.\d{4}\.\d{4}\.\d{2}|\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2})(?!\w)/g},
  {name: 'national-dated', kind: 'ssn', score: 0.9, pattern: /(?<![\w-])(?:\d{6}|(?:19|20)\d{6})[-+A]\d{3}[\dA-Y](?!\w|-)/g},
  {name: 'national-korea', kind: 'ssn', score: 0.95, pattern: /(?<![\w-])\d{6}-[1-8]\d{6}(?!\w|-)/g},
  {name: 'national-france', kind: 'ssn', score: 0.95, pattern: /(?<!\w)[12] ?\d{2} ?[01]\d ?\d[\dAB] ?\d{3} ?\d{3}(?: ?\d{2})?(?!\w)/g, accept: match => match[0].includes(' ') || match[0].length === 15},
  {name: 'national-letter', kind: 'ssn', score: 0.85, pattern: /(?<![\w-])(?:[XYZ]-?\d{7}|\d{8}|\d{2}\.\d{3}\.\d{3})-?[A-HJ-NP-TV-Z](?!\w)/g, accept: free},
  {
    name: 'national-groups',
    kind: 'ssn',
    score: 0.7,
    pattern: /(?<![\w.+-]|\d )\d{4} \d{4} \d{4}(?!\w| \d|[.,]\d)/g,
    // Twelve digits in fours are India's Aadhaar; three years or three round readings are not.
    accept: match => !match[0].split(' ').every(group => Number(group) % 10 === 0 || /^(?:19|20)/.test(group)),
  },
  // India's tax number, whose fourth letter tells the kind of holder.
  {name: 'india-tax', kind: 'ssn', score: 0.9, pattern: /(?<!\w)[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?!\w)/g},
  {name: 'italy', kind: 'ssn', score: 0.95, pattern: /(?<!\w)[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z](?!\w)/gi},
  {name: 'mexico', kind: 'ssn', score: 0.95, pattern: /(?<!\w)[A-Z]{4}\d{6}(?:[HM][A-Z]{5}[A-Z\d]\d|[A-Z\d]{3})(?!\w)/g},

  {name: 'mbi', kind: 'plan', score: 0.98, pattern: /(?<![\w-])[1-9][A-Za-z][A-Za-z\d]\d[- ]?[A-Za-z][A-Za-z\d]\d[- ]?[A-Za-z]{2}\d{2}(?![\w-])/g, accept: match => isMbi(match[0].replaceAll(' ', '-'))},
  // The health insurance claim number that came before: the SSN and a letter for whose claim it is.
  {name: 'hicn', kind: 'plan', score: 0.9, pattern: /(?<![\w-])\d{3}-\d{2}-\d{4}-?[A-Z]\d?(?![\w-])/g},
  {name: 'dea', kind: 'licence', score: 0.98, pattern: /(?<![\w-])[A-Za-z][A-Za-z9]-?\d{7}(?![\w-])/g, accept: match => isDea(match[0])},
  {
    name: 'npi',
    kind: 'licence',
    score: 0.85,
    pattern: /(?<![\w.+\-/#])[12]\d{9}(?![\w]|[.,-]\d)/g,
    accept: (match, text) => isNpi(match[0]) && free(match, text) && !isMeasured(after(text, end(match))),
  },
];
