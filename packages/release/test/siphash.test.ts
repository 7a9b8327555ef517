import {expect, test} from 'vitest';
import {SipHasher} from '../src/siphash.ts';

// The vectors of the paper's reference code: key 00 01 … 0f, message 00 01 … of the given length; lengths are even, as units are two bytes.
test.each([
  [0, '310e0edd47db6f72'], [2, '5a4fa9d909806c0d'], [4, 'b7877127e09427cf'], [6, 'cee3fe586e46c9cb'], [8, '6224939a79f5f593'],
])('is SipHash-2-4: %d bytes', (length, expected) => {
  const hasher = new SipHasher(Uint8Array.from({length: 16}, (_, i) => i));
  const into = {high: 0, low: 0};
  hasher.hash(String.fromCharCode(...Array.from({length: length / 2}, (_, i) => i * 2 | (i * 2 + 1) << 8)), into);
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(into.low, 0);
  bytes.writeUInt32LE(into.high, 4);
  expect(bytes.toString('hex')).toBe(expected);
});

test('another key, another hash', () => {
  const [one, two] = [new SipHasher(), new SipHasher()].map(hasher => {
    const into = {high: 0, low: 0};
    hasher.hash('Okafor', into);
    return into;
  });
  expect(one).not.toEqual(two);
});
