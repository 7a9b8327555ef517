import type {Span} from '@sluice/identifiers';

/** Segments of HL7 version 2 messages that are about the person, relatives and insurance: every field of theirs goes, but codes of one or two letters (sex, race). */
const segments = /^(?:PID|NK1|GT1|IN1|IN2)\|.*$/gmu;

/** Personal segments of HL7 messages pasted into a text. */
export function findInMessages(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const match of text.matchAll(segments)) {
    let at = match.index;
    for (const [index, field] of match[0].split('|').entries()) {
      if (index > 0 && field.length > 2) spans.push({start: at, end: at + field.length, class: 'R', kind: 'other', rule: 'message.field', score: 0.8});
      at += field.length + 1;
    }
  }
  return spans;
}
