import type {Span} from '../classes.ts';
import {after, before, isMeasured} from '../scan/around.ts';
import {prepared, toSpans} from '../scan/spans.ts';
import type {Find} from '../scan/spans.ts';
import {wordsOf} from '../scan/words.ts';
import type {Word} from '../scan/words.ts';
import type {Normalised} from '../text/normalise.ts';
import {connectorAt} from './connector.ts';
import type {Connector} from './connector.ts';
import {labelTree} from './labels.ts';
import type {Label, LabelNode} from './labels.ts';
import {furtherValues, valueAt} from './value.ts';

/**
 * Finds the values of labels: `MRN#: 123-45-67`, `medical record number is AB123456`, `Acct No. 4471`, `"patientId": "00172"`, `SSN ending 1234`, `00417 (MRN)`.
 * A label is looked up word by word, then what connects it to a value, then the value in the shape that the label's numbers have. Spans are in order, do not overlap, and
 * have offsets of the text given in. Linear in time.
 */
export function scanLabelled(text: string | Normalised): readonly Span[] {
  const source = prepared(text);
  return toSpans(findLabelled(source.text), source);
}

const tree = labelTree();

/** The finds of the labels in normalised text, in no order. `words` are those of the text, where the caller has them. */
export function findLabelled(text: string, words: readonly Word[] = wordsOf(text)): Find[] {
  const finds: Find[] = [];
  for (let i = 0; i < words.length; i++) {
    const node = tree.next.get(words[i]!.lower);
    if (node === undefined) continue;
    const found = longestLabel(text, words, i, node);
    if (found === null) continue;
    const {label, last} = found;
    const at = words[last]!.end;
    const connector = connectorAt(text, at, words[last]!.lower);
    const values = valuesAfter(text, label, connector);
    if (values.length > 0) finds.push(...values);
    else finds.push(...valueBefore(text, label, words[i]!.start, at));
    // Words inside a label begin no other: the `no` of `account no`.
    i = last;
  }
  return finds;
}

function longestLabel(text: string, words: readonly Word[], first: number, start: LabelNode): {readonly label: Label; readonly last: number} | null {
  let best = start.label === null ? null : {label: start.label, last: first};
  let node = start;
  for (let i = first + 1; i < words.length && i - first < 6; i++) {
    const gap = words[i]!.start - words[i - 1]!.end;
    if (gap > 3 || !gapBetween.test(text.slice(words[i - 1]!.end, words[i]!.start))) break;
    const next = node.next.get(words[i]!.lower);
    if (next === undefined) break;
    node = next;
    if (node.label !== null) best = {label: node.label, last: i};
  }
  return best;
}

const gapBetween = /^[ \t_\-./']*$/;

function valuesAfter(text: string, label: Label, connector: Connector): Find[] {
  const value = valueAt(text, connector.end, label, connector);
  if (value === null) return [];
  const found = [value, ...(label.shape === 'code' || label.shape === 'phone' ? furtherValues(text, value, label) : [])];
  return found.map(([start, end]) => ({start, end, kind: label.kind, rule: `label-${label.name}`, score: label.need === 'none' || connector.names ? 0.97 : 0.85}));
}

// The other way round: `00417 (MRN)`, `00417 is her MRN`, `00417 MRN`.
const reversed = /(?<![\w.,-])([A-Za-z]{0,5}-?\d[\dA-Za-z-]{2,24})(?:\s?[([]\s?(?:pt'?s?\s|patient'?s?\s|his\s|her\s)?|\s(?:is|was)\s(?:the\s|her\s|his\s|their\s|my\s|your\s|patient'?s?\s|pt'?s?\s){0,2})$/i;

function valueBefore(text: string, label: Label, start: number, end: number): Find[] {
  if (label.shape !== 'code' || label.name === 'id' && label.need !== 'none') return [];
  const lead = before(text, start, 60);
  const match = reversed.exec(lead);
  if (match === null) return [];
  const [all, value = ''] = match;
  if (isMeasured(after(all, value.length))) return [];
  // A bracket that was opened before the label has to close after it.
  if (/[([]/.test(all) && !/^\s?(?:number|no\.?|#)?\s?[)\]]/i.test(after(text, end, 12))) return [];
  const from = start - lead.length + match.index;
  return [{start: from, end: from + value.length, kind: label.kind, rule: `label-after-${label.name}`, score: 0.9}];
}
