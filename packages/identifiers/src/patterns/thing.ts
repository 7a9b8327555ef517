import type {PatternRule} from '../scan/rule.ts';
import {hasVinShape, isImei, isVin} from '../validators/thing.ts';

export const thingRules: readonly PatternRule[] = [
  {name: 'uuid', kind: 'other', score: 1, pattern: /(?<![\w-])(?:urn:uuid:)?\{?[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\}?(?![\w-])/gi},
  {
    name: 'vin',
    kind: 'vehicle',
    score: 0.95,
    pattern: /(?<![\w-])[A-HJ-NPR-Za-hj-npr-z\d]{17}(?![\w-])/g,
    accept: match => (isVin(match[0]) ? 0.98 : hasVinShape(match[0]) && /[a-z]{2}/i.test(match[0]) && 0.75),
  },
  {
    // Where a vehicle is spoken of, letters and figures in the size of a plate are one.
    name: 'plate',
    kind: 'vehicle',
    score: 0.85,
    lead: /\b(?:car|vehicle|truck|suv|van|sedan|minivan|motorcycle|motorbike|plates?|tags?|reg|registration|driving|drives?|driven by|parked|kennzeichen|auto|coche|voiture|toyota|honda|ford|chevy|chevrolet|nissan|subaru|hyundai|kia|jeep|bmw|tesla|mazda|volkswagen|vw|audi|mercedes|lexus)\b[^\n\d]{0,24}$/i,
    pattern: /(?<![\w-])(?:[A-Z]{1,3}[- ]?\d{1,4}[- ]?[A-Z]{0,3}|\d{1,4}[- ]?[A-Z]{1,3}[- ]?\d{0,4})(?![\w-])/g,
    accept: match => {
      const letters = match[0].replaceAll(/[^A-Z]/g, '').length;
      const digits = match[0].replaceAll(/\D/g, '').length;
      return letters >= 2 && digits >= 2 && letters + digits >= 5;
    },
  },
  {name: 'imei', kind: 'device', score: 0.95, pattern: /(?<![\w.-])\d{2}[-/ ]?\d{6}[-/ ]?\d{6}[-/ ]?\d(?:[-/ ]\d)?(?![\w])/g, accept: match => isImei(match[0].slice(0, 18)) && (/\D/.test(match[0]) || !/^3[47]/.test(match[0]))},
  {name: 'udi', kind: 'device', score: 1, pattern: /\(01\)\d{14}(?:\(\d{2}\)[A-Za-z\d/.-]{1,20}){0,6}|(?<!\w)\+[A-Z]\d{3}[A-Z\d]{1,18}\d(?:\/[$A-Z\d]{5,40})(?!\w)/g},
];
