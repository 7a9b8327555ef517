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
  {name: 'imei', kind: 'device', score: 0.95, pattern: /(?<![\w.-])\d{2}[ -/]?\d{6}[ -/]?\d{6}[ -/]?\d(?:[ -/]\d)?(?![\w])/g, accept: match => isImei(match[0].slice(0, 18)) && (/\D/.test(match[0]) || !/^3[47]/.test(match[0]))},
  {name: 'udi', kind: 'device', score: 1, pattern: /\(01\)\d{14}(?:\(\d{2}\)[A-Za-z\d/.-]{1,20}){0,6}|(?<!\w)\+[A-Z]\d{3}[A-Z\d]{1,18}\d(?:\/[$A-Z\d]{5,40})(?!\w)/g},
];
