import {before, isCoded} from '../scan/around.ts';
import type {PatternRule} from '../scan/rule.ts';
import {ibanLength, isCard, isIban, isWallet} from '../validators/account.ts';

// Digits in fours, or as American Express prints them.
const printed = /^(?:\d{4}([ -]{1,2})\d{4}\1\d{4}\1\d{1,7}|\d{4}([ -]{1,2})\d{6}\2\d{4,5})$/;

export const accountRules: readonly PatternRule[] = [
  {
    name: 'card',
    kind: 'account',
    score: 0.98,
    pattern: /(?<![\w.-]|\d )[2-6]\d{3}(?:[ -]{0,2}\d){8,15}(?![\w]|[.,-]\d)/g,
    // A mistyped digit does not make the rest of the number harmless: the printed rhythm is enough.
    accept: match => (isCard(match[0].replaceAll(/[ -]+/g, '')) ? 0.99 : printed.test(match[0]) && 0.9),
  },
  {name: 'card-masked', kind: 'account', score: 0.95, pattern: /(?<![\w*])(?:[Xx*•#]{4}[ -]?){2,3}\d{3,5}(?!\w)|(?<![\w*])[*•]{2,12} ?\d{4}(?!\w)/g},
  {
    name: 'iban',
    kind: 'account',
    score: 0.98,
    pattern: /(?<![\w])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?!\w)/gi,
    accept: match => {
      if (isIban(match[0])) return 1;
      // Words may have been taken for groups at the end; the length of the country tells where to stop.
      const length = ibanLength(match[0].slice(0, 2).toUpperCase());
      if (length === undefined) return false;
      let end = 0;
      for (let count = 0; end < match[0].length && count < length; end++) if (!/[ -]/.test(match[0].charAt(end))) count++;
      const text = match[0].slice(0, end);
      if (isIban(text)) return {end: match.index + end};
      return text.replaceAll(/[ -]/g, '').length === length && text.replaceAll(/\D/g, '').length >= length - 10 && text === text.toUpperCase() && {end: match.index + end, score: 0.85};
    },
  },
  {name: 'wallet', kind: 'account', score: 0.95, pattern: /(?<![\w])(?:0x[\da-fA-F]{40}|(?:bc|tb|ltc)1[02-9ac-hj-np-z]{25,87}|[13LMDrXT4][1-9A-HJ-NP-Za-km-z]{25,94})(?![\w])/g, accept: match => isWallet(match[0])},
  {
    name: 'swift',
    kind: 'account',
    score: 0.8,
    lead: /\b(?:swift|bic)\b[^\n]{0,12}[\s:]$/i,
    pattern: /(?<!\w)[A-Z]{6}[A-Z\d]{2}(?:[A-Z\d]{3})?(?!\w)/g,
    accept: (match, text) => !isCoded(before(text, match.index)),
  },
];
