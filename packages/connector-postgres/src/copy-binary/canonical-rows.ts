import {copyBytes, TAG, type EncodedDigester} from '@sluice/checksum';
import {BINARY_SIGNATURE, NUMERIC_TEXT_ROOM} from '@sluice/csv-staging/postgres-binary';
import {canonicalField, type Form} from './canonical-field.ts';

const SIGNATURE_BYTES = BINARY_SIGNATURE.length;
const OUT_BYTES = 256 * 1024;
/** Room that a tag, a length and any value but text and bytes need. */
const ROOM = 5 + NUMERIC_TEXT_ROOM;

/** A value that only the server's text says rightly. */
export class Unsure extends Error {
  override readonly name = 'Unsure';
}

/**
 * Turns what COPY gives in its binary format, cut anywhere, into the canonical encoding of the rows, from bytes to bytes, and digests it.
 * Bounds: one row that has not come whole, and 256 KB.
 */
export class CanonicalRows {
  readonly #forms: readonly Form[];
  readonly #digester: EncodedDigester;
  readonly #out = Buffer.allocUnsafeSlow(OUT_BYTES);
  readonly #view = viewOf(this.#out);
  #end = 0;
  /** Rows in what was appended or stands in `#out`, that the digester has not been told of. */
  #open = 0;
  #room: number;
  #parts: Buffer[] = [];
  #held = 0;
  /** So many bytes of the row under way are needed at least. */
  #needed = SIGNATURE_BYTES;
  #begun = false;
  #over = false;

  constructor(forms: readonly Form[], digester: EncodedDigester) {
    this.#forms = forms;
    this.#digester = digester;
    this.#room = digester.room;
  }

  /** Throws {@link Unsure}. Keeps what it needs of the bytes. */
  push(chunk: Buffer): void {
    this.#parts.push(chunk);
    this.#held += chunk.length;
    if (this.#held < this.#needed) return;
    const bytes = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts, this.#held);
    let at = 0;
    if (!this.#begun) {
      this.#begun = true;
      at = SIGNATURE_BYTES;
    }
    const view = viewOf(bytes);
    for (;;) {
      const end = this.#endOfRow(view, at);
      if (end < 0) break;
      if (!this.#over) this.#row(bytes, view, at);
      at = end;
    }
    this.#parts = at < bytes.length ? [bytes.subarray(at)] : [];
    this.#held = bytes.length - at;
  }

  /** After the last byte. Throws {@link Unsure} when the rows came to no end. */
  finish(): void {
    if (!this.#over || this.#held > 0) throw new Unsure('the rows do not end');
    if (this.#open > 0) this.#tell();
  }

  /** Where the row that begins there ends; -1 while it has not come whole. */
  #endOfRow(bytes: DataView, at: number): number {
    const length = bytes.byteLength;
    if (length < at + 2) return this.#wait(2);
    const fields = bytes.getInt16(at);
    let end = at + 2;
    if (fields < 0) {
      this.#over = true;
      return end;
    }
    if (fields !== this.#forms.length) throw new Unsure('a row has another number of fields');
    for (let i = 0; i < fields; i++) {
      if (length < end + 4) return this.#wait(end + 4 - at);
      const size = bytes.getInt32(end);
      end += size < 0 ? 4 : 4 + size;
    }
    return length < end ? this.#wait(end - at) : end;
  }

  #wait(bytes: number): -1 {
    this.#needed = bytes;
    return -1;
  }

  #row(bytes: Buffer, from: DataView, begin: number): void {
    const forms = this.#forms;
    const out = this.#out, view = this.#view;
    let at = begin + 2;
    let end = this.#end;
    for (let i = 0; i < forms.length; i++) {
      const size = from.getInt32(at);
      at += 4;
      if (end > OUT_BYTES - ROOM) end = this.#flush(end);
      if (size < 0) {
        out[end++] = TAG.null;
        continue;
      }
      const form = forms[i]!;
      if ('skip' in form) {
        const length = size - form.skip;
        out[end] = form.kind === 'text' ? TAG.text : TAG.bytes;
        view.setUint32(end + 1, length, true);
        end += 5;
        if (length > OUT_BYTES - ROOM - end) end = this.#flush(end);
        if (length > OUT_BYTES - ROOM) this.#digester.append(bytes.subarray(at + form.skip, at + size));
        else {
          copyBytes(from, at + form.skip, length, view, end);
          end += length;
        }
      } else {
        end = canonicalField(form, bytes, at, size, out, end);
        if (end < 0) throw new Unsure('a value is for the text form');
      }
      at += size;
    }
    this.#end = end;
    if (++this.#open === this.#room) this.#tell();
  }

  #tell(): void {
    this.#end = this.#flush(this.#end);
    this.#digester.ended(this.#open);
    this.#open = 0;
    this.#room = this.#digester.room;
  }

  #flush(end: number): 0 {
    if (end > 0) this.#digester.append(this.#out.subarray(0, end));
    return 0;
  }
}

const viewOf = ({buffer, byteOffset, byteLength}: Buffer) => new DataView(buffer, byteOffset, byteLength);
