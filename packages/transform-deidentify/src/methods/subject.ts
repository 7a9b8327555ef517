import type {Row, Value} from '@sluice/core';

/**
 * The person a row is of, as one text, from the values of the subject's key; null when one of them is null. A number
 * and its text are one, as the same key may have either type in two tables.
 */
export function subjectOf(key: Row): string | null {
  if (key.length === 1) return key[0] === null ? null : textOf(key[0]!);
  let text = '';
  for (const value of key) {
    if (value === null) return null;
    const part = textOf(value);
    text += `${part.length}:${part}`;
  }
  return text;
}

const textOf = (value: Exclude<Value, null>): string => (value instanceof Uint8Array ? `0x${Buffer.from(value.buffer, value.byteOffset, value.length).toString('hex')}` : String(value));
