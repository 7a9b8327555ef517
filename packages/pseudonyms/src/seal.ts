import {createCipheriv} from 'node:crypto';
import type {Cipher} from 'node:crypto';
import {AesSiv} from './aes-siv.ts';
import {canonical, fromCanonical} from './canonical.ts';
import type {Known} from './canonical.ts';
import {BLOCK, Cmac, xorInto} from './cmac.ts';
import type {VaultFile} from './vault-file.ts';

/** How the entries of one domain are written; nothing of them can be read, or made, without the key. */
export class Seal {
  readonly #code: Cmac;
  readonly #stream: Cipher;
  readonly #keep: AesSiv;

  constructor(file: VaultFile, domain: string) {
    this.#code = new Cmac(file.derive(`code ${domain}`));
    this.#stream = createCipheriv('aes-256-ecb', file.derive(`stream ${domain}`), null).setAutoPadding(false);
    this.#keep = new AesSiv(file.derive(`keep ${domain}`, 64));
  }

  /** The code of an original or of a surrogate, 16 bytes. An original that equals a surrogate has its code. */
  code(value: Known): Buffer {
    return this.#code.mac(canonical(value));
  }

  /** The surrogate as it is stored: whole blocks, so that its length says little. `original` is the code of the original. */
  close(surrogate: string, original: Uint8Array): Buffer {
    const bytes = Buffer.from(surrogate);
    const sealed = Buffer.alloc(Math.ceil((bytes.length + 1) / BLOCK) * BLOCK);
    sealed.set(bytes);
    xorInto(sealed, 0, this.#keyStream(original, sealed.length));
    return sealed;
  }

  /** The surrogate; nonsense when the entry was altered, which its code then does not fit. */
  open(sealed: Uint8Array, original: Uint8Array): string {
    if (sealed.length % BLOCK !== 0 || original.length !== BLOCK) return '';
    const bytes = this.#keyStream(original, sealed.length);
    xorInto(bytes, 0, sealed);
    const end = bytes.indexOf(0);
    return bytes.toString('latin1', 0, end === -1 ? bytes.length : end);
  }

  /** The original, for a domain that gives it back. */
  keep(original: Known, surrogate: Uint8Array): Buffer {
    return this.#keep.encrypt(canonical(original), [surrogate]);
  }

  /** Throws VALUE when the entry was altered. */
  kept(sealed: Uint8Array, surrogate: Uint8Array): string | Uint8Array {
    return fromCanonical(this.#keep.decrypt(sealed, [surrogate]));
  }

  #keyStream(original: Uint8Array, length: number): Buffer {
    const counters = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; at += BLOCK) {
      counters.set(original, at);
      counters[at + BLOCK - 1]! ^= at / BLOCK;
    }
    return this.#stream.update(counters);
  }
}
