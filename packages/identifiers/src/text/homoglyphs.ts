// Letters of other scripts that look like Latin ones in ordinary fonts; the pairs are those that the Unicode confusables data (UTS #39) calls
// single-letter confusables of a basic Latin letter, without the ones that differ at a glance. Left: what is seen, right: the look-alike.
const pairs: Readonly<Record<string, string>> = {
  // Cyrillic
  A: 'А', B: 'В', C: 'С', E: 'Е', H: 'Н', I: 'І', J: 'Ј', K: 'К', M: 'М', O: 'О', P: 'Р', S: 'Ѕ', T: 'Т', X: 'Х', Y: 'Ү', a: 'а', c: 'с', d: 'ԁ', e: 'е', h: 'һ',
  i: 'і', j: 'ј', l: 'ӏ', o: 'о', p: 'р', q: 'ԛ', s: 'ѕ', w: 'ԝ', x: 'х', y: 'у', G: 'Ԍ', Q: 'Ԛ', W: 'Ԝ',
};
const greek: Readonly<Record<string, string>> = {
  A: 'Α', B: 'Β', E: 'Ε', Z: 'Ζ', H: 'Η', I: 'Ι', K: 'Κ', M: 'Μ', N: 'Ν', O: 'Ο', P: 'Ρ', T: 'Τ', Y: 'Υ', X: 'Χ', o: 'ο', a: 'α', v: 'ν', u: 'υ', p: 'ρ', i: 'ι',
};

/** The Latin letter that a Cyrillic or Greek letter looks like. */
export const lookAlikes: ReadonlyMap<string, string> = new Map([...Object.entries(pairs), ...Object.entries(greek)].map(([latin, other]) => [other, latin]));
