import {eponyms, wordBits} from '@sluice/gazetteer';
import type {Scan} from './text/scan.ts';
import type {Token} from './text/tokens.ts';
import {eponymContext, partOf} from './names/parts.ts';
import {doseUnits, medicalEnding, neverNames} from './words/clinical.ts';

/**
 * Takes every word and number that is not proved to be harmless. Harmless are ordinary English words, terms of medicine and drugs, eponyms before a clinical noun, short numbers,
 * years, and what is written like a finding ("L5", "T2"). Words in other scripts and languages, and words that are names as well, go.
 */
export function findUnproved(scan: Scan): void {
  for (const [at, token] of scan.tokens.entries()) {
    if (scan.taken(at) || token.shape === 'mark' || harmless(scan, at, token)) continue;
    scan.report(at, at, 'other', 'strict', 0.3);
  }
}

const years = /^(?:19|20)\d\d$/;
const finding = /^(?:[A-Za-z]{1,3}\d{1,2}[a-z]?|\d{1,3}(?:st|nd|rd|th|[a-zA-Z]{1,3}|s)|\d{1,4}x\d{1,4})$/;

function harmless(scan: Scan, at: number, token: Token): boolean {
  if (token.shape === 'number') return token.text.length <= 3 || years.test(token.text) || decimal(scan, at);
  if (token.shape === 'code') return finding.test(token.text);
  if (token.shape === 'script') return false;
  if (token.shape === 'letter' || token.folded.length === 1) return scan.tokens[at + 1]?.text !== '.' || token.shape === 'lower';
  if (neverNames.has(token.folded) || doseUnits.has(token.folded)) return true;
  if (eponyms.has(token.folded) && eponymContext(scan, at)) return true;
  const name = Math.max(token.given, token.surname);
  const capital = token.shape === 'title' || token.shape === 'mixed';
  if (capital && !scan.opens(at) && name >= 3 && token.word < 6) return eponymContext(scan, at);
  if (token.word > 0 || wordBits.medical(token.bits) || wordBits.proper(token.bits)) return !(capital && name >= 4 && token.word < 4);
  if (partOf(token) === 'eponym') return eponymContext(scan, at);
  if (token.shape === 'upper' && token.text.length <= 5) return true;
  return medicalEnding.test(token.folded);
}

function decimal(scan: Scan, at: number): boolean {
  const before = scan.tokens[at - 1];
  return before?.text === '.' && before.glued && scan.tokens[at - 2]?.shape === 'number' && (scan.tokens[at]?.text.length ?? 9) <= 4;
}
