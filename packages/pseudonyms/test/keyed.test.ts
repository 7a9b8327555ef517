import {randomBytes} from 'node:crypto';
import type {Value} from '@sluice/core';
import {fakeSeed, fpe, hmacToken, masterKeyFrom, sivDecrypt, sivEncrypt, subjectOffset} from '@sluice/pseudonyms';
import type {Form} from '@sluice/pseudonyms';
import {expectNoLeak} from '@sluice/testkit';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

const master = masterKeyFrom(Buffer.from('9d1f3a5c77e08b24c6f0e1d2a3b49586170f2e3d4c5b6a798897a6b5c4d3e2f1', 'hex'));
const key = master.domain('person', 'token');
const known = fc.oneof(fc.string({unit: 'binary'}), fc.maxSafeInteger(), fc.bigInt(), fc.double(), fc.boolean(), fc.uint8Array());
const forms: readonly [Form, RegExp | null][] = [
  [{form: 'uuid'}, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/], [{form: 'hex'}, /^[0-9a-f]{32}$/], [{form: 'hex', length: 128}, /^[0-9a-f]{128}$/],
  [{form: 'digits'}, /^[1-9]\d{11}$/], [{form: 'digits', length: 4}, /^[1-9]\d{3}$/], [{form: 'letters', length: 7}, /^[A-Z]{7}$/], [{form: 'integer'}, null], [{form: 'integer', min: 5, max: 2000}, null],
];

describe('tokens', () => {
  it.each(forms)('have the form %o', (form, shape) => {
    fc.assert(fc.property(known, value => {
      const token = hmacToken(key, value, form);
      if (shape === null) {
        expect(token).toBeGreaterThanOrEqual(form.form === 'integer' ? form.min ?? 1_000_000_000 : 0);
        expect(token).toBeLessThanOrEqual(form.form === 'integer' ? form.max ?? 2_147_483_647 : 0);
        expect(Number.isInteger(token)).toBe(true);
      } else expect(token).toMatch(shape);
      expect(hmacToken(key, value, form)).toBe(token);
    }));
  });

  it('join numbers with their text, and nothing else', () => {
    const token = (value: Value) => hmacToken(key, value);
    expect(token(42n)).toBe(token(42));
    expect(token('42')).toBe(token(42));
    expect(token(-0)).toBe(token('0'));
    expect(token(2n ** 64n)).toBe(token('18446744073709551616'));
    expect(token(null)).toBeNull();
    const different: Value[] = ['42', ' 42', '42 ', '042', '42.0', '4 2', Buffer.from('42'), '', new Uint8Array(0), 'a', 'A', 'é', 'e\u0301', '\ud800', '\udfff', '\ufffd', '42\0'];
    expect(new Set(different.map(token)).size).toBe(different.length);
  });

  it('do not join across domains, purposes, keys and forms', () => {
    const keys = [key, master.domain('family', 'token'), master.domain('person', 'other'), masterKeyFrom(randomBytes(32)).domain('person', 'token')];
    expect(new Set(keys.map(each => hmacToken(each, 'Ann'))).size).toBe(4);
    expect(String(hmacToken(key, 'Ann', {form: 'hex', length: 64})).startsWith(String(hmacToken(key, 'Ann', {form: 'hex', length: 16})))).toBe(false);
  });

  it('are spread evenly', () => {
    const counts = new Array<number>(1000).fill(0);
    for (let i = 0; i < 50_000; i++) counts[Number(hmacToken(key, i, {form: 'integer', min: 0, max: 999}))]!++;
    // Chi-square with 999 degrees of freedom: below 1,250 except once in 10^7.
    expect(counts.reduce((sum, count) => sum + (count - 50) ** 2 / 50, 0)).toBeLessThan(1250);
  });

  it.each([[{form: 'hex', length: 7}], [{form: 'digits', length: 3}], [{form: 'letters', length: 1.5}], [{form: 'integer', min: 1, max: 10}], [{form: 'integer', max: 2 ** 60}]] as const)(
    'refuse the form %o', form => expect(() => hmacToken(key, 1, form as Form)).toThrow(/must be|needs whole numbers/));
});

describe('AES-SIV of values', () => {
  it('gives back the text or the bytes', () => {
    fc.assert(fc.property(known, value => {
      const sealed = sivEncrypt(key, value)!;
      expect(sealed).toMatch(/^[\w-]+$/);
      expect(sivEncrypt(key, value)).toBe(sealed);
      expect(sivDecrypt(key, sealed)).toEqual(value instanceof Uint8Array ? value : String(value));
    }));
    expect(sivEncrypt(key, null)).toBeNull();
    expect(sivEncrypt(key, 7)).toBe(sivEncrypt(key, '7'));
  });

  it('refuses what another domain encrypted, without showing it', () => {
    const sealed = sivEncrypt(key, 'Mafalda Quirn')!;
    const error = (() => {
      try {
        return sivDecrypt(master.domain('family', 'token'), sealed);
      } catch (error) {
        return error;
      }
    })();
    expect(error).toMatchObject({code: 'SLUICE_VALUE'});
    expectNoLeak(error, 'Mafalda', sealed);
  });
});

describe('format-preserving encryption', () => {
  it('keeps the shape and can be undone', () => {
    const digits = fpe(key);
    fc.assert(fc.property(fc.stringMatching(/^(?:\d[- ().]?){6,20}$/), text => {
      const sealed = digits.encrypt(text) as string;
      expect(sealed.replaceAll(/\d/g, '0')).toBe(text.replaceAll(/\d/g, '0'));
      expect(digits.decrypt(sealed)).toBe(text);
    }));
    const mixed = fpe(key, {alphabet: 'αβγδ€😀'});
    fc.assert(fc.property(fc.string({unit: fc.constantFrom('α', 'β', 'γ', 'δ', '€', '😀', 'x'), minLength: 30, maxLength: 60}).filter(text => text.replaceAll('x', '').length >= 10), text => {
      expect(mixed.decrypt(mixed.encrypt(text))).toBe(text);
    }));
  });

  it('keeps sign and number of digits of a whole number', () => {
    const numbers = fpe(key);
    fc.assert(fc.property(fc.bigInt({min: -(2n ** 63n), max: 2n ** 64n}).filter(each => each > 999_999n || each < -999_999n), big => {
      const value = BigInt(Number(big)) === big && Number.isSafeInteger(Number(big)) ? Number(big) : big;
      const sealed = numbers.encrypt(value);
      expect(String(sealed).length).toBe(String(value).length);
      expect(String(sealed).startsWith('-')).toBe(value < 0);
      expect(numbers.decrypt(sealed)).toBe(value);
      expect(typeof sealed === 'bigint' && Number.isSafeInteger(Number(sealed))).toBe(false);
    }));
  });

  it('is a permutation', () => {
    const sealed = new Set<Value>();
    for (let i = 0; i < 5000; i++) sealed.add(fpe(key).encrypt(String(i).padStart(6, '0')));
    expect(sealed.size).toBe(5000);
  }, 60_000);

  it('refuses what could be guessed, and what has no shape', () => {
    expect(() => fpe(key).encrypt('12-345')).toThrow('has 5 characters of the alphabet, format-preserving encryption needs at least 6');
    expect(() => fpe(key).encrypt(123_456)).toThrow('needs at least 7');
    expect(() => fpe(key, {min: 9}).encrypt('12345678')).toThrow('needs at least 9');
    expect(() => fpe(key).encrypt(1.5)).toThrow('text and whole numbers');
    expect(() => fpe(key, {alphabet: 'aa'})).toThrow('none of them twice');
    expect(fpe(key).encrypt(null)).toBeNull();
  });
});

describe('date offsets', () => {
  it('are the same for a subject, within the days, never 0, and all of them occur', () => {
    fc.assert(fc.property(fc.integer({min: 1, max: 36_500}), known, (days, subject) => {
      const offset = subjectOffset(key, subject, {days});
      expect(Math.abs(offset)).toBeLessThanOrEqual(days);
      expect(offset).not.toBe(0);
      expect(subjectOffset(key, subject, {days})).toBe(offset);
    }));
    const counts = new Map<number, number>();
    for (let i = 0; i < 20_000; i++) counts.set(subjectOffset(key, i, {days: 10}), (counts.get(subjectOffset(key, i, {days: 10})) ?? 0) + 1);
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([-10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });

  it.each([0, -1, 1.5, 40_000, NaN])('refuse %f days', days => expect(() => subjectOffset(key, 1, {days})).toThrow('days must be'));
});

it('seeds are whole numbers, the same for a value, others for others', () => {
  const seeds = Array.from({length: 1000}, (_, i) => fakeSeed(key, i));
  expect(seeds.every(Number.isSafeInteger)).toBe(true);
  expect(new Set(seeds).size).toBe(1000);
  expect(fakeSeed(key, '5')).toBe(seeds[5]);
});
