import {isUtf8} from 'node:buffer';

/** Up to so many bytes, text is put together here: calls into the engine cost more. Measured on Node 20. */
const SHORT = 12;
const REPLACEMENT = '�';

/** The text of these bytes; null when they are not UTF-8. */
export function textOf(bytes: Uint8Array, start: number, end: number): string | null {
  if (end - start <= SHORT && isAscii(bytes, start, end)) return shortText(bytes, start, end);
  const text = bufferOf(bytes).toString('utf8', start, end);
  // Whatever is not UTF-8 becomes U+FFFD, which may also stand there itself.
  return text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(start, end)) ? null : text;
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  let all = 0;
  for (let at = start; at < end; at++) all |= bytes[at]!;
  return all <= 127;
}

/** Several characters at a time: each piece that is added makes a text of its own, which is garbage at once. */
function shortText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let at = start;
  if (end - at >= 8) {
    text = String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!, bytes[at + 4]!, bytes[at + 5]!, bytes[at + 6]!, bytes[at + 7]!);
    at += 8;
  }
  if (end - at >= 4) {
    text += String.fromCharCode(bytes[at]!, bytes[at + 1]!, bytes[at + 2]!, bytes[at + 3]!);
    at += 4;
  }
  for (; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

/** The same memory as a Buffer: whoever reads much of it makes it once, as every text would otherwise. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
