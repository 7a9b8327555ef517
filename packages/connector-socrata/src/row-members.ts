/** What a JSON value is. `string`: the text is decoded; all others come as they are written. */
export type MemberKind = 'string' | 'number' | 'bool' | 'null' | 'nested';

/** The text is no JSON. Holds nothing of it. */
export class NotJson extends Error {
  constructor() {
    super('not JSON');
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const BLANKS = /[ \t\r\n]*/y;
const WORDS = [['true', 'bool'], ['false', 'bool'], ['null', 'null']] as const;

/**
 * Takes a JSON object apart without touching its values: a number has all its digits, a document within is as the portal prints it.
 * Throws NotJson.
 */
export function readMembers(text: string, member: (key: string, kind: MemberKind, value: string) => void): void {
  let at = 0;
  const blanks = () => {
    const code = text.charCodeAt(at);
    // As good as never: rows are printed without them.
    if (code > 0x20 || Number.isNaN(code)) return;
    BLANKS.lastIndex = at;
    BLANKS.test(text);
    at = BLANKS.lastIndex;
  };
  const expect = (code: number) => {
    if (text.charCodeAt(at) !== code) throw new NotJson();
    at++;
  };
  const string = (): string => {
    const start = at;
    at = endOfString(text, at);
    const raw = text.slice(start, at);
    return isPlain(raw) ? raw.slice(1, -1) : (parse(raw) as string);
  };
  const value = (key: string): void => {
    const code = text.charCodeAt(at);
    if (code === 0x22) return member(key, 'string', string());
    if (code === 0x7b || code === 0x5b) {
      const start = at;
      at = endOfNested(text, at);
      const raw = text.slice(start, at);
      parse(raw);
      return member(key, 'nested', raw);
    }
    for (const [word, kind] of WORDS) {
      if (!text.startsWith(word, at)) continue;
      at += word.length;
      return member(key, kind, word);
    }
    NUMBER.lastIndex = at;
    const match = NUMBER.exec(text);
    if (match === null) throw new NotJson();
    at = NUMBER.lastIndex;
    member(key, 'number', match[0]);
  };

  blanks();
  expect(0x7b);
  blanks();
  if (text.charCodeAt(at) !== 0x7d) {
    for (;;) {
      const key = string();
      blanks();
      expect(0x3a);
      blanks();
      value(key);
      blanks();
      if (text.charCodeAt(at) === 0x7d) break;
      expect(0x2c);
      blanks();
    }
  }
  at++;
  blanks();
  if (at < text.length) throw new NotJson();
}

/** Whether what stands between the quotes is the string itself: no escapes, and no control characters, which are not allowed. */
function isPlain(raw: string): boolean {
  for (let i = 1; i < raw.length - 1; i++) {
    const code = raw.charCodeAt(i);
    if (code === 0x5c || code < 0x20) return false;
  }
  return true;
}

function endOfString(text: string, start: number): number {
  if (text.charCodeAt(start) !== 0x22) throw new NotJson();
  for (let from = start + 1; ;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) throw new NotJson();
    let before = quote;
    while (before > from && text.charCodeAt(before - 1) === 0x5c) before--;
    if ((quote - before) % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

function endOfNested(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = endOfString(text, at);
      continue;
    }
    at++;
    if (code === 0x7b || code === 0x5b) depth++;
    else if ((code === 0x7d || code === 0x5d) && --depth === 0) return at;
  }
  throw new NotJson();
}

/** Lets the engine judge what may be no JSON, and decode what has escapes. */
function parse(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    throw new NotJson();
  }
}
