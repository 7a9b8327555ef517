/** What may stand where a JSON value begins. */
export type JsonKind = JsonContainer | 'string' | 'number' | 'true' | 'false' | 'null';

export type JsonContainer = 'object' | 'array';

/** Deeper documents are refused: MySQL stops at 100. */
export const MAX_DEPTH = 500;

export type JsonFaultKind =
  /** The text is not JSON (RFC 8259). */
  | 'malformed'
  | 'tooDeep'
  /** No path decides about the value. */
  | 'undecided'
  /** Paths lead into it, and it is neither object nor array. */
  | 'scalar'
  /** A method for single values, and it is an object or an array. */
  | 'container';

/** What is wrong with a document, and where as the policy writes it; never holds any of its text. */
export class JsonFault extends Error {
  override readonly name = 'JsonFault';
  readonly kind: JsonFaultKind;
  readonly path: string;
  /** What stands there. */
  readonly found: JsonKind | null;

  constructor(kind: JsonFaultKind, path: string, found: JsonKind | null = null) {
    super(kind);
    this.kind = kind;
    this.path = path;
    this.found = found;
  }
}

/** The characters `}` and `]`. */
const closing = {object: 125, array: 93} as const;

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/uy;

/**
 * Finds the borders of the values of a JSON text, and nothing else: whoever rewrites a document copies
 * whatever it does not change as it stands, so that numbers, their digits and the order of members stay.
 */
export class JsonScanner {
  readonly text: string;
  at = 0;
  #nameAt = 0;
  #nameEnd = 0;

  constructor(text: string) {
    this.text = text;
  }

  skipBlank(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.at++;
    }
  }

  /** What the value that begins here is. Throws a fault when none does. */
  kind(path: string): JsonKind {
    switch (this.text.charCodeAt(this.at)) {
      case 123: return 'object';
      case 91: return 'array';
      case 34: return 'string';
      case 116: return 'true';
      case 102: return 'false';
      case 110: return 'null';
      default: {
        const code = this.text.charCodeAt(this.at);
        if (code === 45 || (code >= 48 && code <= 57)) return 'number';
        throw new JsonFault('malformed', path);
      }
    }
  }

  /** Passes a string, number, true, false or null; returns where it began. */
  scalar(kind: JsonKind, path: string): number {
    const start = this.at;
    if (kind === 'string') this.#string(path);
    else if (kind === 'number') {
      number.lastIndex = start;
      if (!number.test(this.text)) throw new JsonFault('malformed', path);
      this.at = number.lastIndex;
    } else {
      if (!this.text.startsWith(kind, start)) throw new JsonFault('malformed', path);
      this.at += kind.length;
    }
    return start;
  }

  /**
   * Goes into the object or array that begins here. False when nothing is in it, and then it is passed; otherwise
   * {@link toValue} goes to each of its values in turn, until {@link more} says that it was the last.
   */
  enter(kind: JsonContainer, path: string, depth: number): boolean {
    if (depth >= MAX_DEPTH) throw new JsonFault('tooDeep', path);
    this.at++;
    const start = this.at;
    this.skipBlank();
    if (this.#take(closing[kind])) return false;
    this.at = start;
    return true;
  }

  /** Up to the value that comes next, past its name in an object. */
  toValue(kind: JsonContainer, path: string): void {
    this.skipBlank();
    if (kind === 'array') return;
    if (this.kind(path) !== 'string') throw new JsonFault('malformed', path);
    this.#nameAt = this.scalar('string', path);
    this.#nameEnd = this.at;
    this.skipBlank();
    this.#expect(58, path);
    this.skipBlank();
  }

  /** What the member is called whose value {@link toValue} has just gone to. */
  get name(): string {
    return unescapeString(this.text.slice(this.#nameAt, this.#nameEnd));
  }

  /** After a value: passes the comma, or the end of the object or array and then it is false. */
  more(kind: JsonContainer, path: string): boolean {
    this.skipBlank();
    if (this.#take(closing[kind])) return false;
    this.#expect(44, path);
    return true;
  }

  /** Passes a whole value, whatever it is. */
  skip(path: string, depth: number): void {
    const kind = this.kind(path);
    if (kind !== 'object' && kind !== 'array') {
      this.scalar(kind, path);
      return;
    }
    if (!this.enter(kind, path, depth)) return;
    do {
      this.toValue(kind, path);
      this.skip(path, depth + 1);
    } while (this.more(kind, path));
  }

  /** Whether this character stands here; then it is passed. */
  #take(code: number): boolean {
    if (this.text.charCodeAt(this.at) !== code) return false;
    this.at++;
    return true;
  }

  #expect(code: number, path: string): void {
    if (!this.#take(code)) throw new JsonFault('malformed', path);
  }

  #string(path: string): void {
    const {text} = this;
    for (let at = this.at + 1; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 34) {
        this.at = at + 1;
        return;
      }
      if (code < 32) break;
      if (code === 92) {
        at++;
        const escaped = text[at];
        if (escaped === 'u') {
          if (!/^[0-9a-fA-F]{4}$/u.test(text.slice(at + 1, at + 5))) break;
          at += 4;
        } else if (escaped === undefined || !'"\\/bfnrt'.includes(escaped)) break;
      }
    }
    throw new JsonFault('malformed', path);
  }
}

/** The text that a string token stands for. */
export function unescapeString(token: string): string {
  return token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
}
