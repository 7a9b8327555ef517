import {before, isVersioned} from '../scan/around.ts';
import type {PatternRule} from '../scan/rule.ts';
import type {Find} from '../scan/spans.ts';
import {isDomain, isIpv6} from '../validators/network.ts';

// Domains that are written without scheme: top-level domains that are no word of a language that could follow a full stop without a blank.
const plainTlds = 'com|org|net|edu|gov|mil|info|biz|name|mobi|blog|shop|club|tech|cloud|email|link|io|ai|app|dev|online|site|website|xyz|uk|us\\b(?=/)|ca|au|nz|ie|de|fr|es|pt|nl|eu|ch|dk|se|fi|pl|cz|gr|tr|ru|ua|jp|cn|hk|kr|tw|sg|ph|vn|th|br|mx|ar|cl|za|ng|ke|gh|eg|il|ae|pk|bd|lk';
// All others count when something before or after says that this is an address.
const anyTld = '[a-z]{2,13}';
const path = String.raw`(?:[:/?#][^\s<>"'\[\]{}|]{0,2048})?`;

const scheme = String.raw`(?:https?|h[tx]{2}ps?|ftps?|sftp|ssh|wss?|file|s3|gs|data|mailto|tel|skype|whatsapp|zoommtg|jdbc|mongodb|postgres|mysql|redis)\s?(?::|\[:\])\s?\/\/?`;
// Where a domain ends: a dot before another label would cut it in two, unless an address of its own begins there, `example.org.http://example.com`.
const domainEnd = String.raw`(?![a-z0-9@-]|\.(?!${scheme})[a-z0-9])`;

const trailing = /[.,;:!?)\]}'"*_]{1,16}$/;

// The whole address, without the punctuation of the sentence, but with a closing bracket that was opened inside.
function trimmed(match: RegExpExecArray, within: string): Partial<Find> {
  const whole = match[0].length < BOUND ? match[0] : within.slice(match.index, endOfRun(within, match.index + match[0].length));
  let text = whole.replace(trailing, '');
  if (whole.charAt(text.length) === ')' && text.includes('(') && !text.includes(')')) text += ')';
  return {end: match.index + text.length};
}

/** Where patterns stop counting; what goes on behind it is the same address still. Searched, not matched: a match of any length would need memory in proportion. */
const BOUND = 2048;

function endOfRun(text: string, from: number): number {
  const border = /[\s<>"'{}|]/g;
  border.lastIndex = from;
  return border.exec(text)?.index ?? text.length;
}

export const networkRules: readonly PatternRule[] = [
  {
    name: 'url',
    kind: 'url',
    score: 1,
    // The schemes of the web are no end of a word: they are found behind anything, `of 2024-01-02http://example.org`.
    pattern: new RegExp(String.raw`(?:(?<![A-Za-z0-9])|(?=h[tx]{2}ps?:|ftp:))${scheme}[^\s<>"'{}|]{1,${BOUND}}`, 'gi'),
    accept: trimmed,
  },
  {name: 'url-www', kind: 'url', score: 1, pattern: /(?<![A-Za-z0-9@.-])www\d?\s?\.\s?[a-z0-9-]{1,63}\.[^\s<>"'{}|]{2,2048}/gi, accept: trimmed},
  {
    name: 'url-domain',
    kind: 'url',
    score: 0.9,
    pattern: new RegExp(String.raw`(?<![A-Za-z0-9@._/-])(?:[a-z0-9](?:[a-z0-9-]{0,62})(?:\.|\s?(?:\[\.\]|\(\.\)|\[dot\]|\(dot\))\s?)){1,6}(?:${plainTlds})${domainEnd}${path}`, 'gi'),
    accept: trimmed,
  },
  {
    name: 'url-path',
    kind: 'url',
    score: 0.9,
    pattern: new RegExp(String.raw`(?<![A-Za-z0-9@._/-])(?:[a-z0-9](?:[a-z0-9-]{0,62})\.){1,6}${anyTld}\/[^\s<>"'{}|]{1,2048}`, 'gi'),
    // `mg/d.l/h` and other units have no label of three letters before the last dot.
    accept: (match, text) => /^(?:[a-z0-9-]{3,63}\.)/i.test(match[0]) && !/^[\d.]+[a-z]{0,5}\//i.test(match[0]) && trimmed(match, text),
  },
  {
    name: 'url-named',
    kind: 'url',
    score: 0.9,
    lead: new RegExp(String.raw`(?:site|url|portal|link|page|webpage|blog|homepage|domain|host|hostname|server)\s{0,2}(?:[:=]|is|at)\s{0,3}$`, 'i'),
    pattern: new RegExp(String.raw`(?<![\w.@-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,6}${anyTld}(?![a-z0-9@])${path}`, 'gi'),
    accept: (match, text) => isDomain(match[0].split(/[/?#:]/, 1)[0]!.toLowerCase()) && trimmed(match, text),
  },
  {
    // Two labels or more before a top-level domain of the health sector or of a country: `portal.example.health`.
    name: 'url-labels',
    kind: 'url',
    score: 0.8,
    pattern: new RegExp(String.raw`(?<![A-Za-z0-9@._/-])(?:[a-z0-9][a-z0-9-]{1,62}\.){2,6}(?:health|care|clinic|doctor|hospital|local|internal|lan|corp|example|test|invalid|cloud|tech|it|in|no|is|be|at|me|co|us|tv|id|my|to)${domainEnd}`, 'g'),
  },
  {
    name: 'ipv4',
    kind: 'ip',
    score: 0.95,
    pattern: /(?<![\w.])(?:25[0-5]|2[0-4]\d|1?\d?\d|0\d\d)(?:(?:\.|\[\.\])(?:25[0-5]|2[0-4]\d|[01]?\d?\d)){3}(?:\/\d{1,2}|:\d{1,5})?(?![\w]|\.\d)/g,
    accept: (match, text) => !isVersioned(before(text, match.index, 16)),
  },
  {
    name: 'ipv6',
    kind: 'ip',
    score: 0.95,
    pattern: /(?<![\w:.])(?=[\da-f]{0,4}:[\da-f]{0,4}:)[\da-f:]{3,45}(?:\.\d{1,3}){0,3}(?:%\w{1,16})?(?:\/\d{1,3})?(?!\w|:\w)/gi,
    accept: match => {
      // The colon of a sentence may have come along.
      const whole = match[0].replace(/([\da-f]):$/i, '$1');
      const text = whole.replace(/\/\d{1,3}$/, '');
      return isIpv6(text) && /[\da-f]/i.test(text) && (!text.includes('::') || text.length > 3) && {end: match.index + whole.length};
    },
  },
  {
    name: 'mac',
    kind: 'device',
    score: 0.98,
    pattern: /(?<![\w:-])(?:[\da-f]{2}([:-])[\da-f]{2}(?:\1[\da-f]{2}){4}(?:(?:\1[\da-f]{2}){2})?|[\da-f]{4}(?:\.[\da-f]{4}){2,3})(?![\w:-])/gi,
  },
  {
    name: 'handle',
    kind: 'name.user',
    score: 0.8,
    pattern: /(?<![\p{L}\p{N}_@.+%-])@[\p{L}_][\p{L}\p{M}\p{N}_.]{1,38}[\p{L}\p{N}_](?![\p{L}\p{N}_@])/gu,
    // `@bedside` is how a hurried hand writes "at the bedside".
    accept: match => !/^@(?:bed|bedside|home|night|baseline|rest|time|this|that|least|noon|midnight|the|discharge|admission|work|school|clinic|hospital|triage|present|age|all|\d*(?:am|pm)|bedtime|risk|approx\w*|about|each|his|her|their|our|lunch|dinner|breakfast)$/i.test(match[0]),
  },
];

/** Finds e-mail addresses by their `@` or the words that stand for it. */
export function findEmails(text: string): Find[] {
  const finds: Find[] = [];
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const find = emailAround(text, at);
    if (find !== null) finds.push(find);
  }
  for (const match of text.matchAll(spelt)) {
    const [all, , dot] = match;
    // "at" and "." as written: then only the brackets or a spelt "dot" make it an address rather than a sentence.
    if (dot !== undefined || /[[({<*_-]\s?(?:at|@)/i.test(all)) finds.push({start: match.index, end: match.index + all.length, kind: 'email', rule: 'email-spelt', score: 0.95});
  }
  return finds;
}

const spelt = /(?<![\w.+-])[\w.+-]{1,64}(?:\s?[[({<*_-]\s?(at|@)\s?[\])}>*_-]\s?|\s(?:at|@)\s)[a-z0-9][a-z0-9-]{0,62}(?:(\s?[[({<]\s?(?:dot|\.)\s?[\])}>]\s?|\sdot\s)|\.)[a-z]{2,24}(?![\w])(?:(?:\.|\sdot\s|\s?[[(]dot[\])]\s?)[a-z]{2,24}(?!\w)){0,3}/gi;
const localEnd = /[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}\s?$/u;
const domainStart = /\s?(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}))(?:(?:\.|\s\.\s?|\[\.\]|\(dot\)|\[dot\]|\sdot\s)[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})){0,8}/uy;
const quoted = /"[^"\n]{1,64}"$/;

function emailAround(text: string, at: number): Find | null {
  const lead = text.slice(Math.max(0, at - 66), at);
  const local = quoted.exec(lead)?.[0] ?? localEnd.exec(lead)?.[0];
  if (local === undefined) return null;
  domainStart.lastIndex = at + 1;
  const domain = domainStart.exec(text)?.[0];
  if (domain === undefined) return null;
  const spaced = /\s$/.test(local) || /^\s/.test(domain);
  const dotted = /\.|dot/.test(domain);
  // Blanks around the sign are a disguise only where a domain follows; without a dot it is an address only if no blank parts it (`user@localhost`).
  if (spaced ? !/[.\])t]\s?[a-z]{2,24}$/i.test(domain) || !dotted || /^\s?\d/.test(domain) : !dotted && !/^[\p{L}][\p{L}\p{N}-]+$/u.test(domain)) return null;
  if (!dotted && /^\d+(?:\.\d+)?$/.test(local)) return null;
  // A sentence may end right before: `(name@example.org` and `'name@example.org`.
  const skipped = /^['*`{|(=/&]+/.exec(local)?.[0].length ?? 0;
  // No mail has such an address, and what stands there is no less of one: it is taken whole.
  const end = endOfWord(text, at + 1 + domain.length);
  const start = local.length < 64 ? at - local.length + skipped : startOfWord(text, at - local.length);
  return start >= at ? null : {start, end, kind: 'email', rule: 'email', score: dotted ? 1 : 0.8};
}

function startOfWord(text: string, from: number): number {
  let at = from;
  while (at > 0 && isOfWord.test(text[at - 1]!)) at--;
  return at;
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && isOfWord.test(text[at]!)) at++;
  return text[at] === '.' && at > from && isOfWord.test(text[at + 1] ?? '') ? endOfWord(text, at + 1) : at;
}

const isOfWord = /[\p{L}\p{N}-]/u;
