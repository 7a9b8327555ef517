const marks = /[\u0300-\u036f]/g;
const apostrophes = /['’‘ʼ`´]/g;
const expanded = /[ßøłđðþæœıħə]/g;
const expansions: Readonly<Record<string, string>> = {ß: 'ss', ø: 'o', ł: 'l', đ: 'd', ð: 'd', þ: 'th', æ: 'ae', œ: 'oe', ı: 'i', ħ: 'h', ə: 'e'};
const plain = /^[a-z]*$/;

/** The form in which the lists are kept: lower case, without accents and apostrophes, so that José, JOSE and jose are one, as O'Brien and Obrien are. */
export function fold(word: string): string {
  const lower = word.toLowerCase();
  if (plain.test(lower)) return lower;
  return lower.normalize('NFD').replace(marks, '').replace(expanded, letter => expansions[letter] ?? letter).replace(apostrophes, '').normalize('NFC');
}

/** `fold` for what consists of several words: one blank between them, no punctuation ("St. Mary's" is "st marys"). */
export function foldPhrase(phrase: string): string {
  return fold(phrase).replaceAll('.', '').replace(/[^\p{L}\p{M}\p{N}_\s]/gu, ' ').replace(/\s+/g, ' ').trim();
}
