/** What stands between a label and its value. */
export interface Connector {
  /** Where the value starts. */
  readonly end: number;
  /** A sign (`:`, `=`, `#`) or a verb stands between. */
  readonly sign: boolean;
  /** A word or sign for "number" stands between: then a number follows, whatever the label is. */
  readonly names: boolean;
  /** Words like "ending in" or "last four" stand between: then four digits are a value. */
  readonly tail: boolean;
}

const numberWords = new Set(['number', 'numbers', 'no', 'nos', 'num', 'nbr', 'nr', 'id', 'ids', 'identifier', 'code', 'numero', 'número', 'numéro', 'nummer', 'nº', 'n', 'nro', 'ref']);
const tailWords = new Set(['ending', 'ends', 'end', 'last', 'four', 'digits', 'final', 'terminating']);
// Words that carry no meaning of their own between a label and its value.
const fillers = new Set([
  'is', 'was', 'are', 'were', 'be', 'reads', 'shows', 'says', 'listed', 'recorded', 'documented', 'given', 'issued', 'assigned', 'as', 'being', 'now', 'currently', 'on', 'file', 'for', 'this', 'the', 'a', 'of', 'that', 'patient', 'patients', 'pt', 'pts',
  'his', 'her', 'hers', 'their', 'my', 'your', 'our', 'its', 'under', 'at', 'with', 'in', 'to', 'value', 'system', 'equals', 'card', 'record', 'visit', 'identified', 'found', 'noted', 'matching', 'me', 'him', 'them', 'us', 'back', 'reached', 'verified', 'confirmed',
  'es', 'ist', 'est', 'è', 'é', 'del', 'de', 'der', 'le', 'la', 'el', 'und', 'lautet', 'nach', 'unter', 'au', 'al', 'state', 'primary', 'secondary', 'new', 'old', 'current', 'updated', 'or', 'directly', 'please', 'either',
]);
const maxFillers = 6;
const signs = /[\s:=#"'`>|*_()[\]{},;.\u00BA\u00B0~<@/&-]/;
const piece = /\p{L}{1,12}/uy;

/** Reads from the end of a label to where its value may start: signs, and up to six words without meaning. `label` is the label's last word. */
export function connectorAt(text: string, from: number, label: string): Connector {
  let at = from;
  let sign = false;
  let names = numberWords.has(label) || label === '#';
  let tail = false;
  let words = 0;
  let breaks = 0;
  for (let steps = 0; at < text.length && steps < 60; steps++) {
    const character = text[at]!;
    if (signs.test(character)) {
      // A sign of the value itself: `-` or `(` or `*` right before it is the value's business.
      if (character === '#') names = true;
      if (character === ':' || character === '=' || character === '#' || character === '|' || character === '>') sign = true;
      // A label may stand over its value, not further away; a full stop between words ends the sentence, `No.` does not.
      if (character === '\n' && ++breaks > 1) break;
      if (character === '.' && words > 0 && !numberWords.has(lastWord(text, at)) && /\s/.test(text[at + 1] ?? ' ')) break;
      at++;
      continue;
    }
    // Unclosed comparison signs and the like end it.
    piece.lastIndex = at;
    const word = piece.exec(text)?.[0].toLowerCase();
    if (word === undefined || /[\p{L}\p{N}]/u.test(text[at + word.length] ?? ' ')) {
      // `last 4: 1234`: the figure belongs to the words.
      if (tail && /^4\W/.test(text.slice(at, at + 2)) ) {
        at++;
        continue;
      }
      break;
    }
    if (breaks > 0) break;
    const isNumber = numberWords.has(word);
    const isTail = tailWords.has(word);
    if (!isNumber && !isTail && !fillers.has(word)) break;
    if (++words > maxFillers) break;
    if (isNumber) names = true;
    if (isTail) tail = true;
    if (word === 'is' || word === 'was' || word === 'are') sign = true;
    at += word.length;
  }
  return {end: at, sign, names, tail};
}

function lastWord(text: string, at: number): string {
  return /\p{L}{1,12}$/u.exec(text.slice(Math.max(0, at - 12), at))?.[0].toLowerCase() ?? '';
}
