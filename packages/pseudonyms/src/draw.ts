import {randomFillSync} from 'node:crypto';

/** Bytes that are taken from the system at once: a call per number would cost more than the number. */
const POOL_BYTES = 4096;
const pool = Buffer.alloc(POOL_BYTES);
let at = POOL_BYTES;

/** A number 0 .. count - 1 from the system's random source, every one as likely as any other. */
export function drawBelow(count: bigint): bigint {
  const bits = (count - 1n).toString(2).length;
  const bytes = Math.ceil(bits / 8);
  const mask = (1n << BigInt(bits)) - 1n;
  for (;;) {
    const number = BigInt(`0x${take(bytes).toString('hex')}`) & mask;
    if (number < count) return number;
  }
}

function take(bytes: number): Buffer {
  if (at + bytes > POOL_BYTES) {
    randomFillSync(pool);
    at = 0;
  }
  at += bytes;
  return pool.subarray(at - bytes, at);
}
