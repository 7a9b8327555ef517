/** From here on the call that copies beats a loop over words; measured on Node 20. */
const LONG = 512;

/** Copies bytes between buffers: for texts of usual lengths faster than `Buffer.copy`, which makes an object for each call. */
export function copyBytes(from: DataView, at: number, length: number, to: DataView, start: number): void {
  if (length >= LONG) {
    new Uint8Array(to.buffer, to.byteOffset + start, length).set(new Uint8Array(from.buffer, from.byteOffset + at, length));
    return;
  }
  const words = length & ~3;
  let i = 0;
  for (; i < words; i += 4) to.setInt32(start + i, from.getInt32(at + i));
  for (; i < length; i++) to.setUint8(start + i, from.getUint8(at + i));
}
