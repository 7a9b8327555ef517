import {Parser} from 'csv-parse';
import {nullUnquotedEmpty} from './quoted-empty.ts';
import type {Field} from './field-text.ts';

export interface CsvRecord {
  readonly fields: Field[];
  /** Length in the file, line end included. */
  readonly bytes: number;
  /** csv-parse took it although it is not RFC 4180. */
  readonly malformed: boolean;
}

/**
 * csv-parse, driven chunk by chunk: `take` gives the records that ended in what was fed so far.
 * Holds the bytes of the chunk and of one unfinished record.
 */
export class RecordParser {
  readonly #parser = new CollectingParser();

  constructor() {
    // `feed` and `end` reject; without a listener Node would also crash the process.
    this.#parser.on('error', () => {});
  }

  /** Resolves when every record that ends in the chunk is there. Rejects with csv-parse's error. */
  feed(chunk: Uint8Array): Promise<void> {
    this.#parser.remember(chunk);
    return new Promise((resolve, reject) => {
      this.#parser.write(chunk, error => (error ? reject(error) : resolve()));
    });
  }

  /** Resolves when the last record, if it had no line end, is there too. */
  end(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#parser.end((error?: Error | null) => (error ? reject(error) : resolve()));
    });
  }

  take(): CsvRecord[] {
    return this.#parser.records.splice(0);
  }

  dispose(): void {
    this.#parser.destroy();
  }
}

/**
 * Collects records as csv-parse finds them instead of queueing them one by one: the same records,
 * without the cost of an object stream, and with `info.bytes` as it stands at that record's end.
 */
class CollectingParser extends Parser {
  readonly records: CsvRecord[] = [];
  /** The chunks since the start of the current record, and the place of the first in the file. */
  readonly #held: Uint8Array[] = [];
  #heldFrom = 0;
  #recordFrom = 0;
  /** csv-parse takes NUL behind a closing quote for a part of the field: from the first NUL on every record is checked. */
  #nul = false;

  constructor() {
    super({bom: true, record_delimiter: ['\r\n', '\n', '\r'], relax_column_count: true});
  }

  remember(chunk: Uint8Array): void {
    while (this.#held.length > 0 && this.#heldFrom + this.#held[0]!.length <= this.#recordFrom) {
      this.#heldFrom += this.#held.shift()!.length;
    }
    this.#held.push(chunk);
    this.#nul ||= chunk.includes(0);
  }

  override push(record: string[] | null): boolean {
    if (record === null) return super.push(null);
    const to = this.info.bytes;
    const fields: Field[] = record;
    const malformed = (this.#nul || record.includes('')) && !nullUnquotedEmpty(fields, this.#bytes(this.#recordFrom, to));
    this.records.push({fields, bytes: to - this.#recordFrom, malformed});
    this.#recordFrom = to;
    return true;
  }

  #bytes(from: number, to: number): Uint8Array {
    let start = this.#heldFrom;
    const parts: Uint8Array[] = [];
    for (const chunk of this.#held) {
      if (start < to && start + chunk.length > from) parts.push(chunk.subarray(Math.max(0, from - start), to - start));
      start += chunk.length;
    }
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    return from === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
  }
}
