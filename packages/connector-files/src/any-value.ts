import type {Value} from '@sluice/core';
import {base64, floatText} from '@sluice/csv-staging';

/**
 * Values of columns without a type (core's `any`), as text that tells the type: integers in digits,
 * floats with a point, an exponent or as NaN, INF, -INF, `true`, `false`, `base64:…`; all other text
 * is text, with `text:` in front where it would read as one of those.
 */
export function anyText(value: NonNullable<Value>): string {
  switch (typeof value) {
    case 'bigint': return value.toString();
    case 'number': return markedFloat(value);
    case 'boolean': return String(value);
    case 'string': return anyOf(value) === value ? value : `text:${value}`;
    default: return `base64:${base64(value)}`;
  }
}

export function anyOf(text: string): Value {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text.startsWith('text:')) return text.slice(5);
  if (text.startsWith('base64:')) return bytesOf(text.slice(7)) ?? text;
  if (/^-?(0|[1-9]\d*)$/.test(text) && text !== '-0') return BigInt(text);
  if (/^-?(NaN|INF|\d)/.test(text)) {
    const value = text === 'INF' ? Infinity : text === '-INF' ? -Infinity : Number(text);
    if (markedFloat(value) === text) return value;
  }
  return text;
}

/** A float's text that no integer has. */
export function markedFloat(value: number): string {
  const text = floatText(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** The bytes, unless the text is not exactly how base64 writes them: Node's decoder takes anything. */
export function bytesOf(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  // A copy of its own: small buffers share a pool, and whoever gets a row may write into it.
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined;
}
