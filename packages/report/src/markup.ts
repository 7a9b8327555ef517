import {printable, printableLines, visible} from './printable.ts';

/** A piece of finished HTML. Made by `html` only. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Content = Html | string | number | null | undefined | false | readonly Content[];

/**
 * Puts values into markup. Every string is escaped, wherever it stands in text or in a quoted
 * attribute; null, undefined and false leave nothing.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(strings.map((text, i) => (i === 0 ? '' : render(values[i - 1])) + text).join(''));
}

function render(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Html) return content.toString();
  if (typeof content === 'number') return String(content);
  if (typeof content === 'string') return escape(printable(content));
  return content.map(render).join('');
}

/** A text whose line breaks and tabs count: a message of several lines, a fragment to paste. */
export const lines = (text: string): Html => new Html(escape(printableLines(text)));

/** A value of a row: characters that nobody would see are shown, nothing is taken out. */
export const whole = (text: string): Html => new Html(escape(visible(text)));

/** Escapes for text and for attributes in either quotes (HTML Standard, section 13.3). */
export const escape = (text: string): string =>
  text.replace(/[&<>"']/gu, character => `&#${character.charCodeAt(0)};`);
