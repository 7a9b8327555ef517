/** What a JSON value is; for `string` the text is decoded, for all others it is the source text. */
export type JsonKind = 'string' | 'number' | 'bool' | 'null' | 'nested';

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Within a string: the start of an escape, or a control character, which is not allowed.
const SPECIAL = /[\\\u0000-\u001f]/;
const LITERALS = [['true', 'bool'], ['false', 'bool'], ['null', 'null']] as const;

/**
 * Takes the members of one JSON object (RFC 8259) apart without touching their values: numbers,
 * objects and arrays come as the text they were written in, so that 9.0, 20-digit integers, blanks
 * and doubled keys inside a document survive. Returns null, or the offset where the text is wrong.
 */
export function scanMembers(line: string, member: (key: string, kind: JsonKind, text: string) => void): number | null {
  const scanner = new Scanner(line);
  try {
    scanner.object(member);
    return null;
  } catch (error) {
    if (error === WRONG) return scanner.at;
    throw error;
  }
}

/** Thrown within this file only: an exception costs nothing on lines that are right. */
const WRONG = new Error('not JSON');

class Scanner {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  object(member: (key: string, kind: JsonKind, text: string) => void): void {
    this.#blanks();
    this.#expect(0x7b);
    this.#blanks();
    if (this.#code() === 0x7d) this.at++;
    else {
      for (;;) {
        const key = this.#string();
        this.#blanks();
        this.#expect(0x3a);
        this.#blanks();
        this.#value(key, member);
        this.#blanks();
        if (this.#code() === 0x7d) break;
        this.#expect(0x2c);
        this.#blanks();
      }
      this.at++;
    }
    this.#blanks();
    if (this.at < this.#text.length) throw WRONG;
  }

  #value(key: string, member: (key: string, kind: JsonKind, text: string) => void): void {
    const code = this.#code();
    if (code === 0x22) return member(key, 'string', this.#string());
    if (code === 0x7b || code === 0x5b) return member(key, 'nested', this.#nested());
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return member(key, 'number', this.#number());
    for (const [word, kind] of LITERALS) {
      if (!this.#text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return member(key, kind, word);
    }
    throw WRONG;
  }

  #number(): string {
    NUMBER.lastIndex = this.at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw WRONG;
    this.at = NUMBER.lastIndex;
    return match[0];
  }

  #string(): string {
    if (this.#code() !== 0x22) throw WRONG;
    const start = this.at;
    const escaped = this.#skipString();
    return escaped ? (this.#parse(start) as string) : this.#text.slice(start + 1, this.at - 1);
  }

  /** Moves behind the string that begins here; tells whether it must be parsed: it has escapes, or what is not allowed. */
  #skipString(): boolean {
    const start = this.at + 1;
    let end = this.#text.indexOf('"', start);
    // A quote behind an odd number of backslashes is not the end.
    while (end > start && this.#text.charCodeAt(end - 1) === 0x5c && this.#isEscaped(end, start)) end = this.#text.indexOf('"', end + 1);
    if (end < 0) {
      this.at = this.#text.length;
      throw WRONG;
    }
    this.at = end + 1;
    return SPECIAL.test(this.#text.slice(start, end));
  }

  #isEscaped(quote: number, start: number): boolean {
    let backslashes = 0;
    for (let at = quote - 1; at >= start && this.#text.charCodeAt(at) === 0x5c; at--) backslashes++;
    return backslashes % 2 === 1;
  }

  #nested(): string {
    const start = this.at;
    let depth = 0;
    do {
      const code = this.#code();
      if (code === 0x22) {
        this.#skipString();
        continue;
      }
      if (code === 0x7b || code === 0x5b) depth++;
      else if (code === 0x7d || code === 0x5d) depth--;
      else if (Number.isNaN(code)) throw WRONG;
      this.at++;
    } while (depth > 0);
    this.#parse(start);
    return this.#text.slice(start, this.at);
  }

  /** Lets the engine judge what lies between `start` and here. */
  #parse(start: number): unknown {
    try {
      return JSON.parse(this.#text.slice(start, this.at));
    } catch {
      this.at = start;
      throw WRONG;
    }
  }

  #blanks(): void {
    for (;;) {
      const code = this.#code();
      if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0a) return;
      this.at++;
    }
  }

  #expect(code: number): void {
    if (this.#code() !== code) throw WRONG;
    this.at++;
  }

  #code(): number {
    return this.#text.charCodeAt(this.at);
  }
}
