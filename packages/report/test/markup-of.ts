/** One start tag of a page, with its attributes and the text that follows up to the next tag. */
export interface Element {
  readonly tag: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** Text inside it, tags taken out, entities decoded. */
  readonly text: string;
}

const VOID = new Set(['meta', 'br', 'circle', 'path', 'rect']);

/**
 * Reads our own markup strictly: every attribute in double quotes, every element closed in order.
 * Throws where a page is not like that, which is what unescaped input would cause.
 */
export function elementsOf(page: string): Element[] {
  const elements: {tag: string; attributes: Map<string, string>; text: string}[] = [];
  const open: {tag: string; index: number}[] = [];
  const body = page.replace(/^<!doctype html>\n/u, '').replace(/<style>[^<]*<\/style>/u, '');
  const token = /<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)(\/?)>|([^<>]+)/giuy;
  let match: RegExpExecArray | null;
  let end = 0;
  while ((match = token.exec(body))) {
    end = token.lastIndex;
    const [, closing, tag, attributes = '', selfClosing, text] = match;
    if (text !== undefined) {
      for (const {index} of open) elements[index]!.text += decode(text);
    } else if (closing === '/') {
      const last = open.pop();
      if (last?.tag !== tag) throw new Error(`</${tag}> closes <${last?.tag}>`);
    } else {
      const index = elements.push({
        tag: tag!, text: '',
        attributes: new Map([...attributes.matchAll(/ ([a-z-]+)="([^"]*)"/giu)].map(([, key, value]) => [key!, decode(value!)])),
      }) - 1;
      if (selfClosing !== '/' && !VOID.has(tag!)) open.push({tag: tag!, index});
    }
  }
  if (end !== body.length) throw new Error(`not markup of ours at: ${body.slice(end, end + 60)}`);
  if (open.length > 0) throw new Error(`not closed: ${open.map(({tag}) => tag).join(', ')}`);
  return elements;
}

const decode = (text: string): string => {
  if (/&(?!#\d+;)/u.test(text)) throw new Error(`an ampersand that is no entity: ${text}`);
  return text.replace(/&#(\d+);/gu, (_, code: string) => String.fromCodePoint(Number(code)));
};
