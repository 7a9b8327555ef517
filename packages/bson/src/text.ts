import {isUtf8} from 'node:buffer';

/** Up to so many bytes, text is put together here: calls into the engine cost more. Measured on Node 20. */
const SHORT = 12;
const REPLACEMENT = '�';

/** The text of these bytes; null when they are not UTF-8. */
export function textOf(bytes: Uint8Array, start: number, end: number): string | null {
  if (end - start <= SHORT) {
    let text = '';
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte > 127) break;
      text += String.fromCharCode(byte);
    }
    if (at === end) return text;
  }
  const text = bufferOf(bytes).toString('utf8', start, end);
  // Whatever is not UTF-8 becomes U+FFFD, which may also stand there itself.
  return text.includes(REPLACEMENT) && !isUtf8(bytes.subarray(start, end)) ? null : text;
}

/** The same memory as a Buffer: whoever reads much of it makes it once, as every text would otherwise. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
