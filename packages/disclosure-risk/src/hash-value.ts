import type {Value} from '@sluice/core';

/** 64 bits of a value's hash, as two words. */
export interface Hash {
  high: number;
  low: number;
}

/**
 * Hashes a value into `into`: equal values alike, others as good as never (64 bits; among 10 million the chance of one
 * collision is about 3 in a million). Not for secrets: it is neither keyed nor one-way, and leaves this process in no form.
 * An integer that is a number and the same as a bigint are equal; 1, '1' and true are not; null equals null.
 */
export function hashValue(value: Value, into: Hash): void {
  if (typeof value === 'string') return hashText(value, 1, into);
  if (value === null) return hashText('', 2, into);
  if (value instanceof Uint8Array) return hashUnits(value.length, i => value[i]!, 3, into);
  if (typeof value === 'boolean') return hashText(value ? '1' : '0', 4, into);
  return hashText(String(value), 5, into);
}

function hashText(text: string, kind: number, into: Hash): void {
  // Spread first: a kind that shared bits with the first unit could be taken for another unit.
  let high = mix(kind + 0x9e3779b9);
  let low = mix(kind + 0x7f4a7c15);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x85ebca6b);
    high = high << 13 | high >>> 19;
    low = Math.imul(low ^ unit, 0xcc9e2d51);
    low = low << 15 | low >>> 17;
  }
  finish(high, low, text.length, into);
}

function hashUnits(length: number, at: (i: number) => number, kind: number, into: Hash): void {
  let high = mix(kind + 0x9e3779b9);
  let low = mix(kind + 0x7f4a7c15);
  for (let i = 0; i < length; i++) {
    const unit = at(i);
    high = Math.imul(high ^ unit, 0x85ebca6b);
    high = high << 13 | high >>> 19;
    low = Math.imul(low ^ unit, 0xcc9e2d51);
    low = low << 15 | low >>> 17;
  }
  finish(high, low, length, into);
}

function finish(high: number, low: number, length: number, into: Hash): void {
  into.high = mix(high ^ length);
  into.low = mix(low ^ Math.imul(length, 0x1b873593) ^ into.high);
}

/** Spreads every bit of a word over all of it (the finaliser of MurmurHash3). */
export function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ h >>> 16, 0x85ebca6b);
  h = Math.imul(h ^ h >>> 13, 0xc2b2ae35);
  return (h ^ h >>> 16) >>> 0;
}
