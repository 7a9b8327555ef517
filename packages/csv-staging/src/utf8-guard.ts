import {isUtf8} from 'node:buffer';

/** Lets only whole, valid UTF-8 through; decoders would turn anything else into U+FFFD in silence. */
export class Utf8Guard {
  /** Start of a character whose end comes with the next chunk: at most 3 bytes. */
  #cut: Uint8Array = new Uint8Array();
  /** True once a byte was met that is not UTF-8; what comes after is not looked at. */
  broken = false;

  /** The valid part of what is there, up to the first wrong byte. */
  pass(chunk: Uint8Array): Uint8Array {
    const bytes = this.#cut.length === 0 ? chunk : Buffer.concat([this.#cut, chunk]);
    const whole = wholeLength(bytes);
    if (isUtf8(bytes.subarray(0, whole))) {
      // A copy: the chunk may belong to a pool.
      this.#cut = bytes.slice(whole);
      return bytes.subarray(0, whole);
    }
    this.broken = true;
    return bytes.subarray(0, validLength(bytes));
  }

  /** Call at the end of the input: a character cut off there is broken too. */
  end(): void {
    if (this.#cut.length > 0) this.broken = true;
  }
}

/** Length without an unfinished character at the end. */
function wholeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte > 0xf4) break; // begins no character: whoever judges the bytes shall see it now
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Length of the longest valid start, found by halving. */
function validLength(bytes: Uint8Array): number {
  let good = 0;
  let bad = bytes.length;
  while (good < bad - 1) {
    const middle = (good + bad) >> 1;
    // Halving may cut a character in two: only the whole ones before it are judged.
    const start = bytes.subarray(0, middle);
    if (isUtf8(start.subarray(0, wholeLength(start)))) good = middle;
    else bad = middle;
  }
  return wholeLength(bytes.subarray(0, good));
}
