/** One value in a text that has to go. */
export interface LabelledValue {
  readonly value: string;
  /** What a reader would call it: a letter of 45 CFR 164.514(b)(2), or a word such as `state` for what may stay. */
  readonly class: string;
  /** UTF-16 units of the text, end exclusive. */
  readonly start: number;
  readonly end: number;
}

export interface LabelledText {
  readonly id: string;
  readonly text: string;
  /** In order, not overlapping. */
  readonly values: readonly LabelledValue[];
}

const MARK = /\[\[(\w+):([^\]]*)\]\]/g;

/** Reads `pt [[A:Ann Lee]] of [[B:Dayton]]`: a text with its values marked in place. Throws where a mark is left open. */
export function parseMarked(id: string, marked: string): LabelledText {
  const values: LabelledValue[] = [];
  let text = '', from = 0;
  for (const mark of marked.matchAll(MARK)) {
    text += marked.slice(from, mark.index);
    const [whole, name = '', value = ''] = mark;
    values.push({value, class: name, start: text.length, end: text.length + value.length});
    text += value;
    from = mark.index + whole.length;
  }
  text += marked.slice(from);
  if (text.includes('[[') || text.includes(']]')) throw new Error(`text ${id} has a mark that is not closed`);
  return {id, text, values};
}
