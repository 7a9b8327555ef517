import type {Value} from '@sluice/core';

/** A value that is there: a null has no pseudonym, it stays null. */
export type Known = Exclude<Value, null>;

/**
 * The bytes that stand for a value wherever it is keyed; version 1 of the rule ({@link NORMALISER}).
 *
 * - An integer and its decimal text are one: 1, 1n and '1' join, because the same key is an INT in one database and a VARCHAR in another. So are a float or a
 *   decimal and the text that JavaScript writes for it, and a boolean and `true` or `false`; minus zero is zero.
 * - Nothing is trimmed, folded or normalised: ' 1', '01', '1.0' and 'A' against 'a' are different values. Whoever wants them to join has to make them alike first.
 * - Bytes are not text: they never join with any.
 */
export function canonical(value: Known): Uint8Array {
  if (value instanceof Uint8Array) {
    const bytes = Buffer.allocUnsafe(value.length + 1);
    bytes[0] = BYTES;
    bytes.set(value, 1);
    return bytes;
  }
  const text = canonicalText(value);
  // UTF-8 has one sign for all lone surrogates: two texts that differ in one must not become the same.
  const encoding = LONE_SURROGATE.test(text) ? 'utf16le' : 'utf8';
  const bytes = Buffer.allocUnsafe(Buffer.byteLength(text, encoding) + 1);
  bytes[0] = encoding === 'utf8' ? TEXT : BROKEN_TEXT;
  bytes.write(text, 1, encoding);
  return bytes;
}

/** The text of a value that is not bytes, as {@link canonical} has it. */
export function canonicalText(value: Exclude<Known, Uint8Array>): string {
  // String(-0) is '0'.
  return typeof value === 'string' ? value : String(value);
}

const LONE_SURROGATE = /\p{Surrogate}/u;
const TEXT = 1, BYTES = 2, BROKEN_TEXT = 3;

/** What {@link canonical} was made from: text, or bytes. */
export function fromCanonical(bytes: Uint8Array): string | Uint8Array {
  const content = bytes.subarray(1);
  return bytes[0] === BYTES ? Uint8Array.from(content) : Buffer.from(content).toString(bytes[0] === TEXT ? 'utf8' : 'utf16le');
}
