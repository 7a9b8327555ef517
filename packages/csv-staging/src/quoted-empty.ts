import type {Field} from './field-text.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;

/**
 * Turns the empty fields of a record that were written without quotes into nulls, in place.
 * csv-parse tells the two apart only through its `cast` callback, which costs eight times the
 * parsing itself; but it gives each field's text and the record's place in the input, and so the
 * place of every field follows from the lengths of those before it.
 *
 * Returns false when lengths and bytes disagree: then the record is not RFC 4180.
 */
export function nullUnquotedEmpty(record: Field[], bytes: Uint8Array): boolean {
  let at = 0;
  for (let i = 0; i < record.length; i++) {
    const text = record[i]!;
    const quoted = bytes[at] === QUOTE;
    if (text === '') {
      if (quoted) at += 2;
      else record[i] = null;
    } else {
      at += Buffer.byteLength(text) + (quoted ? 2 + quotesIn(text) : 0);
      if (quoted && bytes[at - 1] !== QUOTE) return false;
    }
    if (i < record.length - 1 && bytes[at++] !== COMMA) return false;
  }
  return true;
}

function quotesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) count++;
  return count;
}
