import type {Value} from '@sluice/core';
import {assert, ErrorCode, PipelineError} from '@sluice/core';
import type Database from 'better-sqlite3';
import type {Known} from './canonical.ts';
import {drawBelow} from './draw.ts';
import {damaged, failure} from './failure.ts';
import type {ResolvedForm} from './form.ts';
import type {Fields, Ledger} from './ledger.ts';
import {Recent} from './recent.ts';
import {Seal} from './seal.ts';
import type {VaultDomain} from './vault.ts';
import type {VaultFile} from './vault-file.ts';

/** What a domain is told by its vault. */
export interface DomainSettings {
  readonly name: string;
  /** The number of the domain in the file; makes the domain when it is new. */
  readonly number: () => number;
  /** Null for a sequence. */
  readonly form: ResolvedForm | null;
  readonly expected: number;
  readonly reversible: boolean;
  readonly onOverlap: 'fail' | 'count';
  readonly remembered: number;
}

/** What a domain needs of its vault. */
export interface Transactions {
  /** Whether the file is locked by a transaction of this vault. */
  readonly locked: boolean;
  /** Comes before every read: inside of a transaction, it keeps the file open for reading, which makes reads about four times as fast. */
  reading(): void;
  /** Runs `work` with the file locked for writing: in the running transaction, or in one of its own. */
  write<T>(work: () => T): T;
}

/** Draws before a form counts as full: at nine tenths full, they all fail once in 10^45. */
const MOST_DRAWS = 1000;
/** A sequence draws from at least this many numbers. */
const SMALLEST_SEQUENCE = 1024;

/** A domain in a file; see {@link VaultDomain} for what it promises. */
export class StoredDomain implements VaultDomain {
  readonly name: string;
  readonly #settings: DomainSettings;
  readonly #file: VaultFile;
  readonly #ledger: Ledger;
  readonly #transactions: Transactions;
  readonly #seal: Seal;
  readonly #recent: Recent<string | number>;
  readonly #select: Database.Statement<[number, Buffer], [Buffer, Buffer]>;
  readonly #taken: Database.Statement<[number, Buffer], number>;
  readonly #insert: Database.Statement<[number, Buffer, Buffer, Buffer, Buffer | null]>;
  readonly #kept: Database.Statement<[number, Buffer], Buffer | null>;
  #reserved: Database.Statement<[number, Buffer], number> | null = null;
  #overlaps = 0;
  /** Null until it is known, and again after a transaction that may have made the domain was rolled back. */
  #number: number | null = null;

  constructor(settings: DomainSettings, file: VaultFile, ledger: Ledger, transactions: Transactions) {
    const {db} = file;
    this.name = settings.name;
    this.#settings = settings;
    this.#file = file;
    this.#ledger = ledger;
    this.#transactions = transactions;
    this.#seal = new Seal(file, settings.name);
    this.#recent = new Recent(settings.remembered);
    this.#select = db.prepare<[number, Buffer], [Buffer, Buffer]>('SELECT surrogate, sealed FROM surrogates WHERE domain = ? AND original = ?').raw();
    this.#taken = db.prepare<[number, Buffer], number>('SELECT 1 FROM surrogates WHERE domain = ? AND surrogate = ?').pluck();
    this.#insert = db.prepare('INSERT INTO surrogates (domain, original, surrogate, sealed, kept) VALUES (?, ?, ?, ?, ?)');
    this.#kept = db.prepare<[number, Buffer], Buffer | null>('SELECT kept FROM surrogates WHERE domain = ? AND surrogate = ?').pluck();
  }

  get size(): number {
    return this.#guard(() => this.#ledger.entries(this.#id));
  }

  get overlaps(): number {
    return this.#overlaps;
  }

  surrogate(value: Value): string | number | null {
    if (value === null) return null;
    const key = memoryKey(value);
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const code = this.#seal.code(value);
    const surrogate = this.#guard(() => this.#lookUp(code) ?? this.#new(value, code));
    this.#recent.set(key, surrogate);
    return surrogate;
  }

  find(value: Value): string | number | null {
    if (value === null) return null;
    const key = memoryKey(value);
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const surrogate = this.#guard(() => this.#lookUp(this.#seal.code(value)));
    if (surrogate !== null) this.#recent.set(key, surrogate);
    return surrogate;
  }

  original(surrogate: string | number): string | Uint8Array | null {
    if (!this.#settings.reversible) {
      throw new PipelineError(ErrorCode.CONFIG, `the domain ${this.name} keeps no originals`, {remedy: 'make the domain reversible from the start, where re-identification is allowed'});
    }
    const code = this.#seal.code(surrogate);
    const kept = this.#guard(() => this.#kept.get(this.#id, code));
    return kept === undefined ? null : this.#keptOriginal(kept, code);
  }

  reserve(values: Iterable<Value>): void {
    // A sequence may equal other originals: there is nothing to keep clear of.
    if (this.#settings.form === null) return;
    assert(!this.#transactions.locked, 'values are reserved before the first new surrogate of a transaction');
    this.#guard(() => {
      const {db} = this.#file;
      db.exec('CREATE TEMP TABLE IF NOT EXISTS reserved (domain INTEGER NOT NULL, original BLOB NOT NULL, PRIMARY KEY (domain, original)) STRICT, WITHOUT ROWID');
      const insert = db.prepare<[number, Buffer]>('INSERT OR IGNORE INTO temp.reserved (domain, original) VALUES (?, ?)');
      for (const value of values) if (value !== null) insert.run(this.#id, this.#seal.code(value));
      this.#reserved = db.prepare<[number, Buffer], number>('SELECT 1 FROM temp.reserved WHERE domain = ? AND original = ?').pluck();
    });
  }

  /** Forgets what it remembers, its own number too: after a transaction that was rolled back. */
  forget(): void {
    this.#recent.clear();
    this.#number = null;
  }

  /** Proves every entry; returns how many there are. Throws CONFIG for damage. */
  prove(): number {
    const rows = this.#file.db.prepare<[number], [Buffer, Buffer, Buffer, Buffer | null]>('SELECT original, surrogate, sealed, kept FROM surrogates WHERE domain = ?').raw();
    return this.#ledger.prove(this.#id, this.#proved(rows));
  }

  * #proved(rows: Database.Statement<[number], [Buffer, Buffer, Buffer, Buffer | null]>): Iterable<Fields> {
    for (const row of rows.iterate(this.#id)) {
      const [original, surrogate, sealed, kept] = row;
      this.#open(original, surrogate, sealed);
      if (this.#settings.reversible && !this.#seal.code(this.#keptOriginal(kept, surrogate)).equals(original)) throw damaged(this.#file.path, 'an original does not fit its surrogate');
      yield row;
    }
  }

  #keptOriginal(kept: Buffer | null, surrogate: Buffer): string | Uint8Array {
    try {
      return this.#seal.kept(kept ?? Buffer.alloc(0), surrogate);
    } catch {
      throw damaged(this.#file.path, 'an original does not fit its surrogate');
    }
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw failure(error, this.#file.path);
    }
  }

  #lookUp(code: Buffer): string | number | null {
    this.#transactions.reading();
    const row = this.#select.get(this.#id, code);
    return row === undefined ? null : this.#open(code, row[0], row[1]);
  }

  /** Another process may have given it one before this one got the lock. */
  #new(value: Known, code: Buffer): string | number {
    if (this.#transactions.locked) return this.#mint(value, code);
    return this.#transactions.write(() => this.#lookUp(code) ?? this.#mint(value, code));
  }

  /** What is stored, after its own code was found to fit. */
  #open(original: Buffer, surrogate: Buffer, sealed: Buffer): string | number {
    const text = this.#seal.open(sealed, original);
    if (!this.#seal.code(text).equals(surrogate)) throw damaged(this.#file.path, 'a surrogate does not fit its original');
    return this.#isNumber ? Number(text) : text;
  }

  get #id(): number {
    return this.#number ??= this.#settings.number();
  }

  get #isNumber(): boolean {
    const {form} = this.#settings;
    return form === null || form.form === 'integer';
  }

  #mint(value: Known, original: Buffer): string | number {
    const {form, onOverlap, reversible} = this.#settings;
    const id = this.#id;
    if (form !== null && this.#taken.get(id, original) !== undefined) {
      if (onOverlap === 'fail') {
        throw new PipelineError(ErrorCode.VALUE, `a value that is new to the domain ${this.name} equals a surrogate that was given to another before`,
          {remedy: 'give the domain a new name and a form with more room, e.g. uuid, or a range that originals do not reach; or allow overlaps'});
      }
      this.#overlaps++;
    }
    for (let draws = 0; draws < MOST_DRAWS; draws++) {
      const surrogate = form === null ? 1 + Number(drawBelow(this.#roomOfSequence())) : form.pick(drawBelow(form.count));
      const code = this.#seal.code(surrogate);
      if (code.equals(original) || this.#taken.get(id, code) !== undefined) continue;
      if (form !== null && (this.#select.get(id, code) !== undefined || this.#reserved?.get(id, code) !== undefined)) continue;
      const sealed = this.#seal.close(String(surrogate), original);
      const kept = reversible ? this.#seal.keep(value, code) : null;
      this.#insert.run(id, original, code, sealed, kept);
      this.#ledger.add(id, [original, code, sealed, kept]);
      return surrogate;
    }
    throw new PipelineError(ErrorCode.CONFIG, `the domain ${this.name} has hardly any surrogates left: it holds ${this.size}, and its form has ${form?.count ?? 0n}`,
      {remedy: 'give the domain a new name and a form with more room'});
  }

  /** Twice the numbers there are, in powers of two: half of the draws or more hit a free one. */
  #roomOfSequence(): bigint {
    const values = Math.max(this.size + 1, this.#settings.expected);
    return BigInt(Math.max(SMALLEST_SEQUENCE, 2 ** Math.ceil(Math.log2(2 * values))));
  }
}

/** The value in memory: text as it is, bytes told apart by a sign that begins no other key. */
function memoryKey(value: Known): string {
  if (value instanceof Uint8Array) return `\u0000b${Buffer.from(value.buffer, value.byteOffset, value.length).toString('latin1')}`;
  const text = String(value);
  return text.startsWith('\u0000') ? `\u0000t${text}` : text;
}
