import {after, before, isCoded, isMeasured, isVersioned} from '../scan/around.ts';
import type {PatternRule} from '../scan/rule.ts';
import type {Find} from '../scan/spans.ts';
import {isPhone} from '../validators/phone.ts';

// Words that announce a telephone number, in the languages whose letters a form in the United States is likely to carry.
const phoneWord = /(?:\b(?:phone|phones|telephone|tel|tele|ph|call|called|calls|calling|callback|cell|cellular|cellphone|mobile|mob|contact|reach|reached|reachable|ring|text|texted|sms|whatsapp|signal|viber|line|number|hotline|helpline|pager|paged?|beeper|dial|landline|voicemail|vm|home|work|office|emergency|fax|facsimile|telefax|telefon|telefono|teléfono|téléphone|tél|telefone|telemóvel|celular|cellulare|handy|mobil|móvil|movil|portable|gsm|puhelin|telefoon|at|on)\b|(?:☎|📞|📱|✆|電話|电话|手机|전화|тел|телефон|هاتف|फोन))[^\n\d]{0,24}$/i;
const faxWord = /(?:fax|facsimile|telefax|télécopie|telecopieur|fax)\b[^\n\d]{0,24}$/i;
const extension = String.raw`(?:[\s,;]{0,3}(?:x|ext\.?|extn\.?|extension|#|poste|anexo|ramal|interno|int\.|durchwahl|dw|apparat|доб\.?)\s{0,2}[:.]?\s?\d{1,7}(?!\d))?`;
const notAfter = String.raw`(?![\w]|[.,-]\d|%)`;

function lead(match: RegExpExecArray, text: string): string {
  return before(text, match.index, 48);
}

function phoneOrFax(match: RegExpExecArray, text: string): Partial<Find> {
  return faxWord.test(lead(match, text)) ? {kind: 'fax'} : {kind: 'phone'};
}

function digits(text: string): number {
  return text.replaceAll(/\D/g, '').length;
}

// Groups that count up in round steps are measurements or doses, not a subscriber.
function isRound(text: string): boolean {
  const groups = text.match(/\d+/g) ?? [];
  return groups.every(group => Number(group) % 5 === 0);
}

const isFree = (match: RegExpExecArray, text: string): boolean => !isMeasured(after(text, match.index + match[0].length)) && !isCoded(lead(match, text));

export const phoneRules: readonly PatternRule[] = [
  {
    // North America: 3-3-4 with a separator, whatever the digits are; `001-`, `+1`, `1.` before, an extension after.
    name: 'phone-us',
    kind: 'phone',
    score: 0.95,
    // Words may run into it, and the next value of a list or a table stand right behind its comma.
    pattern: new RegExp(String.raw`(?<![\d_.+-])(?:(?:\+|00|011[- ]?)?1[-. /]{0,2})?(?:\(\s?\d{3}\s?\)[-. /]{0,3}|\d{3}[-./]{1}\s?|\d{3}\s?[-–]\s?|\[\d{3}\]\s?)\d{3}(?:\s?[-./]\s?|\s|)\d{4}${extension}(?![\d_]|[.-]\d|%)`, 'gi'),
    accept: (match, text) => isFree(match, text) && phoneOrFax(match, text),
  },
  {
    // The same with blanks only: not in round steps, else a list of readings looks like it.
    name: 'phone-us-blanks',
    kind: 'phone',
    score: 0.9,
    pattern: new RegExp(String.raw`(?<![\w.+-]|\d )(?:\+?1[ ])?\d{3}\s{1,2}\d{3}(?:\s{1,2}|[-.])\d{4}${extension}${notAfter}`, 'gi'),
    accept: (match, text) => isFree(match, text) && (!isRound(match[0]) || phoneWord.test(lead(match, text))) && phoneOrFax(match, text),
  },
  {
    name: 'phone-us-run',
    kind: 'phone',
    score: 0.8,
    pattern: new RegExp(String.raw`(?<![\w.+\-/#])(?:\+?1|001)?[2-9]\d{2}[2-9]\d{6}${extension}${notAfter}`, 'gi'),
    accept: (match, text) => isFree(match, text) && phoneOrFax(match, text),
  },
  {
    // With a country code the writer has said that it is a telephone number.
    name: 'phone-international',
    kind: 'phone',
    score: 0.95,
    pattern: new RegExp(String.raw`(?<![\w+])\+\s?\(?\d(?:[-./() ]{0,4}\d){6,15}${extension}(?!\d)`, 'gi'),
    accept: (match, text) => isFree(match, text) && phoneOrFax(match, text),
  },
  {
    name: 'phone-international-00',
    kind: 'phone',
    score: 0.9,
    pattern: new RegExp(String.raw`(?<![\w.+/-])(?:00|011)[ -]?[1-9](?:[-./() ]{0,4}\d){7,15}${extension}${notAfter}`, 'gi'),
    accept: (match, text) => isFree(match, text) && phoneOrFax(match, text),
  },
  {
    // National writing with the trunk prefix 0 of most of the world: 020 7946 0958, 06 12 34 56 78, 0171/1234567, (0)30 123456.
    name: 'phone-trunk',
    kind: 'phone',
    score: 0.85,
    pattern: new RegExp(String.raw`(?<![\w.+/-])(?:\(0\d{0,5}\) ?\d{2,10}|0\d{0,6}[-./ ]{1,3}\d{2,8}|0\d{8,11})(?:[-./ ]{1,3}\d{2,8}){0,4}${extension}${notAfter}`, 'gi'),
    accept: (match, text) => {
      const count = digits(match[0].replace(/(?:x|ext).*$/i, ''));
      return count >= 8 && count <= 13 && !/^0\d?[-./]\d{1,2}[-./]\d{2,4}$/.test(match[0]) && (!isRound(match[0]) || /^0[1-9(]/.test(match[0])) && isFree(match, text) && phoneOrFax(match, text);
    },
  },
  {
    // An area code in brackets, of any length: (11) 91234-5678, (55) 1234 5678, (495) 123-45-67.
    name: 'phone-area',
    kind: 'phone',
    score: 0.85,
    pattern: new RegExp(String.raw`(?<![\w.+])(?:\+?\d{1,3}[ ]?)?\(\+?\d{2,5}\)[ ]?[-.]?(?:\d{6,10}|\d{2,5}(?:[-. ]\d{2,5}){1,4})${extension}${notAfter}`, 'gi'),
    accept: (match, text) => digits(match[0]) >= 8 && digits(match[0]) <= 16 && isFree(match, text) && phoneOrFax(match, text),
  },
  {
    // Seven digits of one exchange. Ranges of laboratory values have the same shape: they are round, or a unit follows, or a word for a range stands before.
    name: 'phone-local',
    kind: 'phone',
    score: 0.7,
    pattern: new RegExp(String.raw`(?<![\w.+\-/$])[2-9]\d{2}[-.][ ]?\d{4}${extension}${notAfter}`, 'gi'),
    accept: (match, text) => {
      const ahead = lead(match, text);
      if (phoneWord.test(ahead)) return isFree(match, text) && phoneOrFax(match, text);
      const round = /(?:00|50)$/.test(match[0]) || isRound(match[0]);
      return !round && isFree(match, text) && !isVersioned(ahead) && !/\b(?:range|between|from|ref|reference|normal|nl|pp?|pages?|limits?|goal|target)\b[^\n]{0,16}$/i.test(ahead) && phoneOrFax(match, text);
    },
  },
  {
    // Groups without any mark: a telephone number where a word announces it or where some country has assigned it, and never in round steps.
    name: 'phone-groups',
    kind: 'phone',
    score: 0.7,
    pattern: new RegExp(String.raw`(?<![\w.+\-/$])(?<!\d[ ,:;/]{1,2})[1-9]\d{1,5}(?:[ .-]\d{2,8}){1,5}${extension}(?![\w]|[.,-]\d| \d|%|/)`, 'gi'),
    accept: (match, text) => {
      const count = digits(match[0]);
      if (count < 7 || count > 13 || isRound(match[0]) || !isFree(match, text)) return false;
      if (phoneWord.test(lead(match, text))) return phoneOrFax(match, text);
      // Only writings with a rhythm of their own are looked up: 612 345 678, 98765 43210, 138 1234 5678, 12 34 56 78. Years side by side are none.
      return count >= 8 && !/^(?:(?:19|20)\d{2} ?){2}$/.test(match[0]) && /^(?:\d{2} \d{2} \d{2} \d{2}|\d{4} \d{4}|\d{4} \d{6}|\d{2} \d{3} \d{3}|\d{3}\.\d{3}\.\d{3}|\d{6} \d{3} \d{4}|\d{3} \d{3}-\d{3}-\d{3}|\d{3} \d{3} \d{3}|\d{5} \d{5}|\d{3} \d{4} \d{4}|\d{3} \d{2} \d{2} \d{2}|\d{3} \d{2} \d{3}|\d{2} \d{4} \d{4}|\d{3}[ -]\d{3}[ -]\d{2}[ -]\d{2}|\d{2} \d{3} \d{2} \d{2}|\d{1,3} \d{7,8})$/.test(match[0])
        && isPhone(match[0]) && 0.6;
    },
  },
  {
    name: 'phone-extension',
    kind: 'phone',
    score: 0.85,
    lead: /(?:\bext|\bextn|\bextension|\bpager|\bpgr|\bbeeper)\.?\s{0,2}(?:no\.?|number|#|is)?\s{0,2}[:#.]?\s?$/i,
    pattern: /(?<![\w.])\d{3,7}(?![\w]|[.,]\d)/g,
    accept: (match, text) => !isMeasured(after(text, match.index + match[0].length)),
  },
  {
    name: 'phone-extension-x',
    kind: 'phone',
    score: 0.85,
    pattern: /(?<![\w])x\s?\d{4,6}(?![\w]|[.,]\d)/gi,
    accept: (match, text) => !isMeasured(after(text, match.index + match[0].length)),
  },
];
