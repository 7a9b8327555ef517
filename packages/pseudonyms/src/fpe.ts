import type {Value} from '@sluice/core';
import {ErrorCode, PipelineError} from '@sluice/core';
import {Ff1, shortestFor} from './ff1.ts';
import type {DomainKey} from './master-key.ts';

/** Named alphabets; any other text is taken as the characters themselves. */
const ALPHABETS: Readonly<Record<string, string>> = {
  digits: '0123456789',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  hex: '0123456789abcdef',
  alphanumeric: '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
};

export interface FpeOptions {
  /** `digits` (the default), `upper`, `lower`, `hex`, `alphanumeric`, or the characters themselves, at least two, none twice. */
  readonly alphabet?: string;
  /** Fewest characters of the alphabet a value must have; never below those that make a million values (NIST SP 800-38G revision 1). */
  readonly min?: number;
}

export interface Fpe {
  /** Fewest characters of the alphabet that can be encrypted. */
  readonly shortest: number;
  /**
   * Encrypts the characters of the alphabet and leaves all others where they are: '123-45-6789' stays of that shape. A whole number keeps its sign and number of
   * digits. A permutation: no two values become one. Null stays null. Throws VALUE when a value is too short, or is neither text nor a whole number.
   */
  encrypt(value: Value): Value;
  /** Undoes `encrypt`. */
  decrypt(value: Value): Value;
}

/** Format-preserving encryption under the key of a domain: FF1 of NIST SP 800-38G with AES-256. Throws CONFIG for an alphabet it cannot use. */
export function fpe(key: DomainKey, {alphabet = 'digits', min = 0}: FpeOptions = {}): Fpe {
  const characters = [...(ALPHABETS[alphabet] ?? alphabet)];
  const numeralOf = new Map(characters.map((character, index) => [character, index]));
  if (characters.length < 2 || numeralOf.size !== characters.length) {
    throw new PipelineError(ErrorCode.CONFIG, 'an alphabet must have at least two characters, none of them twice', {remedy: `name one of ${Object.keys(ALPHABETS).join(', ')}, or list the characters`});
  }
  const radix = characters.length;
  const ff1 = new Ff1(key.derive(`ff1 ${characters.join('')}`), radix);
  const integers = new Ff1(key.derive('ff1 integer'), 10);
  const shortest = Math.max(min, ff1.shortest);
  // One digit more: the first is never 0, which leaves nine tenths of the numbers of a length.
  const shortestInteger = Math.max(min, shortestFor(10) + 1);

  const ofText = (text: string, work: (numerals: readonly number[]) => number[]): string => {
    const parts = [...text];
    const places = parts.flatMap((character, at) => (numeralOf.has(character) ? [at] : []));
    if (places.length < shortest) throw tooShort(places.length, shortest);
    const numerals = work(places.map(at => numeralOf.get(parts[at]!)!));
    for (const [index, at] of places.entries()) parts[at] = characters[numerals[index]!]!;
    return parts.join('');
  };
  // Cycle walking: encrypt again until the first digit is not 0; the numbers of one length are permuted among themselves.
  const ofInteger = (value: number | bigint, work: (numerals: readonly number[]) => number[]): number | bigint => {
    const text = String(value);
    const digits = text.startsWith('-') ? text.slice(1) : text;
    if (digits.length < shortestInteger) throw tooShort(digits.length, shortestInteger);
    let numerals = work([...digits].map(Number));
    while (numerals[0] === 0) numerals = work(numerals);
    const result = BigInt(`${digits === text ? '' : '-'}${numerals.join('')}`);
    return BigInt(Number(result)) === result && Number.isSafeInteger(Number(result)) ? Number(result) : result;
  };
  const convert = (value: Value, direction: 'encrypt' | 'decrypt'): Value => {
    if (value === null) return null;
    if (typeof value === 'string') return ofText(value, numerals => ff1[direction](numerals));
    if (typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value))) return ofInteger(value, numerals => integers[direction](numerals));
    throw new PipelineError(ErrorCode.VALUE, 'format-preserving encryption takes text and whole numbers only', {remedy: 'use another method for this column'});
  };
  return {shortest, encrypt: value => convert(value, 'encrypt'), decrypt: value => convert(value, 'decrypt')};
}

function tooShort(length: number, shortest: number): PipelineError {
  return new PipelineError(ErrorCode.VALUE, `a value has ${length} characters of the alphabet, format-preserving encryption needs at least ${shortest}: fewer could be guessed`,
    {remedy: 'use another method for this column, e.g. surrogate'});
}
