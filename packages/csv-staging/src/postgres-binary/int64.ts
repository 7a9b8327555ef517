export const TWO_32 = 4_294_967_296;

/** Writes a whole number of 32 bits, big endian. */
export function writeInt32(buffer: Buffer, at: number, value: number): void {
  buffer[at] = value >> 24;
  buffer[at + 1] = value >> 16;
  buffer[at + 2] = value >> 8;
  buffer[at + 3] = value;
}

/** Writes what is `high` times 2^32 and `low`, a whole number below 2^32, as 64 bits, big endian. */
export function writeHalves(buffer: Buffer, at: number, high: number, low: number): void {
  buffer[at] = high >> 24;
  buffer[at + 1] = high >> 16;
  buffer[at + 2] = high >> 8;
  buffer[at + 3] = high;
  buffer[at + 4] = low >> 24;
  buffer[at + 5] = low >> 16;
  buffer[at + 6] = low >> 8;
  buffer[at + 7] = low;
}

/** Writes an integer below 2^53 as 64 bits, big endian. */
export function writeSafeInteger(buffer: Buffer, at: number, value: number): void {
  const high = Math.floor(value / TWO_32);
  writeHalves(buffer, at, high, value - high * TWO_32);
}
