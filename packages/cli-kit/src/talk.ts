/** Standard error, where people read: lines, and on a terminal one line below them that changes. */
export interface Talk {
  /** One or more lines, without the last line break, safe for a terminal already. Printed above the changing line. */
  line(text: string): void;
  /** Replaces the changing line; null takes it away. Nothing happens where there is no terminal. */
  status(text: string | null): void;
  readonly isTerminal: boolean;
  readonly columns: number;
  readonly unicode: boolean;
  readonly paint: (style: 'red' | 'yellow' | 'dim' | 'bold', text: string) => string;
}

/** What is needed of `process.stderr`. */
export interface TalkStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

type Env = Readonly<Record<string, string | undefined>>;

export function createTalk(stream: TalkStream, env: Env): Talk {
  const isTerminal = stream.isTTY === true && env['TERM'] !== 'dumb';
  const color = usesColor(stream, env);
  let status: string | null = null;
  // Back to the first column, and the line emptied.
  const erased = () => status === null ? '' : '\r\u001b[2K';
  return {
    isTerminal,
    // A terminal that does not know its size says 0.
    get columns() { return stream.columns || 80; },
    unicode: showsUnicode(env),
    paint: (style, text) => color ? `\u001b[${styles[style]}m${text}\u001b[0m` : text,
    line(text) {
      stream.write(`${erased()}${text}\n${status ?? ''}`);
    },
    status(text) {
      if (!isTerminal) return;
      stream.write(`${erased()}${text ?? ''}`);
      status = text;
    },
  };
}

/** NO_COLOR (no-color.org) wins over everything; FORCE_COLOR is for pipes into pagers. */
export function usesColor(stream: {readonly isTTY?: boolean}, env: Env): boolean {
  if (env['NO_COLOR']) return false;
  if (env['FORCE_COLOR'] && env['FORCE_COLOR'] !== '0') return true;
  return stream.isTTY === true && env['TERM'] !== 'dumb';
}

export function showsUnicode(env: Env): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return /utf-?8/i.test(locale) || env['WT_SESSION'] !== undefined;
}

const styles = {red: 31, yellow: 33, dim: 2, bold: 1};
