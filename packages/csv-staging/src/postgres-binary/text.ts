/** A UTF-16 unit takes at most three bytes of UTF-8. */
export const UTF8_WORST = 3;
/** Below this many UTF-16 units a loop over char codes beats the call into `Buffer.write`; measured on Node 20. */
const SHORT = 24;

/** Writes a text as UTF-8. The bytes written. The caller sees to the room. */
export function writeText(buffer: Buffer, at: number, text: string): number {
  const {length} = text;
  if (length > SHORT) return buffer.write(text, at);
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 127) return buffer.write(text, at);
    buffer[at + i] = unit;
  }
  return length;
}
