import type {Value} from '@sluice/core';
import type {Form} from './form.ts';

/** Forms of surrogates: those of {@link Form}, and numbers of a dense row. */
export type SurrogateForm =
  | Form
  /**
   * Small numbers from 1, in random order: at most about twice as many as there are values. `expected` is how many values will come, where that is known: then the
   * numbers say nothing about the order of arrival; without it a number above 2^k tells that 2^(k-1) values came before. They may equal originals other than their own.
   */
  | {readonly form: 'sequence'; readonly expected?: number};

export type DomainOptions = SurrogateForm & {
  /** Keeps the originals, encrypted, so that `original` can give them back. Fixed when the domain is made. */
  readonly reversible?: boolean;
  /**
   * What to do when a new original equals a surrogate that was given to somebody else before, which short forms cannot rule out: `fail` (the default) throws VALUE,
   * `count` goes on, and `overlaps` tells how many there were.
   */
  readonly onOverlap?: 'fail' | 'count';
};

/** The surrogates of one identity domain. */
export interface VaultDomain {
  readonly name: string;
  /** How many values have a surrogate, those of the running transaction included. */
  readonly size: number;
  /** Values of this opening that equal a surrogate of another, see `onOverlap`. */
  readonly overlaps: number;
  /**
   * The surrogate of a value: the one it has, or a new one from the system's random source, unique in the domain and never equal to an original known by then.
   * Null stays null. Outside `begin` and `commit` a new one is written, durably, before this returns. Throws CONFIG when the vault is read-only and the value has none,
   * or when the form has no free surrogates left.
   */
  surrogate(value: Value): string | number | null;
  /** The surrogate a value has; null for null, and when it has none. */
  find(value: Value): string | number | null;
  /** The original of a surrogate: text, or bytes; null when there is none. Throws CONFIG unless the domain is reversible. */
  original(surrogate: string | number): string | Uint8Array | null;
  /**
   * Tells originals that will come, so that no surrogate will equal one of them. Remembered on disk, as keyed codes, until the vault is closed;
   * to be called before the first new surrogate of a transaction.
   */
  reserve(values: Iterable<Value>): void;
}

/** Random surrogates that stay the same from run to run. Everything is synchronous: one process writes at a time, others wait. */
export interface Vault {
  readonly file: string;
  readonly keyId: string;
  /** Tells this vault from all others, of the same key too; its copies have the same. Says nothing about what is in it. */
  readonly id: string;
  readonly readOnly: boolean;
  /** The domain of a name, made when it is new. Throws CONFIG when it exists with another form, or is new and the vault read-only. */
  domain(name: string, options: DomainOptions): VaultDomain;
  /** Starts a transaction: new surrogates become durable with `commit`, together. The file is locked from the first new surrogate on. */
  begin(): void;
  /** Makes the new surrogates durable: they are on the disk when this returns. Publish rows only afterwards. */
  commit(): void;
  /** Forgets the new surrogates of the transaction. */
  rollback(): void;
  /** Reads every entry and proves it: throws CONFIG for damage, and for entries that were removed, added or exchanged by others. Returns the number of entries. */
  verify(): number;
  /** Closes; what was not committed is forgotten. */
  [Symbol.dispose](): void;
}

export interface VaultOptions {
  /** Gives known surrogates only: for verification. The file must exist and is not written. */
  readonly readOnly?: boolean;
  /** How long to wait for another writer, in milliseconds; 60,000 unless told. */
  readonly waitMs?: number;
  /** Most values that are kept in memory, 200,000 unless told: about 300 bytes each. */
  readonly remembered?: number;
}
