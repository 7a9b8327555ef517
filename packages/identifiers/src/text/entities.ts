// The entities that stand for characters inside identifiers and between them. A table of all 2,231 would find nothing more.
const named: Readonly<Record<string, string>> = {
  nbsp: ' ', ensp: ' ', emsp: ' ', thinsp: ' ', Tab: '\t', NewLine: '\n', shy: '', zwj: '', zwnj: '', commat: '@', period: '.', colon: ':', num: '#', sol: '/',
  lowbar: '_', hyphen: '-', dash: '-', ndash: '-', mdash: '-', minus: '-', plus: '+', lpar: '(', rpar: ')', amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", lsquo: "'",
  rsquo: "'", deg: '°', middot: '·',
};
const shape = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,8}));/y;

/** Reads the HTML entity that starts at a position, `&#64;`, `&#x40;` or `&commat;`; null where there is none. */
export function entityAt(text: string, at: number): {readonly text: string; readonly length: number} | null {
  shape.lastIndex = at;
  const match = shape.exec(text);
  if (match === null) return null;
  const [all, decimal, hexadecimal, name] = match;
  if (name !== undefined) return Object.hasOwn(named, name) ? {text: named[name]!, length: all.length} : null;
  const code = decimal === undefined ? parseInt(hexadecimal!, 16) : Number(decimal);
  const isCharacter = code > 0 && code <= 0x10FFFF && !(code >= 0xD800 && code <= 0xDFFF);
  return isCharacter ? {text: String.fromCodePoint(code), length: all.length} : null;
}
