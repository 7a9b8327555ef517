import {TAG} from '@sluice/checksum';
import type {PackedRows} from '@sluice/core';
import type {Gatherer} from '../stream-batches.ts';
import {FIELD_ROOM, packField} from './pack-field.ts';
import type {Way} from './packed-plan.ts';

const FIRST_BYTES = 256 * 1024;
/** Of a length-encoded string: what its first byte says (MySQL internals, "Protocol::LengthEncodedString"). */
const NULL = 0xfb, TWO_BYTES = 0xfc, THREE_BYTES = 0xfd;

/** Gathers rows of the text protocol, packed, without a value being made of a field. */
export class PackedGatherer implements Gatherer<PackedRows> {
  readonly #ways: readonly Way[];
  readonly #maxBytes: number;
  readonly #starts: Uint32Array;
  #buffer: Buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #out = viewOf(this.#buffer);
  #rows = 0;
  #end = 0;
  /** What the socket gave last: many rows stand in it. */
  #message: Buffer = this.#buffer;
  #from = this.#out;

  constructor(ways: readonly Way[], {maxRows, maxBytes}: {readonly maxRows: number; readonly maxBytes: number}) {
    this.#ways = ways;
    this.#maxBytes = maxBytes;
    this.#starts = new Uint32Array(maxRows + 1);
  }

  packet(message: Buffer, begin: number, stop: number): boolean {
    if (message !== this.#message) {
      this.#message = message;
      this.#from = viewOf(message);
    }
    const from = this.#from;
    const ways = this.#ways;
    const width = ways.length;
    const needed = this.#end + stop - begin + width * FIELD_ROOM;
    if (needed > this.#buffer.length) this.#grow(needed);
    const out = this.#out;
    let at = begin, end = this.#end;
    for (let i = 0; i < width; i++) {
      let length = from.getUint8(at++);
      if (length === NULL) {
        out.setUint8(end++, TAG.null);
        continue;
      }
      if (length >= TWO_BYTES) {
        if (length === TWO_BYTES) length = from.getUint16((at += 2) - 2, true);
        else if (length === THREE_BYTES) length = from.getUint16((at += 3) - 3, true) | from.getUint8(at - 1) << 16;
        // No row is longer than 1 GB: of the eight bytes the upper four are zero.
        else length = from.getUint32((at += 8) - 8, true);
      }
      end = packField(ways[i]!, from, at, length, out, end);
      at += length;
    }
    if (at !== stop) throw new Error('a row of the server has other fields than were asked for');
    this.#end = end;
    this.#starts[++this.#rows] = end;
    return this.#rows === this.#starts.length - 1 || end >= this.#maxBytes;
  }

  take(): PackedRows | null {
    const rows = this.#rows;
    if (rows === 0) return null;
    const bytes = this.#buffer.subarray(0, this.#end);
    // The next batch is about as large.
    this.#use(Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, Math.ceil(this.#end * 1.125))));
    this.#rows = 0;
    this.#end = 0;
    return {bytes, starts: this.#starts.slice(0, rows + 1), rows};
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#use(larger);
  }

  #use(buffer: Buffer): void {
    this.#buffer = buffer;
    this.#out = viewOf(buffer);
  }
}

const viewOf = ({buffer, byteOffset, byteLength}: Buffer) => new DataView(buffer, byteOffset, byteLength);
