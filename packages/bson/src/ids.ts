import type {RawValue} from './elements.ts';
import {findField} from './elements.ts';

const HEX = Array.from({length: 256}, (_, i) => i.toString(16).padStart(2, '0'));

/** The 24 lower-case hexadecimal digits of an ObjectId. */
export function objectIdText(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = at; i < at + 12; i++) text += HEX[bytes[i]!]!;
  return text;
}

/** The 16 bytes of a UUID in their order, lower case, hyphenated. */
export function uuidText(bytes: Uint8Array, at: number): string {
  let text = '';
  for (let i = 0; i < 16; i++) text += (i === 4 || i === 6 || i === 8 || i === 10 ? '-' : '') + HEX[bytes[at + i]!]!;
  return text;
}

/** A document of one field with an empty name, as drivers and commands take an id: `{"": value}`. */
export function idDocument(value: RawValue): Uint8Array {
  const {bytes, type, start, end} = value;
  const length = 4 + 1 + 1 + (end - start) + 1;
  const document = new Uint8Array(length);
  new DataView(document.buffer).setInt32(0, length, true);
  document[4] = type;
  document.set(bytes.subarray(start, end), 6);
  return document;
}

/** The value in a document `{"": value}`; null when it has no field of an empty name. */
export function idOf(document: Uint8Array): RawValue | null {
  return findField(document, '');
}

/** The bytes of a binary without its lengths, and its subtype. */
export function binaryOf(value: RawValue): {readonly bytes: Uint8Array; readonly subtype: number} {
  const {bytes, start, end} = value;
  const subtype = bytes[start + 4]!;
  return {bytes: bytes.subarray(start + (subtype === OLD_GENERIC ? 9 : 5), end), subtype};
}

const OLD_GENERIC = 2;

