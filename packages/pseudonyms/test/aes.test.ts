import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {AesSiv} from '../src/aes-siv.ts';
import {Cmac} from '../src/cmac.ts';
import {Ff1, FF1_SMALLEST_DOMAIN, shortestFor} from '../src/ff1.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const bytes = (min: number, max = min) => fc.uint8Array({minLength: min, maxLength: max});

describe('AES-CMAC', () => {
  // RFC 4493, section 4.
  const cmac = new Cmac(hex('2b7e151628aed2a6abf7158809cf4f3c'));
  const message = hex('6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51 30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710');
  it.each([
    [0, 'bb1d6929e95937287fa37d129b756746'], [16, '070a16b46b4d4144f79bdd9dd04a287c'], [40, 'dfa66747de9ae63030ca32611497c827'], [64, '51f0bebf7e3b9d92fc49741779363cfe'],
  ])('gives the code of RFC 4493 for %i bytes, whatever it coded before', (length, code) => {
    cmac.mac(message.subarray(0, 33));
    expect(cmac.mac(message.subarray(0, length)).toString('hex')).toBe(code);
  });

  it('gives the same in any order', () => {
    fc.assert(fc.property(bytes(32), fc.array(bytes(0, 70), {minLength: 1}), (key, messages) => {
      const one = new Cmac(key);
      const codes = messages.map(each => one.mac(each).toString('hex'));
      expect(messages.map(each => new Cmac(key).mac(each).toString('hex'))).toEqual(codes);
    }));
  });
});

describe('AES-SIV', () => {
  it('encrypts the example A.1 of RFC 5297', () => {
    const siv = new AesSiv(hex('fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'));
    const associated = [hex('101112131415161718191a1b1c1d1e1f2021222324252627')];
    const sealed = siv.encrypt(hex('112233445566778899aabbccddee'), associated);
    expect(sealed.toString('hex')).toBe('85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c');
    expect(siv.decrypt(sealed, associated).toString('hex')).toBe('112233445566778899aabbccddee');
  });

  it('encrypts the example A.2 of RFC 5297', () => {
    const siv = new AesSiv(hex('7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f'));
    const associated = [
      hex('00112233445566778899aabbccddeeff deaddadadeaddada ffeeddccbbaa99887766554433221100'), hex('102030405060708090a0'), hex('09f911029d74e35bd84156c5635688c0'),
    ];
    const plaintext = hex('7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553');
    expect(siv.encrypt(plaintext, associated).toString('hex')).toBe(
      '7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d');
  });

  it('decrypts what it encrypted, and nothing that was altered or stands elsewhere', () => {
    fc.assert(fc.property(bytes(64), bytes(0, 80), bytes(0, 20), fc.nat(), fc.integer({min: 1, max: 255}), (key, plaintext, associated, at, flip) => {
      const siv = new AesSiv(key);
      const sealed = siv.encrypt(plaintext, [associated]);
      expect(sealed.length).toBe(plaintext.length + 16);
      expect(new Uint8Array(siv.decrypt(sealed, [associated]))).toEqual(plaintext);
      expect(() => siv.decrypt(sealed, [associated, new Uint8Array(0)])).toThrow('cannot be decrypted');
      sealed[at % sealed.length]! ^= flip;
      expect(() => siv.decrypt(sealed, [associated])).toThrow('cannot be decrypted');
    }));
  });
});

describe('FF1', () => {
  const key128 = '2b7e151628aed2a6abf7158809cf4f3c';
  const key192 = `${key128}ef4359d8d580aa4f`;
  const key256 = `${key192}7f036d6f04fc6a94`;
  const decimalTweak = '39383736353433323130';
  const numerals = (text: string, radix: number) => [...text].map(each => Number.parseInt(each, radix));
  // The nine samples that NIST publishes with SP 800-38G.
  it.each([
    [key128, 10, '', '0123456789', '2433477484'],
    [key128, 10, decimalTweak, '0123456789', '6124200773'],
    [key128, 36, '3737373770717273373737', '0123456789abcdefghi', 'a9tv40mll9kdu509eum'],
    [key192, 10, '', '0123456789', '2830668132'],
    [key192, 10, decimalTweak, '0123456789', '2496655549'],
    [key192, 36, '3737373770717273373737', '0123456789abcdefghi', 'xbj3kv35jrawxv32ysr'],
    [key256, 10, '', '0123456789', '6657667009'],
    [key256, 10, decimalTweak, '0123456789', '1001623463'],
    [key256, 36, '3737373770717273373737', '0123456789abcdefghi', 'xs8a0azh2avyalyzuwd'],
  ])('encrypts the sample of NIST: key %s, radix %i, tweak %s', (key, radix, tweak, plain, sealed) => {
    const ff1 = new Ff1(hex(key), radix);
    expect(ff1.encrypt(numerals(plain, radix), hex(tweak)).map(each => each.toString(radix)).join('')).toBe(sealed);
    expect(ff1.decrypt(numerals(sealed, radix), hex(tweak)).map(each => each.toString(radix)).join('')).toBe(plain);
  });

  it('decrypts what it encrypted, for any radix, length and tweak', () => {
    fc.assert(fc.property(bytes(32), fc.constantFrom(2, 3, 10, 16, 26, 62, 255, 256, 257, 65_536), fc.nat({max: 60}), bytes(0, 40), fc.infiniteStream(fc.nat()), (key, radix, more, tweak, stream) => {
      const ff1 = new Ff1(key, radix);
      const plain = Array.from({length: ff1.shortest + more}, () => Number(stream.next().value) % radix);
      const sealed = ff1.encrypt(plain, tweak);
      expect(sealed.every(each => Number.isInteger(each) && each >= 0 && each < radix)).toBe(true);
      expect(ff1.decrypt(sealed, tweak)).toEqual(plain);
    }));
  });

  it('refuses domains below a million values', () => {
    for (const radix of [2, 10, 26, 62, 1000, 65_536]) {
      expect(radix ** shortestFor(radix)).toBeGreaterThanOrEqual(FF1_SMALLEST_DOMAIN);
      expect(radix ** (shortestFor(radix) - 1) < FF1_SMALLEST_DOMAIN || shortestFor(radix) === 2).toBe(true);
    }
    expect(() => new Ff1(new Uint8Array(32), 10).encrypt([1, 2, 3, 4, 5])).toThrow('too short');
  });
});
