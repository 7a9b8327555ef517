import {cutShort, notSocrata} from './errors.ts';

/** More than any row of a portal; a body without end would fill the memory. */
const LONGEST_ROW = 256 << 20;

/** What may come between rows: the bracket, a row or the end, a row, a comma or the end, nothing. */
type State = 'before' | 'first' | 'row' | 'separator' | 'behind';

/**
 * Cuts a JSON array that comes in pieces into the texts of its objects, untouched. Holds one unfinished row. What is no array of objects
 * is no answer of a portal; one without its closing bracket was cut short, however it ended.
 */
export class RowSplitter {
  readonly #host: string;
  #text = '';
  /** Where to go on looking. */
  #at = 0;
  /** Where the row begins that is not finished; -1 between rows. */
  #start = -1;
  #depth = 0;
  #inString = false;
  /** The last character that came is a backslash that escapes the next. */
  #escaped = false;
  #state: State = 'before';

  constructor(host: string) {
    this.#host = host;
  }

  /** The rows that end within this piece. */
  push(piece: string): string[] {
    this.#text += piece;
    const rows: string[] = [];
    while (this.#at < this.#text.length) {
      if (this.#start < 0) this.#between();
      else if (this.#within()) {
        rows.push(this.#text.slice(this.#start, this.#at));
        this.#start = -1;
        this.#state = 'separator';
      }
    }
    const kept = this.#start < 0 ? this.#at : this.#start;
    this.#text = this.#text.slice(kept);
    this.#at -= kept;
    if (this.#start > 0) this.#start = 0;
    if (this.#text.length > LONGEST_ROW) throw notSocrata(this.#host, 'a row has no end');
    return rows;
  }

  /** To be called behind the last piece. Throws Passing for an array without its end. */
  end(): void {
    if (this.#state !== 'behind') throw cutShort(this.#host);
  }

  #between(): void {
    const code = this.#text.charCodeAt(this.#at);
    const state = this.#state;
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09 || (code === 0xfe_ff && state === 'before')) this.#at++;
    else if (code === 0x5b && state === 'before') this.#pass('first');
    else if (code === 0x5d && (state === 'first' || state === 'separator')) this.#pass('behind');
    else if (code === 0x2c && state === 'separator') this.#pass('row');
    else if (code === 0x7b && (state === 'first' || state === 'row')) {
      this.#start = this.#at++;
      this.#depth = 1;
    } else throw notSocrata(this.#host, 'what it sends is not an array of rows in JSON');
  }

  #pass(next: State): void {
    this.#at++;
    this.#state = next;
  }

  /** Goes on to the end of the row, or of what is there; true at the end of the row. */
  #within(): boolean {
    const text = this.#text;
    while (this.#at < text.length) {
      if (this.#inString) {
        if (!this.#toEndOfString()) return false;
        continue;
      }
      const code = text.charCodeAt(this.#at++);
      if (code === 0x22) this.#inString = true;
      else if (code === 0x7b || code === 0x5b) this.#depth++;
      else if ((code === 0x7d || code === 0x5d) && --this.#depth === 0) return true;
    }
    return false;
  }

  /** False: the string does not end in what is there. */
  #toEndOfString(): boolean {
    const text = this.#text;
    if (this.#escaped) this.#at++;
    this.#escaped = false;
    for (;;) {
      const quote = text.indexOf('"', this.#at);
      const end = quote < 0 ? text.length : quote;
      // A character behind an odd number of backslashes is escaped.
      let from = end;
      while (from > this.#at && text.charCodeAt(from - 1) === 0x5c) from--;
      const isEscaped = (end - from) % 2 === 1;
      this.#at = quote < 0 ? end : end + 1;
      if (quote < 0) {
        this.#escaped = isEscaped;
        return false;
      }
      if (isEscaped) continue;
      this.#inString = false;
      return true;
    }
  }
}
