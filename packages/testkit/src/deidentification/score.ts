import type {LabelledText, LabelledValue} from './labelled-text.js';

/** What a redactor would take out, in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Tally {
  values: number;
  /** Values of which no token that tells anything is left. */
  gone: number;
  /** Values that survive whole. */
  whole: number;
}

export interface Score {
  readonly texts: number;
  readonly total: Tally;
  readonly byClass: Readonly<Record<string, Tally>>;
  /** Texts in which something outside every label was taken out. */
  readonly touched: number;
  /** Letters and digits outside every label, and how many of them were taken out. */
  readonly plainCharacters: number;
  readonly overRedacted: number;
  /** Labels of which something is left: where, never what. */
  readonly missed: readonly {readonly id: string; readonly class: string; readonly start: number; readonly end: number}[];
}

const TOKEN = /[\p{L}\p{N}\p{M}]+/gu;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;

/** Words that tell nothing about a person when they are what is left of a value: "94" is the age, "year-old" is not; titles are no names. */
const TELLS_NOTHING = new Set('mr mrs ms dr year years yrs yr old yo y o age aged of the and de la du a an van von den der ext tel no in at on'.split(' '));

/** The parts of a value that have to go. A value made of empty words only has to go as it is. */
function tokensOf(text: string, {start, end}: LabelledValue): readonly Range[] {
  const all = [...text.slice(start, end).matchAll(TOKEN)].map(({0: word, index}) => ({word, start: start + index, end: start + index + word.length}));
  const telling = all.filter(({word}) => !TELLS_NOTHING.has(word.toLowerCase()));
  return telling.length > 0 ? telling : all;
}

/** Marks every unit that the ranges cover. */
function cover(length: number, ranges: readonly Range[]): Uint8Array {
  const covered = new Uint8Array(length);
  for (const {start, end} of ranges) covered.fill(1, start, end);
  return covered;
}

/**
 * Judges what `find` takes out of labelled texts. A value counts as gone when every telling token of it is gone where
 * it stands: half a name or the last four digits that stay are a miss.
 * @param mayStay classes whose loss is neither asked for nor held against the redactor, such as states
 */
export function scoreTexts(texts: readonly LabelledText[], find: (text: string) => readonly Range[], mayStay: ReadonlySet<string> = new Set()): Score {
  const total: Tally = {values: 0, gone: 0, whole: 0};
  const byClass: Record<string, Tally> = {};
  const missed: {id: string; class: string; start: number; end: number}[] = [];
  let touched = 0, plainCharacters = 0, overRedacted = 0;
  for (const {id, text, values} of texts) {
    const covered = cover(text.length, find(text)), labelled = cover(text.length, values);
    for (const value of values) {
      if (mayStay.has(value.class)) continue;
      const tokens = tokensOf(text, value);
      const left = tokens.filter(({start, end}) => covered.subarray(start, end).includes(0)).length;
      const tally = byClass[value.class] ??= {values: 0, gone: 0, whole: 0};
      for (const each of [total, tally]) {
        each.values++;
        if (left === 0) each.gone++;
        if (left === tokens.length) each.whole++;
      }
      if (left > 0) missed.push({id, class: value.class, start: value.start, end: value.end});
    }
    let taken = 0;
    for (let i = 0; i < text.length; i++) {
      if (labelled[i] === 1 || !LETTER_OR_DIGIT.test(text.charAt(i))) continue;
      plainCharacters++;
      if (covered[i] === 1) taken++;
    }
    overRedacted += taken;
    if (taken > 0) touched++;
  }
  return {texts: texts.length, total, byClass, touched, plainCharacters, overRedacted, missed};
}
