import {createHash} from 'node:crypto';

/** Fewer different bytes than this among 32 do not come from a random source: 32 random bytes have 30 on average, and fewer than 20 once in about 10^11. */
const FEWEST_DIFFERENT = 20;
/** Longest pattern that is looked for: two halves that are alike. */
const LONGEST_PATTERN = 16;

/**
 * Why 32 bytes cannot be a key that was made by a random source; null when nothing speaks against it. A sieve against mistakes (a placeholder, a password, a
 * key of half the length in hexadecimal, the hash of nothing), each of which a random key passes except with a probability below 10^-9. It proves no entropy.
 */
export function whyWeak(key: Uint8Array): string | null {
  if (key.every(byte => byte === key[0])) return 'all its bytes are equal';
  for (let period = 2; period <= LONGEST_PATTERN; period++) {
    if (key.every((byte, i) => i < period || byte === key[i - period])) return `it repeats a pattern of ${period} bytes`;
  }
  const step = (key[1]! - key[0]!) & 255;
  if (key.every((byte, i) => i === 0 || ((byte - key[i - 1]!) & 255) === step)) return 'its bytes count in equal steps';
  if (isText(key)) return 'it is text, not random bytes; a key in hexadecimal has 64 digits';
  if (new Set(key).size < FEWEST_DIFFERENT) return 'it has too few different bytes';
  if (isHashOfNothing(key)) return 'it is the hash of an empty input or of a placeholder';
  return null;
}

/** Whether the bytes are text in UTF-8 without control characters: of 32 random bytes, fewer than one in 10^10. */
function isText(bytes: Uint8Array): boolean {
  try {
    // All of the first 128 except the blanks from tab to carriage return; what Unicode has between U+0080 and U+009F stands in texts that were converted badly.
    return !/(?![\t-\r\x80-\x9f])\p{Cc}/u.test(new TextDecoder('utf-8', {fatal: true}).decode(bytes));
  } catch {
    return false;
  }
}

/** What comes out when a script hashes a variable that was not set, or the word of an example. */
function isHashOfNothing(key: Uint8Array): boolean {
  return ['', '\n', 'password', 'secret', 'changeme', 'test', 'key'].flatMap(text => text === '' ? [text] : [text, `${text}\n`])
    .some(text => createHash('sha256').update(text).digest().equals(key));
}
