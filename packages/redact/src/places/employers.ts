import {placeOf, wordBits} from '@sluice/gazetteer';
import type {Scan} from '../text/scan.ts';
import {capital, partOf} from '../names/parts.ts';
import {neverNames, publicOpeners} from '../words/clinical.ts';
import {place, wholeHeads, type Facility} from './facility.ts';
import {longestPlace} from './tail.ts';

/** Ends of firms that are no parts of a hospital, so that ordinary words with capitals before them make a name of a firm. */
const businessEnds = new Set(['insurance', 'bank', 'airlines', 'airways', 'motors', 'construction', 'plumbing', 'trucking', 'manufacturing', 'industries', 'enterprises', 'holdings', 'logistics', 'consulting', 'technologies', 'electronics', 'realty', 'farms', 'foods', 'brewing', 'orchards', 'vineyards', 'roofing', 'landscaping', 'catering', 'freight', 'furniture', 'mining', 'shipping', 'analytics', 'staffing', 'capital', 'ventures', 'studios', 'robotics', 'bakery', 'brewery', 'publishing', 'printing', 'builders', 'contractors', 'architects', 'haulage', 'joinery', 'masonry', 'carpentry', 'flooring', 'upholstery', 'glazing', 'machining', 'fabrication', 'timber', 'lumber', 'shipyard', 'cannery', 'sawmill', 'refinery', 'foundry', 'mill', 'mills', 'dairy', 'storage', 'trading', 'tire', 'tires', 'rubber', 'seafoods', 'fisheries', 'garage', 'tavern', 'diner', 'cafe']);
const sureCompanyEnds = new Set(['inc', 'llc', 'ltd', 'corp', 'gmbh', 'llp', 'pllc', 'plc', 'incorporated', 'corporation', 'pty', 'srl']);
const companyEnds = new Set([...sureCompanyEnds, ...businessEnds, 'limited', 'ag', 'bv', 'oy', 'ab', 'sa', 'spa', 'kg', 'ooo', 'company', 'associates', 'partners', 'solutions', 'steel', 'farm', 'supermarket', 'ministries', 'ranch', 'sons', 'group', 'firm', 'co', 'union', 'energy', 'traders', 'outfitters', 'grocers', 'supply', 'transit', 'daycare', 'biologics', 'biosciences', 'therapeutics', 'dynamics', 'aerospace', 'petroleum', 'apparel', 'realtors', 'paving', 'distillery', 'winery', 'packaging', 'plastics', 'advisors', 'telecom', 'labs', 'systems', 'textiles', 'electric', 'transport', 'chemicals', 'pharmaceuticals', 'software', 'media', 'hardware', 'auto', 'mills', 'foundry', 'security', 'cleaners', 'salon', 'diner', 'cafe', 'cabinet', 'sl', 'nv', 'as', 'aps', 'oyj', 'sarl', 'eurl', 'sas', 'ltda', 'zoo', 'kft', 'doo']);
const insuring = new Set(['primary', 'secondary', 'private', 'commercial', 'supplemental', 'dental', 'vision', 'life', 'health', 'medical', 'no', 'car', 'travel', 'disability', 'term', 'long', 'new', 'current', 'patient', 'other']);

/** Whether all words before the end have a capital in the middle of a sentence or on a line of their own, and none is medical. */
function plainCompany(scan: Scan, first: number, last: number): boolean {
  const next = scan.tokens[last + 1];
  if (scan.opens(first) && (scan.tokens[first]?.breaks ?? 0) === 0 && first > 0 || scan.opens(first) && next !== undefined && next.breaks === 0) return false;
  for (let at = first; at < last; at++) {
    const word = scan.tokens[at];
    if (word === undefined || word.shape !== 'title' && word.text !== '&' || insuring.has(word.folded) || wordBits.medical(word.bits) && word.word < 5) return false;
  }
  return true;
}

/** "Acme Industries Inc.", "Baker & Sons LLC", "First Harbor Bank". */
export function company(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  if (token === undefined || !(token.shape === 'title' || token.shape === 'upper' || token.shape === 'mixed') || publicOpeners.has(token.folded)) return null;
  let proper = 0;
  for (let index = at, words = 0; index < at + 9 && words < 6; index++) {
    const word = scan.tokens[index];
    if (word === undefined || scan.taken(index) || index > at && word.breaks > 0) return null;
    if (word.shape === 'mark') {
      if (!(word.text === ',' && sureCompanyEnds.has(scan.tokens[index + 1]?.folded ?? '')) && !['&', '-', '.', "'"].includes(word.text) || index === at) return null;
      continue;
    }
    if (word.folded === 'and' || word.folded === 'of') continue;
    if (!(capital(word) || word.shape === 'upper')) return null;
    if (words > 0 && companyEnds.has(word.folded) && !(word.text.length === 2 && word.shape !== 'upper' && word.folded !== 'co') && (sureCompanyEnds.has(word.folded) || proper > 0 && word.shape === 'title' || word.folded === 'union' && word.shape === 'title' && words > 1 && scan.tokens[index - 1]?.folded === 'credit' || businessEnds.has(word.folded) && word.shape === 'title' && (words > 1 || token.word <= 5) && plainCompany(scan, at, index))) {
      if (sureCompanyEnds.has(word.folded) && partOf(token) === 'none' && words === 1 && scan.opens(at) && proper === 0) return null;
      let last = index;
      if (scan.tokens[last + 1]?.text === '&' && scan.tokens[last + 2]?.shape === 'title' && scan.tokens[last + 2]?.breaks === 0 && !scan.taken(last + 2)) last += 2;
      while (scan.tokens[last + 1]?.breaks === 0 && companyEnds.has(scan.tokens[last + 1]?.folded ?? '') && scan.tokens[last + 1]?.shape !== 'lower' && !scan.taken(last + 1)) last++;
      return {first: at, last, kind: 'name.employer', rule: 'employer.company', score: 0.85};
    }
    const part = partOf(word);
    if (part === 'sure' || part === 'fair' || part === 'unknown' || part === 'both' && !scan.opens(index) || place(word) && word.word <= 4) proper++;
    words++;
  }
  return null;
}

const working = new Set(['works', 'work', 'worked', 'working', 'leave', 'employed', 'employee', 'employer', 'job', 'retired', 'teaches', 'taught', 'manager', 'cashier', 'driver', 'engineer', 'clerk', 'welder', 'cook', 'nurse', 'teacher', 'studies', 'student', 'enrolled', 'attends', 'attended', 'volunteer', 'volunteers', 'intern', 'laid', 'fired', 'shift', 'ceo', 'owner', 'rn', 'lpn', 'cna', 'paramedic', 'firefighter', 'barista', 'bartender', 'worker', 'contractor', 'foreman', 'pilot', 'server', 'waiter', 'waitress', 'custodian', 'secretary', 'receptionist', 'accountant', 'electrician', 'plumber', 'hired', 'career', 'shifts', 'position', 'janitor', 'technician', 'supervisor', 'professor', 'principal', 'mechanic', 'attending', 'drives', 'drove', 'owns', 'owned', 'runs', 'founded', 'delivers', 'interned', 'apprenticed', 'consultant', 'analyst', 'developer', 'chef', 'salesman', 'salesperson', 'bookkeeper', 'carpenter', 'machinist', 'operator', 'director', 'executive', 'president', 'founder', 'partner', 'associate', 'assistant', 'coordinator', 'librarian', 'programmer', 'designer', 'editor', 'reporter', 'journalist', 'lawyer', 'attorney', 'guard', 'officer', 'dishwasher', 'housekeeper', 'superintendent', 'dean', 'coach', 'counselor', 'baker', 'butcher', 'mechanic', 'painter', 'farmhand', 'stocker', 'packer', 'dispatcher', 'trucker', 'courier', 'tenure', 'internship', 'apprentice', 'trainee', 'temp', 'sales', 'hr', 'joined', 'joining', 'resigned', 'promoted', 'transferred']);
/** Most words for who works end so: "a lineman at", "a reporter at". */
const trade = /^[a-z]{2,}(?:er|or|ist|man|woman|eer)$/u;
const noTrade = new Set(['fever', 'number', 'other', 'over', 'under', 'after', 'later', 'together', 'cancer', 'ulcer', 'tumor', 'center', 'order', 'either', 'whether', 'water', 'pacemaker', 'never', 'ever', 'her', 'dinner', 'supper', 'summer', 'winter', 'answer', 'disorder', 'bladder', 'liver', 'shoulder', 'finger', 'factor', 'error', 'tremor', 'floor', 'door', 'labor', 'color', 'odor', 'for', 'or', 'nor', 'poor', 'prior', 'anterior', 'posterior', 'inferior', 'superior', 'exist', 'persist', 'assist', 'wrist', 'consist', 'list', 'first', 'lower', 'upper', 'better', 'higher', 'earlier', 'sooner', 'longer', 'another', 'consider', 'enter', 'offer', 'refer', 'transfer', 'deliver', 'recover', 'register', 'cover', 'monitor', 'power', 'paper', 'letter', 'matter', 'trigger', 'computer', 'catheter', 'diameter', 'filter', 'blister', 'paper', 'career', 'beer', 'heater', 'shower', 'sister', 'brother', 'mother', 'father', 'daughter', 'partner']);
const owning = new Set(['owns', 'owned', 'runs', 'founded', 'cofounded', 'joined', 'joining', 'left', 'quit']);

/** "works at Tesla", "employed by Bright Smile", "retired from Boeing". */
export function workplace(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  if (token !== undefined && token.breaks === 0 && token.shape === 'lower' && scan.writing(at) === 'lower') return lowerWorkplace(scan, at);
  if (token === undefined || token.breaks > 0 || !(capital(token) && token.shape !== 'letter' || token.shape === 'upper' && scan.writing(at) === 'normal' && token.text.length > 2)) return null;
  const preposition = scan.tokens[at - 1]?.folded ?? '';
  const label = scan.tokens[at - 1]?.text === ':' && ['employer', 'company', 'workplace', 'school', 'facility', 'hospital', 'clinic', 'pharmacy', 'organization', 'occupation employer'].includes(scan.tokens[at - 2]?.folded ?? '') || preposition === 'employer' && scan.writing(at) === 'normal' && !neverNames.has(token.folded);
  if (!label) {
    if (!['at', 'for', 'by', 'from'].includes(preposition) && !(owning.has(preposition) && scan.tokens[at - 1]?.shape === 'lower' && !neverNames.has(token.folded) && capital(scan.tokens[at + 1]) && scan.tokens[at + 1]?.breaks === 0) && !(preposition === 'is' && ['employer', 'company', 'workplace'].includes(scan.tokens[at - 2]?.folded ?? ''))) return null;
    let found = false;
    for (let back = owning.has(preposition) ? 1 : 2; back <= 7 && !found; back++) {
      const word = scan.tokens[at - back];
      if (word === undefined || word.text === '.' || word.breaks > 0) break;
      found = working.has(word.folded) || owning.has(preposition) || back === 2 && preposition === 'at' && trade.test(word.folded) && !noTrade.has(word.folded) && word.shape === 'lower';
      if (word.folded === 'for' || word.folded === 'with') break;
    }
    if (!found) return null;
  }
  const place = longestPlace(scan, at);
  const kind = place === null ? null : placeOf(place.code)?.kind;
  if (kind === 'state' || kind === 'country') return null;
  const article = token.folded === 'the' && capital(scan.tokens[at + 1]) && (scan.tokens[at + 1]?.text.length ?? 0) > 1;
  if (token.word >= 7 && !article && !capital(scan.tokens[at + 1]) || wordBits.medical(token.bits) && token.word >= 4 && !capital(scan.tokens[at + 1])) return null;
  let last = at;
  while (last < at + 6) {
    const next = scan.tokens[last + 1];
    if (next === undefined || next.breaks > 0 || scan.taken(last + 1)) break;
    if (capital(next) || next.shape === 'upper') last++;
    else if ((next.text === '&' || next.text === '-' || next.text === "'" || next.folded === 'and' || next.folded === 'of') && capital(scan.tokens[last + 2]) && scan.tokens[last + 2]?.breaks === 0) last += 2;
    else break;
  }
  return {first: at, last, kind: 'name.employer', rule: 'employer.work', score: 0.75};
}

/** "works at ford motor company": without capitals only right behind the verb, and not an ordinary word ("works at night", "works for the city"). */
function lowerWorkplace(scan: Scan, at: number): Facility | null {
  const token = scan.tokens[at];
  const preposition = scan.tokens[at - 1]?.folded ?? '';
  const verb = scan.tokens[at - 2]?.folded ?? '';
  if (token === undefined || preposition !== 'at' && preposition !== 'for' && preposition !== 'by' || !(['works', 'working', 'worked', 'employed'].includes(verb) || verb === 'work' && ['i', 'we', 'you', 'they'].includes(scan.tokens[at - 3]?.folded ?? ''))) return null;
  let last = at - 1;
  let proper = 0;
  for (let index = at; index < at + 4; index++) {
    const word = scan.tokens[index];
    if (word === undefined || word.breaks > 0 || word.shape !== 'lower' || scan.taken(index) || wordBits.drug(word.bits) && word.word < 4 || word.word >= 7 && !companyEnds.has(word.folded) && !wholeHeads.has(word.folded) || lowerStop.has(word.folded)) break;
    if (word.word <= 2 || partOf(word) === 'both') proper++;
    last = index;
  }
  return proper > 0 ? {first: at, last, kind: 'name.employer', rule: 'employer.work', score: 0.7} : null;
}
const lowerStop = new Set(['in', 'at', 'as', 'and', 'on', 'near', 'with', 'since', 'who', 'for', 'where', 'but', 'so', 'a', 'an', 'the', 'his', 'her', 'their', 'home', 'night', 'nights', 'least', 'once', 'c', 'presents', 'has', 'is']);
