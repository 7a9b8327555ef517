/** Numbers of a document, little-endian. None of these looks whether the bytes are there: that is done before. */
const scratch = new DataView(new ArrayBuffer(8));
const scratchBytes = new Uint8Array(scratch.buffer);

export function int32At(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

const TWO_32 = 0x1_0000_0000;

/** A number where it is safe, otherwise a bigint. */
export function int64At(bytes: Uint8Array, at: number): number | bigint {
  const low = int32At(bytes, at) >>> 0;
  const high = int32At(bytes, at + 4);
  const near = high * TWO_32 + low;
  return Number.isSafeInteger(near) ? near : (BigInt(high) << 32n) | BigInt(low);
}

export function uint32At(bytes: Uint8Array, at: number): number {
  return int32At(bytes, at) >>> 0;
}

export function doubleAt(bytes: Uint8Array, at: number): number {
  for (let i = 0; i < 8; i++) scratchBytes[i] = bytes[at + i]!;
  return scratch.getFloat64(0, true);
}
