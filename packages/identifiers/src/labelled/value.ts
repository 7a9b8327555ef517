import {after, before, isCoded, isMeasured} from '../scan/around.ts';
import type {Connector} from './connector.ts';
import type {Label} from './labels.ts';

type Range = readonly [start: number, end: number];

// A code: letters and digits, joined by hyphens, dots before a digit, slashes, underscores; masked characters count as digits that somebody hid.
const code = /(?:[A-Z]{1,4}[ .]{1,2}(?=\d{3}|\d{2}[-\d]))?[A-Za-z0-9*](?:[A-Za-z0-9*]|[-_/:](?=[A-Za-z0-9*])|\.(?=\d)|\.(?=[A-Za-z]\d)){0,63}/y;
// Groups parted by blanks, as cards and long numbers are read aloud.
const groups = /[A-Za-z0-9]{1,5}(?:[ ][A-Za-z0-9]{1,6}){1,7}/y;
const phone = /\+?\(?\d(?:(?:[-.() ]{0,4}|\/)\d){2,16}(?:[\s,]{0,2}(?:x|ext\.?|extension|#)\s?\d{1,6})?/iy;
const word = /@?[\p{L}\p{N}][\p{L}\p{N}._#+-]{1,62}[\p{L}\p{N}_]/uy;
const secret = /[^\s"'<>,;]{4,64}/y;
// Days, which are found as such. A year of two figures behind hyphens looks like a number in parts, and a label says that it is one.
const date = /^(?:[0-3]?\d[-./][0-3]?\d[-./](?:19|20)\d{2}|[0-3]?\d[./][0-3]?\d[./]\d{2}|(?:19|20)\d{2}[-./][01]?\d[-./][0-3]?\d)(?:T[\d:]*)?$/;

/** The value of a label at a position, or null when what stands there is none. */
export function valueAt(text: string, at: number, label: Label, connector: Connector): Range | null {
  switch (label.shape) {
    case 'code': return codeAt(text, at, label, connector);
    case 'phone': return phoneAt(text, at, connector);
    case 'word': return wordAt(text, at, connector);
    case 'secret': {
      const end = endOf(secret, text, at);
      return end !== null && connector.sign && !/^(?:protected|reset|required|changed|hash|manager|policy)\b/i.test(text.slice(at, end)) ? [at, end - (/[.)\]!?]+$/.exec(text.slice(at, end))?.[0].length ?? 0)] : null;
    }
  }
}

function endOf(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

const countDigits = (text: string): number => text.replaceAll(/[^\d*]/g, '').length;

function codeAt(text: string, at: number, label: Label, connector: Connector): Range | null {
  let end = endOf(code, text, at);
  if (end === null) return null;
  let value = text.slice(at, end);
  // The code may have swallowed the first word of what comes after a slash: `12345/Acct`.
  const word = /[/:_]\p{L}{2,}$/u.exec(value);
  if (word !== null && countDigits(value.slice(0, word.index)) > 1) value = value.slice(0, word.index);
  end = at + value.length;
  if (countDigits(value) < 6 && /\d|^[A-Z]{1,4}$/.test(value)) end = grouped(text, at, end, label.name === 'vehicle' ? 1 : 5) ?? end;
  value = text.slice(at, end);
  return isCode(value, text, end, label, connector) ? [at, end] : null;
}

// Takes further groups when the first is too short to be the whole and the next are digits of the same kind, up to a measurement or a word.
function grouped(text: string, at: number, first: number, least: number): number | null {
  const end = endOf(groups, text, at);
  if (end === null || end <= first) return null;
  const pieces = text.slice(at, end).split(' ');
  if (!/\d/.test(pieces[0]! + pieces[1]!)) return null;
  let length = pieces[0]!.length;
  let taken = 0;
  for (const piece of pieces.slice(1)) {
    const next = at + length + 1 + piece.length;
    if (!/\d/.test(piece) && !/^[A-Z]{1,3}$/.test(piece)) break;
    if (/^\d{1}$/.test(piece) && taken === 0 || /^\d+[a-z]+$/.test(piece) || isMeasured(after(text, next)) || /^[./%]\d/.test(after(text, next, 2)) || /[A-Za-z0-9]/.test(after(text, next, 1))) break;
    // A lone letter after digits may begin the next sentence.
    if (/^[A-Z]{1,3}$/.test(piece) && /^ ?[a-z]/.test(after(text, next, 2))) break;
    length += 1 + piece.length;
    taken++;
  }
  return taken > 0 && countDigits(text.slice(at, at + length)) >= least ? at + length : null;
}

const isYear = (value: string): boolean => /^(?:19|20)\d{2}$/.test(value);

function isCode(value: string, text: string, end: number, label: Label, connector: Connector): boolean {
  const digits = countDigits(value);
  const letters = /[A-Za-z]/.test(value);
  if (/^\*+$/.test(value) || date.test(value)) return false;
  if (label.name === 'id' && isCoded(before(text, end - value.length + Math.max(0, value.search(/\d/))))) return false;
  if (digits === 0) return isWordless(value, label, connector);
  if (!letters && /^\d{1,6}$/.test(value) && isMeasured(after(text, end)) || /^[.,]\d|^%/.test(after(text, end, 2))) return false;
  // Ordinals, counts and measurements with their unit glued on.
  if (/^\d{1,4}(?:st|nd|rd|th|mg|mcg|g|kg|ml|l|cm|mm|mo|yo|y|yr|yrs|hr|hrs|h|d|wk|wks|x|am|pm|%|f|m|F|M)$/.test(value) || /^x\d{1,3}$/i.test(value)) return false;
  // Blood pressures and fractions.
  if (/^\d{1,3}\/\d{1,3}$/.test(value) && label.need !== 'none') return false;
  if (connector.tail) return digits >= 3;
  switch (label.need) {
    case 'none': return digits >= (connector.names || connector.sign ? 1 : 2) && (label.name !== 'zip' || digits >= 3) && (connector.names || connector.sign || !isYear(value) || value.length > 4);
    case 'sign':
      if (connector.names) return digits >= 2 || letters && value.length >= 4;
      return (digits >= 4 || connector.sign && digits >= 3) && !isYear(value) && !/\d{4}s$/.test(value);
    case 'number': return connector.names && (digits >= 3 || letters && digits >= 2) && !isYear(value);
  }
}

// A value of letters alone: only behind a sign, in capitals, where the label names numbers only; placeholders are none.
function isWordless(value: string, label: Label, connector: Connector): boolean {
  return label.need === 'none' && connector.sign && (label.name === 'vehicle' || label.name === 'licence' || connector.names) && /^[A-Z]{4,12}$/.test(value)
    && !/^(?:UNKNOWN|NONE|PENDING|REDACTED|UNAVAILABLE|DECLINED|NEGATIVE|POSITIVE|REFUSED|MISSING|NULL|BLANK|YES|EXPIRED|ACTIVE|VALID|VERIFIED|NOT|THE|PATIENT|NAME|DATE)/.test(value);
}

function phoneAt(text: string, at: number, connector: Connector): Range | null {
  // The connector may have eaten the bracket of an area code.
  const from = /[+(]/.test(text[at - 1] ?? '') ? at - 1 : at;
  const end = endOf(phone, text, from);
  if (end === null) return null;
  const value = text.slice(from, end);
  const digits = countDigits(value.replace(/(?:x|ext).*$/i, ''));
  if (digits > 17 || date.test(value) || /^\d{1,2}:\d{2}/.test(value) || isMeasured(after(text, end)) || /^(?:[:%\w]|\.\d)/.test(after(text, end, 2))) return null;
  // Short numbers, as inside a hospital, need a sign; longer ones are numbers by themselves.
  return digits >= 6 || digits >= 4 && connector.sign && !isYear(value) ? [from, end] : null;
}

function wordAt(text: string, at: number, connector: Connector): Range | null {
  const from = text[at - 1] === '@' ? at - 1 : at;
  const end = endOf(word, text, from);
  if (end === null) return null;
  const value = text.slice(from, end);
  const distinct = /[\d_.@#]|\p{Ll}\p{Lu}/u.test(value);
  return distinct || connector.sign && /^[a-z]/.test(value) && !/^(?:is|was|and|not|for|the|unknown|none|with|password|name|to|page|account|post|profile|required|changed|disabled|enabled|locked)$/i.test(value) ? [from, end] : null;
}

const another = /\s{0,2}(?:,|;|and|&|or|\/|\+|,\s?and)\s{0,2}#?/y;

/** Values that follow the first in a list: `MRNs 48213, 48377 and 50112`. They have its length, give or take one. */
export function furtherValues(text: string, first: Range, label: Label): Range[] {
  const model = text.slice(...first);
  const found: Range[] = [];
  let at = first[1];
  if (countDigits(model) < 4) return found;
  for (;;) {
    const start = endOf(another, text, at);
    const end = start === null ? null : endOf(label.shape === 'phone' ? phone : code, text, start);
    if (start === null || end === null) return found;
    const value = text.slice(start, end);
    const same = label.shape === 'phone' ? countDigits(value) >= 7 : Math.abs(value.length - model.length) <= 1 && countDigits(value) >= countDigits(model) - 1;
    const alike = same && !date.test(value) && !isYear(value) && !isMeasured(after(text, end));
    if (!alike) return found;
    found.push([start, end]);
    at = end;
  }
}
