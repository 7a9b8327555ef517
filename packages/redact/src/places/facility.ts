import {gazetteer, placeOf, strongFacilityHeads} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import type {Token} from '../text/tokens.ts';

export interface Facility {
  readonly first: number;
  readonly last: number;
  readonly kind: 'geo.facility' | 'name.employer';
  readonly rule: string;
  readonly score: number;
}

/** Heads that are departments and fields, too: they need a proper name before them ("Lakeside Cardiology", but not "Interventional Cardiology"). */
export const weakHeads = new Set([
  'surgery', 'imaging', 'rehabilitation', 'rehab', 'pediatrics', 'cardiology', 'oncology', 'dermatology', 'orthopedics', 'orthopaedics', 'dental', 'dentistry', 'dialysis', 'health', 'healthcare', 'health care', 'health services', 'hospice', 'oncology associates', 'veterans home', 'home', 'wellness', 'recovery', 'oncology', 'urology', 'neurology', 'nephrology', 'gastroenterology', 'psychiatry', 'radiology', 'obstetrics', 'gynecology', 'ophthalmology', 'podiatry', 'physical therapy', 'pain clinic', 'physicians', 'ob gyn', 'endocrinology', 'pulmonology', 'rheumatology', 'allergy', 'family health', 'childrens home', 'family medicine', 'internal medicine', 'family practice', 'behavioral health',
  'mental health', 'temple', 'inn', 'manor', 'mall', 'institute', 'elementary', 'shelter', 'foundation', 'general', 'memorial', 'methodist', 'presbyterian', 'baptist', 'lutheran', 'academy', 'library', 'surgical center', 'laboratories', 'assisted living', 'urgent care', 'parish', 'chapel', 'abbey', 'arena', 'jail', 'prison', 'restaurant', 'hotel', 'pharmacy', 'nursing home', 'infirmary', 'medical', 'trauma center', 'center', 'centre', 'high', 'prep', 'charter school', 'montessori', 'campus', 'regional', 'specialists', 'associates', 'surgeons', 'ems', 'ame', 'umc', 'fire rescue', 'anesthesia', 'womens health', 'senior care', 'home care', 'home health', 'memory care', 'counseling', 'chiropractic', 'optical', 'optometry', 'orthodontics', 'fertility', 'gynecologists', 'internists', 'pediatricians', 'foot clinic', 'foot care', 'sleep center', 'spine center', 'pain center', 'birth place', 'birthplace', 'villa', 'terrace', 'lodge', 'gardens', 'commons', 'estates', 'family services', 'social services', 'childrens services', 'youth services', 'protective services', 'human services', 'community services', 'support services', 'rest home', 'nursing', 'care facility', 'group home', 'boarding school', 'boarding house', 'guest house', 'day centre', 'day center', 'community centre', 'community center', 'leisure centre', 'sports centre', 'primary school', 'grammar school', 'secondary school', 'medical practice', 'dental practice', 'residential home', 'senior services', 'advocacy services',
]);
export const wholeHeads = new Set([...strongFacilityHeads, ...weakHeads]);
const headStarts = new Set([...wholeHeads].map(head => head.split(' ')[0] ?? ''));

/** Whether a word that begins a head comes soon: most names of people and things end here. */
export function headNear(scan: Scan, at: number): boolean {
  for (let index = at + 1; index < at + 12; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.breaks > 0 && index > at) return false;
    if (headStarts.has(token.folded)) return true;
  }
  return false;
}

/** The last token of a head that begins at `at`, the longest first. */
export function headAt(scan: Scan, at: number): {readonly last: number; readonly head: string} | null {
  if (!headStarts.has(scan.tokens[at]?.folded ?? '')) return null;
  let phrase = '';
  let best: {last: number; head: string} | null = null;
  for (let index = at; index < at + 3; index++) {
    const token = scan.tokens[index];
    if (token === undefined || token.folded === '' || index > at && token.breaks > 0 || scan.taken(index)) break;
    phrase = phrase === '' ? token.folded : `${phrase} ${token.folded}`;
    if (wholeHeads.has(phrase)) best = {last: index, head: phrase};
  }
  return best;
}

export function place(word: Token): boolean {
  return placeOf(gazetteer().placeCode(word.folded))?.kind === 'city';
}
